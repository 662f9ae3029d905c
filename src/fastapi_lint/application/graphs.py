"""Pictures of an application as plain graphs: how routers hang together, what depends on what, who imports whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.registrars import App, Inclusion, Registrar, Registration
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.dependencies import Dependency
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routes import Route


@dataclass(frozen=True, slots=True)
class Node:
    """Something in a picture."""

    key: str
    name: str
    kind: str = "plain"
    """`app`, `router`, `routes`, `dependency`, `security`, `unknown` or `plain`: how it is drawn."""
    details: tuple[str, ...] = ()
    """What else is worth knowing of it, a line each."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two nodes, by their keys."""

    start: str
    end: str
    label: str = ""
    kind: str = "plain"
    """`plain`, `conditional` (it depends on something not known statically) or `circular` (part of a cycle)."""


@dataclass(slots=True)
class Graph:
    """Nodes and arrows, in a stable order."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The package in which all of it is, where that is not a top-level one; else empty."""
        modules = [node.name.partition(":")[0] for node in self.nodes.values() if node.kind != "unknown"]
        packages = [module.split(".")[:-1] for module in modules]
        if len(packages) < 2:
            return ""
        common = [
            parts[0] for parts in takewhile(lambda parts: len(set(parts)) == 1, zip(*packages, strict=False))
        ]
        return ".".join(common) if len(common) > 1 else ""

    def add(self, node: Node) -> str:
        """Add a node once; its key."""
        return self.nodes.setdefault(node.key, node).key

    def connect(self, edge: Edge) -> None:
        """Add an arrow once."""
        self.edges[edge] = None


# Routers


def router_graph(application: Application, roots: Iterable[Registrar]) -> Graph:
    """Apps and routers, with an arrow for each inclusion and each mounted app."""
    graph = Graph()
    waiting = list(roots)
    numbers: dict[Registrar, int] = {}

    def draw(registrar: Registrar) -> str:
        number = numbers.setdefault(registrar, len(numbers))
        return graph.add(_registrar_node(registrar, number))

    drawn: set[Registrar] = set()
    while waiting:
        registrar = waiting.pop(0)
        if registrar in drawn:
            continue
        drawn.add(registrar)
        start = draw(registrar)
        for inclusion in registrar.inclusions:
            router = inclusion.router
            end = draw(router) if router is not None else graph.add(_unknown_node(inclusion))
            graph.connect(Edge(start, end, str(inclusion.level.prefix), _edge_kind(inclusion)))
            if inclusion.router is not None:
                waiting.append(inclusion.router)
        for route in registrar.routes:
            if route.kind == "mount" and isinstance(route.endpoint, Registrar):
                end = draw(route.endpoint)
                graph.connect(Edge(start, end, f"mount {route.path}", _edge_kind(route)))
                waiting.append(route.endpoint)
    return graph


def _edge_kind(registration: Registration) -> str:
    return "conditional" if registration.conditional else "plain"


def _registrar_node(registrar: Registrar, number: int) -> Node:
    count = sum(1 for _ in registrar.routes)
    details = [str(registrar.level.prefix), _number_of_routes(count) if count else ""]
    details += {f"{UNKNOWN_TEXT} {each.reason}": None for each in registrar.escapes if each.may_register}
    kind = "app" if isinstance(registrar, App) else "router"
    name = registrar.name or f"{registrar.module.path}:{registrar.line}"
    return Node(f"{kind}{number}", name, kind, tuple(filter(None, details)))


def _number_of_routes(count: int) -> str:
    return f"{count} route{'s' * (count != 1)}"


def _unknown_node(inclusion: Inclusion) -> Node:
    place = f"{inclusion.module.path}:{inclusion.line}"
    return Node(place, UNKNOWN_TEXT, "unknown", (place,))


# Dependencies


def dependency_graph(application: Application, routes: Iterable[Route]) -> Graph:
    """The modules that have routes, the dependencies of these, and what they depend on themselves."""
    graph = Graph()
    counts: Counter[tuple[str, str]] = Counter()
    for route in routes:
        if route.kind == "mount":
            continue
        tree = route.resolution.tree
        dependencies = [*route.declared_dependencies, *tree.direct(route.handler)]
        if dependencies:
            start = graph.add(Node(route.module.path, route.module.name, "routes"))
            ends = [_add_dependency(application, graph, each, tree.direct) for each in dependencies]
            counts.update((start, end) for end in set(ends))
    for (start, end), count in sorted(counts.items()):
        graph.connect(Edge(start, end, _number_of_routes(count)))
    return graph


def _add_dependency(
    application: Application,
    graph: Graph,
    dependency: Dependency,
    below: Callable[[Callee], list[Dependency]],
) -> str:
    label = dependency.label
    if not dependency.callee.is_known:
        place = f"{dependency.module.path}:{dependency.line}"
        return graph.add(Node(place, UNKNOWN_TEXT, "unknown", (place,)))
    kind = "security" if application.routing.security.authenticates(dependency) else "dependency"
    is_new = label not in graph.nodes
    key = graph.add(Node(label, label, kind, ("yields",) if dependency.yields else ()))
    if is_new:
        for each in below(dependency.callee):
            graph.connect(Edge(key, _add_dependency(application, graph, each, below)))
    return key


# Imports


def import_graph(application: Application, modules: Iterable[Module]) -> Graph:
    """The modules and what they import of each other when they are imported; cycles are marked."""
    graph = Graph()
    drawn = list(modules)
    paths = {module.path for module in drawn}
    imports = {module.path: sorted(set(_imported(application, module)) & paths) for module in drawn}
    circular = _on_cycles(imports)
    for module in drawn:
        graph.add(Node(module.path, module.name))
    for start, targets in imports.items():
        for end in targets:
            if end != start:
                kind = "circular" if (start, end) in circular else "plain"
                graph.connect(Edge(start, end, kind=kind))
    return graph


def _imported(application: Application, module: Module) -> Iterator[str]:
    project = application.project
    for statement in module.index.body:
        if isinstance(statement, nodes.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, nodes.ImportFrom):
            base = statement.module
            if statement.level:
                base = project.resolve_relative(module, statement.level, statement.module)
            names = [base, *(f"{base}.{alias.name}" for alias in statement.names)]
        else:
            continue
        for name in names:
            path = project.find_path(name, module)
            if path is not None:
                yield path


def _on_cycles(imports: dict[str, list[str]]) -> set[tuple[str, str]]:
    """The imports whose two modules reach each other."""
    reached = {start: _reachable(imports, start) for start in imports}
    return {(start, end) for start, targets in imports.items() for end in targets if start in reached[end]}


def _reachable(imports: dict[str, list[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for path in imports.get(waiting.pop(), ()):
            if path not in seen:
                seen.add(path)
                waiting.append(path)
    return seen
