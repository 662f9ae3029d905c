"""Which rules run, where, how severely, and whose fixes are applied: the settings' selectors made into codes.

A selector is a code, the beginning of codes, a name, a category in kebab-case, or `ALL`. Of those that fit a
rule the most specific decides; between equals, not to run wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from fastapi_lint.config.errors import ConfigError, did_you_mean
from fastapi_lint.config.overrides import FilePatterns, overridden
from fastapi_lint.config.settings import Settings
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.metadata import Preset, RuleMetadata

UNREADABLE_FILE = "FAL000"
"""Runs unless it is ignored by its own code or name: a file that was not read must not pass for clean."""

_PREFIX = re.compile(r"[A-Z]{3}\d{0,2}")
_EVERYTHING = 0
_ONE_RULE = 4
_SELECTOR_LISTS = (
    "select",
    "extend-select",
    "ignore",
    "extend-ignore",
    "fixable",
    "unfixable",
    "extend-safe-fixes",
    "extend-unsafe-fixes",
)
_PRESETS = tuple(Preset)


class FileIgnore:
    """One entry of `per-file-ignores`."""

    def __init__(self, pattern: str, codes: frozenset[str]) -> None:
        self.pattern = pattern
        self.codes = codes
        self.files = FilePatterns([pattern])


class Selection:
    """The settings' choice among the rules there are."""

    def __init__(self, settings: Settings, rules: Mapping[str, RuleMetadata]) -> None:
        self._settings = settings
        self._rules = rules
        self._specificities: dict[str, dict[str, int]] = {}
        for key in _SELECTOR_LISTS:
            self.check(key, self._list(key))
        self.check("severity", settings.severity)
        for selectors in settings.per_file_ignores.values():
            self.check("per-file-ignores", selectors)
        self.codes = frozenset(code for code in rules if self._is_selected(code))
        """The rules that run."""
        self.file_ignores = tuple(
            FileIgnore(pattern, frozenset(code for code in rules if self._is_ignored_by(code, selectors)))
            for pattern, selectors in settings.per_file_ignores.items()
        )
        """The entries of `per-file-ignores`, in the order they are written."""

    @classmethod
    def build(cls, settings: Settings, rules: Mapping[str, RuleMetadata]) -> Selection:
        """Apply the settings to the rules, given by code.

        Raises:
            ConfigError: a selector fits no rule.
        """
        return cls(settings, rules)

    def severity(self, code: str) -> Severity | None:
        """The severity that the settings give a rule, or None when they leave it to the rule."""
        written = self._settings.severity
        best = self._specificity(code, written)
        levels = [level for selector, level in written.items() if self._fits(selector).get(code) == best]
        return None if best is None or levels[-1] == "off" else Severity(levels[-1])

    def ignored_in(self, filename: str) -> frozenset[str]:
        """The rules that `per-file-ignores` switches off in a file, named relative to the project root."""
        return frozenset().union(*(entry.codes for entry in self.file_ignores if entry.files.match(filename)))

    def applicability(self, code: str, declared: Applicability) -> Applicability:
        """How a fix of a rule counts under these settings; fixes not to be applied become hints."""
        if declared is Applicability.HINT or not self._outranks(code, "fixable", "unfixable"):
            return Applicability.HINT
        if self._outranks(code, "extend-safe-fixes", "extend-unsafe-fixes"):
            return Applicability.SAFE
        demoted = self._specificity(code, self._settings.extend_unsafe_fixes) is not None
        return Applicability.UNSAFE if demoted else declared

    def _is_selected(self, code: str) -> bool:
        if code == UNREADABLE_FILE:
            return not self._is_ignored_by(code, self._switched_off())
        off = self._specificity(code, self._switched_off())
        on = self._selected_by(code)
        return on is not None and (off is None or on > off)

    def _is_ignored_by(self, code: str, selectors: Iterable[str]) -> bool:
        rank = self._specificity(code, selectors)
        return rank == _ONE_RULE if code == UNREADABLE_FILE else rank is not None

    def _selected_by(self, code: str) -> int | None:
        """How specifically a rule is asked for; the preset counts as the least specific way."""
        settings = self._settings
        extended = self._specificity(code, settings.extend_select)
        if settings.select is not None:
            chosen = self._specificity(code, settings.select)
        else:
            is_in_preset = _PRESETS.index(self._rules[code].preset) <= _PRESETS.index(Preset(settings.preset))
            chosen = _EVERYTHING if is_in_preset else None
        return max((rank for rank in (extended, chosen) if rank is not None), default=None)

    def _switched_off(self) -> Iterator[str]:
        yield from self._settings.ignore
        yield from self._settings.extend_ignore
        yield from (selector for selector, level in self._settings.severity.items() if level == "off")

    def _outranks(self, code: str, key: str, opposite: str) -> bool:
        """Whether the list `key` names a rule more specifically than the list `opposite`."""
        chosen = self._specificity(code, self._list(key))
        refused = self._specificity(code, self._list(opposite))
        return chosen is not None and (refused is None or chosen > refused)

    def _specificity(self, code: str, selectors: Iterable[str]) -> int | None:
        """How specific the most specific of the selectors that fit a rule is; None when none fits."""
        return max((fits[code] for fits in map(self._fits, selectors) if code in fits), default=None)

    def _fits(self, selector: str) -> Mapping[str, int]:
        """The rules that a selector fits, each with how specifically; empty for an unknown selector."""
        if selector not in self._specificities:
            self._specificities[selector] = {
                code: rank
                for code, rule in self._rules.items()
                if (rank := _rank(selector, rule)) is not None
            }
        return self._specificities[selector]

    def _list(self, key: str) -> tuple[str, ...]:
        selectors: tuple[str, ...] | None = getattr(self._settings, key.replace("-", "_"))
        return selectors or ()

    def check(self, key: str, selectors: Iterable[str]) -> None:
        """Refuse selectors, written in the option `key`, that no rule could fit.

        Raises:
            ConfigError: there is one.
        """
        for selector in selectors:
            if not self._fits(selector) and selector != "ALL":
                raise self._unknown(key, selector)

    def _unknown(self, key: str, selector: str) -> ConfigError:
        valid = [
            word for rule in self._rules.values() for word in (rule.code, rule.name, kebab(rule.category))
        ]
        message = (
            f"`{key}` names `{selector}`, which is neither rule nor category{did_you_mean(selector, valid)}"
        )
        return self._settings.error(key, message, selector)


