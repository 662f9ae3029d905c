"""Where a function or coroutine runs that is handed to a call: in a thread, as a task, on the loop, in place …"""

from __future__ import annotations

import enum
from collections.abc import Collection
from functools import cache, cached_property

import msgspec

from fastapi_lint.knowledge.catalogue import Catalogue, find
from fastapi_lint.knowledge.data import read


class Place(str, enum.Enum):
    """Where it runs, seen from the call it is handed to."""

    HERE = "here"
    """In the calling thread, as if it were called there."""
    LOOP = "loop"
    """On the event loop that is running."""
    NEW_LOOP = "new loop"
    """On an event loop of its own, while the calling thread waits."""
    GREENLET = "greenlet"
    """On the thread of the event loop, but the library's own blocking calls give way to it."""
    THREAD = "thread"
    """In another thread."""
    PROCESS = "process"
    """In another process."""
    WORKER = "worker"
    """In a worker of a task queue."""
    NEVER = "never"
    """Nowhere: it is called, but what it gives would have to be awaited, and is not."""

    @property
    def is_on_the_loop(self) -> bool:
        """Whether blocking there blocks an event loop, given that the call itself is made on one."""
        return self in (Place.HERE, Place.LOOP, Place.NEW_LOOP)


class Callback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Calls that take a function or coroutine, and what becomes of it."""

    position: int = 0
    """The positional argument that it is."""
    keyword: str | None = None
    """The keyword by which it can be given too."""
    keyword_only: bool = False
    """It can be given by its keyword only; `position` means nothing."""
    many: bool = False
    """Every argument from `position` on, or every element of a collection there, is one."""
    function: Place | None = None
    """Where a plain function runs; None when it is not accepted, or unknown."""
    coroutine_function: Place | None = None
    """Where the coroutine of a coroutine function runs."""
    coroutine: Place | None = None
    """Where a coroutine object runs."""
    wraps: bool = False
    """It runs when the result is called, not now."""
    task: bool = False
    """The result is a task, which may be collected before it ends when nothing refers to it."""
    functions: list[str] = []
    methods: dict[str, list[str]] = {}


class _Callbacks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    callbacks: list[Callback]


_OFFLOADER = Callback(function=Place.THREAD, coroutine_function=Place.NEVER)


class Callbacks:
    """The calls that take functions: the product's own list, and a project's additional offloaders.

    `offloaders` are qualified names of functions, or of methods as `class.method`, that run their first argument
    in a thread or process.
    """

    def __init__(self, offloaders: Collection[str] = ()) -> None:
        self._offloaders = frozenset(offloaders)

    @cached_property
    def last_names(self) -> frozenset[str]:
        """The last parts of the names of all these calls, by which to look for them."""
        listed = [name for _, names in _catalogue().names() for name in names]
        return frozenset(name.rpartition(".")[2] for name in (*listed, *self._offloaders))

    def taken_by(self, name: str) -> Callback | None:
        """What becomes of functions given to the function, class or method `name`; None when it is not known."""
        return _OFFLOADER if name in self._offloaders else _taken_by(name)


@cache
def _taken_by(name: str) -> Callback | None:
    return find(name, lambda owner: _catalogue())


@cache
def _catalogue() -> Catalogue[Callback]:
    return Catalogue(read("callbacks.toml", _Callbacks).callbacks)
