"""Edits of what a module has: its functions, classes, imports, and everything about them but bodies."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TypeAlias

from tests.linter.edits.phrases import written
from tests.linter.edits.project import Place, classes_of_module, functions_of_module, values_of_module
from tests.linter.edits.source import Function, parameters

FileEdit: TypeAlias = Callable[[Place], "str | None"]

_DECORATORS = (
    "staticmethod",
    "classmethod",
    "property",
    "{value}.get('/added')",
    "{value}.post('/added')",
    "{value}.middleware('http')",
    "{value}.on_event('startup')",
    "{function}",
)
_ANNOTATIONS = ("int", "str | None", "dict", "list[str]", "'Unknown'")
_FIELDS = (
    "added: int = 1",
    "added: str",
    "added = None",
    "password: str",
    "def added(self):\n    return self",
)
_FILE_COMMENTS = ("# added", "# fastapi-lint: ignore-file", "# fastapi-lint: ignore-file[FAL101]", "# noqa")


def add_function(place: Place) -> str | None:
    """A copy of another one, at module level or as a method."""
    found = place.other_function()
    lines = found[0].lines(found[1]) if found is not None else None
    if found is None or lines is None:
        return None
    if place.chance(0.5):
        lines = re.sub(rf"\bdef {found[1].name}\b", "def added", lines, count=1)
    if place.source.classes and place.chance(0.4):
        return place.source.after(place.random.choice(place.source.classes).body[-1], lines)
    return _beside_statement(place, lines)


def remove_function(place: Place) -> str | None:
    function = place.function()
    return place.source.with_lines(function, "pass") if function is not None else None


def rename_function(place: Place) -> str | None:
    """Where it is defined, or everywhere in the module."""
    function = place.function()
    if function is None:
        return None
    if place.chance(0.5):
        return re.sub(rf"\b{function.name}\b", f"{function.name}_2", place.source.text)
    lines = place.source.lines(function)
    if lines is None:
        return None
    other = place.one_of(place.source.functions)
    new = other.name if other is not None and place.chance(0.3) else "renamed"
    return place.source.with_lines(
        function, re.sub(rf"\bdef {function.name}\b", f"def {new}", lines, count=1)
    )


def add_decorator(place: Place) -> str | None:
    function = place.function()
    if function is None:
        return None
    found = place.other_function()
    if found is not None and found[1].decorator_list and place.chance(0.5):
        decorator = found[0].segment(place.random.choice(found[1].decorator_list))
    else:
        decorator = written(place, function, place.random.choice(_DECORATORS))
    return place.source.before(
        function, f"@{decorator}" if "\n" not in decorator else f"{_decorated(decorator)}"
    )


def remove_decorator(place: Place) -> str | None:
    function = place.one_of(each for each in place.source.functions if each.decorator_list)
    if function is None:
        return None
    start, end = place.source.span(place.random.choice(function.decorator_list))
    at = place.source.text.rindex("@", 0, start)
    after = place.source.text.find("\n", end) + 1
    return place.source.text[: place.source.text.rfind("\n", 0, at) + 1] + place.source.text[after:]


def change_decorator(place: Place) -> str | None:
    """An argument goes, or the path of a route becomes another."""
    function = place.one_of(each for each in place.source.functions if each.decorator_list)
    if function is None:
        return None
    nodes = [each for one in function.decorator_list for each in ast.walk(one)]
    node = place.one_of(each for each in nodes if isinstance(each, ast.Constant))
    return (
        place.source.replaced(node, place.random.choice(("'/added'", "'/{added}'", "204"))) if node else None
    )


def change_colour(place: Place) -> str | None:
    """Of a function: what is asynchronous is not, and the other way round."""
    function = place.function()
    if function is None:
        return None
    at = place.source.offset(function.lineno, function.col_offset)
    before, after = place.source.text[:at], place.source.text[at:]
    return before + (re.sub(r"\Aasync\s+", "", after) if after.startswith("async") else f"async {after}")


def add_parameter(place: Place) -> str | None:
    function = place.function()
    if function is None:
        return None
    at = place.source.text.find("(", place.source.offset(function.lineno, function.col_offset)) + 1
    new = place.random.choice(
        ("added", "added: int = 1", f"added: {_annotation(place)}", f"added={_default(place)}")
    )
    if place.chance(0.5) and parameters(function):
        at = place.source.span(parameters(function)[-1])[0]
    return f"{place.source.text[:at]}{new}, {place.source.text[at:]}"


def remove_parameter(place: Place) -> str | None:
    function = place.function()
    parameter = place.one_of(parameters(function)) if function is not None else None
    if parameter is None:
        return None
    start, end = place.source.span(parameter)
    rest = re.sub(r"\A\s*(=[^,()]*)?,?", "", place.source.text[end:])
    return place.source.text[:start] + rest


def change_annotation(place: Place) -> str | None:
    function = place.function()
    parameter = place.one_of(parameters(function)) if function is not None else None
    if function is None or parameter is None or place.chance(0.3):
        return _with_return_annotation(place, function)
    if parameter.annotation is not None and place.chance(0.3):
        return place.source.replaced(parameter, parameter.arg)
    return place.source.replaced(parameter, f"{parameter.arg}: {_annotation(place)}")


def change_default(place: Place) -> str | None:
    function = place.function()
    defaults = (
        [*function.args.defaults, *filter(None, function.args.kw_defaults)] if function is not None else []
    )
    default = place.one_of(defaults)
    return place.source.replaced(default, _default(place)) if default is not None else None


def add_class(place: Place) -> str | None:
    """A copy of another one."""
    found = place.project.anything(place.random, lambda source: source.classes, place.source)
    lines = found[0].lines(found[1]) if found is not None else None
    return _beside_statement(place, lines) if lines is not None else None


def add_field(place: Place) -> str | None:
    one = place.one_of(place.source.classes)
    if one is None:
        return None
    statement = place.random.choice(one.body)
    found = place.project.anything(place.random, lambda source: source.classes, place.source)
    lines = (
        found[0].lines(place.random.choice(found[1].body))
        if found is not None and place.chance(0.5)
        else None
    )
    return place.source.after(statement, lines or place.random.choice(_FIELDS))


def remove_member(place: Place) -> str | None:
    one = place.one_of(place.source.classes)
    return place.source.with_lines(place.random.choice(one.body), "pass") if one is not None else None


def change_bases(place: Place) -> str | None:
    one = place.one_of(each for each in place.source.classes if each.bases)
    if one is None:
        return None
    other = place.one_of(classes_of_module(place.source)) or "object"
    return place.source.replaced(place.random.choice(one.bases), other)


def add_import(place: Place) -> str | None:
    found = place.project.anything(place.random, lambda source: source.imports)
    line = found[0].lines(found[1]) if found is not None else None
    if line is None or place.chance(0.6):
        kinds = (functions_of_module, classes_of_module, values_of_module)
        known = place.project.known(place.random, place.random.choice(kinds))
        line = known.statement if known is not None else "import missing\n"
    first = place.one_of(place.source.imports) or place.one_of(place.source.tree.body)
    return place.source.after(first, line) if first is not None else line


def remove_import(place: Place) -> str | None:
    statement = place.one_of(place.source.imports)
    return place.source.with_lines(statement, "") if statement is not None else None


def add_statement(place: Place) -> str | None:
    """One that stands at the level of some module."""
    found = place.project.anything(place.random, lambda source: source.tree.body, place.source)
    lines = found[0].lines(found[1]) if found is not None else None
    return _beside_statement(place, lines) if lines is not None else None


def remove_statement(place: Place) -> str | None:
    statement = place.one_of(place.source.tree.body)
    return place.source.with_lines(statement, "") if statement is not None else None


def move_statement(place: Place) -> str | None:
    """From the level of the module to another place there."""
    if len(place.source.tree.body) < 2:
        return None
    statement, other = place.random.sample(place.source.tree.body, 2)
    lines = place.source.lines(statement)
    if lines is None or other.lineno > statement.lineno:
        return None
    start, end = place.source.span(statement)
    shortened = place.source.text[:start] + place.source.text[end:]
    at = place.source.offset(other.lineno, 0)
    return shortened[:at] + lines + shortened[at:] if not other.col_offset else None


def shift_lines(place: Place) -> str | None:
    return place.random.choice(("\n", "\n\n\n", "# shifted\n")) + place.source.text


def shift_some_lines(place: Place) -> str | None:
    statement = place.one_of(place.source.tree.body)
    return place.source.before(statement, "\n") if statement is not None else None


def comment_file(place: Place) -> str | None:
    return f"{place.random.choice(_FILE_COMMENTS)}\n{place.source.text}"


def edit_module_docstring(place: Place) -> str | None:
    if ast.get_docstring(place.source.tree) is None:
        return f'"""Added."""\n{place.source.text}'
    return place.source.with_lines(place.source.tree.body[0], '"""Other."""')


def trim_end(place: Place) -> str | None:
    """The last line may well have no end."""
    text = place.source.text.rstrip()
    return text if text != place.source.text else f"{text}\n"


FILE_EDITS: dict[str, FileEdit] = {
    each.__name__.replace("_", " "): each
    for each in (
        add_function,
        remove_function,
        rename_function,
        add_decorator,
        remove_decorator,
        change_decorator,
        change_colour,
        add_parameter,
        remove_parameter,
        change_annotation,
        change_default,
        add_class,
        add_field,
        remove_member,
        change_bases,
        add_import,
        remove_import,
        add_statement,
        remove_statement,
        move_statement,
        shift_lines,
        shift_some_lines,
        comment_file,
        edit_module_docstring,
        trim_end,
    )
}


def _beside_statement(place: Place, lines: str) -> str | None:
    statement = place.one_of(place.source.tree.body)
    return place.source.after(statement, lines) if statement is not None else lines


def _decorated(decorator: str) -> str:
    """A decorator that needs imports in front of it."""
    *imports, last = decorator.split("\n")
    return "\n".join([*imports, f"@{last}"])


def _with_return_annotation(place: Place, function: Function | None) -> str | None:
    if function is None:
        return None
    if function.returns is not None:
        return place.source.replaced(function.returns, _annotation(place))
    head = place.source.offset(function.lineno, function.col_offset)
    end = place.source.offset(function.body[0].lineno, 0)
    before, colon, after = place.source.text[head:end].rpartition("):")
    if not colon:
        return None
    return f"{place.source.text[:head]}{before}) -> {_annotation(place)}:{after}{place.source.text[end:]}"


def _annotation(place: Place) -> str:
    found = place.other_function()
    annotations = [each.annotation for each in parameters(found[1])] if found is not None else []
    annotation = place.one_of(each for each in annotations if each is not None)
    if found is not None and annotation is not None and place.chance(0.6):
        return found[0].segment(annotation)
    names = classes_of_module(place.source)
    return place.random.choice([*_ANNOTATIONS, *names])


def _default(place: Place) -> str:
    function = place.one_of(functions_of_module(place.source)) or "unknown"
    return place.random.choice(
        ("None", "1", f"Depends({function})", f"{function}()", f"Security({function})")
    )
