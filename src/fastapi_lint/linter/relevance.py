"""Which files the model starts from, told from their bytes alone.

Each question may be answered with yes too often, but not with no. Literal substrings are looked for first: that is
many times faster than a regular expression, and settles nearly every file.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_FRAMEWORK = (
    b"fastapi",
    b"starlette",
    b"include_router",
    b"add_api_route",
    b"dependency_overrides",
    b"add_event_handler",
    b"add_middleware",
)
_ROUTE_DECORATOR = re.compile(
    rb"@\w[\w.]*\.(?:get|post|put|patch|delete|websocket|on_event|middleware|exception_handler)\("
)
_APP_FACTORY_CALL = re.compile(rb"\b(?:build|create|get|init|make|setup)_(?:\w+_)?app(?:lication)?\(")
_COROUTINE = re.compile(rb"async\s+def")
_LOOP_START = re.compile(rb"\brun(?:_until_complete)?\(")
_DATA_MODEL = (b"pydantic", b"sqlmodel", b"BaseModel")
_REBUILDING = (b"model_rebuild", b"rebuild_dataclass", b"update_forward_refs")
_OVERRIDES = b"dependency_overrides"
_VALIDATOR = re.compile(rb"validator\b")


def _concerns_framework(data: bytes) -> bool:
    """Whether a file names the framework, registers something on an imported object, or calls an app factory."""
    return (
        any(name in data for name in _FRAMEWORK)
        or _ROUTE_DECORATOR.search(data) is not None
        or ((b"app(" in data or b"application(" in data) and _APP_FACTORY_CALL.search(data) is not None)
    )


def _has_coroutines(data: bytes) -> bool:
    """Whether a file defines coroutine functions."""
    return b"async" in data and _COROUTINE.search(data) is not None


def _may_start_loops(data: bytes) -> bool:
    """Whether a file starts event loops for coroutines."""
    return (b"asyncio" in data or b"anyio" in data) and _LOOP_START.search(data) is not None


def _may_define_models(data: bytes) -> bool:
    """Whether a file defines data models or validators."""
    return any(name in data for name in _DATA_MODEL) or (
        b"validator" in data and _VALIDATOR.search(data) is not None
    )


def _may_rebuild_models(data: bytes) -> bool:
    """Whether a file has data models resolve their annotations once more."""
    return any(name in data for name in _REBUILDING)


def _may_override_dependencies(data: bytes) -> bool:
    """Whether a file puts something in the place of dependencies."""
    return _OVERRIDES in data


_TOPICS: tuple[Callable[[bytes], bool], ...] = (
    _concerns_framework,
    _has_coroutines,
    _may_start_loops,
    _may_define_models,
    _may_rebuild_models,
    _may_override_dependencies,
)
FRAMEWORK, COROUTINES, LOOP_STARTS, MODELS, REBUILDING, OVERRIDES = (
    1 << number for number in range(len(_TOPICS))
)


def topics_of(data: bytes) -> int:
    """What a file may be about: the sum of those of the numbers above for which the answer is yes."""
    return sum(question(data) << number for number, question in enumerate(_TOPICS))
