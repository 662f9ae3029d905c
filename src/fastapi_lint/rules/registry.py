"""Finds the rules: every module in the category folders beside this file that defines a `Rule`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import TypeGuard

from fastapi_lint.metadata import RuleMetadata
from fastapi_lint.rules.base import Rule


@cache
def all_rules() -> Mapping[str, type[Rule]]:
    """Every rule by its code, in order of code. Imports the rule modules, but never libcst."""
    import fastapi_lint.rules as package

    found: dict[str, type[Rule]] = {}
    for folder in pkgutil.iter_modules(package.__path__):
        if not folder.ispkg:
            continue
        category = importlib.import_module(f"{package.__name__}.{folder.name}")
        for entry in pkgutil.iter_modules(category.__path__):
            module = importlib.import_module(f"{category.__name__}.{entry.name}")
            for rule in rules_in(module):
                rule.category = folder.name.replace("_", " ")
                found[rule.code] = rule
    return dict(sorted(found.items()))


@cache
def all_metadata() -> Mapping[str, RuleMetadata]:
    """The declaration of every rule by its code."""
    return {code: rule.metadata() for code, rule in all_rules().items()}


def rules_in(module: ModuleType) -> list[type[Rule]]:
    """The rules that a module defines, in order."""
    return [value for value in vars(module).values() if _is_rule_of(value, module.__name__)]


def _is_rule_of(value: object, module: str) -> TypeGuard[type[Rule]]:
    return (
        isinstance(value, type)
        and issubclass(value, Rule)
        and value.__module__ == module
        and hasattr(value, "code")
    )
