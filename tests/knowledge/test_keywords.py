"""Keywords of markers, constructors and decorators, against the installed FastAPI."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from packaging.version import Version

from fastapi_lint.knowledge.keywords import Signature, _signatures, meant, signature

from .reality import MissingNameError, resolve

FASTAPI = sorted(name for name in _signatures() if name.startswith("fastapi."))


def accepted_by(signature: Signature, installed: Version) -> set[str]:
    return {
        name
        for name in signature.names
        if Version(signature.since.get(name, "0")) <= installed < Version(signature.until.get(name, "9999"))
    }


@pytest.mark.parametrize("name", FASTAPI)
def test_the_installed_version_accepts_what_the_data_say(name: str) -> None:
    installed = Version(version("fastapi"))
    try:
        function = resolve(name)
    except MissingNameError:
        pytest.skip("not in this version")
    known = _signatures()[name]
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    keywords = {p.name for p in parameters if p.kind is not p.VAR_KEYWORD}
    assert accepted_by(known, installed) == keywords
    assert [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD] == known.positional
    others = any(p.kind is p.VAR_KEYWORD for p in parameters)
    assert others == (
        known.ignores_others_until is not None and installed < Version(known.ignores_others_until)
    )


def test_pydantic_field() -> None:
    parameters = set(inspect.signature(resolve("pydantic.Field")).parameters) - {"extra"}
    known = signature("pydantic.Field")
    assert known is not None
    assert parameters <= known.names


def test_methods_are_inherited() -> None:
    assert signature("fastapi.APIRouter.get") is signature("fastapi.FastAPI.put")
    assert signature("acme.get") is None


def test_misnomers() -> None:
    query = signature("fastapi.Query")
    assert query is not None
    assert meant("lte", query) == "le"
    assert meant("status", query) is None
    assert meant("acme", query) is None
