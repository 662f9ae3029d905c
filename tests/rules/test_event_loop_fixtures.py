"""The fixtures of the rules about blocking calls: how many there are, and the traces that they promise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fastapi_lint.rules.blocking_call import BlockingCallRule
from fastapi_lint.rules.registry import all_rules
from fastapi_lint.testing import expectations, lint_case

FIXTURES = Path(__file__).parents[2] / "fixtures"
BLOCKING = [code for code, rule in all_rules().items() if issubclass(rule, BlockingCallRule)]


def cases(kind: str) -> list[Path]:
    """The files and projects of the rules about blocking calls."""
    return [case for code in BLOCKING for case in sorted((FIXTURES / "rules" / code).glob(f"{kind}*"))]


def modules(case: Path) -> int:
    return sum(1 for _ in case.rglob("*.py")) if case.is_dir() else 1


@pytest.mark.parametrize(("kind", "wanted"), [("bad", 60), ("good", 40)])
def test_most_shapes_go_across_modules(kind: str, wanted: int) -> None:
    across = [case for case in cases(kind) if modules(case) > 1]
    assert len(across) >= wanted


def test_there_are_many_places_that_block() -> None:
    places = [each for case in cases("bad") for each in expectations(case) if each.code in BLOCKING]
    assert len(places) >= 450


def promised(traces: Path) -> Iterator[tuple[str, list[str]]]:
    """The findings of a `traces.txt`, each with the places through which its trace passes."""
    finding, places = "", []
    for line in [*traces.read_text().splitlines(), "end"]:
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            places.append(line.strip())
            continue
        if finding:
            yield finding, places
        finding, places = line, []


TRACES = sorted((FIXTURES / "rules").glob("*/*/traces.txt"))


@pytest.mark.parametrize(
    "traces", [*TRACES, *FIXTURES.glob("apps/*/traces.txt")], ids=lambda traces: traces.parent.name
)
def test_traces(traces: Path) -> None:
    expected = list(promised(traces))
    assert expected
    report = lint_case(traces.parent, {finding.split()[1] for finding, _ in expected})
    found = {
        f"{each.filename}:{each.location.row} {each.code}": [
            f"{step.filename}:{step.location.row}" for step in each.trace
        ]
        for each in report.diagnostics
    }
    for finding, places in expected:
        assert finding in found
        passed = iter(found[finding])
        assert all(place in passed for place in places), found[finding]


def test_one_lock_that_many_routes_use_is_one_finding(tmp_path: Path) -> None:
    routes = "\n".join(
        f"@app.get('/{n}')\nasync def read_{n}() -> None:\n    limited()\n" for n in range(700)
    )
    (tmp_path / "limits.py").write_text(
        "import threading\n\nslots = threading.Semaphore(3)\n\n\n"
        "def limited() -> None:\n    with slots:\n        pass\n"
    )
    (tmp_path / "main.py").write_text(
        f"from fastapi import FastAPI\n\nfrom limits import limited\n\napp = FastAPI()\n\n{routes}"
    )
    (found,) = lint_case(tmp_path, ["FAL107"]).diagnostics
    assert (found.filename, found.location.row) == ("limits.py", 7)
    assert found.message.endswith("; reached from GET /0, GET /1, GET /10 and 697 more")
    assert [step.message for step in found.trace] == [
        "GET /0 → read_0",
        "read_0 calls limited",
        "limited uses `threading.Semaphore`",
    ]
