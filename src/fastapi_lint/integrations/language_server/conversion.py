"""Diagnostics in the words of the protocol."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from fastapi_lint.diagnostics import Diagnostic, Severity, TraceStep
from fastapi_lint.integrations.language_server.positions import Positions

SOURCE = "fastapi-lint"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_UNNECESSARY = frozenset({"FAL001"})

Place = Callable[[TraceStep], types.Location]
"""Where a step of a trace is."""


def to_protocol(diagnostic: Diagnostic, positions: Positions, place: Place) -> types.Diagnostic:
    """A diagnostic of the text that `positions` is about; the steps of its trace become related information."""
    message = diagnostic.message
    if diagnostic.help:
        message = f"{message}\n{diagnostic.help}"
    return types.Diagnostic(
        range=positions.range(diagnostic.location, diagnostic.end_location),
        message=message,
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        code_description=types.CodeDescription(diagnostic.url) if diagnostic.url else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if diagnostic.code in _UNNECESSARY else None,
        related_information=[
            types.DiagnosticRelatedInformation(place(step), step.message) for step in diagnostic.trace
        ]
        or None,
    )
