"""Overrides that tests set and nobody takes back: they hold for all tests that follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastapi_lint.application.names import visible_bindings
from fastapi_lint.application.overrides import is_cleared
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.overrides import Override
    from fastapi_lint.application.scopes import Function

_FIXTURES = ("pytest.fixture", "pytest_asyncio.fixture")
_SET_UPS = frozenset(
    {"asyncSetUp", "setUp", "setUpClass", "setUpModule", "setup", "setup_class", "setup_method"}
)


class LeakingOverrides:
    """These overrides of a project, found once."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def by_place(self) -> Mapping[Module, Mapping[tuple[int, int], Override]]:
        """The first of each function, or of a module outside of functions, by the position of its key."""
        found: dict[Module, dict[tuple[int, int], Override]] = {}
        for module, by_place in self._application.overrides.by_place.items():
            if is_cleared(module.index.body):
                continue
            seen: set[Function | None] = set()
            for place, override in sorted(by_place.items()):
                function = override.scope.function
                if function not in seen and self._leaks(override, function, module):
                    seen.add(function)
                    found.setdefault(module, {})[place] = override
        return found if not found or not self._is_cleared_for_all else {}

    @property
    def _is_cleared_for_all(self) -> bool:
        """Whether a `conftest.py` takes overrides back."""
        modules = self._application.async_modules
        shared = [module for module in modules if PurePosixPath(module.path).name == "conftest.py"]
        for module in shared:
            module.scope.reveal(SOMETHING)
        return any(is_cleared(module.index.body) for module in shared)

    def _leaks(self, override: Override, function: Function | None, module: Module) -> bool:
        if override.is_temporary or not self._is_of_tests(function, module):
            return False
        root = override.holder
        while isinstance(root, nodes.Attribute):
            root = root.value
        if not isinstance(root, nodes.Name):
            return False
        bindings, where = visible_bindings(root.id, override.scope)
        if where is not module.scope or not bindings:
            return False  # made by the test itself, or given to it
        is_shared = all(each.kind == "import" for each in bindings)
        return is_shared or function is not None

    def _is_of_tests(self, function: Function | None, module: Module) -> bool:
        """Whether tests run it: by its name, as a fixture, or because all of the module is for tests."""
        if self._application.is_test(module):
            return True
        return any(
            each.name.startswith("test_")
            or each.name in _SET_UPS
            or self._application.inference.has_decorator(each, _FIXTURES)
            for each in _around(function)
        )


def _around(function: Function | None) -> Iterator[Function]:
    while function is not None:
        yield function
        function = function.scope.function
