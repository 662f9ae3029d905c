"""Whether a condition holds: surely, as long as settings keep their defaults, or nobody knows."""

from __future__ import annotations

from typing import NamedTuple

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import (
    NONE,
    Blueprint,
    Bound,
    Constant,
    Decorating,
    Foreign,
    LambdaRoutine,
    Listing,
    Partial,
    Routine,
    Table,
    Text,
    Thing,
    TypeExpression,
    Value,
)
from fastapi_lint.application.registrars import Certainty, Registrar

_OBJECTS = (Blueprint, Bound, Decorating, LambdaRoutine, Partial, Registrar, Routine)


class Verdict(NamedTuple):
    """What a condition amounts to."""

    holds: bool
    assumed: bool = False
    """Settings or arguments that differ from their defaults would change it."""

    @property
    def certainty(self) -> Certainty:
        """Whether what stands under the condition happens."""
        if not self.assumed:
            return Certainty.SURE
        return Certainty.USUAL if self.holds else Certainty.UNUSUAL

    def __invert__(self) -> Verdict:
        return Verdict(not self.holds, self.assumed)


def of(value: Value) -> Verdict | None:
    """Whether a value counts as true; None when that is known only at run time."""
    match value:
        case Constant(value=constant, assumed=assumed):
            return Verdict(bool(constant), assumed)
        case Listing() | Table():
            filled = value.elements if isinstance(value, Listing) else value.entries
            return Verdict(True) if filled else None if value.rest else Verdict(False)
        case Text(parts=parts) if any(isinstance(part, str) and part for part in parts):
            return Verdict(True)
        case Foreign(value=static.External(name="typing.TYPE_CHECKING")):
            return Verdict(False)
        case Foreign(value=static.External(name="builtins.__debug__")):
            return Verdict(True)
        case _ if isinstance(value, _OBJECTS):
            return Verdict(True)
    return None


def compare(left: Value, operator: str, right: Value) -> Constant | None:
    """The result of a comparison; None when it is known only at run time."""
    found: Verdict | None = None
    if operator in ("==", "is", "!=", "is not"):
        found = _equal(left, right)
    elif operator in ("in", "not in") and isinstance(right, (Listing, Table)) and isinstance(left, Constant):
        found = _contains(right, left)
    if found is None:
        return None
    return Constant(found.holds != operator.startswith(("!", "is not", "not")), found.assumed)


def _equal(left: Value, right: Value) -> Verdict | None:
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Verdict(left.value == right.value, left.assumed or right.assumed)
    for value, other in ((left, right), (right, left)):
        if value == NONE and isinstance(other, (*_OBJECTS, Listing, Table, Text, Thing, TypeExpression)):
            return Verdict(False, isinstance(value, Constant) and value.assumed)
    if isinstance(left, (Registrar, Blueprint)) and isinstance(right, (Registrar, Blueprint)):
        return Verdict(left is right)
    return None


def _contains(collection: Listing | Table, value: Constant) -> Verdict | None:
    members = (
        [each.value for each in collection.elements]
        if isinstance(collection, Listing)
        else [key for key, _ in collection.entries]
    )
    if collection.rest or not all(isinstance(each, Constant) for each in members):
        return None
    return Verdict(value in members, value.assumed)
