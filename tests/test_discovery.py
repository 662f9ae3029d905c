"""Which files are linted, and what project they belong to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from fastapi_lint.discovery import DiscoveryProblem, discover, find_project_root, project_directory
from fastapi_lint.ignore_files import Patterns


def make(root: Path, *paths: str, **contents: str) -> None:
    for path in (*paths, *contents):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            file.mkdir(exist_ok=True)
        else:
            file.write_text(contents.get(path, ""), encoding="utf-8")


def found(root: Path, *paths: str, exclude: tuple[str, ...] = (), **options: bool) -> list[str]:
    discovery = discover([root / path for path in paths or ("",)], root=root, exclude=exclude, **options)
    assert discovery.problems == []
    return discovery.files


class TestFiles:
    def test_python_files_in_order(self, tmp_path: Path) -> None:
        make(tmp_path, "b/c.py", "b.py", "a.pyi", "a.txt", "a/b/c.py", "setup.PY", "B.py")
        assert found(tmp_path) == ["B.py", "a/b/c.py", "b.py", "b/c.py"]

    def test_a_directory_may_be_named_like_a_file(self, tmp_path: Path) -> None:
        make(tmp_path, "x.py/y.py", "empty.py/")
        assert found(tmp_path) == ["x.py/y.py"]

    def test_what_is_asked_for_twice_is_found_once(self, tmp_path: Path) -> None:
        make(tmp_path, "a/b.py")
        assert found(tmp_path, "a", "", "a/b.py", "a/../a") == ["a/b.py"]

    def test_any_suffix_when_asked_for(self, tmp_path: Path) -> None:
        make(tmp_path, "manage")
        assert found(tmp_path, "manage") == ["manage"]

    def test_outside_of_the_root(self, tmp_path: Path) -> None:
        make(tmp_path, "project/", "other/a.py")
        assert discover([tmp_path / "other"], root=tmp_path / "project").files == ["../other/a.py"]

    def test_relative_to_the_working_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        make(tmp_path, "app/a.py")
        monkeypatch.chdir(tmp_path / "app")
        assert discover(["."], root=tmp_path).files == ["app/a.py"]
        assert discover(["a.py"], root=tmp_path).files == ["app/a.py"]


class TestProblems:
    def test_missing(self, tmp_path: Path) -> None:
        make(tmp_path, "a.py")
        discovery = discover([tmp_path, "no/such.py"], root=tmp_path)
        assert discovery.files == ["a.py"]
        assert discovery.problems == [
            DiscoveryProblem("no/such.py", "No such file or directory", is_error=True)
        ]

    @pytest.mark.parametrize("path", ["x" * 5000, "a\0b"])
    def test_impossible_names(self, tmp_path: Path, path: str) -> None:
        [problem] = discover([path], root=tmp_path).problems
        assert (problem.path, problem.is_error) == (path, True)
        assert problem.message

    def test_links_that_lead_nowhere(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").symlink_to("gone.py")
        (tmp_path / "loop.py").symlink_to("loop.py")
        message = "the symbolic link leads nowhere"
        discovery = discover([tmp_path], root=tmp_path)
        assert discovery.files == []
        assert sorted(discovery.problems, key=lambda problem: problem.path) == [
            DiscoveryProblem("a.py", message, is_error=False),
            DiscoveryProblem("loop.py", "Too many levels of symbolic links", is_error=False),
        ]
        [problem] = discover([tmp_path / "a.py"], root=tmp_path).problems
        assert (problem.message, problem.is_error) == (message, True)

    def test_unreadable_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        make(tmp_path, "a.py", "locked/b.py")
        scandir = os.scandir

        def refuse(path: str) -> object:
            if path.endswith("locked"):
                raise PermissionError(13, "Permission denied")
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refuse)
        discovery = discover([tmp_path], root=tmp_path)
        assert discovery.files == ["a.py"]
        [problem] = discovery.problems
        assert problem.path == "locked"
        assert "Permission denied" in problem.message

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
    def test_pipes_are_passed_over(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.py")
        assert found(tmp_path) == []


class TestLinks:
    def test_directories_are_not_followed_unless_asked_for(self, tmp_path: Path) -> None:
        make(tmp_path, "a/b.py")
        (tmp_path / "a" / "up").symlink_to("..")
        (tmp_path / "link").symlink_to("a")
        assert found(tmp_path) == ["a/b.py"]
        assert found(tmp_path, "link") == ["link/b.py"]

    def test_files_are(self, tmp_path: Path) -> None:
        make(tmp_path, "a.py")
        (tmp_path / "b.py").symlink_to("a.py")
        assert found(tmp_path) == ["a.py", "b.py"]

    def test_root_reached_through_a_link(self, tmp_path: Path) -> None:
        make(tmp_path, "real/a.py")
        (tmp_path / "link").symlink_to("real")
        assert discover([tmp_path / "link" / "a.py"], root=tmp_path / "real").files == ["a.py"]
        assert discover([tmp_path / "link"], root=tmp_path / "real").files == ["../link/a.py"]


class TestExclude:
    def test_patterns(self, tmp_path: Path) -> None:
        make(
            tmp_path,
            "a.py",
            "build/a.py",
            "x/build/a.py",
            "x/b_pb2.py",
            "x/y/z.py",
            "y/z.py",
            "env/a.py",
            "x/env.py",
        )
        exclude = ("build", "*_pb2.py", "/x/y", "env/", "# a comment", "")
        assert found(tmp_path, exclude=exclude) == ["a.py", "x/env.py", "y/z.py"]

    def test_negation(self, tmp_path: Path) -> None:
        make(tmp_path, "gen/a.py", "gen/keep.py")
        assert found(tmp_path, exclude=("gen/*.py", "!keep.py")) == ["gen/keep.py"]

    def test_what_is_asked_for_is_taken(self, tmp_path: Path) -> None:
        make(tmp_path, "build/a.py", "build/build/b.py", "build/c_pb2.py", "x/gen/d.py")
        exclude = ("build", "*_pb2.py", "x/gen/")
        assert found(tmp_path, "build/a.py", "build/c_pb2.py", exclude=exclude) == [
            "build/a.py",
            "build/c_pb2.py",
        ]
        assert found(tmp_path, "x/gen", exclude=exclude) == ["x/gen/d.py"]

    def test_force(self, tmp_path: Path) -> None:
        make(tmp_path, "a.py", "build/x/a.py", "c_pb2.py")
        asked = ("a.py", "build/x/a.py", "build/x", "c_pb2.py")
        assert found(tmp_path, *asked, exclude=("build", "*_pb2.py"), force_exclude=True) == ["a.py"]

    def test_the_place_of_the_project_does_not_matter(self, tmp_path: Path) -> None:
        make(tmp_path, "build/project/a.py")
        assert found(tmp_path / "build" / "project", exclude=("build",)) == ["a.py"]

    def test_an_invalid_pattern_is_passed_over(self, tmp_path: Path) -> None:
        make(tmp_path, "a.py", "b.py")
        assert found(tmp_path, exclude=("!", "b.py")) == ["a.py"]


class TestIgnoreFiles:
    def test_nested(self, tmp_path: Path) -> None:
        make(
            tmp_path,
            "a.py",
            "out/a.py",
            "x/a_gen.py",
            "x/keep_gen.py",
            "x/y/local.py",
            "y/local.py",
            **{".gitignore": "out/\n*_gen.py\n", "x/.gitignore": "!keep_gen.py\n/y/local.py\n"},
        )
        assert found(tmp_path) == ["a.py", "x/keep_gen.py", "y/local.py"]
        assert "out/a.py" in found(tmp_path, respect_gitignore=False)

    def test_other_files(self, tmp_path: Path) -> None:
        make(
            tmp_path,
            *("a.py", "b.py", "c.py"),
            **{".git/info/exclude": "a.py\nc.py", ".gitignore": "b.py\n!c.py\r\n", ".ignore": "!b.py\n"},
        )
        assert found(tmp_path) == ["b.py", "c.py"]

    def test_of_the_repository_around_the_project(self, tmp_path: Path) -> None:
        make(tmp_path, ".git/HEAD", "p/a.py", "p/b.py", **{".gitignore": "a.py\n"})
        make(tmp_path.parent, **{".gitignore": "b.py"})
        assert found(tmp_path / "p") == ["b.py"]

    def test_not_of_directories_around_when_there_is_no_repository(self, tmp_path: Path) -> None:
        make(tmp_path, "p/a.py", **{".gitignore": "a.py\n"})
        assert found(tmp_path / "p") == ["a.py"]

    def test_what_is_asked_for_is_taken(self, tmp_path: Path) -> None:
        make(tmp_path, ".git/", "out/x/a.py", "out/x/b.pyc", **{".gitignore": "out/\n"})
        assert found(tmp_path, "out/x") == ["out/x/a.py"]
        assert found(tmp_path, "out/x/a.py") == ["out/x/a.py"]

    @pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
    def test_git_agrees(self, tmp_path: Path) -> None:
        patterns = "*.gen.py !b.gen.py out/ /top.py deep/**/x.py [!a-y].py q?.py \\!odd.py #no.py sub/only.py"
        files = (
            "a.gen.py b.gen.py out/a.py x/out/a.py top.py x/top.py deep/x.py deep/a/b/x.py z.py a.py q1.py q12.py"
            " !odd.py #no.py sub/only.py x/sub/only.py out.py x/ab/c.py x/ab/top.py"
        )
        make(
            tmp_path,
            *files.split(),
            **{".gitignore": patterns.replace(" ", "\n"), "x/.gitignore": "!top.py\n*\n!a*/\n"},
        )
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
        listed = subprocess.run(
            ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard", "*.py"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        assert found(tmp_path) == sorted(listed.rstrip("\0").split("\0"))


names = st.sampled_from(["a", "b", "ab", "a.py", "b.py", ".x"])
patterns = st.lists(
    st.sampled_from(
        [
            "a",
            "a/",
            "!a",
            "*.py",
            "!*.py",
            "a*",
            "?",
            "[!a]",
            "[^a]",
            "/a",
            "a/b",
            "**/b",
            "a/**",
            "!b.py",
            "*",
            "\\a",
            "b ",
        ]
    ),
    max_size=5,
)


@given(patterns, st.lists(names, min_size=1, max_size=3), st.booleans())
def test_patterns_mean_what_pathspec_makes_of_them(
    lines: list[str], parts: list[str], is_directory: bool
) -> None:
    spec = GitIgnoreSpec.from_lines(lines)
    above = ["/".join(parts[:count]) + "/" for count in range(1, len(parts))]
    if any(spec.check_file(directory).include for directory in above):
        return
    path = "/".join(parts)
    verdict = Patterns("/root", lines).verdict(f"/root/{path}", is_directory=is_directory)
    expected = spec.check_file(path + "/" if is_directory else path).include
    assert verdict is expected or (verdict, expected) == (None, False)  # Git says nothing there either


class TestProjectRoot:
    @pytest.mark.parametrize(
        "marker", ["pyproject.toml", "fastapi-lint.toml", "setup.cfg", "setup.py", ".git/"]
    )
    def test_nearest_marker(self, tmp_path: Path, marker: str) -> None:
        make(tmp_path, "pyproject.toml", f"x/{marker}", "x/y/z/a.py", "x/b.py")
        assert find_project_root([tmp_path / "x/y/z/a.py"]) == tmp_path / "x"
        assert find_project_root([tmp_path / "x/y/z/a.py", tmp_path / "x/b.py"]) == tmp_path / "x"
        assert find_project_root([tmp_path / "x/y", tmp_path]) == tmp_path

    def test_outermost_package(self, tmp_path: Path) -> None:
        make(tmp_path, "x/p/__init__.py", "x/p/q/__init__.py", "x/p/q/a.py", "x/r/a.py")
        assert find_project_root([tmp_path / "x/p/q/a.py"]) == tmp_path / "x"
        assert find_project_root([tmp_path / "x/p/q"]) == tmp_path / "x"
        assert find_project_root([tmp_path / "x/r"]) == tmp_path / "x/r"

    def test_what_lies_beside_a_package_without_a_project_is_none_of_it(self, tmp_path: Path) -> None:
        make(tmp_path, "p/__init__.py", "p/q/__init__.py", "p/q/a.py", "other/b.py", "c.py")
        assert project_directory(tmp_path, [tmp_path / "p/q/a.py"]) == tmp_path / "p"
        assert project_directory(tmp_path, [tmp_path / "p", tmp_path / "other"]) == tmp_path
        assert project_directory(tmp_path, [tmp_path / "c.py"]) == tmp_path
        assert project_directory(tmp_path, [tmp_path]) == tmp_path
        make(tmp_path, "pyproject.toml")
        assert project_directory(tmp_path, [tmp_path / "p/q/a.py"]) == tmp_path

    def test_working_directory_by_default(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert find_project_root([]) == tmp_path
