"""FAL213 duplicate-operation-id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import registration_trace, shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.operation_ids import IdCollision


class DuplicateOperationId(Rule):
    """
    ## What it does
    Reports operations with the same id in the OpenAPI document of an app: the same `operation_id=`, also of a router
    that is included at two prefixes; the methods of one `api_route`; ids that FastAPI, or a simple
    `generate_unique_id_function`, derives from names and paths that differ too little. Routes that are not in the
    document do not count.

    ## Why it is bad
    Operation ids become the names of functions in generated clients: one of the two is lost, or the generator refuses
    the document. FastAPI warns of it when the document is made, which is with the first request of `/openapi.json`. The
    id that FastAPI derives for several methods contains one of them, and another one after the next start.

    ## Use instead
    An id, or a function name, for each operation; a function for each method in place of `api_route`;
    `include_in_schema=False` for the one that is an alias.

    ## References
    - [FastAPI: Generate Clients](https://fastapi.tiangolo.com/advanced/generate-clients/)
    """

    code = "FAL213"
    name = "duplicate-operation-id"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls that make such operations."""
        for found in app.id_collisions.values():
            collision = found[0]
            inclusion = collision.inclusion
            module = inclusion.module if inclusion is not None else collision.route.module
            yield Place(module, inclusion.line if inclusion is not None else collision.route.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call that registers a route, or includes a router."""
        call = self.call(node)
        found = self.app.id_collisions.get(call, []) if call is not None else []
        if not found:
            return
        collision = found[0]
        if collision.inclusion is not None:
            self._report_inclusion(node, found)
        elif collision.other is None:
            self._report_methods(node, collision)
        else:
            self._report_pair(node, collision)

    def _report_pair(self, node: cst.Call, collision: IdCollision) -> None:
        other = collision.other
        assert other is not None, "a pair has two"
        place = f"{other.module.path}:{other.line}"
        self.report(
            node,
            f"`{shown(collision.route)}` has the operation id `{collision.operation_id}`, which is that of "
            f"`{shown(other)}` ({place}): generated clients lose one of them",
            help="give it another `operation_id`"
            if collision.is_written
            else "give the function another name, or the route an `operation_id`",
            trace=[*registration_trace(other), *registration_trace(collision.route)],
        )

    def _report_methods(self, node: cst.Call, collision: IdCollision) -> None:
        instead = (
            ""
            if collision.is_written
            else ", that of one of them, which may be another one after the next start"
        )
        self.report(
            node,
            f"the operations of `{shown(collision.route)}` have one id{instead}: generated clients lose all but one",
            help="write a function for each method, or keep it out of OpenAPI with `include_in_schema=False`",
        )

    def _report_inclusion(self, node: cst.Call, found: list[IdCollision]) -> None:
        inclusion, other = found[0].inclusion, found[0].other
        assert inclusion is not None and other is not None, "an inclusion repeats a route"
        count = len({each.operation_id for each in found})
        ids = f"{count} operation ids" if count > 1 else f"the operation id `{found[0].operation_id}`"
        self.report(
            node,
            f"`{source_text(inclusion.call.argument(0, 'router'))}` brings {ids} to `{found[0].route.path}` that "
            f"`{other.path}` has already: generated clients lose one of them",
            help="leave `operation_id` to FastAPI, which derives it from the path; or use `include_in_schema=False`",
            trace=registration_trace(other),
        )
