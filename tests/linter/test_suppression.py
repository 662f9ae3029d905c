"""Comments that silence findings, and comments that are of no use."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.diagnostics import Applicability, Diagnostic, Location, Severity
from fastapi_lint.fixes.apply import apply_edits
from fastapi_lint.index.comments import find_comments
from fastapi_lint.index.source import split_lines
from fastapi_lint.linter.suppression import Suppressions

NAMES = {
    "unused-suppression": "FAL001",
    "invalid-suppression": "FAL002",
    "blocking-sleep": "FAL101",
    "blocking-http-call": "FAL102",
    "shadowed-route": "FAL201",
}
KNOWN = NAMES | {code: code for code in NAMES.values()}
ALL = set(NAMES.values())


def finding(code: str, row: int, noqa_row: int | None = None) -> Diagnostic:
    place = Location(row, 1)
    return Diagnostic(
        code=code,
        name="name",
        severity=Severity.ERROR,
        message="message",
        filename="app.py",
        location=place,
        end_location=place,
        noqa_row=noqa_row,
    )


def headers(text: str) -> Callable[[int], tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
            body = getattr(node, "body", None)
            spans.append((first, body[0].lineno - 1 if body else node.end_lineno or first))

    def header(row: int) -> tuple[int, int]:
        return min(
            (span for span in spans if span[0] <= row <= span[1]),
            key=lambda s: s[1] - s[0],
            default=(row, row),
        )

    return header


def read(text: str) -> Suppressions:
    return Suppressions.parse(find_comments(text, split_lines(text)), KNOWN, "app.py")


def kept(text: str, *findings: Diagnostic) -> list[tuple[str, int]]:
    left = read(text).filter(findings, headers(text))
    return [(diagnostic.code, diagnostic.location.row) for diagnostic in left]


def unused(text: str, findings: Iterable[Diagnostic] = (), selected: Iterable[str] = ALL) -> list[Diagnostic]:
    suppressions = read(text)
    suppressions.filter(findings, headers(text))
    return suppressions.unused(set(selected))


def fixed(text: str, *findings: Diagnostic) -> str:
    fixes = [diagnostic.fix for diagnostic in unused(text, findings)]
    assert all(fix and fix.applicability is Applicability.SAFE for fix in fixes)
    applied = apply_edits(text, [fix for fix in fixes if fix])
    assert not applied.invalid
    return applied.text


def invalid(text: str) -> list[tuple[str, str | None]]:
    return [(diagnostic.message, diagnostic.help) for diagnostic in read(text).invalid()]


class TestSilencing:
    @pytest.mark.parametrize(
        "comment",
        [
            "# noqa",
            "#NoQA",
            "# noqa: FAL101",
            "# noqa:fal101",
            "# noqa: E501, FAL101 because",
            "# noqa: FAL1",
            "# type: ignore[misc]  # noqa: W1 FAL101",
            "# noqa: in any case",
            "# fastapi-lint: ignore[FAL101]",
            "# fastapi-lint:ignore[ blocking-sleep ]because",
            "# FastAPI-Lint: Ignore [FAL102, Blocking-Sleep]",
            "# fastapi-lint: ignore[FAL]",
            "# fastapi-lint: expect[FAL101]",
            "# noqa: E501  # fastapi-lint: ignore[FAL101]",
        ],
    )
    def test_on_the_row(self, comment: str) -> None:
        text = f"a()\nsleep()  {comment}\nsleep()\n"
        assert kept(text, finding("FAL101", 2), finding("FAL101", 3)) == [("FAL101", 3)]

    @pytest.mark.parametrize(
        "comment",
        [
            "# noqa: FAL102",
            "# noqa: E501",
            "# nota bene",
            "# fastapi-lint: ignore[FAL102]",
            "# fastapi-lint: ignore[]",
            "# fastapi-lint: ignroe[FAL101]",
            "# fastapi-lint: ignore FAL101",
            "# fastapi-lint: enable[FAL101]",
            "# see fastapi-lint: ignore[FAL101]",
            "# flake8: noqa",
        ],
    )
    def test_another_rule_or_no_suppression(self, comment: str) -> None:
        assert kept(f"sleep()  {comment}\n", finding("FAL101", 1)) == [("FAL101", 1)]

    @pytest.mark.parametrize(
        ("text", "row", "is_silenced"),
        [
            ("sleep(\n  1,\n)  # noqa: FAL101", 1, True),
            ("f(\n  sleep(),\n  2,  # noqa: FAL101\n)", 2, True),
            ("f(\n  # noqa: FAL101\n  sleep(),\n)", 1, True),
            ("@route(\n  '/'  # noqa: FAL101\n)\ndef f():\n  pass", 4, True),
            ("@route('/')\ndef f():  # noqa: FAL101\n  sleep()", 1, True),
            ("@route('/')\ndef f():  # noqa: FAL101\n  sleep()", 3, False),
            ("def f():\n  # noqa: FAL101\n  sleep()", 1, False),
            ("def f():\n  # noqa: FAL101\n  sleep()", 3, False),
            ("def f():\n  sleep()  # noqa: FAL101", 1, False),
            ("with a(\n  b,  # noqa: FAL101\n):\n  sleep()", 1, True),
            ("# fastapi-lint: ignore[FAL101]\nsleep()", 2, True),
            ("# fastapi-lint: ignore[FAL101]\n\n# more\nsleep(\n)", 4, True),
            ("# fastapi-lint: ignore[FAL101]\n@route\ndef f():\n  sleep()", 3, True),
            ("# fastapi-lint: ignore[FAL101]\n@route\ndef f():\n  sleep()", 4, False),
            ("def f():\n  # fastapi-lint: ignore[FAL101]\n  sleep()", 1, False),
            ("f(\n  # fastapi-lint: ignore[FAL101]\n  a,\n  sleep(),\n)", 4, True),
            ("# fastapi-lint: ignore-next-line[FAL101]\nsleep()\nsleep()", 2, True),
            ("a()  # fastapi-lint: ignore-next-line[FAL101]\nsleep()", 2, True),
            ("a()  # fastapi-lint: ignore-next-line[FAL101]\nsleep()", 1, False),
            ("sleep()\n# fastapi-lint: ignore[FAL101]\n", 1, False),
            ("sleep()\n# fastapi-lint: ignore-file[FAL101]\n", 1, True),
        ],
    )
    def test_reach(self, text: str, row: int, is_silenced: bool) -> None:
        assert (kept(text, finding("FAL101", row)) == []) is is_silenced

    def test_row_named_by_the_finding(self) -> None:
        text = "a()\nb()  # noqa: FAL101\n"
        assert kept(text, finding("FAL101", 1, noqa_row=2)) == []

    def test_blocks(self) -> None:
        text = "\n".join(
            [
                "a  # 1",
                "# fastapi-lint: disable[FAL1]",
                "a  # 3",
                "# fastapi-lint: enable[FAL101]",
                "a  # 5",
                "# fastapi-lint: disable[FAL201]",
                "a  # 7",
                "# fastapi-lint: enable because",
                "a  # 9",
                "# fastapi-lint: disable[blocking-sleep]",
                "a  # 11",
            ]
        )
        findings = [
            finding(code, row) for code in ("FAL101", "FAL102", "FAL201") for row in (1, 3, 5, 7, 9, 11)
        ]
        assert kept(text, *findings) == [
            ("FAL101", 1),
            ("FAL101", 5),
            ("FAL101", 7),
            ("FAL101", 9),
            ("FAL102", 1),
            ("FAL102", 9),
            ("FAL102", 11),
            ("FAL201", 1),
            ("FAL201", 3),
            ("FAL201", 5),
            ("FAL201", 9),
            ("FAL201", 11),
        ]
        assert invalid(text) == []


class TestUnused:
    @pytest.mark.parametrize(
        ("text", "message", "columns"),
        [
            (
                "x  # noqa: FAL101",
                "FAL101 (blocking-sleep) is not reported here, so there is nothing to suppress",
                (4, 18),
            ),
            (
                "x  # noqa: FAL101,E1,FAL102",
                "FAL101 (blocking-sleep) and FAL102 (blocking-http-call) are not reported here,"
                " so there is nothing to suppress",
                (12, 28),
            ),
            ("x  # noqa: FAL1", "`FAL1` is not reported here, so there is nothing to suppress", (4, 16)),
            (
                "# fastapi-lint: ignore-file[FAL101]",
                "FAL101 (blocking-sleep) is not reported in this file, so there is nothing to suppress",
                (1, 36),
            ),
            (
                "# fastapi-lint: disable[FAL101]\nx",
                "FAL101 (blocking-sleep) is not reported where it is disabled, so there is nothing to suppress",
                (1, 32),
            ),
            (
                "x  # fastapi-lint: expect[blocking-sleep]",
                "FAL101 (blocking-sleep) is expected here, but nothing was found",
                (4, 42),
            ),
        ],
    )
    def test_report(self, text: str, message: str, columns: tuple[int, int]) -> None:
        [diagnostic] = unused(text)
        assert (diagnostic.code, diagnostic.name) == ("FAL001", "unused-suppression")
        assert diagnostic.message == message
        assert diagnostic.location.row == diagnostic.end_location.row == 1
        assert (diagnostic.location.column, diagnostic.end_location.column) == columns

    @pytest.mark.parametrize(
        "text",
        [
            "x  # noqa",
            "x  # noqa: E501",
            "x  # noqa: FALCON1",
            "x  # noqa: FAL001",
            "# fastapi-lint: enable\nx",
        ],
    )
    def test_not_judged(self, text: str) -> None:
        assert unused(text) == []

    def test_used(self) -> None:
        text = "x  # noqa: FAL101\n# fastapi-lint: ignore-file[FAL2]\n"
        assert unused(text, [finding("FAL101", 1), finding("FAL201", 3)]) == []

    def test_only_rules_of_this_run_are_judged(self) -> None:
        text = "x  # noqa: FAL101, FAL102\ny  # noqa: FAL1\nz  # fastapi-lint: ignore\n"
        [diagnostic] = unused(text, selected={"FAL102"})
        assert diagnostic.help == "Remove `FAL102` from the comment"

    def test_can_be_silenced(self) -> None:
        text = "x  # noqa: FAL101, FAL001\n# fastapi-lint: ignore-file[nonsense, FAL002]\n"
        suppressions = read(text)
        found = [*suppressions.unused(ALL), *suppressions.invalid()]
        assert [diagnostic.code for diagnostic in found] == ["FAL001", "FAL002"]
        assert suppressions.filter(found, headers(text)) == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("x  # noqa: FAL101\n", "x\n"),
            ("x  # noqa: FAL101", "x"),
            ("x  # noqa: FAL101, E501\r\n", "x  # noqa: E501\r\n"),
            ("x  # noqa: E501, FAL101\n", "x  # noqa: E501\n"),
            ("x  # noqa: E501,FAL101,W1 FAL102 S3\n", "x  # noqa: E501,W1 S3\n"),
            ("x  # noqa: FAL101, FAL102 reason\n", "x  # reason\n"),
            ("x  # noqa: FAL101 - the printer needs it\n", "x  # the printer needs it\n"),
            ("x  # type: ignore  # noqa: FAL101\n", "x  # type: ignore\n"),
            ("x  # noqa: FAL101  # type: ignore\n", "x  # type: ignore\n"),
            ("x  # a note # noqa: FAL101 # b\n", "x  # a note # b\n"),
            ("  # noqa: FAL101\nx\n", "x\n"),
            ("x\n# noqa: FAL101", "x"),
            ("x  # fastapi-lint: ignore[ FAL101 , shadowed-route ]\n", "x\n"),
            (
                "x  # fastapi-lint: ignore[nonsense, FAL101] why\n",
                "x  # fastapi-lint: ignore[nonsense] why\n",
            ),
            ("x  # fastapi-lint: expect[FAL101]: soon\n", "x  # soon\n"),
            ("# fastapi-lint: disable[FAL101]\nx\n# fastapi-lint: enable[FAL101]\n", "x\n"),
            ("# fastapi-lint: disable[FAL101]\nx\n# fastapi-lint: enable\ny\n", "x\ny\n"),
            (
                "# fastapi-lint: disable[FAL101, FAL201]\nx\n# fastapi-lint: enable[FAL101, FAL201]\n",
                "# fastapi-lint: disable[FAL201]\nx\n# fastapi-lint: enable[FAL201]\n",
            ),
        ],
    )
    def test_fix(self, text: str, expected: str) -> None:
        findings = [finding("FAL201", 2)] if "FAL201" in text else []
        assert fixed(text, *findings) == expected

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["x", "  ", "'# noqa: FAL101'", "é = 1"]),
                st.sampled_from(["# type: ignore ", "", "# a note, "]),
                st.sampled_from(["noqa: ", "NOQA:", "noqa:  "]),
                st.lists(st.sampled_from(["FAL101", "E501", "fal102", "W2", "FAL2"]), min_size=1, max_size=4),
                st.sampled_from([", ", ",", " ", " , "]),
                st.sampled_from(["", " because of #12", " # more", "  "]),
            ),
            max_size=3,
        ),
        st.sampled_from(["\n", "\r\n"]),
    )
    def test_fix_leaves_everything_else(
        self, lines: list[tuple[str, str, str, list[str], str, str]], newline: str
    ) -> None:
        text = "".join(
            f"{code}  {before}# {noqa}{separator.join(codes)}{after}{newline}"
            for code, before, noqa, codes, separator, after in lines
        )
        result = text
        for _ in range(6):
            result = fixed(result)
        assert unused(result) == []
        comments = [comment.text for comment in find_comments(result, split_lines(result))]
        assert not any("fal" in comment.lower() for comment in comments)
        for word in (
            "E501",
            "W2",
            "because of #12",
            "# more",
            "# type: ignore",
            "a note",
            "'# noqa: FAL101'",
        ):
            assert result.count(word) == text.count(word)
        assert ast.dump(ast.parse(result)) == ast.dump(ast.parse(text))


class TestInvalid:
    @pytest.mark.parametrize(
        ("comment", "message", "advice"),
        [
            (
                "# fastapi-lint: ignore[blocking-slep]",
                "there is no rule `blocking-slep`, so it suppresses nothing",
                "Did you mean `blocking-sleep`?",
            ),
            (
                "# noqa: E501, FAL109",
                "there is no rule `FAL109`, so it suppresses nothing",
                "`fastapi-lint rule --all` lists the rules",
            ),
            (
                "# fastapi-lint: ignroe[FAL101]",
                "unknown directive `ignroe`, so this comment suppresses nothing",
                "Did you mean `ignore`?",
            ),
            (
                "# fastapi-lint: [FAL101]",
                "the directive is missing, so this comment suppresses nothing",
                None,
            ),
            ("# fastapi-lint: ignore[FAL101", "`[` is not closed, so this comment suppresses nothing", None),
            (
                "# fastapi-lint: ignore[ ]",
                "`ignore[]` names no rule, so this comment suppresses nothing",
                None,
            ),
            (
                "# fastapi-lint: ignore FAL101, because",
                "the rules of `ignore` must stand in brackets: this comment suppresses nothing",
                "Write `# fastapi-lint: ignore[blocking-sleep]`",
            ),
            (
                "# fastapi-lint: disable=FAL101",
                "the rules of `disable` must stand in brackets: this comment suppresses nothing",
                None,
            ),
            (
                "# fastapi-lint: ignore-file",
                "`ignore-file` must name the rules it means: this comment suppresses nothing",
                None,
            ),
            (
                "# fastapi-lint: enable[FAL101]",
                "no `disable` above is about FAL101 (blocking-sleep), so there is nothing to enable",
                "Remove it",
            ),
            (
                "# fastapi-lint: enable",
                "no `disable` above is about any rule, so there is nothing to enable",
                None,
            ),
        ],
    )
    def test_report(self, comment: str, message: str, advice: str | None) -> None:
        [(said, help_)] = invalid(f"x  {comment}\n")
        assert said == message
        assert help_ == advice if advice else help_

    def test_place(self) -> None:
        [diagnostic] = read("x\ny  # noqa: E1, FAL909\n").invalid()
        assert (diagnostic.code, diagnostic.severity) == ("FAL002", Severity.WARNING)
        assert (diagnostic.location, diagnostic.end_location) == (Location(2, 16), Location(2, 22))

    @pytest.mark.parametrize(
        "comment",
        [
            "# noqa",
            "# noqa: E501, XYZ999",
            "# noqa: FALCON001",
            "# noqa: FAL101",
            "# we use fastapi-lint: see there",
            "# fastapi-lint: ignore[FAL101] reason",
        ],
    )
    def test_well_formed(self, comment: str) -> None:
        assert invalid(f"x  {comment}\n") == []
