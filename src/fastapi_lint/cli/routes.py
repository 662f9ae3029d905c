"""`fastapi-lint routes`: the route table of an application."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.loading import load
from fastapi_lint.cli.parameters import config_options, is_colourful
from fastapi_lint.output.routes import ROUTE_FORMATS, render_routes

if TYPE_CHECKING:
    from fastapi_lint.application.routes import Route


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--app", metavar="MODULE:VARIABLE", help="Show the routes of one app; the variable is enough.")
@click.option(
    "--path", "pattern", metavar="TEXT", help="Show paths that contain this text, or fit it as a glob."
)
@click.option("--method", "methods", multiple=True, help="Show routes that answer this method (repeatable).")
@click.option("--unprotected", is_flag=True, help="Show routes without authentication.")
@click.option(
    "--unresolved",
    is_flag=True,
    help="Show what is not known statically: routes, those in no known app, and what unknown code may add.",
)
@click.option(
    "--output-format", type=click.Choice(ROUTE_FORMATS), default="table", help="How the table is printed."
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Whether to colour the output; auto does on a terminal.",
)
@config_options
def routes(
    paths: tuple[str, ...],
    app: str | None,
    pattern: str | None,
    methods: tuple[str, ...],
    unprotected: bool,
    unresolved: bool,
    output_format: str,
    color: str,
    config: tuple[str, ...],
    isolated: bool,
) -> None:
    """Print the routes of the apps in PATHS, in the order in which they are matched, without running anything."""
    from fastapi_lint.application.route_table import row_of, row_of_escape
    from fastapi_lint.linter.routes import escapes_in_question, routes_in_question

    project = load(paths, config, isolated=isolated)
    wanted = {method.upper() for method in methods}
    rows = [
        row_of(route)
        for route in routes_in_question(project, everywhere=not paths, unresolved=unresolved)
        if (app is None or _is_app(route, app))
        and (pattern is None or pattern in route.path or fnmatchcase(route.path, pattern))
        and (not wanted or not wanted.isdisjoint(route.methods))
        and not (unprotected and (route.kind == "mount" or route.security))
        and not (unresolved and route.app is not None and not route.unknowns and not route.conditional)
    ]
    if unresolved and pattern is None and not wanted:
        escapes = escapes_in_question(project, everywhere=not paths)
        found = [row_of_escape(registrar, escape) for registrar, escape in escapes]
        rows += [row for row in found if app is None or (row.app is not None and _is_named(app, row.app))]
    render_routes(output_format, rows, sys.stdout, color=is_colourful(color, sys.stdout))


def _is_app(route: Route, wanted: str) -> bool:
    return route.app is not None and _is_named(wanted, route.app.name, *route.app.names)


def _is_named(wanted: str, *names: str) -> bool:
    return any(wanted in (name, name.rpartition(":")[2]) for name in names)
