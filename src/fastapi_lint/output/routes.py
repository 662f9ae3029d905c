"""The route table as JSON, CSV, Markdown, or a table for a terminal."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

import msgspec

from fastapi_lint.output.terminal import one_line

if TYPE_CHECKING:
    from fastapi_lint.application.route_table import RouteRow

ROUTE_FORMATS = ("table", "json", "csv", "markdown")

_COLUMNS = ("method", "path", "handler", "where", "runs", "status", "response model", "access", "tags")
_LARGE = 1000
"""Cells: where no terminal sets a width, rows are not wrapped."""


def render_routes(format: str, rows: Sequence[RouteRow], stream: TextIO, *, color: bool = False) -> None:
    """Write the rows in one of the `ROUTE_FORMATS`."""
    if format == "json":
        stream.write(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n")
    elif format == "csv":
        _render_csv(rows, stream)
    elif format == "markdown":
        _render_markdown(rows, stream)
    else:
        _render_table(rows, stream, color)


def _render_csv(rows: Sequence[RouteRow], stream: TextIO) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    fields = [field for field in rows[0].__struct_fields__ if field != "unknown"] if rows else []
    if fields:
        writer.writerow(fields)
    for row in rows:
        writer.writerow([_plain(getattr(row, field)) for field in fields])


def _plain(value: object) -> object:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _render_markdown(rows: Sequence[RouteRow], stream: TextIO) -> None:
    stream.write(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}\n")
    for row in rows:
        cells = [cell.replace("|", "\\|") for cell in cells_of(row)]
        stream.write(f"| {' | '.join(cells)} |\n")


def cells_of(row: RouteRow) -> list[str]:
    """What the columns of a row show."""
    status = row.status_code if row.status_code is not None else ""
    return [
        one_line(cell)
        for cell in (
            ",".join(row.methods) or row.kind,
            (row.path or "/") + (" (conditional)" if row.conditional else ""),
            row.handler,
            f"{row.filename}:{row.line}",
            {True: "async", False: "thread", None: ""}[row.is_async],
            str(status),
            row.response_model or "",
            ", ".join(name.rpartition(":")[2] for name in row.security),
            ", ".join(row.tags),
        )
    ]


def _render_table(rows: Sequence[RouteRow], stream: TextIO, color: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = None if stream.isatty() else _LARGE
    console = Console(file=stream, color_system="auto" if color else None, width=width, highlight=False)
    for app in dict.fromkeys(row.app for row in rows):
        served = [row for row in rows if row.app == app]
        title = f"{app or 'in no known app'} · {len(served)} route{'s' * (len(served) != 1)}"
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for column in _COLUMNS:
            table.add_column(column, overflow="fold")
        for row in served:
            table.add_row(*map(Text, cells_of(row)))
        console.print(table)
        reasons = {reason for row in served for reason in row.unknown.values()}
        for reason in sorted(reasons):
            console.print(Text(f"{{?}}: {reason}"), style="dim")
