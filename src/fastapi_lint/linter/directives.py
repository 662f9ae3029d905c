"""What a comment asks of the linter: `# noqa: FAL101`, `# fastapi-lint: ignore[blocking-sleep] reason`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from fastapi_lint.index import nodes

NOQA = "noqa"
IGNORE = "ignore"
IGNORE_NEXT_LINE = "ignore-next-line"
IGNORE_FILE = "ignore-file"
DISABLE = "disable"
ENABLE = "enable"
EXPECT = "expect"

_VERBS = (IGNORE, IGNORE_NEXT_LINE, IGNORE_FILE, DISABLE, ENABLE, EXPECT)
_MAY_MEAN_EVERY_RULE = (ENABLE,)

_NOQA = re.compile(r"#\s*noqa\b(?::\s*(?P<codes>[A-Z]+[0-9]+\b(?:[,\s]+[A-Z]+[0-9]+\b)*))?", re.IGNORECASE)
_OWN = re.compile(
    r"#\s*fastapi-lint:\s*(?P<verb>[\w-]*)(?P<list>\s*\[(?P<items>[^\]#]*)(?P<close>\])?)?", re.IGNORECASE
)
_OWN_CODE = re.compile(r"FAL\d+", re.IGNORECASE)
_PREFIX = re.compile(r"[A-Z]{3}\d{0,2}", re.IGNORECASE)
_NOQA_ITEM = re.compile(r"[^\s,]+")
_LIST_ITEM = re.compile(r"[^\s,](?:[^,]*[^\s,])?")
_BEFORE_REASON = re.compile(r"[\s:;,.\-–—]*")


class Item(msgspec.Struct, eq=False):
    """One name in the list of a directive, or all rules where it has no list."""

    written: str
    """Empty for all rules."""
    start: int
    end: int
    """Where it stands in the text of the comment."""
    codes: frozenset[str]
    """The rules it names; none for another tool's code and for a name that is unknown."""
    is_used: bool = False


class Mistake(NamedTuple):
    """Why a directive, or a name in it, has no effect."""

    message: str
    help: str
    start: int
    end: int


class Directive(msgspec.Struct, eq=False):
    """One request in a comment; there may be several in one."""

    comment: nodes.Comment
    verb: str
    start: int
    end: int
    """From its `#` to the end of its list, in the text of the comment."""
    items: list[Item]
    """Empty when it is malformed and has no effect."""
    mistakes: list[Mistake]


def read_directives(comment: nodes.Comment, known: Mapping[str, str]) -> list[Directive]:
    """The directives of a comment, in order; `known` has the code for each way to write a rule."""
    found = [*_noqas(comment, known), *_own(comment, known)]
    return sorted(found, key=lambda directive: directive.start)


def without(directive: Directive, items: list[Item]) -> list[tuple[int, int, str]]:
    """Changes to the comment's text (from, to, content) that take these items out; the directive with the last one.

    A reason stays as a comment of its own. No changes means that nothing of the comment is left.
    """
    kept = [item for item in directive.items if item not in items]
    if kept:
        return [_shorter_list(directive, kept)]
    text = directive.comment.text
    match = _BEFORE_REASON.match(text, directive.end)
    end = match.end() if match else directive.end
    if end < len(text):
        return [(directive.start, end, "" if text[end] == "#" else "# ")]
    start = len(text[: directive.start].rstrip())
    return [(start, end, "")] if start else []


def _shorter_list(directive: Directive, kept: list[Item]) -> tuple[int, int, str]:
    content = ""
    end = 0
    for item in directive.items:
        if item in kept:
            content += directive.comment.text[end : item.start] if content else ""
            content += item.written
        end = item.end
    return directive.items[0].start, end, content


