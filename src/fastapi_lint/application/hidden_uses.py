"""Which modules code may get at otherwise than by the names of what they define: by import under a computed name, …"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.modules import Module
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

_IMPORTING = frozenset({"__import__", "import_module"})
_ANYTHING = frozenset(
    {
        "ImportString", "entry_points", "eval", "exec", "exec_module", "get_objects", "globals", "import_from_string",
        "import_object", "import_string", "instantiate", "iter_entry_points", "iter_modules", "load_module",
        "load_object", "locate", "locals", "modules", "run_module", "vars", "walk_packages",
    }
)  # fmt: skip
"""How code is called, or named, that finds modules, or what is in them, by names worked out at run time."""


class HiddenUses:
    """Answers for the modules of a project, from what others do.

    Of the modules in `known`, what they name is known otherwise; whatever the others import, they may use.
    """

    def __init__(self, inference: Inference, modules: Iterable[Module], known: frozenset[Module]) -> None:
        self._inference = inference
        self._prefixes: set[str] = set()
        self._texts: set[str] = set()
        self._values: set[str] = set()
        self._stars: set[str] = set()
        for module in modules:
            self._read(module)
            if module not in known:
                self._values.update(self._imported_by(module))

    def may_reach(self, module: Module) -> bool:
        """Whether code may get at the variables of a module without naming them."""
        name = module.name
        return (
            name in self._values
            or any(name.startswith(prefix) for prefix in self._prefixes)
            or any(_leads_to(name, text) for text in self._texts)
            or name.rpartition(".")[2] in self._stars
        )

    def _read(self, module: Module) -> None:
        module.scope.reveal(SOMETHING)
        self._stars.update(star.module.rpartition(".")[2] for star in module.scope.stars)
        everything = list(walk(module.index.body))
        holders = {id(each.value) for each in everything if isinstance(each, nodes.Attribute)}
        for node in everything:
            match node:
                case nodes.Call(func=func) if last_name(func) in _IMPORTING:
                    self._prefixes.add(_beginning(node.args[0] if node.args else None))
                case nodes.Name(id=name) | nodes.Attribute(attr=name) if name in _ANYTHING:
                    self._prefixes.add("")
                case nodes.Constant(value=str(text)):
                    self._texts.add(text)
                case nodes.Name() if id(node) not in holders:
                    self._values.update(self._module_named(node, module))

    def _imported_by(self, module: Module) -> Iterator[str]:
        """The modules that a module imports, or imports something from."""
        for binding in (each for group in module.scope.bindings.values() for each in group):
            if binding.kind == "import":
                found = self._inference.bound(binding)
                if isinstance(found, Module):
                    yield found.name
                source = self._inference.imported_binding(binding)
                if source is not None:
                    yield source.scope.module.name

    def _module_named(self, node: nodes.Name, module: Module) -> Iterator[str]:
        """The module that a name stands for, where it was imported: it may be handed on as a value."""
        if any(each.kind == "import" for each in module.scope.bindings.get(node.id, ())):
            found = self._inference.infer(node, module.scope)
            if isinstance(found, Module):
                yield found.name


def _leads_to(module: str, text: str) -> bool:
    """Whether a text names a module, something in it, or a package that it is in."""
    path = text.replace(":", ".").strip(".")
    return bool(path) and (path == module or path.startswith(f"{module}.") or module.startswith(f"{path}."))


def _beginning(name: nodes.Expression | None) -> str:
    """How the name of a module begins that is put together; all of it, if it is a constant."""
    match name:
        case (
            nodes.Constant(value=str(text))
            | nodes.FormattedString(parts=[nodes.Constant(value=str(text)), *_])
        ):
            return "" if text.startswith(".") else text
        case nodes.BinaryOperation(left=left, operator="+"):
            return _beginning(left)
    return ""
