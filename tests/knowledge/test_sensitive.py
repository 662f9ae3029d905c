"""Which fields are sensitive, and which only sound so."""

from __future__ import annotations

import pytest

from fastapi_lint.knowledge.sensitive import SensitiveNames, is_sensitive


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "hashed_password",
        "passwordHash",
        "new_password",
        "smtp_password",
        "secret",
        "client_secret",
        "totp_secret",
        "jwt_secret_key",
        "api_key",
        "apiKey",
        "openai_api_key",
        "APIKey",
        "private_key",
        "ssh_private_key",
        "token_hash",
        "reset_token_hash",
        "ssn",
        "card_number",
        "cvv",
        "aws_secret_access_key",
        "X-API-Key",
    ],
)
def test_sensitive(name: str) -> None:
    assert is_sensitive(name)
    assert is_sensitive(name, "str")
    assert is_sensitive(name, "Annotated[str | None, Field(max_length=3)]")


@pytest.mark.parametrize(
    "name",
    [
        "access_token",
        "refresh_token",
        "id_token",
        "token",
        "token_type",
        "max_tokens",
        "prompt_tokens",
        "token_count",
        "tokenizer",
        "password_hint",
        "password_reset_required",
        "password_expires_at",
        "password_policy",
        "has_password",
        "is_secret",
        "must_change_password",
        "reset_password",
        "masked_api_key",
        "public_api_key",
        "secret_name",
        "secret_id",
        "secretary",
        "api_key_id",
        "api_key_url",
        "api_key_count",
        "public_key",
        "primary_key",
        "key",
        "passport",
        "author",
        "pin",
        "pin_code",
        "hash",
        "content_hash",
        "discard_number",
    ],
)
def test_not_sensitive(name: str) -> None:
    assert not is_sensitive(name)


@pytest.mark.parametrize(
    ("name", "annotation", "sensitive"),
    [
        ("password", "SecretStr", False),
        ("password", "pydantic.SecretStr | None", False),
        ("api_key", "Optional[SecretBytes]", False),
        ("password", "bool", False),
        ("user_password", "datetime.datetime", False),
        ("secret", "SecretReference", False),
        ("password", "Literal['***']", False),
        ("api_keys", "int", False),
        ("api_keys", "list[ApiKeyPublic]", False),
        ("api_keys", "list[str]", True),
        ("secrets", "dict", True),
        ("secrets", "Optional[dict]", True),
        ("secrets", "dict[str, SecretStr]", False),
        ("secrets", "typing.Any", True),
        ("card_number", "int", True),
        ("password", "int", False),
        ("secret", "uuid.UUID", True),
    ],
)
def test_the_type_decides_too(name: str, annotation: str, sensitive: bool) -> None:
    assert is_sensitive(name, annotation) is sensitive


@pytest.mark.parametrize("name", ["token", "accessToken", "password", "api_key", "jwt"])
def test_secret_parameters(name: str) -> None:
    assert SensitiveNames().is_secret_parameter(name, "str")


@pytest.mark.parametrize("name", ["page_token", "next_page_token", "continuation_token", "max_tokens", "q"])
def test_harmless_parameters(name: str) -> None:
    assert not SensitiveNames().is_secret_parameter(name, "str")


def test_names_of_the_project() -> None:
    extended = SensitiveNames(additional=["salary", "*_iban"])
    assert extended.is_sensitive("salary")
    assert extended.is_sensitive("payoutIban", "str")
    assert extended.is_sensitive("password")
    assert not extended.is_sensitive("salary", "SecretStr")

    replaced = SensitiveNames(["salary", "has_iban"])
    assert replaced.is_sensitive("salary")
    assert replaced.is_sensitive("has_iban")
    assert not replaced.is_sensitive("password")
    assert not replaced.is_secret_parameter("token")
