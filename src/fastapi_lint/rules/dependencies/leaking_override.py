"""FAL420 leaking-override."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi_lint.metadata import Preset
from fastapi_lint.rules.override_rule import OverrideRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.overrides import Override


class LeakingOverride(OverrideRule):
    """
    ## What it does
    Reports tests, fixtures and set-up methods that put something into `dependency_overrides` of an app which other
    tests share, where nothing in the file, nor in any `conftest.py`, takes it out again.

    Apps that the test makes itself, `monkeypatch.setitem` and `patch.dict` are left alone.

    ## Why it is bad
    The override stays for all tests that follow, in this file and in others. They pass or fail by the order in which
    they run, and the one that should see a 401 gets a 200.

    ## Use instead
    A fixture that clears them after its `yield`: `app.dependency_overrides.clear()`. Or `monkeypatch.setitem`.

    ## References
    - [FastAPI: Testing Dependencies with Overrides](https://fastapi.tiangolo.com/advanced/testing-dependencies/)
    """

    code = "FAL420"
    name = "leaking-override"
    preset = Preset.STRICT

    @classmethod
    def found(cls, app: Application) -> Mapping[Module, Mapping[tuple[int, int], Override]]:
        """The first override of each test that leaves some behind."""
        return app.leaking_overrides.by_place

    def report_override(self, node: cst.BaseExpression, override: Override) -> None:
        """Report the key."""
        name = self.visit.code(node)
        self.report(
            node,
            f"the override of `{name}` is never taken back: it holds for all tests that follow",
            help="clear the overrides in a fixture, after its `yield`, or use `monkeypatch.setitem`",
        )
