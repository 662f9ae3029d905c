"""Old and new names, against the installed libraries."""

from __future__ import annotations

import inspect
from contextlib import suppress
from importlib.metadata import version

import pytest
from packaging.version import Version

from fastapi_lint.knowledge.canonical import canonical
from fastapi_lint.knowledge.renames import (
    _Group,
    _Members,
    _renames,
    dead_library,
    renamed_argument,
    renamed_member,
    renamed_name,
    renamed_setting,
)

from .reality import MissingNameError, NotInstalledError, resolve


def is_gone(group: _Group) -> bool:
    return group.removed is not None and Version(group.removed) <= Version(version(group.library))


def is_to_come(group: _Group) -> bool:
    """Whether the installed version does not have the new name yet; Python's own is not asked for."""
    return group.library != "python" and Version(group.since or "0") > Version(version(group.library))


@pytest.mark.parametrize("group", _renames().names)
def test_names(group: _Group) -> None:
    for old, new in group.renamed.items():
        assert canonical(old) == old
        assert canonical(new) == new
        if new and not is_to_come(group):
            exists_where_installed(new)
        if is_gone(group):
            with pytest.raises(MissingNameError):
                resolve(old)
        else:
            resolve(old)


def exists_where_installed(name: str) -> None:
    with suppress(NotInstalledError):
        resolve(name)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("group", _renames().members)
def test_members(group: _Members) -> None:
    try:
        cls = resolve(group.class_name)
    except NotInstalledError:
        pytest.skip("not installed")
    for old, new in group.renamed.items():
        assert hasattr(cls, old) is not is_gone(group), (group.class_name, old)
        if new and group.plain:
            assert hasattr(cls, new)


def test_arguments() -> None:
    for group in _renames().arguments:
        for function in group.functions:
            parameters = inspect.signature(resolve(function)).parameters
            takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
            for old, new in group.renamed.items():
                assert not (is_gone(group) and old in parameters), (function, old)
                assert not new or new in parameters or takes_any, (function, new)


def test_settings_are_those_of_pydantic() -> None:
    migration = pytest.importorskip("pydantic._internal._config")
    renamed = {old: new for group in _renames().settings if group.plain for old, new in group.renamed.items()}
    # Its successor `validate_by_name` exists since 2.11 only.
    assert renamed == migration.V2_RENAMED_KEYS | {"allow_population_by_field_name": "populate_by_name"}
    removed = {old for group in _renames().settings if not group.plain for old in group.renamed}
    assert removed == migration.V2_REMOVED_KEYS


def test_lookups() -> None:
    status = renamed_name("fastapi.status.HTTP_422_UNPROCESSABLE_ENTITY")
    assert status is not None
    assert status.replacement == "fastapi.status.HTTP_422_UNPROCESSABLE_CONTENT"
    assert (status.library, status.since, status.plain) == ("starlette", "0.48.0", True)
    assert renamed_name("fastapi.status.HTTP_404_NOT_FOUND") is None

    inherited = renamed_member("sqlmodel.SQLModel", "dict")
    assert inherited is not None
    assert inherited.replacement == "model_dump"
    gone = renamed_member("fastapi.FastAPI", "add_event_handler")
    assert gone is not None
    assert (gone.replacement, gone.removed) == (None, "1.0.0")
    assert renamed_member("acme.Model", "dict") is None

    argument = renamed_argument("fastapi.Query", "regex")
    assert argument is not None
    assert argument.replacement == "pattern"
    assert renamed_argument("sqlmodel.Field", "regex") is None

    setting = renamed_setting("orm_mode")
    assert setting is not None
    assert setting.replacement == "from_attributes"
    assert renamed_setting("from_attributes") is None

    jose = dead_library("jose")
    assert jose is not None
    assert (jose.distribution, jose.replacement) == ("python-jose", "jwt")
    assert dead_library("jwt") is None
