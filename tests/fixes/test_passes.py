from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

import msgspec

from fastapi_lint.diagnostics import Applicability, Diagnostic, Fix
from fastapi_lint.fixes.passes import fix_project, fix_text
from tests.fixes.sample import diagnostic, edit, fix


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def always(found: Diagnostic, mend: Fix) -> bool:
    return True


def replacing(old: str, new: str, *, code: str = "FAL999") -> Callable[[str], list[Diagnostic]]:
    """A rule that wants every `old` to be `new`."""

    def lint(text: str) -> list[Diagnostic]:
        places = [place for place in range(len(text)) if text.startswith(old, place)]
        return [diagnostic(fix(text, (place, place + len(old), new)), code=code) for place in places]

    return lint


def both(*rules: Callable[[str], list[Diagnostic]]) -> Callable[[str], list[Diagnostic]]:
    return lambda text: [found for rule in rules for found in rule(text)]


def test_one_pass_makes_room_for_the_next():
    rules = both(replacing("three", "two"), replacing("two", "one"))
    outcome = fix_text("x = three, two\n", rules, always, parses)
    assert outcome.text == "x = one, one\n"
    assert len(outcome.applied) == 3
    assert outcome.remaining == outcome.failures == outcome.unsettled == ()


def test_only_allowed_fixes_are_applied():
    rules = both(replacing("a", "b", code="FAL901"), replacing("y", "z", code="FAL902"))
    outcome = fix_text("a = y\n", rules, lambda found, mend: found.code == "FAL902", parses)
    assert outcome.text == "a = z\n"
    assert [found.code for found in outcome.applied] == ["FAL902"]
    assert [found.code for found in outcome.remaining] == ["FAL901"]


def test_a_fix_that_breaks_the_file_is_dropped_and_reported():
    rules = both(replacing("good", "better", code="FAL901"), replacing("bad", "def", code="FAL902"))
    outcome = fix_text("good = 1\nbad = 2\nx = good + bad\n", rules, always, parses)
    assert outcome.text == "better = 1\nbad = 2\nx = better + bad\n"
    assert {(failure.code, failure.row) for failure in outcome.failures} == {("FAL902", 2), ("FAL902", 3)}
    assert outcome.unsettled == ()
    assert {found.code for found in outcome.remaining} == {"FAL902"}


def test_an_impossible_fix_is_reported_too():
    impossible = diagnostic(Fix("", Applicability.SAFE, (edit(7, 1, 7, 1, "x"),)))
    outcome = fix_text("x = 1\n", lambda text: [impossible], always, parses)
    assert outcome.text == "x = 1\n"
    assert [failure.row for failure in outcome.failures] == [7]


def test_fixes_that_are_sound_alone_but_not_together_both_come_in():
    def lint(text: str) -> list[Diagnostic]:
        """Remove every call from a body; the last one becomes `pass`."""
        lines = text.splitlines(keepends=True)
        calls = [number for number, line in enumerate(lines) if line == "    call()\n"]
        found = []
        for number in calls:
            start = len("".join(lines[:number]))
            content = "    pass\n" if len(calls) == 1 else ""
            found.append(diagnostic(fix(text, (start, start + len(lines[number]), content))))
        return found

    outcome = fix_text("def f():\n    call()\n    # between\n    call()\n", lint, always, parses)
    assert outcome.text in {"def f():\n    # between\n    pass\n", "def f():\n    pass\n    # between\n"}
    assert outcome.failures == ()
    assert len(outcome.applied) == 2


def test_a_rule_that_never_settles_is_named():
    rules = both(replacing("ping", "pong", code="FAL901"), replacing("pong", "ping", code="FAL902"))
    outcome = fix_text("x = ping\n", rules, always, parses, max_passes=4)
    assert outcome.unsettled == ("FAL901",)
    assert len(outcome.applied) == 4


def test_the_last_allowed_pass_may_settle_it():
    outcome = fix_text("x = a\n", replacing("a", "b"), always, parses, max_passes=1)
    assert outcome.text == "x = b\n"
    assert outcome.unsettled == ()


def test_a_file_that_does_not_parse_is_left_alone():
    outcome = fix_text("def bad(:\n", replacing("bad", "good"), always, parses)
    assert outcome.text == "def bad(:\n"
    assert outcome.applied == outcome.failures == ()


def test_a_fix_that_changes_nothing_ends_the_passes():
    outcome = fix_text("x = a\n", replacing("a", "a"), always, parses)
    assert outcome.applied == outcome.unsettled == ()


def test_a_fix_in_one_file_may_call_for_one_in_another():
    def lint(files: Mapping[str, str]) -> Sequence[Diagnostic]:
        found = []
        if "old" in files["a.py"]:
            place = files["a.py"].index("old")
            found.append(diagnostic(fix(files["a.py"], (place, place + 3, "new")), filename="a.py"))
        elif "old" in files["b.py"]:
            place = files["b.py"].index("old")
            found.append(diagnostic(fix(files["b.py"], (place, place + 3, "new")), filename="b.py"))
        return [*found, diagnostic(fix("x", (0, 1, "y")), filename="not/ours.py")]

    files = {"a.py": "old = 1\n", "b.py": "from a import old\n"}
    outcome = fix_project(files, lint, always, parses)
    assert outcome.files == {"a.py": "new = 1\n", "b.py": "from a import new\n"}
    assert [found.filename for found in outcome.applied] == ["a.py", "b.py"]
    assert [found.filename for found in outcome.remaining] == ["not/ours.py"]
    assert files["a.py"] == "old = 1\n", "what was given stays as it was"


def test_changed_files_are_tidied_when_all_is_fixed():
    seen = []

    def tidy(filename: str, before: str, after: str) -> str:
        seen.append((filename, before, after))
        return after.replace("import unused\n", "")

    def lint(texts: Mapping[str, str]) -> Sequence[Diagnostic]:
        return [
            msgspec.structs.replace(each, filename="a.py") for each in replacing("bad", "good")(texts["a.py"])
        ]

    files = {"a.py": "import unused\nx = bad\n", "b.py": "import unused\n"}
    outcome = fix_project(files, lint, always, parses, tidy=tidy)
    assert outcome.files == {"a.py": "x = good\n", "b.py": "import unused\n"}
    assert seen == [("a.py", files["a.py"], "import unused\nx = good\n")]


def test_the_order_of_findings_does_not_matter():
    rules = both(
        replacing("aa", "b"), replacing("a", "c", code="FAL901"), replacing("bc", "d", code="FAL902")
    )
    text = "x = aaa, aabc, a\n"
    forwards = fix_text(text, rules, always, parses)
    backwards = fix_text(text, lambda text: rules(text)[::-1], always, parses)
    assert forwards == backwards
