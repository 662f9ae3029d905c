from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.selection import Selection
from fastapi_lint.config.settings import Settings, load_settings
from fastapi_lint.diagnostics import Applicability, Severity

from .rules import RULES

RECOMMENDED = {"FAL000", "FAL001", "FAL101", "FAL102", "FAL201", "FAL301"}
SELECTORS = (
    "ALL",
    "FAL",
    "FAL1",
    "FAL10",
    "FAL101",
    "blocking-sleep",
    "event-loop",
    "FAL2",
    "routes",
    "FAL000",
    "linter",
)
selector_lists = st.lists(st.sampled_from(SELECTORS), max_size=4).map(tuple)


def select(**options: Any) -> Selection:
    return Selection.build(Settings(root=Path(), **options), RULES)


def codes(**options: Any) -> set[str]:
    return set(select(**options).codes)


class TestCodes:
    def test_presets_contain_one_another(self) -> None:
        assert codes() == RECOMMENDED
        assert codes(preset="strict") == RECOMMENDED | {"FAL113"}
        assert codes(preset="all") == set(RULES)

    @pytest.mark.parametrize(
        ("selector", "expected"),
        [
            ("FAL101", {"FAL101"}),
            ("blocking-sleep", {"FAL101"}),
            ("FAL10", {"FAL101", "FAL102"}),
            ("FAL1", {"FAL101", "FAL102", "FAL113"}),
            ("event-loop", {"FAL101", "FAL102", "FAL113"}),
            ("ALL", set(RULES)),
        ],
    )
    def test_every_kind_of_selector(self, selector: str, expected: set[str]) -> None:
        assert codes(select=(selector,)) == expected | {"FAL000"}

    def test_selecting_nothing(self) -> None:
        assert codes(select=()) == {"FAL000"}

    def test_the_more_specific_selector_decides(self) -> None:
        assert codes(select=("ALL",), ignore=("FAL1",)) == {"FAL000", "FAL001", "FAL201", "FAL232", "FAL301"}
        assert "FAL101" in codes(select=("FAL101",), ignore=("FAL1",))
        assert "FAL101" not in codes(select=("FAL1",), ignore=("FAL101",))
        assert "FAL101" in codes(ignore=("event-loop",), extend_select=("FAL10",))
        assert "FAL113" not in codes(ignore=("FAL1",), extend_select=("event-loop",))

    def test_extending_a_preset(self) -> None:
        assert codes(extend_select=("FAL232",), extend_ignore=("FAL301",)) == RECOMMENDED - {"FAL301"} | {
            "FAL232"
        }

    def test_severity_off_is_an_ignore(self) -> None:
        assert codes(severity={"event-loop": "off"}) == RECOMMENDED - {"FAL101", "FAL102"}
        assert "FAL101" in codes(severity={"event-loop": "off"}, extend_select=("FAL101",))

    @pytest.mark.parametrize("selector", ["FAL000", "unreadable-file"])
    def test_unreadable_files_are_ignored_by_their_own_name_only(self, selector: str) -> None:
        assert "FAL000" not in codes(ignore=(selector,))
        assert "FAL000" not in codes(severity={selector: "off"})
        assert "FAL000" in codes(select=("FAL101",), ignore=("ALL", "FAL0", "linter"))

    @given(selector_lists, selector_lists)
    def test_ignoring_more_never_runs_more(self, ignored: tuple[str, ...], more: tuple[str, ...]) -> None:
        assert codes(ignore=ignored + more) <= codes(ignore=ignored)

    @given(selector_lists, selector_lists, st.randoms(use_true_random=False))
    def test_order_does_not_matter(
        self, chosen: tuple[str, ...], ignored: tuple[str, ...], random: Any
    ) -> None:
        shuffled = list(chosen)
        random.shuffle(shuffled)
        assert codes(select=chosen, ignore=ignored) == codes(select=tuple(shuffled), ignore=ignored[::-1])


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                {"select": ("FAL999",)},
                "option `select`: `select` names `FAL999`, which is neither rule nor category",
            ),
            ({"ignore": ("blocking-slep",)}, "did you mean `blocking-sleep`?"),
            (
                {"severity": {"event-lop": "info"}},
                "`severity` names `event-lop`, .*; did you mean `event-loop`?",
            ),
            ({"per_file_ignores": {"a.py": ("FAL1", "FAL9")}}, "`per-file-ignores` names `FAL9`"),
            ({"unfixable": ("fal101",)}, "did you mean `FAL101`?"),
        ],
    )
    def test_unknown_selectors(self, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ConfigError) as caught:
            select(**options)
        assert all(part in str(caught.value) for part in message.split(".*"))

    def test_the_line_is_that_of_the_selector(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "pyproject.toml").write_text(
            '[tool.fastapi-lint]\nignore = [\n  "FAL1",\n  "FAL99",\n]\n'
        )
        with pytest.raises(ConfigError, match=r"^pyproject.toml:4: `ignore` names `FAL99`"):
            Selection.build(load_settings(environment={}), RULES)


class TestSeverity:
    def test_the_most_specific_entry_decides(self) -> None:
        selection = select(severity={"FAL101": "info", "event-loop": "error", "FAL10": "warning"})
        assert selection.severity("FAL101") is Severity.INFO
        assert selection.severity("FAL102") is Severity.WARNING
        assert selection.severity("FAL113") is Severity.ERROR
        assert selection.severity("FAL201") is None


class TestFiles:
    def test_patterns_are_relative_to_the_root(self) -> None:
        selection = select(
            per_file_ignores={"app/legacy/": ("event-loop",), "settings.py": ("FAL301",), "/top.py": ("ALL",)}
        )
        assert selection.ignored_in("app/legacy/deep/x.py") == {"FAL101", "FAL102", "FAL113"}
        assert selection.ignored_in("other/app/legacy/x.py") == set()
        assert selection.ignored_in("any/settings.py") == {"FAL301"}
        assert selection.ignored_in("app/legacy/settings.py") == {"FAL101", "FAL102", "FAL113", "FAL301"}
        assert selection.ignored_in("top.py") == set(RULES) - {"FAL000"}
        assert selection.ignored_in("any/top.py") == set()

    def test_entries_can_be_told_apart(self) -> None:
        (entry,) = select(per_file_ignores={"*.py": ("FAL000",)}).file_ignores
        assert (entry.pattern, entry.codes, entry.files.match("a/b.py")) == ("*.py", {"FAL000"}, True)


class TestFixes:
    def test_everything_is_fixable_by_default(self) -> None:
        selection = select()
        for declared in Applicability:
            assert selection.applicability("FAL101", declared) is declared

    def test_what_is_not_fixable_is_only_shown(self) -> None:
        selection = select(fixable=("FAL1",), unfixable=("FAL101",))
        assert selection.applicability("FAL101", Applicability.SAFE) is Applicability.HINT
        assert selection.applicability("FAL102", Applicability.SAFE) is Applicability.SAFE
        assert selection.applicability("FAL201", Applicability.UNSAFE) is Applicability.HINT

    def test_promoted_and_demoted(self) -> None:
        selection = select(extend_safe_fixes=("FAL1",), extend_unsafe_fixes=("FAL101", "FAL201"))
        assert selection.applicability("FAL102", Applicability.UNSAFE) is Applicability.SAFE
        assert selection.applicability("FAL101", Applicability.SAFE) is Applicability.UNSAFE
        assert selection.applicability("FAL201", Applicability.UNSAFE) is Applicability.UNSAFE
        assert selection.applicability("FAL102", Applicability.HINT) is Applicability.HINT
