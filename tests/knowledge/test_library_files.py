"""Every name in the library files exists in the real package, where that is installed, and is what the data say."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import pytest

from fastapi_lint.knowledge.canonical import canonical
from fastapi_lint.knowledge.catalogue import selects
from fastapi_lint.knowledge.libraries import Awaited, Library, ancestry, described, library

from .reality import (
    MissingNameError,
    NotInstalledError,
    import_module,
    is_coroutine_function,
    is_of_another_version,
    resolve,
)

# A wrapper is declared to be returned that behaves like the class, or a type variable that nothing binds.
DECLARED_OTHERWISE = {
    "aiohttp.request",
    "mysql.connector.pooling.MySQLConnectionPool.get_connection",
    "psycopg_pool.AsyncConnectionPool.connection",
    "psycopg_pool.ConnectionPool.connection",
}

PACKAGES = sorted(described())
INSTALLED = [package for package in PACKAGES if find_spec(package) is not None]

# Methods that objects have, and their class has not.
MADE_AT_RUN_TIME = {
    "asyncio.Condition.acquire",
    "boto3.resources.base.ServiceResource.all",
    "boto3.resources.base.ServiceResource.filter",
    "boto3.resources.base.ServiceResource.limit",
    "boto3.resources.base.ServiceResource.page_size",
    "botocore.client.BaseClient.generate_presigned_post",
    "botocore.client.BaseClient.generate_presigned_url",
    "multiprocessing.synchronize.SemLock.acquire",
    "threading.Condition.acquire",
    "threading.Lock.acquire",
    "threading.RLock.acquire",
}


def names_of(known: Library) -> Iterator[str]:
    """Every class, function, method and attribute named in the file, except those made up for it."""
    classes = [*known.bases, *known.items, *known.enter, *known.async_enter, *known.iterate, *known.call]
    for bases in known.bases.values():
        classes += bases
    for table in (
        known.returns,
        known.attributes,
        known.items,
        known.enter,
        known.async_enter,
        known.iterate,
    ):
        classes += table.values()
    classes += [product.type for product in known.call.values()]
    yield from classes
    yield from (*known.objects, *known.objects.values())
    yield from known.returns
    yield from (name for name in known.attributes if not name.endswith(".*"))
    for class_name, methods in known.returns_self.items():
        yield from (f"{class_name}.{method.lstrip('!')}" for method in methods if "*" not in method)
    for group in known.blocking:
        yield from (*group.functions, *group.constructors, *group.enter, *group.iterate, *group.decorators)
        yield from methods_of(group.methods)
    for group in known.coroutines:
        yield from group.functions
        yield from methods_of(group.methods)


def methods_of(table: dict[str, list[str]]) -> Iterator[str]:
    for class_name, methods in table.items():
        yield class_name
        yield from (f"{class_name}.{method.lstrip('!')}" for method in methods if "*" not in method)


def is_made_up(name: str, known: Library) -> bool:
    return any(name == stand_in or name.startswith(f"{stand_in}.") for stand_in in known.stand_ins)


def require(package: str) -> Library:
    if import_module(package) is None:
        pytest.skip(f"{package} cannot be imported here")
    return library(package)


@pytest.mark.parametrize("package", INSTALLED)
def test_every_name_exists(package: str) -> None:
    known = require(package)
    missing = []
    for name in sorted(set(names_of(known)) - MADE_AT_RUN_TIME):
        if is_made_up(name, known) or is_made_up(name, library(name.partition(".")[0])):
            continue
        if is_instance_attribute(name, known):
            continue
        try:
            resolve(name)
        except NotInstalledError:
            continue
        except MissingNameError:
            if not is_of_another_version(name):
                missing.append(name)
    assert missing == []


def is_instance_attribute(name: str, known: Library) -> bool:
    """Attributes may be set by the constructor only; their class must exist."""
    return name in known.attributes


@pytest.mark.parametrize("package", INSTALLED)
def test_what_blocks_is_not_a_coroutine_function(package: str) -> None:
    known = require(package)
    wrong = [
        name
        for group in known.blocking
        for name in called_by(group.functions, group.methods, known)
        if is_coroutine_function(found(name))
    ]
    assert wrong == []


@pytest.mark.parametrize("package", INSTALLED)
def test_coroutine_functions_are_such(package: str) -> None:
    known = require(package)
    wrong = [
        name
        for group in known.coroutines
        if group.gives is Awaited.COROUTINE
        for name in called_by(group.functions, group.methods, known)
        if found(name) is not None and not is_coroutine_function(found(name))
    ]
    assert wrong == []


def called_by(functions: list[str], methods: dict[str, list[str]], known: Library) -> Iterator[str]:
    """The functions, and the methods with wildcards replaced by those that the class really has."""
    yield from functions
    for class_name, names in methods.items():
        if class_name in known.stand_ins:
            continue
        cls = found(class_name)
        if cls is not None:
            yield from (
                f"{class_name}.{name}"
                for name, _ in inspect.getmembers(cls, callable)
                if selects(names, name)
            )


def found(name: str) -> object | None:
    try:
        return resolve(name)
    except (MissingNameError, NotInstalledError):
        return None


@pytest.mark.parametrize("package", INSTALLED)
def test_classes_are_classes(package: str) -> None:
    known = require(package)
    classes = [
        name for group in known.blocking for name in (*group.constructors, *group.enter, *group.iterate)
    ]
    wrong = [name for name in classes if found(name) is not None and not inspect.isclass(found(name))]
    assert [name for name in wrong if name not in known.returns] == []


@pytest.mark.parametrize("package", INSTALLED)
def test_bases_are_bases(package: str) -> None:
    known = require(package)
    wrong = []
    for name, bases in known.bases.items():
        cls = found(name)
        for base in bases:
            parent = found(base)
            if inspect.isclass(cls) and inspect.isclass(parent) and not issubclass(cls, parent):
                wrong.append((name, base))
    assert wrong == []


@pytest.mark.parametrize("package", INSTALLED)
def test_declared_return_types_agree(package: str) -> None:
    wrong = []
    for name, class_name in require(package).returns.items():
        declared, expected = declared_classes(found(name)), found(class_name)
        if not declared or Any in declared or not inspect.isclass(expected) or name in DECLARED_OTHERWISE:
            continue
        if not any(related(cls, expected) for cls in declared):
            wrong.append((name, class_name, declared))
    assert wrong == []


def declared_classes(function: object) -> set[type]:
    """The classes in the return annotation, those of type arguments included."""
    try:
        pending = [get_type_hints(function).get("return")]
    except Exception:
        return set()
    classes = set()
    while pending:
        annotation = pending.pop()
        pending += get_args(annotation)
        if isinstance(annotation, TypeVar):
            pending.append(getattr(annotation, "__bound__", None))
        cls = get_origin(annotation) or annotation
        if inspect.isclass(cls) and cls is not type(None):
            classes.add(cls)
    return classes


def related(one: type, other: type) -> bool:
    try:
        return issubclass(one, other) or issubclass(other, one)
    except TypeError:
        return False


@pytest.mark.parametrize("package", PACKAGES)
def test_names_are_canonical(package: str) -> None:
    known = library(package)
    assert [name for name in names_of(known) if canonical(name) != name] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_file_describes_its_own_package(package: str) -> None:
    known = library(package)
    keys = [*known.bases, *known.returns, *known.returns_self, *known.attributes, *known.items, *known.call]
    keys += [*known.enter, *known.async_enter, *known.iterate, *known.objects, *known.stand_ins]
    for group in known.blocking:
        keys += [*group.functions, *group.constructors, *group.enter, *group.iterate, *group.decorators]
        keys += group.methods
    for coroutines in known.coroutines:
        keys += [*coroutines.functions, *coroutines.methods]
    assert [key for key in keys if key.partition(".")[0] != package] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_groups_say_why_and_what_instead(package: str) -> None:
    for group in library(package).blocking:
        assert group.rule.startswith("FAL1")
        assert group.source
        assert group.replacement


@pytest.mark.parametrize("package", PACKAGES)
def test_ancestries_end(package: str) -> None:
    for name in library(package).bases:
        assert len(list(ancestry(name))) < 10
