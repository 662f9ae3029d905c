"""The settings that the application model depends on."""

from __future__ import annotations

import msgspec


class ModelOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the user's settings change about the model."""

    unreached_async: bool = True
    """Analyse `async def`s that no known root of the event loop reaches."""
    trivial_async: bool = False
    """Report also `async def`s without `await` that compute next to nothing."""
    cpu_bound: str = "hashing"
    """`hashing`, or `all` for every call known to keep the processor busy."""
    blocking_calls: dict[str, str] = {}
    """Additional blocking callables by qualified name, with what to use instead."""
    offloaders: tuple[str, ...] = ()
    """Additional callables that run their argument off the event loop."""
    sensitive_names: tuple[str, ...] | None = None
    extend_sensitive_names: tuple[str, ...] = ()
    public_routes: tuple[str, ...] = ()
    """Names and paths of routes that need no authentication."""
