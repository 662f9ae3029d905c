"""What is known of a rule without running it: one declaration, from which tables and reports are made."""

from __future__ import annotations

import enum

import msgspec

from fastapi_lint.diagnostics import Applicability, Severity


class Preset(str, enum.Enum):
    """The smallest preset that contains a rule; each one contains those before it."""

    RECOMMENDED = "recommended"
    """Next to no false alarms: the default."""
    STRICT = "strict"
    """Opinions many teams share, and rules that a project has to be ready for."""
    ALL = "all"
    """Pedantic rules too."""


class RuleMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """The declaration of one rule."""

    code: str
    """`FAL` and three digits."""
    name: str
    """kebab-case; accepted wherever the code is."""
    category: str
    """Title of the rule's family, such as `event loop`; selectable by that name in kebab-case."""
    preset: Preset
    severity: Severity
    summary: str
    """The docstring's first sentence, without its full stop."""
    documentation: str
    """The rule's page: its docstring as Markdown."""
    fixes: tuple[Applicability, ...] = ()
    """The kinds of fix the rule may offer."""
    url: str | None = None
