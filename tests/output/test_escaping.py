"""Whatever stands in a message or a file name, the consumer of a format reads back what was meant."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location, Severity
from fastapi_lint.output import FORMATS

from . import sample
from .conftest import rendered

hostile = st.text(
    st.one_of(st.sampled_from("%:,;]\r\n\t`<>&'\"|\x00\x1b\x85\u2028\u202e\ud800é日\\"), st.characters()),
    max_size=40,
)
_NOT_XML = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
names = hostile.map(lambda text: text.replace("/", "_").replace("\x00", "_") or "x")


@st.composite
def findings(draw: st.DrawFn) -> Diagnostic:
    row, column = draw(st.integers(1, 99)), draw(st.integers(1, 99))
    return Diagnostic(
        code="FAL101",
        name="blocking-sleep",
        severity=draw(st.sampled_from(Severity)),
        message=draw(hostile),
        filename=draw(names),
        location=Location(row, column),
        end_location=Location(row + draw(st.integers(0, 3)), column + draw(st.integers(0, 9))),
        help=draw(st.none() | hostile),
        fix=Fix(draw(hostile), Applicability.SAFE, (Edit(Location(1, 1), Location(1, 1), draw(hostile)),)),
    )


def unescaped(text: str, escapes: dict[str, str]) -> str:
    """What a consumer makes of escape sequences, in one pass."""
    return re.sub("|".join(map(re.escape, escapes)), lambda match: escapes[match[0]], text)


@given(findings())
def test_github_commands(found: Diagnostic) -> None:
    text = rendered("github", sample.make_report(found))
    assert text.count("\n") == 1
    assert "\r" not in text
    match = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)\n", text, re.DOTALL)
    assert match is not None
    escapes = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
    properties = dict(part.split("=", 1) for part in match[2].split(","))
    assert unescaped(properties["file"], escapes) == str(Path("/project") / found.filename)
    message = unescaped(match[3], {key: escapes[key] for key in ("%25", "%0D", "%0A")})
    assert message == found.message + (f"\nhelp: {found.help}" if found.help else "")
    assert ("col" in properties) == (found.location.row == found.end_location.row)


@given(findings())
def test_azure_commands(found: Diagnostic) -> None:
    text = rendered("azure", sample.make_report(found))
    assert text.count("\n") == 1
    match = re.fullmatch(r"##vso\[task\.logissue ([^\]]*);\](.*)\n", text, re.DOTALL)
    assert match is not None
    escapes = {"%AZP25": "%", "%0D": "\r", "%0A": "\n", "%3B": ";", "%5D": "]"}
    properties = dict(part.split("=", 1) for part in match[1].split(";"))
    assert unescaped(properties["sourcepath"], escapes) == str(Path("/project") / found.filename)
    message = unescaped(match[2], {key: escapes[key] for key in ("%AZP25", "%0D", "%0A")})
    assert message.startswith(f"blocking-sleep: {found.message}")


@given(findings())
def test_json_formats_are_ascii_and_say_the_same(found: Diagnostic) -> None:
    report = sample.make_report(found)
    (whole,) = json.loads(rendered("json", report))
    lines = rendered("json-lines", report)
    assert lines.count("\n") == 1
    assert json.loads(lines) == whole
    assert whole["message"] == found.message
    assert whole["filename"] == str(Path("/project") / found.filename)
    assert whole["fix"]["edits"][0]["content"] == found.fix.edits[0].content  # type: ignore[union-attr]
    (issue,) = json.loads(rendered("gitlab", report))
    assert issue["description"].endswith(found.message)
    assert issue["location"]["path"] == found.filename
    for format in ("json", "json-lines", "gitlab", "sarif", "rdjson"):
        assert rendered(format, report).isascii()


@pytest.mark.parametrize("name", ["caf\udce9.py", "half\ud800.py"])
def test_names_that_are_no_text(name: str) -> None:
    found = msgspec.structs.replace(sample.SLEEP, filename=name)
    assert json.loads(rendered("sarif", sample.make_report(found)))


@given(findings())
def test_junit_can_be_read(found: Diagnostic) -> None:
    text = rendered("junit", sample.make_report(found))
    assert text.isascii()
    result = ET.fromstring(text).find("testsuite/testcase/*")
    assert result is not None
    assert result.get("message") == re.sub(_NOT_XML, "\ufffd", found.message)


@given(findings())
def test_line_formats_keep_to_one_line(found: Diagnostic) -> None:
    report = sample.make_report(found)
    for format, extra in (("concise", 1), ("agent", 1), ("pylint", 0), ("grouped", 3)):
        text = rendered(format, report)
        assert len(text.splitlines()) == 1 + extra
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", text)


@given(findings())
def test_full_shows_nothing_that_a_terminal_would_obey(found: Diagnostic) -> None:
    text = rendered("full", sample.make_report(found, source=lambda name: [found.message] * 120))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", text)


@pytest.mark.parametrize("format", FORMATS)
def test_no_source(format: str) -> None:
    report = sample.make_report(sample.SLEEP, sample.CONFIG, source=lambda name: None)
    assert "time.sleep" in rendered(format, report)
