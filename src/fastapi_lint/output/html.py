"""`html`: one self-contained page, to read in a browser or to send to somebody.

The page works without scripts; the script adds the filters, the tabs and the keys.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TextIO

from fastapi_lint import __version__
from fastapi_lint.diagnostics import Applicability, Diagnostic, Fix, Severity
from fastapi_lint.output.fingerprint import fingerprints
from fastapi_lint.output.html_source import changed_rows, source_line, source_rows, visible
from fastapi_lint.output.report import OutputReport, ReportedRoute
from fastapi_lint.output.summary import plural

_FIX_BADGES = {
    Applicability.SAFE: "safe fix",
    Applicability.UNSAFE: "unsafe fix",
    Applicability.HINT: "hint",
}
_FIX_NOTES = {
    Applicability.SAFE: 'applied by <code class="flag">--fix</code>',
    Applicability.UNSAFE: 'may change behaviour; applied by <code class="flag">--unsafe-fixes</code>',
    Applicability.HINT: "for you to choose",
}

_ROUTE_COLUMNS = ("Method", "Path", "Handler", "Protected by", "Findings")


def write(report: OutputReport, stream: TextIO) -> None:
    """Write the page, in ASCII whatever the encoding of `stream`."""
    page = _Page(report)
    values = {
        "title": _text(f"fastapi-lint: {report.root.absolute().name}"),
        "heading": _text(report.root.absolute().name),
        "meta": _meta(report),
        "style": _resource("style.css"),
        "script": _resource("script.js"),
        "version": __version__,
        "finding_count": f"{len(report.diagnostics):,}",
        "route_count": f"{len(report.routes):,}",
        "routes_hidden": "" if report.routes else " hidden",
        "failures": page.failures(),
        "findings": page.findings(),
        "routes": page.routes(),
    }
    html = re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], _resource("page.html"))
    stream.write(html.encode("ascii", "xmlcharrefreplace").decode("ascii"))


class _Page:
    def __init__(self, report: OutputReport) -> None:
        self._report = report
        names = fingerprints(report.diagnostics, report.source)
        self._ids = [f"f-{name[:16]}" for name in names]
        self._places = _places(report.diagnostics)

    def failures(self) -> str:
        return "".join(
            f'<section class="failure"><h2>{_text(failure.code)} failed</h2>'
            f"<p>{_text(failure.error)}, at {_code(f'{failure.filename}:{failure.row}')}."
            " The rule is at fault, not the file; every other check ran.</p>"
            f"<details><summary>Traceback</summary><pre>{_text(failure.traceback)}</pre></details></section>\n"
            for failure in self._report.failures
        )

    def findings(self) -> str:
        report = self._report
        if not report.diagnostics:
            title = "Nothing found" if report.failures else "All checks passed"
            return f'<div class="nothing"><h2>{title}</h2><p>{_meta(report)}</p></div>'
        sections = []
        numbered = zip(report.diagnostics, self._ids, strict=True)
        for filename, group in groupby(numbered, key=lambda item: item[0].filename):
            articles = [self._finding(found, name) for found, name in group]
            heading = f'<h2>{_path(filename)} <span class="count">{len(articles)}</span></h2>'
            sections.append(f'<section class="file">{heading}\n{"".join(articles)}</section>\n')
        total = len(report.diagnostics)
        return (
            f'<div class="columns">{_filters(report)}<div>'
            f'<div class="shown"><p id="shown" role="status">Showing {total} of {total}</p>'
            '<button type="button" id="clear" class="plain" hidden>Show all</button></div>\n'
            '<div class="nothing" id="no-match" hidden><h2>No match</h2>'
            "<p>No finding fits these filters.</p></div>\n"
            f"{''.join(sections)}</div></div>"
        )

    def routes(self) -> str:
        if not self._report.routes:
            return ""
        rows = "".join(self._route(route) for route in self._report.routes)
        total = len(self._report.routes)
        heads = "".join(f'<th scope="col">{title}</th>' for title in _ROUTE_COLUMNS)
        return (
            '<div class="toolbar"><div><label for="route-search">Search</label>'
            '<input type="search" id="route-search" placeholder="Path, handler, file"></div>'
            '<div><label for="route-kind">Show</label><select id="route-kind">'
            '<option value="">All routes</option><option value="found">Routes with findings</option>'
            '<option value="open">Routes that nothing protects</option></select></div>'
            f'<p id="routes-shown" role="status">Showing {total} of {total}</p></div>\n'
            f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>'
        )

    def _finding(self, found: Diagnostic, name: str) -> str:
        severity = found.severity.value
        place = f"{found.filename}:{found.location.row}:{found.location.column}"
        title = f"{_link(found.url, found.code)} {_text(found.name)}"
        return (
            f'<article class="finding {severity}" id="{name}" tabindex="-1" data-severity="{severity}"'
            f' data-rule="{_text(found.code)}" data-file="{_text(found.filename)}">'
            f'<header><span class="badge">{severity}</span><h3>{title}</h3>'
            f'<a class="place" href="#{name}">{_path(place)}</a></header>\n'
            f'<p class="message">{_prose(found.message)}</p>\n'
            f"{self._source(found)}{self._help(found)}{self._trace(found)}{self._fixes(found)}</article>\n"
        )

    def _source(self, found: Diagnostic) -> str:
        lines = self._report.source(found.filename)
        if not lines:
            return ""
        rows = source_rows(lines, found.location, found.end_location)
        return f'<pre class="source" tabindex="0"><code>{rows}</code></pre>\n'

    def _help(self, found: Diagnostic) -> str:
        return f'<p class="note"><strong>Help:</strong> {_prose(found.help)}</p>\n' if found.help else ""

    def _trace(self, found: Diagnostic) -> str:
        if not found.trace:
            return ""
        steps = []
        for step in found.trace:
            line = self._report.line(step.filename, step.location.row)
            source = f"<pre><code>{source_line(line)}</code></pre>" if line and line.strip() else ""
            place = _path(f"{step.filename}:{step.location.row}")
            steps.append(f'<li>{_prose(step.message)} <span class="path">{place}</span>{source}</li>')
        title = f"Trace, {plural(len(steps), 'step')}"
        return f'<details class="trace" open><summary>{title}</summary><ol>{"".join(steps)}</ol></details>\n'

    def _fixes(self, found: Diagnostic) -> str:
        offers = [*([found.fix] if found.fix else []), *found.hints]
        return "".join(self._fix(found, fix) for fix in offers)

    def _fix(self, found: Diagnostic, fix: Fix) -> str:
        kind = fix.applicability
        badge = f'<span class="badge {kind.value}">{_FIX_BADGES[kind]}</span>'
        note = f'<p class="note">{badge} {_prose(fix.message)} ({_FIX_NOTES[kind]})</p>\n'
        lines = self._report.source(found.filename)
        if lines is None or not fix.edits:
            return note
        rows = changed_rows(lines, fix.edits)
        change = f'<pre class="source" tabindex="0"><code>{rows}</code></pre>'
        return f"{note}<details><summary>Show the change</summary>{change}</details>\n"

    def _route(self, route: ReportedRoute) -> str:
        found = self._found_in(route)
        chips = "".join(self._chip(number) for number in found)
        protected = ", ".join(_short(name) for name in route.protected_by)
        where = _path(f"{route.registered.filename}:{route.registered.first}")
        contents = (
            _text(route.method),
            f'<span class="path">{_path(route.path)}</span>',
            f'<code>{_text(route.handler).replace(":", ":<wbr>")}</code><small class="path">{where}</small>',
            protected or '<span class="none">nothing</span>',
            f'<ul class="chips">{chips}</ul>' if chips else '<span class="none">none</span>',
        )
        row = "".join(
            f'<td data-label="{title}"><div>{content}</div></td>'
            for title, content in zip(_ROUTE_COLUMNS, contents, strict=True)
        )
        flags = f'data-found="{"yes" if found else "no"}" data-open="{"no" if protected else "yes"}"'
        return f"<tr {flags}>{row}</tr>\n"

    def _found_in(self, route: ReportedRoute) -> list[int]:
        """The numbers of the findings that a route's code has, or that their traces reach it from."""
        return sorted(
            {
                number
                for part in (route.registered, route.handled)
                if part is not None
                for row, number in self._places.get(part.filename, ())
                if part.first <= row <= part.last
            }
        )

    def _chip(self, number: int) -> str:
        found = self._report.diagnostics[number]
        label = _text(f"{found.code} {found.name}")
        link = f'<a href="#{self._ids[number]}" title="{_text(found.message)}">{label}</a>'
        return f'<li class="{found.severity.value}">{link}</li>'


