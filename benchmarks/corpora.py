"""Real packages to measure on, pinned, and copies of them that runs may edit."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

OPEN_WEBUI = "open_webui"
LITELLM = "litellm"
REQUIREMENTS = {OPEN_WEBUI: "open-webui==0.12.4", LITELLM: "litellm==1.109.1"}
"""What pip is asked for, by the folder of the package."""


class Corpus(NamedTuple):
    """Something to lint."""

    name: str
    packages: tuple[str, ...]
    checked: str
    """The directory that is linted, relative to one with all the packages side by side."""


CORPORA = (
    Corpus("open-webui", (OPEN_WEBUI,), "open_webui/open_webui"),
    Corpus("litellm's proxy", (LITELLM,), "litellm/litellm/proxy"),
    Corpus("both packages whole", (OPEN_WEBUI, LITELLM), "."),
)


def fetch(package: str, given: Path | None, target: Path) -> None:
    """Put the Python files of a package into `target`: from a directory of unpacked ones, or from PyPI with pip."""
    if given is not None:
        shutil.copytree(given / package, target, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        return
    wheels = target.with_name(f"{target.name}-wheel")
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "-d", str(wheels), REQUIREMENTS[package]], check=True)
    with zipfile.ZipFile(next(wheels.iterdir())) as wheel:
        wheel.extractall(target, [each for each in wheel.namelist() if each.endswith(".py")])
    shutil.rmtree(wheels)


def checkout(corpus: Corpus, store: Path, scratch: Path) -> Path:
    """A fresh copy of a corpus, as a git repository with everything committed; the directory to lint."""
    root = scratch / "checkout"
    shutil.rmtree(root, ignore_errors=True)
    for package in corpus.packages:
        shutil.copytree(store / package, root / package)
    git = ["git", "-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Everything"]):
        subprocess.run([*git, *arguments], cwd=root, check=True)
    return root / corpus.checked


def repeated(package: str, times: int, store: Path, scratch: Path) -> Path:
    """A directory with several copies of a package, each a project of its own that shares nothing."""
    root = scratch / f"{package}-x{times}"
    shutil.rmtree(root, ignore_errors=True)
    for number in range(times):
        shutil.copytree(store / package, root / f"copy_{number}" / package)
    return root


def sources(path: Path) -> list[Path]:
    """The Python files below a directory, the largest last."""
    return sorted(path.rglob("*.py"), key=lambda file: (file.stat().st_size, file))


def line_count(files: Iterable[Path]) -> int:
    """How many lines files have together."""
    return sum(file.read_bytes().count(b"\n") for file in files)


FUNCTION = "def added_{number}() -> int:\n    return 1\n"
CLASS = "class Added{number}:\n    pass\n"


class Edit:
    """While it is entered, the file of median size has a definition more, which is given with `{number}` in it."""

    def __init__(self, path: Path, added: str, number: int) -> None:
        files = [file for file in sources(path) if file.stat().st_size]
        self._file = files[len(files) // 2]
        self._added = added.format(number=number)
        self._original = self._file.read_bytes()

    def __enter__(self) -> None:
        self._file.write_bytes(self._original + f"\n\n{self._added}".encode())

    def __exit__(self, *_: object) -> None:
        self._file.write_bytes(self._original)
