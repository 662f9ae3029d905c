"""The judge is judged: hand-made tables, each wrong in one way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.compare import Comparison, Row, compare, normal_type, outside_longest_increase
from tests.oracle.tables import rows_of_app


def derived(path: str, **fields: Any) -> Row:
    row: Row = {
        "kind": "http",
        "path": path,
        "methods": ["GET"],
        "name": "read",
        "handler": "app.main:read",
        "is_async": True,
        "status_code": None,
        "response_model": None,
        "tags": [],
        "include_in_schema": True,
        "dependencies": [],
        "security": [],
        "app": "app.main:app",
    }
    return {**row, **fields}


def running(path: str, **fields: Any) -> Row:
    row = {**derived(path), "handler_names": ["app.main:read"], "effective_status_code": 200, **fields}
    return row if "handler_names" in fields else {**row, "handler_names": [row["handler"]]}


def compared(ours: list[Row], theirs: list[Row]) -> Comparison:
    return compare(ours, theirs, "app.main:app")


def test_equal_tables_agree() -> None:
    result = compared([derived("/a"), derived("/b")], [running("/a"), running("/b")])
    assert result.agrees
    assert (result.actual, result.derived) == (2, 2)


def test_missing_and_invented_routes() -> None:
    result = compared([derived("/a"), derived("/c")], [running("/a"), running("/b")])
    assert [row["path"] for row in result.missing] == ["/b"]
    assert [row["path"] for row in result.invented] == ["/c"]
    assert not result.agrees


def test_the_same_route_twice_is_two_routes() -> None:
    result = compared([derived("/a")], [running("/a"), running("/a")])
    assert len(result.missing) == 1


def test_routes_of_one_path_are_paired_by_handler() -> None:
    first, second = "app.main:first", "app.main:second"
    ours = [derived("/a", handler=second), derived("/a", handler=first)]
    result = compared(ours, [running("/a", handler=first), running("/a", handler=second)])
    assert not result.differences
    assert len(result.out_of_order) == 1


@pytest.mark.parametrize(
    ("field", "ours", "theirs"),
    [
        ("methods", ["GET", "HEAD"], ["GET"]),
        ("name", "write", "read"),
        ("handler", "app.main:write", "app.main:read"),
        ("handler", "app.other:read", "app.main:read"),
        ("is_async", False, True),
        ("status_code", 201, None),
        ("response_model", None, "Item"),
        ("response_model", "Item", None),
        ("response_model", "list[Item]", "Item"),
        ("tags", ["a", "b"], ["b", "a"]),
        ("include_in_schema", False, True),
        ("dependencies", ["app.main:a"], []),
        ("dependencies", ["app.main:b", "app.main:a"], [["app.main:a"], ["app.main:b"]]),
        ("security", [], [["bearer", "HTTPBearer"]]),
    ],
)
def test_a_field_that_differs_is_named(field: str, ours: Any, theirs: Any) -> None:
    result = compared([derived("/a", **{field: ours})], [running("/a", **{field: theirs})])
    assert [(each.field, each.ours) for each in result.differences] == [(field, ours)]


@pytest.mark.parametrize(
    ("field", "ours", "theirs"),
    [
        ("status_code", 200, None),
        ("response_model", "List[schemas.Item]", "list[Item]"),
        ("dependencies", ["fastapi.security:HTTPBearer"], [["fastapi.security.http:HTTPBearer"]]),
        ("dependencies", ["app.auth:bearer"], [["fastapi.security.http:HTTPBearer", "app.auth:bearer"]]),
        ("security", ["app.auth:bearer", "app.auth:user"], [["HTTPBearer", "bearer"]]),
        ("is_async", True, None),
    ],
)
def test_two_spellings_of_one_value(field: str, ours: Any, theirs: Any) -> None:
    assert compared([derived("/a", **{field: ours})], [running("/a", **{field: theirs})]).agrees


def test_unknown_is_neither_right_nor_wrong() -> None:
    unknown = derived("/a", status_code="{?}", tags=["{?}"])
    result = compared([unknown], [running("/a", status_code=201)])
    assert not result.problems()
    assert result.unknown == {"status_code": 1, "tags": 1}
    assert not result.agrees


def test_a_field_with_a_reason_is_unknown() -> None:
    ours = derived("/a", status_code=None, unknown={"status_code": "it is a setting"})
    assert compared([ours], [running("/a", status_code=201)]).unknown == {"status_code": 1}


def test_a_conditional_route_need_not_exist() -> None:
    ours = [derived("/a", conditional=True), derived("/b", conditional=True)]
    result = compared(ours, [running("/a")])
    assert [row["path"] for row in result.conditional] == ["/b"]
    assert not result.problems()
    assert not result.agrees


def test_a_row_with_an_unknown_path_covers_the_routes_of_a_loop() -> None:
    ours = [derived("/a"), derived("/api/{?}/items"), derived("/other/{?}")]
    theirs = [running("/a"), running("/api/x/items"), running("/api/y/items"), running("/b")]
    result = compared(ours, theirs)
    assert len(result.covered) == 2
    assert [row["path"] for row in result.missing] == ["/b"]
    assert [row["path"] for row in result.unresolved] == ["/other/{?}"]
    assert not result.invented


def test_tags_tell_rows_with_unknown_paths_apart() -> None:
    ours = [
        derived("{?}", tags=["loop"]),
        derived("{?}", tags=[], unknown={"tags": "the router is not known"}),
    ]
    theirs = [running("/from-router", tags=["router"]), running("/from-loop", tags=["loop"])]
    result = compared(ours, theirs)
    assert [(derived["tags"], actual["path"]) for derived, actual in result.covered] == [
        ([], "/from-router"),
        (["loop"], "/from-loop"),
    ]
    assert result.differences == []


def test_mounts_are_compared_without_a_trailing_slash() -> None:
    ours = derived("/", kind="mount", methods=[], handler="app.main:sub")
    theirs = running("", kind="mount", methods=[], name=None, include_in_schema=None, handler="app.main:sub")
    assert compared([ours], [theirs]).agrees


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("schemas.Item", "Item"),
        ("typing.List['Item']", "list[Item]"),
        ("Optional[Item]", "Item | None"),
        ("Union[None, B, A]", "A | B | None"),
        ("A | (B | None)", "A | B | None"),
        ("Annotated[list[A], Field()]", "list[A]"),
        ("Literal['a', 1]", "Literal['a', 1]"),
        ("Dict[str, t.Any]", "dict[str, Any]"),
        ("Callable[[int], str]", "Callable[[int], str]"),
        ("tuple[int, ...]", "tuple[int, ...]"),
        ("Page[NoneType]", "Page[None]"),
        ("not a type", "not a type"),
    ],
)
def test_types_in_one_spelling(text: str, normal: str) -> None:
    assert normal_type(text) == normal


@pytest.mark.parametrize(
    ("numbers", "outside"),
    [([], []), ([1, 2, 3], []), ([3, 1, 2], [3]), ([1, 5, 2, 3, 4], [5]), ([3, 2, 1], [3, 2])],
)
def test_as_few_as_possible_are_out_of_order(numbers: list[int], outside: list[int]) -> None:
    assert outside_longest_increase(numbers) == outside


def test_an_app_without_a_name_is_the_one_with_most_routes_in_common() -> None:
    table = [derived("/a", app="app.one:create"), derived("/b", app="app.two:create")]
    assert rows_of_app(table, "app.two:create", []) == table[1:]
    assert rows_of_app(table, None, [running("/a"), running("/c")]) == table[:1]
    assert rows_of_app(table, "app.three:create", [running("/c")]) == []
