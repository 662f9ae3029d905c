"""What names say of finding out who is asking."""

from __future__ import annotations

import pytest

from fastapi_lint.knowledge import credentials


@pytest.mark.parametrize(
    "name",
    [
        "authenticate",
        "verify_signature",
        "getCurrentUser",
        "require_admin",
        "JWTBearer",
        "is_owner",
        "hasPermission",
    ],
)
def test_names_that_speak_of_identity(name: str) -> None:
    assert credentials.speaks_of_identity(name)


@pytest.mark.parametrize(
    "name",
    [
        "add",
        "assign_order",
        "author",
        "keys",
        "get_session",
        "create_user",
        "check_stock",
        "signal",
        "tokenize",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not credentials.speaks_of_identity(name)


@pytest.mark.parametrize(
    "name", ["token", "apiKey", "x-api-key", "reset_token", "Password", "webhook_signature", "otp"]
)
def test_secrets(name: str) -> None:
    assert credentials.is_secret(name)


@pytest.mark.parametrize("name", ["key", "file_key", "tokens", "max_tokens", "session_id", "encoding"])
def test_what_anybody_may_know(name: str) -> None:
    assert not credentials.is_secret(name)


@pytest.mark.parametrize(
    ("variable", "may"),
    [
        ("current_user", True),
        ("request_ctx", True),
        ("caller", True),
        ("trace_id", False),
        ("source_context", False),
    ],
)
def test_context_variables(variable: str, may: bool) -> None:
    assert credentials.may_hold_identity(variable) is may


def test_headers() -> None:
    assert credentials.is_neutral_header("User-Agent")
    assert not credentials.is_neutral_header("Authorization")
