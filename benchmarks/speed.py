"""Time fastapi-lint and other linters side by side, on real packages.

    python benchmarks/speed.py [--corpora DIRECTORY] [--runs 7] [--output benchmarks/results/speed.md]

Each package is taken unpacked from `--corpora/NAME`, or fetched from the package index with pip. Tools that are not
installed are left out, and named. The tools take turns, so that a busy moment of the machine troubles all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

CORPORA = {
    "open-webui": ("open-webui==0.12.4", "open_webui", "open_webui"),
    "litellm's proxy": ("litellm==1.109.1", "litellm", "litellm/proxy"),
}
"""What to measure on: the requirement for pip, the folder of the unpacked package, and what in it is checked."""

RUFF = "Ruff"
_PATIENCE = 40.0
"""Seconds after which a run is ended; the tool is not run again."""


class Tool(NamedTuple):
    """One way of running a linter."""

    name: str
    package: str
    command: Callable[[Path, Path], Sequence[str]]
    """The command line, given what to check and a directory for its cache."""
    is_warm: bool = False
    edits: bool = False
    """Whether one file is changed before each run."""


class Measured(NamedTuple):
    """The runs of one tool."""

    wall: list[float]
    processor: list[float]
    memory: int
    """Most megabytes that one process took."""


def _ours(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fastapi_lint", "check", "--isolated", "-q", *arguments]


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


TOOLS = (
    Tool(
        RUFF,
        "ruff",
        lambda path, _: [
            _script("ruff"), "check", "-q", "--isolated", "--preview", "--select", "FAST,ASYNC", "--no-cache",
            str(path),
        ],
    ),
    Tool("fastapi-lint, no cache", "fastapi-lint", lambda path, _: _ours("--no-cache", str(path))),
    Tool(
        "fastapi-lint, no cache, one process",
        "fastapi-lint",
        lambda path, _: _ours("--no-cache", "--workers", "1", str(path)),
    ),
    Tool(
        "fastapi-lint, nothing changed",
        "fastapi-lint",
        lambda path, cache: _ours("--cache-dir", str(cache), str(path)),
        is_warm=True,
    ),
    Tool(
        "fastapi-lint, one file edited",
        "fastapi-lint",
        lambda path, cache: _ours("--cache-dir", str(cache), str(path)),
        is_warm=True,
        edits=True,
    ),
    Tool("flake8-async", "flake8-async", lambda path, _: [_script("flake8-async"), str(path)]),
    Tool(
        "Pylint with pylint-fastapi-plugin",
        "pylint-fastapi-plugin",
        lambda path, _: [
            _script("pylint"), "--load-plugins", "pylint_fastapi_plugin", "-j", "2", "--recursive", "y", str(path)
        ],
    ),
    Tool("hydroid", "hydroid-cli", lambda path, _: [_script("hydroid"), str(path)]),
    Tool(
        "fastapi-therapist", "fastapi-therapist", lambda path, _: [_script("fastapi-therapist"), "--no-ruff", str(path)]
    ),
)  # fmt: skip


def main() -> None:
    """Measure, print the table and save it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="directory of unpacked packages; default: fetch them")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("results") / "speed.md")
    parser.add_argument("--only", action="append", choices=list(CORPORA), help="measure on this package only")
    chosen = parser.parse_args()
    installed = {tool: _version(tool.package) for tool in TOOLS}
    tools = [tool for tool in TOOLS if installed[tool]]
    parts = [_heading({tool.package: installed[tool] or "" for tool in tools}, chosen.runs)]
    with tempfile.TemporaryDirectory() as scratch:
        for name in chosen.only or CORPORA:
            path = _unpacked(name, chosen.corpora, Path(scratch))
            parts.append(_table(name, path, _measured(tools, path, Path(scratch), chosen.runs)))
    missing = sorted({tool.package for tool in TOOLS if not installed[tool]})
    if missing:
        parts.append(f"Not installed, so not measured: {', '.join(missing)}.\n")
    report = "\n".join(parts)
    print(report)
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(report, encoding="utf-8")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _unpacked(name: str, corpora: Path | None, scratch: Path) -> Path:
    """A copy of the package, which runs may edit."""
    requirement, folder, checked = CORPORA[name]
    target = scratch / folder
    if corpora is not None:
        shutil.copytree(corpora / folder, target, ignore=shutil.ignore_patterns(".*"))
    else:
        wheels = scratch / f"{folder}-wheel"
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "-d", str(wheels), requirement], check=True)
        with zipfile.ZipFile(next(wheels.iterdir())) as wheel:
            wheel.extractall(target, [each for each in wheel.namelist() if each.endswith(".py")])
    return target / checked


