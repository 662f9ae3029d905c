"""The declarations of `options.py` as a table: one `Option` for each key."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from fastapi_lint.config.errors import did_you_mean
from fastapi_lint.config.options import About, Options
from fastapi_lint.config.overrides import Override

OPTION_FIELDS: Mapping[str, str] = dict(
    zip(Options.__struct_encode_fields__, Options.__struct_fields__, strict=True)
)
"""The attribute of `Options` for each key: known without working out the whole table."""


class OptionValueError(ValueError):
    """A value that an option cannot have; `part` is what is wrong with it, as it is written, where that is known."""

    def __init__(self, message: str, part: str | None = None) -> None:
        super().__init__(message)
        self.part = part


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One option of the configuration."""

    key: str
    field: str
    """Its attribute of `Options`."""
    type: Any
    """The type of its value, for msgspec."""
    default: Any
    about: About

    @property
    def kind(self) -> str:
        """The type in words, as after "takes"."""
        choices = self.choices
        return _one_of(choices) if choices else _in_words(self.type)

    @property
    def choices(self) -> tuple[str, ...]:
        """The valid values, when they can be counted."""
        return self.about.choices() if self.about.choices else _literals(self.type)

    @property
    def keys(self) -> tuple[str, ...]:
        """The valid keys of a table, when they can be counted."""
        return _literals(get_args(self.type)[0]) if self.is_table else ()

    @property
    def is_scalar(self) -> bool:
        """Whether the value can be written as one word, as in an environment variable."""
        return not self.is_list and not self.is_table

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return get_origin(self.type) is tuple

    @property
    def is_table(self) -> bool:
        """Whether the value is a table."""
        return get_origin(self.type) is Mapping

    @property
    def is_list_of_tables(self) -> bool:
        """Whether the value is a list of tables."""
        return self.is_list and get_args(self.type)[0] is Override

    def convert(self, value: object, *, from_text: bool = False) -> Any:
        """The value as the settings keep it; with `from_text`, `"4"` and `"true"` are understood.

        Raises:
            OptionValueError: it is of another type or is none of the choices; the message says so in words.
        """
        if self.is_list_of_tables and isinstance(value, list):
            for entry in value:
                _check_override(self.key, entry)
        try:
            converted = msgspec.convert(value, self.type, strict=not from_text)
        except msgspec.ValidationError:
            raise OptionValueError(self._complaint(value)) from None
        if self.choices and converted not in self.choices:
            raise OptionValueError(self._complaint(value))
        return converted

    def _complaint(self, value: object) -> str:
        if isinstance(value, str) and self.choices:
            return f"`{self.key}` takes {self.kind}, not `{value}`{did_you_mean(value, self.choices)}"
        if self.is_list_of_tables and isinstance(value, dict):
            return f"`{self.key}` takes {self.kind}, not one table: its header is `[[…{self.key}]]`"
        return f"`{self.key}` takes {self.kind}{_what_is_wrong(value, self.type)}; for example {self.example}"

    @property
    def example(self) -> str:
        """The example as one line of code in Markdown, or of a table its first entry."""
        if self.is_list_of_tables:
            return f"`{self.key} = [{{ {self.about.example.replace(chr(10), ', ')} }}]`"
        first = self.about.example.partition("\n")[0]
        return f"`{self.key}.{first}`" if self.is_table else f"`{self.key} = {first}`"


@cache
def option_table() -> Mapping[str, Option]:
    """Every option by its key, in the order of declaration."""
    hints = get_type_hints(Options, include_extras=True)
    table = {}
    for declared in msgspec.structs.fields(Options):
        declared_type, *notes = get_args(hints[declared.name])
        limits = [note for note in notes if isinstance(note, msgspec.Meta)]
        default = declared.default_factory() if declared.default is msgspec.NODEFAULT else declared.default
        table[declared.encode_name] = Option(
            key=declared.encode_name,
            field=declared.name,
            type=_without_none(Annotated[(declared_type, *limits)] if limits else declared_type),
            default=default,
            about=next(note for note in notes if isinstance(note, About)),
        )
    return table


def _without_none(declared: Any) -> Any:
    """`X` of `X | None`: TOML has no null, so that None only ever means "not written"."""
    if get_origin(declared) not in (Union, types.UnionType):
        return declared
    (written,) = (choice for choice in get_args(declared) if choice is not type(None))
    return written


def _check_override(key: str, entry: object) -> None:
    """Refuse a table of `overrides` by the name of what is wrong in it."""
    if not isinstance(entry, dict):
        return
    known = [each.encode_name for each in msgspec.structs.fields(Override)]
    if "files" not in entry:
        raise OptionValueError(
            f"a table of `{key}` has no `files`: the `.gitignore` patterns of the files meant"
        )
    if not entry["files"] or not _fits(entry["files"], tuple[str, ...]):
        raise OptionValueError(f"`files` in `{key}` takes a list of `.gitignore` patterns", "files")
    for name in entry:
        if name not in known:
            raise OptionValueError(
                f"`{key}` cannot have `{name}`{did_you_mean(name, known)}; its keys are {_listed(known)}",
                name,
            )
        if name in option_table():
            try:
                option_table()[name].convert(entry[name])
            except OptionValueError as error:
                raise OptionValueError(f"in `{key}`, {error}", name) from None


def _bare(declared: Any) -> Any:
    return get_args(declared)[0] if get_origin(declared) is Annotated else declared


def _literals(declared: Any) -> tuple[str, ...]:
    return get_args(declared) if get_origin(declared) is Literal else ()


def _one_of(choices: tuple[str, ...]) -> str:
    return f"one of {_listed(choices)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _in_words(declared: Any) -> str:
    """A type, as after "takes"."""
    declared = _bare(declared)
    if get_origin(declared) is tuple:
        return "a list of tables" if get_args(declared)[0] is Override else "a list of strings"
    if get_origin(declared) is Mapping:
        key, value = get_args(declared)
        keys = f"; the keys are {_one_of(_literals(key))}" if _literals(key) else ""
        return f"a table of {_plural(value)}{keys}"
    return {bool: "`true` or `false`", int: "a whole number, 0 or more", str: "a string"}[declared]


def _plural(declared: Any) -> str:
    if get_origin(declared) is tuple:
        return "lists of strings"
    return f"strings, each {_one_of(_literals(declared))}" if _literals(declared) else "strings"


def _what_is_wrong(value: object, declared: Any) -> str:
    """`, not X` for the innermost value that does not fit its type."""
    for entry, expected in _entries(value, declared):
        if not _fits(entry, expected):
            near = did_you_mean(entry, _literals(expected)) if isinstance(entry, str) else ""
            return f", not {_shown(entry)}{near}"
    return f", not {_shown(value)}"


def _fits(value: object, declared: Any) -> bool:
    try:
        msgspec.convert(value, declared)
    except msgspec.ValidationError:
        return False
    return True


def _entries(value: object, declared: Any) -> Iterator[tuple[object, Any]]:
    """What a list or table consists of, each with the type it must have; the innermost first."""
    if isinstance(value, list) and get_origin(declared) is tuple:
        for entry in value:
            yield entry, get_args(declared)[0]
    elif isinstance(value, dict) and get_origin(declared) is Mapping:
        key_type, value_type = get_args(declared)
        for key, entry in value.items():
            yield key, key_type
            yield from _entries(entry, value_type)
            yield entry, value_type


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (str, int, float)):
        return f"`{value}`" if not isinstance(value, str) else f'`"{value}"`'
    if isinstance(value, list):
        return "a list"
    return "a table (a key with dots in it needs quotes)" if isinstance(value, dict) else "a date or time"
