"""What the real packages say about the names in the data."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import warnings
from functools import cache

# The data describe any version: what is not in the oldest or newest supported one, or in every build of Python,
# with all that belongs to it.
OTHER_VERSIONS = {
    "anyio.to_interpreter",
    "asyncio.Barrier",
    "asyncio.Runner",
    "asyncio.StreamWriter.start_tls",
    "asyncio.TaskGroup",
    "concurrent.futures.InterpreterPoolExecutor",
    "duckdb.DuckDBPyConnection.arrow",
    "duckdb.DuckDBPyRelation.execute",
    "fastapi.sse",
    "hashlib.file_digest",
    "pysqlite3.Connection.iterdump",
    "snowflake.connector.SnowflakeConnection.connect",
    "sqlalchemy.orm.Session.merge_all",
    "sqlalchemy.orm.scoped_session.merge_all",
    "sqlean.Connection.iterdump",
    "sqlite3.Connection.load_extension",
}


class NotInstalledError(Exception):
    """The package a name belongs to is not installed here."""


class MissingNameError(Exception):
    """The package is installed, and has no such name."""


@cache
def import_module(name: str) -> object | None:
    """The module, or None when there is none of that name or it cannot be imported here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name)
        except Exception:
            return None


def resolve(name: str) -> object:
    """The object of a qualified name. Raises one of the errors above."""
    parts = name.split(".")
    if import_module(parts[0]) is None:
        raise NotInstalledError(parts[0])
    for count in range(len(parts), 0, -1):
        module = import_module(".".join(parts[:count]))
        if module is None:
            continue
        value = module
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for part in parts[count:]:
                    value = getattr(value, part)
        except Exception as error:
            if _is_broken_here(".".join(parts[: count + 1])):
                raise NotInstalledError(name) from error
            raise MissingNameError(name) from error
        return value
    raise MissingNameError(name)


def is_of_another_version(name: str) -> bool:
    """Whether the installed version may well lack the name."""
    return any(name == known or name.startswith(f"{known}.") for known in OTHER_VERSIONS)


def _is_broken_here(module: str) -> bool:
    """Whether it is a module that exists but misses a dependency, such as an optional extra."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def is_coroutine_function(value: object) -> bool:
    """Whether calling it gives a coroutine."""
    if not callable(value):
        return False
    return inspect.iscoroutinefunction(value) or inspect.iscoroutinefunction(inspect.unwrap(value))