def _measured(tools: Sequence[Tool], path: Path, scratch: Path, runs: int) -> Mapping[Tool, Measured]:
    found = {tool: Measured([], [], 0) for tool in tools}
    caches = {tool: Path(tempfile.mkdtemp(dir=scratch)) for tool in tools}
    for tool in tools:
        if tool.is_warm:
            _run(tool.command(path, caches[tool]))
    for number in range(runs):
        for tool in tools:
            before = found[tool]
            if before.wall and before.wall[0] > _PATIENCE:
                continue
            original = _edit(path, number) if tool.edits else None
            wall, processor, memory = _run(tool.command(path, caches[tool]))
            if original is not None:
                _largest(path).write_bytes(original)
            found[tool] = Measured(
                [*before.wall, wall], [*before.processor, processor], max(before.memory, memory)
            )
    return found


def _largest(path: Path) -> Path:
    return max(sorted(path.rglob("*.py")), key=lambda file: file.stat().st_size)


def _edit(path: Path, number: int) -> bytes:
    """Add a function to the largest file, and return what it contained."""
    file = _largest(path)
    original = file.read_bytes()
    file.write_bytes(original + b"\n\ndef added_%d() -> int:\n    return 1\n" % number)
    return original


def _run(command: Sequence[str]) -> tuple[float, float, int]:
    """Seconds of a run by the clock and of the processor, and megabytes of memory."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    timer = threading.Timer(_PATIENCE, process.kill)
    timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall, usage.ru_utime + usage.ru_stime, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024)


def _heading(versions: Mapping[str, str], runs: int) -> str:
    listed = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
    return (
        "# Speed, side by side\n\n"
        f"Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}. Load when it began: {os.getloadavg()[0]:.1f}.\n"
        f"Versions: {listed}.\n"
        f"Medians of {runs} runs in turns; the spread is that of the clock, least to most. "
        f"A run is ended after {_PATIENCE:.0f} seconds, and the tool is not run again.\n"
    )


def _table(name: str, path: Path, found: Mapping[Tool, Measured]) -> str:
    files = list(path.rglob("*.py"))
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    ruff = next((each for tool, each in found.items() if tool.name == RUFF), None)
    rows = [
        f"## {name}: {len(files)} files, {lines} lines",
        "",
        "| tool | median s | spread s | × Ruff | processor s | × Ruff | memory MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for tool, measured in found.items():
        rows.append(
            f"| {tool.name} | {'> ' * (measured.wall[0] > _PATIENCE)}{statistics.median(measured.wall):.2f} "
            f"| {min(measured.wall):.2f}–{max(measured.wall):.2f} "
            f"| {_ratio(measured.wall, ruff.wall if ruff else None)} "
            f"| {statistics.median(measured.processor):.2f} "
            f"| {_ratio(measured.processor, ruff.processor if ruff else None)} | {measured.memory} |"
        )
    return "\n".join([*rows, ""])


def _ratio(measured: Sequence[float], reference: Sequence[float] | None) -> str:
    if reference is None:
        return ""
    return f"{statistics.median(measured) / statistics.median(reference):.1f}"


if __name__ == "__main__":
    main()
