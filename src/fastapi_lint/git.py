"""Which files of a project git sees changed, and what of them is staged."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec


class GitError(Exception):
    """Git could not answer; the message says why."""


class Changes(msgspec.Struct, frozen=True):
    """Files that differ from a commit."""

    files: frozenset[str]
    """Python files, relative to the project root."""
    contents: Mapping[str, bytes] = {}
    """What the files of the project contain where that is not what is on disk."""


def changed_files(root: Path, since: str | None = None) -> Changes:
    """The files that differ from the last commit, or from where the branch left `since`; untracked ones too.

    Raises:
        GitError: this is no repository, or there is no such commit.
    """
    base = _text(root, "merge-base", since, "HEAD") if since is not None else _last_commit(root)
    differing = _names(root, "diff", "--diff-filter=d", base)
    untracked = _names(root, "ls-files", "--others", "--exclude-standard")
    return Changes(frozenset(differing | untracked))


def staged_files(root: Path) -> Changes:
    """The files that the next commit would change, as it would have them.

    Raises:
        GitError: this is no repository.
    """
    staged = _names(root, "diff", "--cached", "--diff-filter=d", _last_commit(root))
    return Changes(frozenset(staged), _staged_contents(root, sorted(_names(root, "diff"))))


def _last_commit(root: Path) -> str:
    """The commit `HEAD`, or the empty tree in a repository without commits."""
    try:
        return _text(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitError:
        _git(root, "rev-parse", "--git-dir")
        return _text(root, "hash-object", "-t", "tree", "--stdin")


def _names(root: Path, command: str, *arguments: str) -> set[str]:
    """The Python files that a git command lists, relative to the root."""
    listing = ("--name-only", "--relative", "--no-ext-diff") if command == "diff" else ()
    output = _git(root, command, *listing, "-z", *arguments, "--", "*.py")
    return {os.fsdecode(name) for name in output.split(b"\0") if name}


def _staged_contents(root: Path, names: Iterable[str]) -> dict[str, bytes]:
    asked = "".join(f":./{name}\n" for name in names)
    answer = _git(root, "cat-file", "--batch", given=os.fsencode(asked))
    contents: dict[str, bytes] = {}
    for name in names:
        header, _, answer = answer.partition(b"\n")
        if header.endswith(b" missing"):
            continue
        size = int(header.rpartition(b" ")[2])
        contents[name], answer = answer[:size], answer[size + 1 :]
    return contents


def _text(root: Path, *arguments: str) -> str:
    return _git(root, *arguments).decode().strip()


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    try:
        result = subprocess.run(["git", *arguments], cwd=root, input=given, capture_output=True, check=False)
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if result.returncode != 0:
        said = result.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(said[0] if said else f"git {arguments[0]} failed")
    return result.stdout
