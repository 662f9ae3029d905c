"""Lists, tuples, sets and dicts: their elements and their methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import (
    NONE,
    Arguments,
    Choice,
    Constant,
    Element,
    Listing,
    Table,
    Text,
    Unknown,
    Value,
    alternatives,
    choice,
    joined,
)
from fastapi_lint.application.registrars import Certainty

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter


def unpacked(value: Value, path: tuple[int, ...]) -> Value:
    """The element at a path of positions."""
    for position in path:
        value = element(value, position)
    return value


def element(value: Value, position: int) -> Value:
    """One element of a collection, by position."""
    if (
        isinstance(value, Listing)
        and not value.rest
        and -len(value.elements) <= position < len(value.elements)
    ):
        return value.elements[position].value
    if isinstance(value, Choice):
        return choice(element(each, position) for each in value.values)
    return (
        value
        if isinstance(value, Unknown)
        else Unknown("it is an element of something known only at run time")
    )


def iterated(value: Value) -> tuple[list[Element], Unknown | None]:
    """What a loop over a value gives, and why there may be more."""
    match value:
        case Listing(elements=elements, rest=rest):
            return list(elements), rest
        case Table(entries=entries, rest=rest):
            return [Element(key) for key, _ in entries], rest
        case Choice(values=values):
            found = [Element(each.value, Certainty.OPEN) for one in values for each in iterated(one)[0]]
            rests = [rest for one in values if one != NONE and (rest := iterated(one)[1]) is not None]
            return found, rests[0] if rests else None
        case Unknown():
            return [], value
    return [], Unknown("the elements of the loop are known only at run time")


def added(left: Value, right: Value) -> Value | None:
    """`left + right` of texts or of collections."""
    if isinstance(left, Listing) or isinstance(right, Listing):
        (first, first_rest), (second, second_rest) = iterated(left), iterated(right)
        return Listing(first + second, "list", first_rest or second_rest)
    texts = (*alternatives(left), *alternatives(right))
    if any(isinstance(each, (Text, Constant)) for each in texts):
        if all(not isinstance(each, Constant) or isinstance(each.value, str) for each in texts):
            return joined([left, right])
    return None


def call_listing(interpreter: Interpreter, receiver: Listing, name: str, arguments: Arguments) -> Value:
    """A method of a list, tuple or set."""
    first = arguments.value(0, "object")
    certainty = interpreter.certainty
    if name in ("append", "add") and first is not None:
        receiver.elements.append(Element(first, certainty))
    elif name == "insert" and len(arguments.positional) == 2:
        position = arguments.positional[0].value
        at = position.value if isinstance(position, Constant) and type(position.value) is int else 0
        receiver.elements.insert(at, Element(arguments.positional[1].value, certainty))
    elif name in ("extend", "update") and first is not None:
        elements, rest = iterated(first)
        receiver.elements += [Element(each.value, min(each.certainty, certainty)) for each in elements]
        receiver.rest = receiver.rest or rest
    elif name == "copy":
        return Listing(list(receiver.elements), receiver.kind, receiver.rest)
    elif name in ("clear", "pop", "remove", "discard"):
        receiver.rest = Unknown("elements are taken out of it")
        return Unknown("")
    else:
        return Unknown("")
    return NONE


def call_table(receiver: Table, name: str, arguments: Arguments) -> Value:
    """A method of a dict."""
    if name == "items":
        pairs = [
            Element(Listing([Element(key), Element(given.value)], "tuple")) for key, given in receiver.entries
        ]
        return Listing(pairs, "list", receiver.rest)
    if name == "values":
        return Listing([Element(given.value) for _, given in receiver.entries], "list", receiver.rest)
    if name == "keys":
        return Listing([Element(key) for key, _ in receiver.entries], "list", receiver.rest)
    if name in ("get", "pop", "setdefault") and arguments.positional:
        key = arguments.positional[0].value
        found = receiver.get(key)
        if found is not None:
            if name == "pop":
                receiver.entries = [entry for entry in receiver.entries if entry[0] != key]
            return found.value
        default = arguments.get(1, "default")
        if name == "setdefault" and default is not None:
            receiver.entries.append((key, default))
        missing = default.value if default is not None else NONE
        return choice([Unknown(""), missing]) if receiver.rest else missing
    if name == "update":
        update_table(receiver, arguments)
        return NONE
    if name == "copy":
        return Table(list(receiver.entries), receiver.rest)
    return Unknown("")


def update_table(table: Table, arguments: Arguments) -> None:
    """What `table.update(…)` adds, and `dict(…)` to an empty one."""
    first = arguments.value(0, "")
    if isinstance(first, Table):
        table.entries += first.entries
        table.rest = table.rest or first.rest
    elif first is not None:
        table.rest = Unknown("the entries are known only at run time")
    table.entries += [(Constant(key), given) for key, given in arguments.keywords.items()]
