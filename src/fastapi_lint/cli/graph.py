"""`fastapi-lint graph`: a picture of how an application hangs together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.loading import load
from fastapi_lint.cli.parameters import config_options
from fastapi_lint.output.graphs import GRAPH_FORMATS, GraphvizMissingError, render_graph

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.graphs import Graph


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--kind",
    type=click.Choice(["routers", "dependencies", "imports"]),
    default="routers",
    help="What is drawn: which routers are included where, what depends on what, or which module imports which.",
)
@click.option(
    "--format", "format_", type=click.Choice(GRAPH_FORMATS), default="mermaid", help="How it is written."
)
@click.option("-o", "--output-file", metavar="FILE", help="Write to a file in place of standard output.")
@config_options
def graph(
    paths: tuple[str, ...],
    kind: str,
    format_: str,
    output_file: str | None,
    config: tuple[str, ...],
    isolated: bool,
) -> None:
    """Draw the apps in PATHS: their routers, their dependencies, or the imports of their modules."""

    project = load(paths, config, isolated=isolated)
    application = project.application
    linted = set(project.linted) if paths else project.production_files
    try:
        text = render_graph(format_, _graph_of(kind, application, linted))
    except GraphvizMissingError as error:
        raise click.ClickException(str(error)) from error
    if output_file is None:
        click.echo(text, nl=False)
    else:
        Path(output_file).write_text(text, "utf-8")


def _graph_of(kind: str, application: Application, linted: set[str]) -> Graph:
    from fastapi_lint.application.graphs import dependency_graph, import_graph, router_graph

    if kind == "routers":
        apps = [app for app in application.apps if app.module.path in linted]
        routers = [router for router in application.routers if router.module.path in linted]
        return router_graph(application, apps or routers)
    if kind == "dependencies":
        return dependency_graph(
            application, [route for route in application.routes if route.module.path in linted]
        )
    return import_graph(application, [module for module in application.modules if module.path in linted])
