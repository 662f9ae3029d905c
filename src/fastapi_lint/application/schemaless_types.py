"""Types that Pydantic has no schema for: FastAPI refuses them in a signature and as a response model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application import annotations as written
from fastapi_lint.application.members import bases
from fastapi_lint.application.response_models import is_library_response
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import External
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.schemaless import gives_no_schema, is_schemaless

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.models import Models
    from fastapi_lint.application.scopes import Scope

_FRAMEWORK = ("fastapi.", "starlette.")
_HOOKS = frozenset(
    {"__class_getitem__", "__get_pydantic_core_schema__", "__get_validators__", "__pydantic_core_schema__"}
)
_METACLASSES = frozenset({"abc.ABCMeta", "builtins.type"})
_KEEPS_SCHEMA = frozenset({"pydantic.Field", "typing.Doc", "annotated_doc.Doc"})
"""What says something about a type in `Annotated`, and changes nothing in whether there is a schema."""
_DEEPEST = 12


class Schemaless(NamedTuple):
    """A class without a schema, somewhere in a type."""

    name: str
    kind: str
    """`response`, `injected` (FastAPI's own, where they stand alone), `table` or `class`."""


class SchemalessTypes:
    """Looks for such classes in annotations. What is not known has a schema."""

    def __init__(self, inference: Inference, models: Models) -> None:
        self._inference = inference
        self._models = models

    def find(self, node: nodes.Expression | None, scope: Scope, depth: int = _DEEPEST) -> Schemaless | None:
        """The first class without a schema in a type that is written in a scope."""
        node = written.unquoted(self._inference, node)
        if node is None or depth == 0:
            return None
        match node:
            case nodes.BinaryOperation(operator="|"):
                return self._first([node.left, node.right], scope, depth)
            case nodes.Name() | nodes.Attribute():
                alias = written.alias_of(self._inference, node, scope)
                if alias is not None:
                    return self.find(alias.value, alias.scope, depth - 1)
                return self._of_class(self._inference.infer(node, scope))
            case nodes.Subscript():
                return self._in_subscript(node, scope, depth)
        return None

    def _first(self, parts: Iterable[nodes.Expression], scope: Scope, depth: int) -> Schemaless | None:
        for each in parts:
            found = self.find(each, scope, depth - 1)
            if found is not None:
                return found
        return None

    def _in_subscript(self, node: nodes.Subscript, scope: Scope, depth: int) -> Schemaless | None:
        parts = node.index.elements if isinstance(node.index, nodes.Sequence) else [node.index]
        head = self._inference.infer(node.value, scope)
        if isinstance(head, Class):
            return self._of_class(head)
        name = head.name if isinstance(head, External) else None
        if name == "typing.Annotated":
            plain = all(self._keeps_schema(each, scope) for each in parts[1:])
            return self.find(parts[0], scope, depth - 1) if plain else None
        if name in ("typing.Optional", "typing.Union") or name in written.COLLECTIONS | written.MAPPINGS:
            return self._first(parts, scope, depth)
        return None

    def _keeps_schema(self, metadata: nodes.Expression, scope: Scope) -> bool:
        if isinstance(metadata, nodes.Constant):
            return True
        if not isinstance(metadata, nodes.Call):
            return False
        name = self._inference.qualified_name(metadata.func, scope)
        return name is not None and (name in _KEEPS_SCHEMA or name.startswith("fastapi."))

    def _of_class(self, value: object) -> Schemaless | None:
        if isinstance(value, External):
            if is_library_response(value):
                return Schemaless(value.last, "response")
            if is_schemaless(value.name):
                return Schemaless(value.last, "injected" if value.name.startswith(_FRAMEWORK) else "class")
        elif isinstance(value, Class):
            model = self._models.of(value)
            if model is not None and model.kind != "orm":
                return None
            line = self._inference.mro(value)
            if all(self._adds_no_schema(each, is_table=model is not None) for each in line):
                return Schemaless(value.name, self._kind(line, is_table=model is not None))
        return None

    def _adds_no_schema(self, cls: Class | External, *, is_table: bool) -> bool:
        if isinstance(cls, External):
            return (
                gives_no_schema(cls.name)
                or is_library_response(cls)
                or (is_table and cls.name.startswith("sqlalchemy."))
            )
        if cls.node.decorators or not _HOOKS.isdisjoint(cls.body_scope.bindings):
            return False
        if is_table:
            return True
        metaclass = next((each.value for each in cls.node.keywords if each.name == "metaclass"), None)
        if metaclass is not None:
            if self._inference.qualified_name(metaclass, cls.scope) not in _METACLASSES:
                return False
        return len(bases(self._inference, cls)) == len(cls.node.bases)

    def _kind(self, line: list[Class | External], *, is_table: bool) -> str:
        if is_table:
            return "table"
        known = [each for each in line if isinstance(each, External)]
        if any(is_library_response(each) for each in known):
            return "response"
        is_injected = any(is_schemaless(each.name) and each.name.startswith(_FRAMEWORK) for each in known)
        return "injected" if is_injected else "class"
