"""Pictures of an application as plain graphs: how routers hang together, what depends on what, who imports whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.registrars import App, Inclusion, Registrar
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
    label: str
    kind: str = "plain"
    """`app`, `router`, `routes`, `dependency`, `security`, `unknown` or `plain`: how it is drawn."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two nodes, by their keys."""

    start: str
    end: str
    label: str = ""
    is_marked: bool = False
    """Drawn so that it stands out: part of a cycle, or under a condition."""


@dataclass(slots=True)
class Graph:
    """Nodes and arrows, in a stable order."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)

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
            graph.connect(Edge(start, end, str(inclusion.level.prefix), inclusion.conditional))
            if inclusion.router is not None:
                waiting.append(inclusion.router)
        for route in registrar.routes:
            if route.kind == "mount" and isinstance(route.endpoint, Registrar):
                end = draw(route.endpoint)
                graph.connect(Edge(start, end, f"mount {route.path}", route.conditional))
                waiting.append(route.endpoint)
    return graph


def _registrar_node(registrar: Registrar, number: int) -> Node:
    count = sum(1 for _ in registrar.routes)
    lines = [registrar.name or f"{registrar.module.path}:{registrar.line}", str(registrar.level.prefix)]
    if count:
        lines.append(f"{count} route{'s' * (count != 1)}")
    kind = "app" if isinstance(registrar, App) else "router"
    return Node(f"{kind}{number}", "\n".join(line for line in lines if line), kind)


def _unknown_node(inclusion: Inclusion) -> Node:
    place = f"{inclusion.module.path}:{inclusion.line}"
    return Node(place, f"{UNKNOWN_TEXT}\n{place}", "unknown")


# Dependencies


def dependency_graph(application: Application, routes: Iterable[Route]) -> Graph:
    """The modules that have routes, the dependencies of these, and what they depend on themselves."""
    graph = Graph()
    counts: Counter[tuple[str, str]] = Counter()
    for route in routes:
        if route.kind == "mount":
            continue
        start = graph.add(Node(route.module.path, route.module.name, "routes"))
        tree = route.resolution.tree
        for dependency in (*route.declared_dependencies, *tree.direct(route.handler)):
            counts[start, _add_dependency(application, graph, dependency, tree.direct)] += 1
    for (start, end), count in counts.items():
        graph.connect(Edge(start, end, f"{count} route{'s' * (count != 1)}"))
    return graph


def _add_dependency(
    application: Application,
    graph: Graph,
    dependency: Dependency,
    below: Callable[[Callee], list[Dependency]],
) -> str:
    label = dependency.label
    kind = "security" if application.routing.security.authenticates(dependency) else "dependency"
    if not dependency.callee.is_known:
        kind, label = "unknown", f"{UNKNOWN_TEXT} {dependency.module.path}:{dependency.line}"
    is_new = label not in graph.nodes
    key = graph.add(Node(label, f"{label}\nyields" if dependency.yields else label, kind))
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
                graph.connect(Edge(start, end, is_marked=(start, end) in circular))
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
