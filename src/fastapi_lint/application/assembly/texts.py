"""Methods of strings, and formatting."""

from __future__ import annotations

import string

from fastapi_lint.application.assembly.containers import iterated
from fastapi_lint.application.assembly.values import (
    Arguments,
    Constant,
    Element,
    Given,
    Listing,
    Text,
    Unknown,
    Value,
    joined,
    text_of,
)

_TEXT_METHODS = frozenset(
    {
        "lower",
        "upper",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "title",
        "capitalize",
        "removeprefix",
        "removesuffix",
    }
)


def call_text(receiver: Constant | Text, name: str, arguments: Arguments) -> Value:
    """A method of a string."""
    values = [given.value for given in arguments.positional]
    if name == "join" and isinstance(receiver, Constant) and values:
        return _of_join(receiver, values[0])
    if name == "format" and isinstance(receiver, Constant):
        return _format(str(receiver.value), arguments)
    if isinstance(receiver, Constant):
        plain = [each.value for each in values if isinstance(each, Constant) and isinstance(each.value, str)]
        if len(plain) != len(values):
            return Unknown("")
        return _of_plain_text(str(receiver.value), name, plain, receiver.assumed)
    return Unknown("")


def _of_plain_text(text: str, name: str, arguments: list[str], assumed: bool) -> Value:
    try:
        if name in _TEXT_METHODS:
            return Constant(getattr(text, name)(*arguments), assumed)
        if name in ("startswith", "endswith"):
            return Unknown("") if assumed else Constant(bool(getattr(text, name)(*arguments)))
        if name == "split":
            pieces = text.split(arguments[0]) if arguments else text.split()
            return Listing([Element(Constant(piece)) for piece in pieces])
    except (TypeError, ValueError):
        pass
    return Unknown("")


def _of_join(separator: Constant, values: Value) -> Value:
    elements, rest = iterated(values)
    if rest is not None:
        return Text((rest,))
    parts: list[Value] = []
    for each in elements:
        parts += [separator, each.value] if parts else [each.value]
    return joined(parts)


def _format(template: str, arguments: Arguments) -> Value:
    parts: list[Value] = []
    automatic = 0
    for literal, field, _, _ in string.Formatter().parse(template):
        parts.append(Constant(literal))
        if field is None:
            continue
        if field == "":
            given: Given | None = arguments.get(automatic, "")
            automatic += 1
        else:
            given = arguments.get(int(field), "") if field.isdigit() else arguments.keywords.get(field)
        text = text_of(given.value) if given is not None else None
        parts.append(
            given.value if given is not None and text is not None else Unknown("it is formatted at run time")
        )
    return joined(parts)


def percent(template: str, right: Value) -> Value:
    """`template % right`."""
    pieces = template.split("%s")
    values = [each.value for each in iterated(right)[0]] if isinstance(right, Listing) else [right]
    if len(pieces) != len(values) + 1 or any("%" in piece for piece in pieces):
        return Text((Unknown("it is formatted at run time"),))
    parts: list[Value] = [Constant(pieces[0])]
    for value, piece in zip(values, pieces[1:], strict=True):
        parts += [value, Constant(piece)]
    return joined(parts)
