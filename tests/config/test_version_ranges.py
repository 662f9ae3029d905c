from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement as PackagingRequirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from fastapi_lint.config.requirements import parse_requirement
from fastapi_lint.config.versions import (
    ProjectVersions,
    covering,
    release,
    to_range,
)


class TestAtLeast:
    @pytest.mark.parametrize(
        ("specifier", "version", "expected"),
        [
            ("==0.115.6", "0.115.6", True),
            ("==0.115.6", "0.115.7", False),
            (">=0.115", "0.100", True),
            (">=0.115", "0.116", None),
            ("<2", "2.0", False),
            ("<2", "1.10", None),
            ("<=2", "2.0", None),
            ("==1.10.*", "1.10", True),
            ("==1.10.*", "1.11", False),
            ("~=2.4.1", "2.5", False),
            ("~=2.4", "2.5", None),
            (">1,!=1.5", "1", True),
            ("", "1", None),
        ],
    )
    def test_answers(self, specifier: str, version: str, expected: bool | None) -> None:
        assert to_range(specifier).at_least(version) is expected

    def test_an_undeclared_library_is_unknown(self) -> None:
        versions = ProjectVersions({"fastapi": to_range(">=0.115")})
        assert versions.at_least("pydantic", "2") is None
        assert versions.below("pydantic", "2") is None
        assert versions.below("fastapi", "0.100") is False


releases = st.lists(st.integers(0, 4), min_size=2, max_size=3).map(lambda parts: ".".join(map(str, parts)))
specifiers = st.lists(
    st.tuples(st.sampled_from([">=", ">", "<", "<=", "==", "~=", "!="]), releases).map("".join), max_size=3
).map(",".join)


@given(specifiers, releases, releases)
def test_an_answer_holds_for_every_allowed_version(specifier: str, bound: str, candidate: str) -> None:
    answer = to_range(specifier).at_least(bound)
    allowed = SpecifierSet(specifier)
    if answer is not None and candidate in allowed:
        assert (Version(candidate) >= Version(bound)) is answer


@given(st.lists(specifiers, min_size=1, max_size=3), releases)
def test_a_covering_range_claims_no_more_than_each_part(parts: list[str], bound: str) -> None:
    answer = covering(map(to_range, parts)).at_least(bound)
    if answer is not None:
        assert all(to_range(part).at_least(bound) is answer for part in parts)


@given(
    st.sampled_from(["fastapi", "FastAPI", "fastapi-users", "sql_model"]),
    st.sampled_from(["", "[all]", " [a, b] "]),
    specifiers,
    st.sampled_from(["", "; python_version < '3.12'"]),
    st.booleans(),
)
def test_requirements_are_read_as_packaging_reads_them(
    name: str, extras: str, specifier: str, marker: str, in_brackets: bool
) -> None:
    text = f"{name}{extras}{f'({specifier})' if in_brackets and specifier else specifier}{marker}"
    expected = PackagingRequirement(text)
    read = parse_requirement(text)
    assert read is not None
    assert read.library == canonicalize_name(expected.name)
    assert SpecifierSet(read.specifier) == expected.specifier
    assert read.conditional is (expected.marker is not None)


@given(releases, releases)
def test_releases_are_ordered_as_packaging_orders_them(one: str, other: str) -> None:
    assert (release(one) < release(other)) is (Version(one) < Version(other))


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("==0.115.0rc1", "0.115", True),
        (">=2.0b1", "2.0", True),
        ("<2.0.post1", "2.0", None),
        ("<2.0a1", "2.1", False),
        ("==1!2.0", "1", None),
        (">=1,nonsense", "1", None),
    ],
)
def test_unusual_versions(specifier: str, version: str, expected: bool | None) -> None:
    assert to_range(specifier).at_least(version) is expected


def test_nothing_is_imported_to_compare_versions() -> None:
    code = (
        "import sys; from pathlib import Path; from fastapi_lint.config.versions import declared_versions;"
        "print(declared_versions(Path(sys.argv[1]))['fastapi'], 'packaging' in sys.modules)"
    )
    root = str(Path(__file__).parents[2])
    process = subprocess.run([sys.executable, "-c", code, root], capture_output=True, text=True, check=True)
    assert process.stdout.endswith(" False\n")