def _noqas(comment: nodes.Comment, known: Mapping[str, str]) -> Iterator[Directive]:
    for match in _NOQA.finditer(comment.text):
        directive = Directive(comment, NOQA, *match.span(), [], [])
        if match["codes"] is None:
            directive.items.append(_every_rule(match, known))
        else:
            for item in _NOQA_ITEM.finditer(comment.text, *match.span("codes")):
                is_ours = item.group().upper() in known or _OWN_CODE.fullmatch(item.group()) is not None
                _add_item(directive, item, known if is_ours else None)
        yield directive


def _own(comment: nodes.Comment, known: Mapping[str, str]) -> Iterator[Directive]:
    for match in _OWN.finditer(comment.text):
        directive = Directive(comment, match["verb"].lower(), *match.span(), [], [])
        mistake = _malformed(match, known)
        if mistake is not None:
            directive.mistakes.append(Mistake(*mistake, *match.span()))
        elif match["list"] is None:
            directive.items.append(_every_rule(match, known))
        else:
            for item in _LIST_ITEM.finditer(comment.text, *match.span("items")):
                _add_item(directive, item, known)
        yield directive


def _malformed(match: re.Match[str], known: Mapping[str, str]) -> tuple[str, str] | None:
    """What is wrong with the form of a directive, and how to write it instead."""
    verb = match["verb"].lower()
    if verb not in _VERBS:
        nearest = _nearest(verb, _VERBS)
        written = f"unknown directive `{verb}`" if verb else "the directive is missing"
        return (
            f"{written}, so this comment suppresses nothing",
            f"Did you mean `{nearest}`?"
            if nearest
            else f"There are {', '.join(f'`{each}`' for each in _VERBS)}",
        )
    example = f"`# fastapi-lint: {verb}[blocking-sleep]`"
    if match["list"]:
        if not match["close"]:
            return "`[` is not closed, so this comment suppresses nothing", f"Write {example}"
        if not match["items"].strip(" ,"):
            return f"`{verb}[]` names no rule, so this comment suppresses nothing", f"Write {example}"
        return None
    rest = match.string[match.end() :]
    first_word = rest.split(maxsplit=1)[0].strip(",;") if rest.strip() else ""
    if rest[:1] in ("=", ":", "(") or _resolve(first_word, known):
        return (
            f"the rules of `{verb}` must stand in brackets: this comment suppresses nothing",
            f"Write {example}",
        )
    if verb not in _MAY_MEAN_EVERY_RULE:
        return f"`{verb}` must name the rules it means: this comment suppresses nothing", f"Write {example}"
    return None


def _every_rule(match: re.Match[str], known: Mapping[str, str]) -> Item:
    return Item("", match.end(), match.end(), frozenset(known.values()))


def _add_item(directive: Directive, match: re.Match[str], known: Mapping[str, str] | None) -> None:
    """`known` is None for another tool's code."""
    written = match.group()
    codes = _resolve(written, known) if known is not None else frozenset()
    directive.items.append(Item(written, *match.span(), codes))
    if known is not None and not codes:
        nearest = None if _OWN_CODE.fullmatch(written) else _nearest(written, known)
        advice = f"Did you mean `{nearest}`?" if nearest else "`fastapi-lint rule --all` lists the rules"
        message = f"there is no rule `{written}`, so it suppresses nothing"
        directive.mistakes.append(Mistake(message, advice, *match.span()))


def _resolve(written: str, known: Mapping[str, str]) -> frozenset[str]:
    """The codes that a code, a name or the beginning of a code stands for."""
    for spelling in (written, written.upper(), written.lower()):
        if spelling in known:
            return frozenset({known[spelling]})
    if _PREFIX.fullmatch(written):
        return frozenset(code for code in known.values() if code.startswith(written.upper()))
    return frozenset()


def _nearest(written: str, candidates: Mapping[str, str] | tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    by_folded = {candidate.lower(): candidate for candidate in candidates}
    matches = get_close_matches(written.lower(), by_folded, n=1, cutoff=0.7)
    return by_folded[matches[0]] if matches else None
