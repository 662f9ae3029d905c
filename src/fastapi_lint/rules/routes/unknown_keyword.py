"""FAL233 unknown-keyword."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.knowledge.keywords import Signature, meant, signature
from fastapi_lint.rules.call_rule import CallRule, keyword_argument

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.index import nodes

_VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "trace")
_NOT_MODELLED = ("fastapi.HTTPException", "fastapi.WebSocketException", "pydantic.")
"""Other rules are about these."""


class UnknownKeyword(CallRule):
    """
    ## What it does
    Reports keyword arguments that FastAPI's markers (`Query`, `Body`, `Depends` …), classes (`FastAPI`, `APIRouter`)
    and registering methods do not have in the version that the project declares: `Query(lte=100)`,
    `Body(min_items=1)`, `FastAPI(default_status_code=…)`.

    ## Why it is bad
    Before FastAPI 0.155 markers took any keyword and ignored it, and so did `FastAPI` before 0.145: the limit that
    stands there was never enforced. Newer versions, and all other functions in every version, raise a `TypeError`
    when the module is imported.

    ## Use instead
    The keyword that is meant: `le`, `ge`, `min_length`, `max_length`, `pattern` … Additions to the OpenAPI document
    go to `json_schema_extra`, own attributes of an application to `app.state`.

    ## Fix
    Hint: writes the nearest keyword that there is. What was ignored then takes effect, such as a limit that was never
    enforced.
    """

    code = "FAL233"
    name = "unknown-keyword"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)
    names = frozenset(
        {
            *("APIRouter", "FastAPI"),
            *("Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"),
            *(
                "add_api_route",
                "add_api_websocket_route",
                "api_route",
                "frontend",
                "include_router",
                "websocket",
            ),
            *_VERBS,
        }
    )

    @classmethod
    def is_wrong(cls, app: Application, call: nodes.Call, scope: Scope) -> bool:
        """Whether it has a keyword too many."""
        known = _called(app, call, scope)
        return known is not None and any(_unknown(app, call, known[1]))

    def report_call(self, node: cst.Call, call: nodes.Call, scope: Scope) -> None:
        """Report each such keyword where it stands."""
        known = _called(self.app, call, scope)
        if known is None:
            return
        name, accepted = known
        for keyword in _unknown(self.app, call, accepted):
            argument = keyword_argument(node, keyword)
            if argument is not None:
                self._report_keyword(argument, keyword, name, accepted)

    def _report_keyword(self, argument: cst.Arg, keyword: str, name: str, accepted: Signature) -> None:
        shown = ".".join(name.split(".")[1:])
        instead = _nearest(keyword, accepted)
        self.report(
            argument,
            f"`{shown}` has no keyword `{keyword}`: {_consequence(self.app, accepted)}",
            help=f"did you mean `{instead}`?" if instead is not None else None,
            hints=self._hints(argument, instead),
        )

    def _hints(self, argument: cst.Arg, instead: str | None) -> Iterator[Fix]:
        if instead is not None:
            editor = self.editor()
            editor.rename_keyword(argument, instead)
            fix = self.build_fix(f"Write `{instead}`", Applicability.HINT, editor)
            if fix is not None:
                yield fix


def _called(app: Application, call: nodes.Call, scope: Scope) -> tuple[str, Signature] | None:
    """The name of what is called and its parameters, if it is known to be FastAPI's."""
    if not call.keywords:
        return None
    name = app.inference.qualified_name(call.func, scope)
    if name is None or name.startswith(_NOT_MODELLED):
        return None
    accepted = signature(name)
    return (name, accepted) if accepted is not None else None


def _unknown(app: Application, call: nodes.Call, accepted: Signature) -> Iterator[str]:
    """The keywords of a call that the project's FastAPI does not accept.

    What it accepted once is left to the rules about upgrades.
    """
    for keyword in call.keywords:
        name = keyword.name
        if name is None or name in accepted.until:
            continue
        since = accepted.since.get(name)
        too_new = since is not None and app.versions is not None and app.versions.below("fastapi", since)
        if name not in accepted.names or too_new:
            yield name


def _nearest(keyword: str, accepted: Signature) -> str | None:
    return meant(keyword, accepted) or next(
        iter(difflib.get_close_matches(keyword, sorted(accepted.names - {keyword}), n=1, cutoff=0.7)), None
    )


def _consequence(app: Application, accepted: Signature) -> str:
    until = accepted.ignores_others_until
    if until is None:
        return "a `TypeError` when the module is imported"
    old = app.versions.below("fastapi", until) if app.versions is not None else None
    if old is None:
        return f"FastAPI before {until} ignores it, newer versions raise a `TypeError` when the module is imported"
    return "it is ignored" if old else "a `TypeError` when the module is imported"
