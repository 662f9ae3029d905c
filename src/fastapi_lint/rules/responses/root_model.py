"""FAL318 root-model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Class
from fastapi_lint.diagnostics import Severity
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application


class RootModelClass(Rule):
    """
    ## What it does
    Reports classes that derive directly from Pydantic's `RootModel`.

    ## Why it is bad
    FastAPI validates and documents any type: a list needs no class around it. With one, all code has to reach through
    `.root`, and the object neither is a list nor behaves like one.

    ## Use instead
    The type itself, with `Annotated[list[str], Field(…)]` for constraints, and a `TypeAdapter` outside of routes.

    ## References
    - [Pydantic: Type Adapter](https://docs.pydantic.dev/latest/concepts/type_adapter/)
    """

    code = "FAL318"
    name = "root-model"
    severity = Severity.INFO
    preset = Preset.ALL

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Those classes."""
        return (
            Place(each.module, each.node.line)
            for each in app.classes(app.linted(app.model_modules))
            if _root_model(app, each) is not None
        )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """A class."""
        definition = self.definition(node)
        base = _root_model(self.app, definition) if isinstance(definition, Class) else None
        if base is not None:
            self.report(
                node.name,
                f"`{node.name.value}` wraps a value that FastAPI could take as it is: its users have to reach "
                "through `.root`",
                help="use the type itself, in `Annotated` with `Field(…)` if it has constraints",
            )


def _root_model(app: Application, cls: Class) -> nodes.Expression | None:
    """The base of a class that is `RootModel`, with or without its type."""
    for base in cls.node.bases:
        head = base.value if isinstance(base, nodes.Subscript) else base
        if app.inference.qualified_name(head, cls.scope) == "pydantic.RootModel":
            return base
    return None
