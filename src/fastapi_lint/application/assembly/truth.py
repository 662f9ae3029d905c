"""Whether a condition holds; None when that is known only at run time."""

from __future__ import annotations

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
    Value,
)
from fastapi_lint.application.registrars import Registrar

_OBJECTS = (Blueprint, Bound, Decorating, LambdaRoutine, Partial, Registrar, Routine)


def of(value: Value) -> bool | None:
    """Whether a value counts as true."""
    match value:
        case Constant(assumed=False):
            return bool(value.value)
        case Listing() | Table():
            filled = value.elements if isinstance(value, Listing) else value.entries
            return True if filled else None if value.rest else False
        case Text(parts=parts) if any(isinstance(part, str) and part for part in parts):
            return True
        case Foreign(value=static.External(name="typing.TYPE_CHECKING")):
            return False
        case Foreign(value=static.External(name="builtins.__debug__")):
            return True
        case _ if isinstance(value, _OBJECTS):
            return True
    return None


def compare(left: Value, operator: str, right: Value) -> bool | None:
    """Whether a comparison holds."""
    if operator in ("==", "is", "!=", "is not"):
        equal = _equal(left, right)
        return equal if equal is None or operator in ("==", "is") else not equal
    if operator in ("in", "not in") and isinstance(right, (Listing, Table)) and isinstance(left, Constant):
        return _contains(right, left, operator == "in")
    return None


def _equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Constant) and isinstance(right, Constant):
        return None if left.assumed or right.assumed else left.value == right.value
    for value, other in ((left, right), (right, left)):
        if value == NONE and not (isinstance(value, Constant) and value.assumed):
            if isinstance(other, (*_OBJECTS, Listing, Table, Text, Thing)):
                return False
    if isinstance(left, (Registrar, Blueprint)) and isinstance(right, (Registrar, Blueprint)):
        return left is right
    return None


def _contains(collection: Listing | Table, value: Constant, wanted: bool) -> bool | None:
    members = (
        [each.value for each in collection.elements]
        if isinstance(collection, Listing)
        else [key for key, _ in collection.entries]
    )
    if value.assumed or collection.rest or not all(isinstance(each, Constant) for each in members):
        return None
    return (value in members) is wanted
