"""`fastapi-lint why`: how the event loop gets to a line of code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fastapi_lint.cli.parameters import config_options
from fastapi_lint.config.settings import load_settings
from fastapi_lint.discovery import is_marked

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.application.ways import Stop, Way, Ways


@click.command()
@click.argument("place", metavar="FILE:LINE")
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", help="How the answer is printed."
)
@config_options
def why(place: str, output_format: str, config: tuple[str, ...], isolated: bool) -> None:
    """Show every way from a route to FILE:LINE, or where the search for one ended."""
    from fastapi_lint.application.ways import ways_to
    from fastapi_lint.linter.project import linted_files, load_project

    path, line = _parse(place)
    settings = load_settings([path], config=config, isolated=isolated)
    here = Path.cwd()
    if not is_marked(settings.root) and settings.root.is_relative_to(here):
        # Nothing marks a project around the file: it is what the command was started in.
        settings = load_settings([here], config=config, isolated=isolated)
    linted = linted_files(settings, [path])
    if not linted:
        raise click.ClickException(f"{path} is not a Python file of the project")
    # Any of the project's coroutines may lead there.
    project, _ = load_project(settings, [str(settings.root)])
    application = project.application
    module = application.project.module_at(linted[0])
    function = application.located(module).scope_at(line).function
    if function is None:
        raise click.ClickException(f"line {line} of {path} is in no function: it runs when it is imported")
    ways = ways_to(application, function)
    if output_format == "json":
        click.echo(json.dumps(_as_json(application, ways, line), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_as_text(application, ways, line)))


def _parse(place: str) -> tuple[str, int]:
    path, _, line = place.rpartition(":")
    if not path or not line.isdecimal():
        raise click.UsageError(f"`{place}` is not of the form FILE:LINE")
    if not Path(path).is_file():
        raise click.ClickException(f"there is no file {path}")
    return path, int(line)


def _as_text(application: Application, ways: Ways, line: int) -> Iterator[str]:
    from fastapi_lint.application.verdicts import verdicts

    name = ways.function.qualname
    if ways.found and all(_private(application, way) for way in ways.found):
        yield f"`{name}` runs on a loop of its own only, on which no request waits: nothing is reported there."
    elif ways.found:
        many = "1 way" if len(ways.found) == 1 else f"{len(ways.found)} ways"
        yield f"`{name}` runs on the event loop: {many}{'' if ways.is_complete else ' of many'}."
    else:
        yield f"No way is known on which `{name}` runs on the event loop."
    for number, way in enumerate(ways.found, 1):
        yield ""
        yield f"{number}. {_title(application, way)}"
        for step in _steps(way):
            yield f"   {step['filename']}:{step['row']}  {step['message']}"
    if ways.stops:
        yield ""
        yield "The search ended here:"
        for stop in ways.stops:
            filename, row, message = _stop(application, stop)
            yield f"   {filename}:{row}  {message}"
    said = list(verdicts(application, ways.function, line))
    if said:
        yield ""
        yield f"On line {line}:"
        yield from (f"   {each}" for each in said)


def _as_json(application: Application, ways: Ways, line: int) -> dict[str, Any]:
    from fastapi_lint.application.verdicts import verdicts

    stops = [_stop(application, stop) for stop in ways.stops]
    return {
        "function": ways.function.label,
        "filename": ways.function.module.path,
        "row": ways.function.node.line,
        "on_event_loop": bool(ways.found),
        "complete": ways.is_complete,
        "calls": list(verdicts(application, ways.function, line)),
        "ways": [
            {
                "root": way.root.label if way.root is not None else None,
                "kind": way.root.kind if way.root is not None else None,
                "private": _private(application, way),
                "steps": list(_steps(way)),
            }
            for way in ways.found
        ],
        "stops": [{"filename": filename, "row": row, "message": message} for filename, row, message in stops],
    }


def _title(application: Application, way: Way) -> str:
    if way.root is not None:
        return way.root.label
    how = _private(application, way) or "which nothing known runs"
    return f"`async def {way.start.qualname}`, {how}"


def _private(application: Application, way: Way) -> str | None:
    """How the way starts where it is gone on a loop of its own only."""
    from fastapi_lint.application.verdicts import private_starter

    return private_starter(application, way.start) if way.root is None else None


def _steps(way: Way) -> Iterator[dict[str, Any]]:
    from fastapi_lint.rules.blocking_call import trace_step

    start = way.start
    yield {"filename": start.module.path, "row": start.node.line, "message": _header(start)}
    for hop in way.hops:
        step = trace_step(hop)
        yield {"filename": step.filename, "row": step.location.row, "message": step.message}


def _header(function: Function) -> str:
    return f"{'async def' if function.is_async else 'def'} {function.qualname}"


def _stop(application: Application, stop: Stop) -> tuple[str, int, str]:
    path, function = stop.function.module.path, stop.function
    if stop.call is not None:
        from fastapi_lint.application.source_text import source_text

        called = source_text(stop.call.func)
        unknown = f"of which it is not known whether it is {stop.sought.qualname}"
        return path, stop.call.line, f"{function.qualname} calls `{called}(…)`, {unknown}"
    if stop.is_decorated:
        unknown = "a decorator of which it is not known in what thread it calls it"
        return path, function.node.line, f"{function.qualname} calls {stop.sought.qualname} through {unknown}"
    if not application.files.is_production(path):
        return path, function.node.line, f"{function.qualname} belongs to the tests or scripts"
    routes = application.routes_of(function)
    if routes and not function.is_async:
        methods = ",".join(routes[0].methods)
        return (
            path,
            function.node.line,
            f"{methods} {routes[0].path} is a plain `def`: it runs in a worker thread",
        )
    return path, function.node.line, f"no call of {function.qualname} is known"
