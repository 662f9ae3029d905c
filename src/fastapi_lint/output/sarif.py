"""`sarif`: SARIF 2.1.0, for code scanning services and viewers."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, TextIO
from urllib.parse import quote

from fastapi_lint import __version__
from fastapi_lint.diagnostics import Diagnostic, Edit, Fix, Location, RuleFailure, Severity
from fastapi_lint.metadata import Preset, RuleMetadata
from fastapi_lint.output.fingerprint import fingerprints
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.repository import repository_prefix, repository_root

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_BASE = "SRCROOT"
_FINGERPRINT = "fastapiLintFinding/v1"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_PRECISIONS = {Preset.RECOMMENDED: "very-high", Preset.STRICT: "high", Preset.ALL: "medium"}

_Object = dict[str, Any]


def write(report: OutputReport, stream: TextIO) -> None:
    """Write one run, with the rules that reported; paths are relative to the repository."""
    json.dump(_Run(report).log(), stream, indent=2)
    stream.write("\n")


class _Run:
    def __init__(self, report: OutputReport) -> None:
        self._report = report
        self._prefix = repository_prefix(report.root)
        self._codes = sorted({found.code for found in report.diagnostics})

    def log(self) -> _Object:
        return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [self._run()]}

    def _run(self) -> _Object:
        report = self._report
        names = fingerprints(report.diagnostics, report.source)
        return {
            "tool": {
                "driver": {
                    "name": "fastapi-lint",
                    "version": __version__,
                    "semanticVersion": __version__,
                    "rules": [self._rule(code) for code in self._codes],
                }
            },
            "invocations": [
                {
                    "executionSuccessful": not report.failures,
                    "toolExecutionNotifications": [self._notification(item) for item in report.failures],
                }
            ],
            "originalUriBaseIds": {_BASE: {"uri": f"{repository_root(report.root).as_uri().rstrip('/')}/"}},
            "columnKind": "unicodeCodePoints",
            "results": [
                self._result(found, name) for found, name in zip(report.diagnostics, names, strict=True)
            ],
        }

    def _rule(self, code: str) -> _Object:
        rule = self._report.rules.get(code)
        if rule is not None:
            return _descriptor(rule)
        name = next(found.name for found in self._report.diagnostics if found.code == code)
        text = {"text": _sentence(name.replace("-", " "))}
        return {
            "id": code,
            "name": _pascal_case(name),
            "shortDescription": text,
            "fullDescription": text,
            "help": text,
        }

    def _result(self, found: Diagnostic, name: str) -> _Object:
        location = {"physicalLocation": self._physical(found.filename, found.location, found.end_location)}
        result: _Object = {
            "ruleId": found.code,
            "ruleIndex": self._codes.index(found.code),
            "level": _LEVELS[found.severity],
            "message": {"text": " ".join(_sentence(text) for text in (found.message, found.help) if text)},
            "locations": [location],
            "partialFingerprints": {_FINGERPRINT: name},
        }
        if found.trace:
            steps = [
                {
                    "physicalLocation": self._physical(step.filename, step.location),
                    "message": {"text": step.message},
                }
                for step in found.trace
            ]
            result["relatedLocations"] = [{"id": number, **step} for number, step in enumerate(steps, 1)]
            flow = [*steps, {**location, "message": {"text": found.message}}]
            result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": step} for step in flow]}]}]
        fixes = [self._fix(found.filename, fix) for fix in (found.fix, *found.hints) if fix and fix.edits]
        if fixes:
            result["fixes"] = fixes
        return result

    def _physical(self, filename: str, start: Location, end: Location | None = None) -> _Object:
        """A range; without `end` it reaches to the end of the row, as SARIF defines it."""
        region: _Object = {"startLine": start.row, "startColumn": start.column}
        if end is not None:
            region |= {"endLine": end.row, "endColumn": end.column}
        text = self._report.text(filename, start, end or Location(start.row, sys.maxsize))
        if text:
            region["snippet"] = {"text": text}
        return {"artifactLocation": self._artifact(filename), "region": region}

    def _artifact(self, filename: str) -> _Object:
        path = self._prefix + filename
        return {"uri": quote(_name_as_bytes(path)), "uriBaseId": _BASE}

    def _fix(self, filename: str, fix: Fix) -> _Object:
        return {
            "description": {"text": _sentence(fix.message)},
            "artifactChanges": [
                {
                    "artifactLocation": self._artifact(filename),
                    "replacements": [_replacement(edit) for edit in fix.edits],
                }
            ],
            "properties": {"applicability": fix.applicability.value},
        }

    def _notification(self, failure: RuleFailure) -> _Object:
        physical = {
            "artifactLocation": self._artifact(failure.filename),
            "region": {"startLine": max(failure.row, 1)},
        }
        kind, _, text = failure.error.partition(":")
        return {
            "level": "error",
            "message": {"text": _sentence(f"{failure.code} failed: {failure.error}")},
            "locations": [{"physicalLocation": physical}],
            "exception": {"kind": kind, "message": text.strip()},
            "properties": {"rule": failure.code, "traceback": failure.traceback},
        }


def _name_as_bytes(path: str) -> bytes:
    """The bytes of a file's name, which need not be text."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # Windows has names with halves of characters
        return path.encode("utf-8", "surrogatepass")


def _descriptor(rule: RuleMetadata) -> _Object:
    descriptor: _Object = {
        "id": rule.code,
        "name": _pascal_case(rule.name),
        "shortDescription": {"text": _sentence(rule.summary)},
        "fullDescription": {"text": _sentence(rule.summary)},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["fastapi", rule.category.replace(" ", "-")],
            "precision": _PRECISIONS[rule.preset],
            "problem.severity": _PROBLEMS[rule.severity],
            "preset": rule.preset.value,
        },
    }
    if rule.url:
        descriptor["helpUri"] = rule.url
    return descriptor


def _replacement(edit: Edit) -> _Object:
    replacement: _Object = {
        "deletedRegion": {
            "startLine": edit.location.row,
            "startColumn": edit.location.column,
            "endLine": edit.end_location.row,
            "endColumn": edit.end_location.column,
        }
    }
    if edit.content:
        replacement["insertedContent"] = {"text": edit.content}
    return replacement


def _pascal_case(name: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", name))


def _sentence(text: str) -> str:
    """`text` with a capital and a full stop, as SARIF asks for messages; quoted code keeps its case."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
