"""What libraries take of a request that they are handed."""

from __future__ import annotations

import pytest

from fastapi_lint.knowledge.request_takers import ignores_path, takes_no_path_parameters


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fastapi.security.OAuth2PasswordBearer.__call__", True),
        ("logging.Logger.info", True),
        ("builtins.isinstance", True),
        ("logging_extras.dump", False),
        ("builtins.dict", False),
        ("fastapi.Request", False),
    ],
)
def test_who_ignores_the_path(name: str, expected: bool) -> None:
    assert ignores_path(name) is expected


def test_dependencies_of_libraries() -> None:
    assert takes_no_path_parameters("fastapi_pagination.Params")
    assert not takes_no_path_parameters("fastapi_paginations.Params")
    assert not takes_no_path_parameters("team_sdk.get_team")
