"""`junit`: findings as failed test cases, one suite for each file, for what shows test reports."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import groupby
from typing import TextIO

from fastapi_lint.diagnostics import Diagnostic, RuleFailure, Severity
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import explanation


def write(report: OutputReport, stream: TextIO) -> None:
    """Write the document, in ASCII whatever the encoding of `stream`.

    Notices are skipped test cases, a rule that raised is an error, and a run without findings is one
    test case that passed.
    """
    root = ET.Element("testsuites", name="fastapi-lint")
    for filename, group in groupby(report.diagnostics, key=lambda found: found.filename):
        suite = ET.SubElement(root, "testsuite", name=_xml(filename), file=_xml(filename))
        _fill(suite, [_case(found) for found in group])
    if report.failures:
        _fill(ET.SubElement(root, "testsuite", name="fastapi-lint"), [_error(f) for f in report.failures])
    if not len(root):
        passed = ET.Element("testcase", name="All checks passed", classname="fastapi-lint", time="0")
        _fill(ET.SubElement(root, "testsuite", name="fastapi-lint"), [passed])
    for counter in ("tests", "failures", "errors"):
        root.set(counter, str(sum(int(suite.get(counter, "0")) for suite in root)))
    ET.indent(root)
    stream.write(ET.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii") + "\n")


def _fill(suite: ET.Element, cases: list[ET.Element]) -> None:
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for counter, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(counter, str(sum(1 for case in cases if case.find(tag) is not None)))
    suite.set("time", "0")


def _case(found: Diagnostic) -> ET.Element:
    place = f"{found.location.row}:{found.location.column}"
    case = ET.Element(
        "testcase",
        name=f"{found.code} {found.name} ({place})",
        classname=_xml(found.filename.removesuffix(".py").replace("/", ".")),
        time="0",
    )
    tag = "skipped" if found.severity is Severity.INFO else "failure"
    result = ET.SubElement(case, tag, type=found.severity.value, message=_xml(found.message))
    result.text = _xml(_text(found, place))
    return case


def _text(found: Diagnostic, place: str) -> str:
    text = f"{found.filename}:{place}: {explanation(found)}"
    return f"{text}\n{found.url}" if found.url else text


def _error(failure: RuleFailure) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=_xml(f"{failure.code} failed on {failure.filename}:{failure.row}"),
        classname="fastapi-lint",
        time="0",
    )
    ET.SubElement(case, "error", message=_xml(failure.error)).text = _xml(failure.traceback)
    return case


def _xml(text: str) -> str:
    """`text` with a replacement character for each one that XML cannot hold."""
    return "".join(character if _allowed(ord(character)) else "\ufffd" for character in text)


def _allowed(code: int) -> bool:
    if code < 0x20:
        return code in (0x9, 0xA, 0xD)
    return code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
