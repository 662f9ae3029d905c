"""What imports give: modules of the project, what they define and re-export, and names from outside."""

from __future__ import annotations

from abc import ABC, abstractmethod

from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.externals import Externals
from fastapi_lint.application.modules import Module, Project
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.scopes import Class, Scope
from fastapi_lint.application.values import External, Instance, Namespace, Value


class Imports(ABC):
    """Follows imports; the part of `Inference` that is about them."""

    project: Project
    externals: Externals
    _behind_imports: dict[Binding, Binding | None]
    _starred: dict[tuple[Module, str], Binding | None]

    @abstractmethod
    def lookup(self, name: str, scope: Scope, line: int) -> Value | None:
        """The value of a name used on `line` of `scope`."""

    @abstractmethod
    def bound(self, binding: Binding) -> Value | None:
        """The value that a binding gives to its name."""

    def imported(self, binding: Binding) -> Value | None:
        """The value that an import gives to its name."""
        importer = binding.scope.module
        target, module = self.import_source(binding)
        if binding.attribute is None:
            return module or self._outside(target, importer)
        if module is not None and module is not importer:
            value = self.module_member(module, binding.attribute)
            if value is not None:
                return value
        if module is importer and importer.is_package:
            return self.project.find(f"{importer.name}.{binding.attribute}", importer)
        if module is not None:
            return None
        name = f"{target}.{binding.attribute}"
        return self.project.find(name, importer) or self._outside(name, importer)

    def import_source(self, binding: Binding) -> tuple[str, Module | None]:
        """Absolute dotted name of the module an import names, and that module if it is the project's."""
        importer = binding.scope.module
        if not binding.level:
            return binding.module, self.project.find(binding.module, importer)
        target = self.project.resolve_relative(importer, binding.level, binding.module)
        path = self.project.find_relative(importer, binding.level, binding.module)
        return target, self.project.module_at(path) if path is not None else None

    def imported_binding(self, binding: Binding) -> Binding | None:
        """The definition behind an import, followed to the module that makes it; other bindings are themselves."""
        if binding.kind != "import":
            return binding
        if binding not in self._behind_imports:
            self._behind_imports[binding] = self._follow_imports(binding)
        return self._behind_imports[binding]

    def _follow_imports(self, binding: Binding) -> Binding | None:
        for _ in range(20):
            if binding.kind != "import":
                return binding
            if binding.attribute is None:
                return None
            module = self.import_source(binding)[1]
            found = self.attribute_binding(module, binding.attribute) if module is not None else None
            if found is None or found is binding:
                return None
            binding = found
        return None

    def attribute_binding(self, value: Value | None, name: str) -> Binding | None:
        """The binding of `value.name` in the body of a module or class."""
        if isinstance(value, Module):
            found = reaching_bindings(name, value.scope, value.index.line_count + 1)
            return found[0] if found else self.star_binding(name, value)
        if isinstance(value, Class):
            found = value.body_scope.bindings.get(name, ())
            return found[-1] if found else None
        return None

    def star_binding(self, name: str, module: Module) -> Binding | None:
        """The binding that a star import brings into a module."""
        if name.startswith("_") or not module.scope.stars:
            return None
        key = (module, name)
        if key not in self._starred:
            self._starred[key] = self._find_starred(name, module, frozenset())
        return self._starred[key]

    def _find_starred(self, name: str, module: Module, seen: frozenset[Module]) -> Binding | None:
        for star in module.scope.stars:
            source = self.import_source(star)[1]
            if source is not None and source not in seen:
                found = source.scope.bindings.get(name)
                if found:
                    return found[-1]
                deeper = self._find_starred(name, source, seen | {module})
                if deeper is not None:
                    return deeper
        return None

    def _outside(self, name: str, importer: Module) -> Value:
        if self.project.is_namespace(name, importer):
            return Namespace(name, importer)
        full = self.externals.canonical(name)
        held = self.externals.module_object(full)
        return Instance(External(held)) if held is not None else External(full)

    def star_imported(self, name: str, module: Module) -> Value | None:
        """The value that a star import brings into a module."""
        if not module.scope.stars:
            return None
        binding = self.star_binding(name, module)
        if binding is not None:
            return self.bound(binding)
        for star in module.scope.stars:
            if not star.level and self.externals.exports(star.module, name):
                return External(self.externals.canonical(f"{star.module}.{name}"))
        return None

    def module_member(self, module: Module, name: str) -> Value | None:
        """`module.name`: what the module binds, re-exports or contains as a submodule."""
        if name in module.scope.bindings:
            value = self.lookup(name, module.scope, module.index.line_count + 1)
            if value is not None:
                return value
        elif module.scope.stars:
            value = self.star_imported(name, module)
            if value is not None:
                return value
        return self.project.find(f"{module.name}.{name}", module) if module.is_package else None