def _places(diagnostics: Sequence[Diagnostic]) -> dict[str, list[tuple[int, int]]]:
    """For each file, the rows that findings and their traces touch, with the number of the finding."""
    places: dict[str, list[tuple[int, int]]] = {}
    for number, found in enumerate(diagnostics):
        places.setdefault(found.filename, []).append((found.location.row, number))
        for step in found.trace:
            places.setdefault(step.filename, []).append((step.location.row, number))
    return places


def _filters(report: OutputReport) -> str:
    severities = Counter(found.severity for found in report.diagnostics)
    rules = Counter(found.code for found in report.diagnostics)
    by_file = Counter(found.filename for found in report.diagnostics)
    first = {found.code: found for found in reversed(report.diagnostics)}
    severity_options = [
        (kind.value, _dotted(kind, kind.value), severities[kind]) for kind in Severity if severities[kind]
    ]
    rule_options = [
        (code, _dotted(first[code].severity, code, first[code].name), count)
        for code, count in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    ]
    file_options = [(name, f'<span class="path">{_path(name)}</span>', n) for name, n in by_file.items()]
    return (
        '<aside class="filters" aria-label="Filters"><details open><summary>Filters</summary>'
        '<form id="filters"><div class="search"><label class="label" for="search">Search</label>'
        '<input type="search" id="search" placeholder="Message, code, source"></div>'
        f"{_options('Severity', 'severity', severity_options)}{_options('Rule', 'rule', rule_options)}"
        f"{_options('File', 'file', file_options)}</form></details></aside>"
    )


