"""FAL001 unused-suppression."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_lint.application.application import Application
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.rules.base import Place, Rule


class UnusedSuppression(Rule):
    """
    ## What it does
    Reports suppression comments, per-file-ignores and baseline entries that suppress nothing, and
    `expect[…]` comments where nothing is found. Only rules that are selected count: a comment for a rule that
    is switched off is left alone, and so is a `noqa` for another tool.

    ## Why it is bad
    A suppression that has lost its finding silences the next one that appears in its place.

    ## Fix
    Safe: removes the unused codes, and the comment when none is left.
    """

    code = "FAL001"
    name = "unused-suppression"
    fixes = (Applicability.SAFE,)
    in_tests = True

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """None: what a comment suppresses is known only when everything else has been reported."""
        return ()