class Selections:
    """The choice among the rules in each file: what the settings say, changed by their `overrides`."""

    def __init__(self, settings: Settings, rules: Mapping[str, RuleMetadata]) -> None:
        self.base = Selection.build(settings, rules)
        """The choice where nothing overrides it."""
        self._settings = settings
        self._rules = rules
        self._overrides = [(FilePatterns(each.files), each) for each in settings.overrides]
        self._by_overrides: dict[tuple[bool, ...], Selection] = {(False,) * len(self._overrides): self.base}
        self._by_file: dict[str, Selection] = {}
        for override in settings.overrides:
            for selectors in (override.select or (), override.extend_select, override.ignore):
                self.base.check("overrides", selectors)
            self.base.check("overrides", override.severity)

    def of(self, filename: str) -> Selection:
        """The choice in a file, named relative to the project root."""
        if not self._overrides:
            return self.base
        if filename not in self._by_file:
            self._by_file[filename] = self._made(tuple(files.match(filename) for files, _ in self._overrides))
        return self._by_file[filename]

    def codes_in(self, filenames: Iterable[str]) -> frozenset[str]:
        """The rules that run in any of these files."""
        if not self._overrides:
            return self.base.codes
        return frozenset().union(*(selection.codes for selection in set(map(self.of, filenames))))

    def _made(self, holding: tuple[bool, ...]) -> Selection:
        if holding not in self._by_overrides:
            settings = self._settings
            for (_, override), holds in zip(self._overrides, holding, strict=True):
                if holds:
                    settings = overridden(settings, override, ())
            self._by_overrides[holding] = Selection.build(settings, self._rules)
        return self._by_overrides[holding]


def kebab(category: str) -> str:
    """A category as selectors spell it: `event loop` is `event-loop`."""
    return category.replace(" ", "-")


def _rank(selector: str, rule: RuleMetadata) -> int | None:
    """How specifically a selector means a rule: 0 for all of them, 4 for this one; None when it does not."""
    if selector == "ALL":
        return _EVERYTHING
    if selector in (rule.code, rule.name):
        return _ONE_RULE
    if selector == kebab(rule.category):
        return 1
    if _PREFIX.fullmatch(selector) and rule.code.startswith(selector):
        return len(selector) - len("FAL")
    return None
