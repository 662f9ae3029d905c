"""`fastapi-lint rule`: explain rules."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby

import click

from fastapi_lint.metadata import RuleMetadata
from fastapi_lint.rules.pages import described_fixes, rule_page


@click.command()
@click.argument("rule", required=False)
@click.option("--all", "every", is_flag=True, help="List every rule.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="How the rule is printed.",
)
def rule(rule: str | None, every: bool, output_format: str) -> None:
    """Explain RULE, a code such as FAL101 or a name such as blocking-sleep."""
    from fastapi_lint.config.settings import load_settings
    from fastapi_lint.rules.custom import metadata_of

    rules = metadata_of(load_settings())
    if every == (rule is not None):
        raise click.UsageError("Name a rule, or give --all.")
    chosen = list(rules.values()) if rule is None else [_find(rules, rule)]
    if output_format == "json":
        click.echo(_json(chosen, every))
    elif output_format == "text" and every:
        click.echo(_overview(chosen))
    else:
        click.echo("\n\n".join(rule_page(entry) for entry in chosen))


def _find(rules: Mapping[str, RuleMetadata], written: str) -> RuleMetadata:
    for entry in rules.values():
        if written.upper() == entry.code or written.lower() == entry.name:
            return entry
    from fastapi_lint.config.errors import did_you_mean

    spellings = [spelling for entry in rules.values() for spelling in (entry.code, entry.name)]
    raise click.UsageError(f"There is no rule `{written}`{did_you_mean(written, spellings)}")


def _overview(rules: Sequence[RuleMetadata]) -> str:
    """One line for each rule, under its category; on a terminal each fits its width."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    longest = max(len(entry.name) for entry in rules)
    lines = []
    for category, entries in groupby(rules, key=lambda entry: entry.category):
        lines.append(f"\n{category}")
        for entry in entries:
            facts = f"{entry.preset.value:<11}  {entry.severity.value:<7}  {described_fixes(entry):<12}"
            lines.append(f"  {entry.code}  {entry.name:<{longest}}  {facts}  {entry.summary}"[:width])
    return "\n".join(lines).lstrip("\n")


def _json(rules: Sequence[RuleMetadata], every: bool) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(rules if every else rules[0]), indent=2).decode()
