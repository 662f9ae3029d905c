"""Where functions run that are handed to a call, and that the calls really take them there."""

from __future__ import annotations

import inspect

import pytest

from fastapi_lint.knowledge.callbacks import Callback, Callbacks, Place, _catalogue
from fastapi_lint.knowledge.canonical import canonical
from fastapi_lint.knowledge.catalogue import Catalogue

from .reality import MissingNameError, NotInstalledError, is_of_another_version, resolve


def every_callback() -> list[tuple[str, Callback]]:
    catalogue: Catalogue[Callback] = _catalogue()
    return [(name, group) for group, names in catalogue.names() for name in names]


@pytest.mark.parametrize(("name", "callback"), every_callback())
def test_the_call_exists_and_takes_the_argument(name: str, callback: Callback) -> None:
    try:
        function = resolve(name)
    except NotInstalledError:
        pytest.skip("not installed")
    except MissingNameError:
        assert is_of_another_version(name)
        pytest.skip("not in the installed version")
    assert canonical(name) == name
    assert callable(function)
    if callback.keyword is None or function.__module__ == "builtins":
        return
    parameters = list(inspect.signature(function).parameters.values())
    if parameters[0].name == "self":
        del parameters[0]
    taken = parameters[callback.position]
    assert taken.name == callback.keyword or taken.kind in (taken.POSITIONAL_ONLY, taken.VAR_POSITIONAL)


@pytest.mark.parametrize(
    ("name", "function", "coroutine_function", "coroutine"),
    [
        ("asyncio.to_thread", Place.THREAD, Place.NEVER, None),
        ("fastapi.concurrency.run_in_threadpool", Place.THREAD, Place.NEVER, None),
        ("fastapi.BackgroundTasks.add_task", Place.THREAD, Place.LOOP, None),
        ("concurrent.futures.ThreadPoolExecutor.submit", Place.THREAD, Place.NEVER, None),
        ("concurrent.futures.ProcessPoolExecutor.submit", Place.PROCESS, Place.NEVER, None),
        ("sqlmodel.ext.asyncio.session.AsyncSession.run_sync", Place.GREENLET, Place.NEVER, None),
        ("asyncio.create_task", None, None, Place.LOOP),
        ("asyncio.AbstractEventLoop.call_later", Place.LOOP, Place.NEVER, None),
        ("asyncio.run", None, None, Place.NEW_LOOP),
    ],
)
def test_places(
    name: str, function: Place | None, coroutine_function: Place | None, coroutine: Place | None
) -> None:
    taken = Callbacks().taken_by(name)
    assert taken is not None
    assert (taken.function, taken.coroutine_function, taken.coroutine) == (
        function,
        coroutine_function,
        coroutine,
    )


def test_tasks_that_someone_has_to_keep() -> None:
    callbacks = Callbacks()
    kept = {name for name, _ in every_callback() if (taken := callbacks.taken_by(name)) and taken.task}
    assert kept == {"asyncio.create_task", "asyncio.ensure_future", "asyncio.AbstractEventLoop.create_task"}


def test_only_places_on_the_calling_or_a_loop_thread_block() -> None:
    assert {place for place in Place if place.is_on_the_loop} == {Place.HERE, Place.LOOP, Place.NEW_LOOP}


def test_offloaders_of_the_project() -> None:
    assert Callbacks().taken_by("acme.offload") is None
    taken = Callbacks(["acme.offload"]).taken_by("acme.offload")
    assert taken is not None
    assert (taken.position, taken.function, taken.coroutine_function) == (0, Place.THREAD, Place.NEVER)