def _dotted(severity: Severity, text: str, more: str = "") -> str:
    small = f"<small>{_text(more)}</small>" if more else ""
    return f'<span class="dot {severity.value}"></span>{_text(text)}{small}'


def _options(title: str, name: str, options: Iterable[tuple[str, str, int]]) -> str:
    """Tick boxes for a filter: value, label in HTML and how many findings have it."""
    items = "".join(
        f'<li><label><input type="checkbox" name="{name}" value="{_text(value)}">'
        f'<span class="what">{label}</span><span class="count">{count:,}</span></label></li>'
        for value, label, count in options
    )
    return f'<fieldset><legend>{title}</legend><ul class="options">{items}</ul></fieldset>'


def _meta(report: OutputReport) -> str:
    counts = Counter(found.severity for found in report.diagnostics)
    nouns = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    parts = [plural(counts[severity], noun) for severity, noun in nouns.items() if counts[severity]]
    parts.append(f"{plural(report.checked, 'file')} checked")
    if report.elapsed is not None:
        parts.append(f"{report.elapsed:.2f} s")
    return " · ".join(parts)


def _resource(name: str) -> str:
    return (files("fastapi_lint.output") / "html_page" / name).read_text("utf-8").rstrip()


def _text(text: str) -> str:
    return escape(visible(text))


def _path(text: str) -> str:
    """A path that may be wrapped after each slash."""
    return _text(text).replace("/", "/<wbr>")


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _short(name: str) -> str:
    """A qualified name, of which the module shows when it is pointed at."""
    return f'<code title="{_text(name)}">{_text(re.split("[.:]", name)[-1])}</code>'


def _prose(text: str) -> str:
    """A sentence with its quoted code set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _text(text))


def _link(url: str | None, text: str) -> str:
    if url is None or not url.startswith(("https://", "http://")):
        return _text(text)
    return f'<a href="{_text(url)}">{_text(text)}</a>'
