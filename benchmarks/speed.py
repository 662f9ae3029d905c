"""Time fastapi-lint and other linters side by side, on real packages.

    pip install -e . -r benchmarks/requirements.txt
    python benchmarks/speed.py [--quick | --own] [--corpora DIRECTORY] [--runs 7] [--output benchmarks/results/speed.md]

Packages are taken unpacked from `--corpora/NAME`, or fetched from PyPI with pip. Tools that are not installed are
left out, and named. The tools take turns, so that a busy moment of the machine troubles all of them. `--quick`
runs fastapi-lint and Ruff only, three times, and neither the largest corpus nor the largest multiples; `--own` runs
these two only.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import corpora
import plot
from measuring import PATIENCE, Measured, peak_memory, run

RESULTS = Path(__file__).with_name("results")
MULTIPLES = (1, 2, 4, 8)
FEWER_RUNS = 3
"""Runs of a first impression, of other tools than Ruff, and on the largest corpus."""
_OURS = "fastapi-lint"
_RUFF = "ruff"


class Tool(NamedTuple):
    """One way of running a linter."""

    name: str
    package: str
    command: Callable[[Path, Path], Sequence[str]]
    """The command line, given what to check and a directory for its cache."""
    is_warm: bool = False
    """Whether it runs once on all that is checked before it is measured."""
    added: str = ""
    """What is added to one file before each run."""


def _ours(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fastapi_lint", "check", "--isolated", "-q", *arguments]


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


RUFF = Tool(
    "Ruff, FAST and ASYNC",
    _RUFF,
    lambda path, _: [
        _script("ruff"), "check", "-q", "--isolated", "--preview", "--select", "FAST,ASYNC", "--no-cache", str(path)
    ],
)  # fmt: skip
COLD = Tool("fastapi-lint, no cache", _OURS, lambda path, _: _ours("--no-cache", str(path)))
OWN = (
    COLD,
    Tool(
        "fastapi-lint, no cache, one process",
        _OURS,
        lambda path, _: _ours("--no-cache", "--workers", "1", str(path)),
    ),
    Tool(
        "fastapi-lint, nothing changed",
        _OURS,
        lambda path, cache: _ours("--cache-dir", str(cache), str(path)),
        is_warm=True,
    ),
    Tool(
        "fastapi-lint, one file with a new function",
        _OURS,
        lambda path, cache: _ours("--cache-dir", str(cache), str(path)),
        is_warm=True,
        added=corpora.FUNCTION,
    ),
    Tool(
        "fastapi-lint, one file with a new class",
        _OURS,
        lambda path, cache: _ours("--cache-dir", str(cache), str(path)),
        is_warm=True,
        added=corpora.CLASS,
    ),
    Tool(
        "fastapi-lint, the edited file alone (`--changed`)",
        _OURS,
        lambda path, cache: _ours("--cache-dir", str(cache), "--changed", str(path)),
        is_warm=True,
        added=corpora.FUNCTION,
    ),
)
OTHERS = (
    Tool(
        "flake8-async",
        "flake8-async",
        lambda path, _: [_script("flake8-async"), *map(str, corpora.sources(path))],
    ),
    Tool("fixit", "fixit", lambda path, _: [_script("fixit"), "--quiet", "lint", str(path)]),
    Tool(
        "Pylint with pylint-fastapi-plugin",
        "pylint-fastapi-plugin",
        lambda path, _: [
            _script("pylint"), "--load-plugins", "pylint_fastapi_plugin", "-j", "2", "--recursive", "y", str(path)
        ],
    ),
    Tool("hydroid", "hydroid-cli", lambda path, _: [_script("hydroid"), "--no-cache", str(path)]),
    Tool(
        "fastapi-therapist",
        "fastapi-therapist",
        lambda path, _: [_script("fastapi-therapist"), "--no-ruff", str(path)],
    ),
)  # fmt: skip


def main() -> None:
    """Measure, print the tables and save them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="directory of unpacked packages; default: fetch them")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="a first impression, in a few minutes")
    parser.add_argument("--own", action="store_true", help="fastapi-lint and Ruff only")
    parser.add_argument("--output", type=Path, default=RESULTS / "speed.md")
    chosen = parser.parse_args()
    every = (RUFF, *OWN, *(() if chosen.quick or chosen.own else OTHERS))
    installed = {tool.package: _version(tool.package) for tool in every}
    tools = [tool for tool in every if installed[tool.package]]
    runs = min(chosen.runs, FEWER_RUNS) if chosen.quick else chosen.runs
    report = [_heading({name: number for name, number in installed.items() if number}, runs)]
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        store, scratch = Path(directory) / "store", Path(directory) / "scratch"
        for package in corpora.REQUIREMENTS:
            corpora.fetch(package, chosen.corpora, store / package)
        run([sys.executable, "-m", "compileall", "-q", *sys.path[1:]])  # as an installation does
        for corpus in corpora.CORPORA[: 2 if chosen.quick else None]:
            path = corpora.checkout(corpus, store, scratch)
            times = min(runs, FEWER_RUNS) if len(corpus.packages) > 1 else runs
            report.append(_table(corpus.name, path, _measured(tools, path, scratch, times)))
            _save(chosen.output, report)
        report.append(_start_up(runs))
        report += _growth(store, scratch, runs, MULTIPLES[: 3 if chosen.quick else None], chosen.output)
    missing = sorted(name for name, number in installed.items() if not number)
    if missing:
        report.append(f"Not installed, so not measured: {', '.join(missing)}.\n")
    _save(chosen.output, report)
    print("\n".join(report))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _save(output: Path, report: Sequence[str]) -> None:
    output.write_text("\n".join(report), encoding="utf-8")


def _measured(tools: Sequence[Tool], path: Path, scratch: Path, runs: int) -> Mapping[Tool, Measured]:
    found = {tool: Measured() for tool in tools}
    caches = {tool: Path(tempfile.mkdtemp(dir=scratch)) for tool in tools}
    for tool in tools:
        if tool.is_warm:
            run(tool.command(path, caches[tool]), path)
    for number in range(runs + 1):  # the last one is for the memory
        for tool in tools:
            measured, command = found[tool], tool.command(path, caches[tool])
            has_enough = tool in OTHERS and FEWER_RUNS <= number < runs
            if measured.gave_up or has_enough:
                continue
            with corpora.Edit(path, tool.added, number) if tool.added else nullcontext():
                if number == runs:
                    measured.memory = peak_memory(command, path)
                else:
                    wall, processor = run(command, path)
                    measured.wall.append(wall)
                    measured.processor.append(processor)
    return found


def _heading(versions: Mapping[str, str], runs: int) -> str:
    listed = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
    packages = ", ".join(corpora.REQUIREMENTS.values())
    return (
        "# Speed, side by side\n\n"
        f"Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}. Load when it began: {os.getloadavg()[0]:.1f}.\n"
        f"Versions: {listed}. Packages: {packages}.\n\n"
        f"Medians of {runs} runs in turns, of {FEWER_RUNS} for other tools than Ruff and on both packages; the "
        f"spread is that of the clock, least to most. Memory is that of all processes together, pages they share "
        f"counted once. The edited file is the one of median size. A run is ended after {PATIENCE:.0f} seconds, and "
        f"the tool is not run again.\n"
    )


def _table(name: str, path: Path, found: Mapping[Tool, Measured]) -> str:
    files = corpora.sources(path)
    ruff = found.get(RUFF)
    rows = [
        f"## {name}: {len(files):,} files, {corpora.line_count(files):,} lines",
        "",
        "| tool | median s | spread s | × Ruff | processor s | × Ruff | memory MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    rows += [_row(tool.name, measured, ruff) for tool, measured in found.items()]
    return "\n".join([*rows, ""])


def _row(name: str, measured: Measured, ruff: Measured | None) -> str:
    by_clock = f"{measured.median / ruff.median:.1f}" if ruff else ""
    by_processor = f"{measured.processor_median / ruff.processor_median:.1f}" if ruff else ""
    return (
        f"| {name} | {'> ' * measured.gave_up}{measured.median:.2f} "
        f"| {min(measured.wall):.2f}–{max(measured.wall):.2f} | {by_clock} "
        f"| {measured.processor_median:.2f} | {by_processor} | {measured.memory or ''} |"
    )


def _start_up(runs: int) -> str:
    measured = Measured()
    for _ in range(runs):
        wall, processor = run([sys.executable, "-m", "fastapi_lint", "--version"])
        measured.wall.append(wall)
        measured.processor.append(processor)
    return (
        "## Start-up\n\n"
        f"`fastapi-lint --version`: {measured.median * 1000:.0f} ms "
        f"({min(measured.wall) * 1000:.0f}–{max(measured.wall) * 1000:.0f}), "
        f"{measured.processor_median * 1000:.0f} ms of the processor.\n"
    )


def _growth(store: Path, scratch: Path, runs: int, multiples: Sequence[int], output: Path) -> Iterator[str]:
    """How the time grows with the size of what is checked, as a table and as a plot."""
    sizes: list[int] = []
    found: dict[Tool, list[Measured]] = {RUFF: [], COLD: []}
    for times in multiples:
        path = corpora.repeated(corpora.OPEN_WEBUI, times, store, scratch)
        sizes.append(corpora.line_count(corpora.sources(path)))
        measured = _measured(list(found), path, scratch, max(3, runs // 2))
        for tool in found:
            found[tool].append(measured[tool])
    by_tool = {
        tool.name: [(float(size), each.processor_median) for size, each in zip(sizes, measured, strict=True)]
        for tool, measured in found.items()
    }
    image = output.with_name(f"{output.stem}-growth.svg")
    image.write_text(
        plot.chart("Processor time against size", "lines", "seconds of the processor", by_tool), "utf-8"
    )
    yield "## Growth: open-webui once and several times, each copy a project of its own\n"
    yield f"![Processor time against size]({image.name})\n"
    yield "| lines | " + " | ".join(f"{name}: processor s | median s | memory MB" for name in by_tool) + " |"
    yield "|---:|" + "---:|---:|---:|" * len(by_tool)
    for position, size in enumerate(sizes):
        cells = [
            f"{each[position].processor_median:.2f} | {each[position].median:.2f} | {each[position].memory or ''}"
            for each in found.values()
        ]
        yield f"| {size:,} | {' | '.join(cells)} |"
    exponents = ", ".join(f"{name} {_exponent(points):.2f}" for name, points in by_tool.items())
    yield f"\nExponent of the growth (1 is linear): {exponents}.\n"


def _exponent(points: Sequence[tuple[float, float]]) -> float:
    """Slope of the straight line that fits best on logarithmic scales."""
    across = [math.log(x) for x, _ in points]
    up = [math.log(y) for _, y in points]
    middle_across, middle_up = sum(across) / len(across), sum(up) / len(up)
    slope = sum((x - middle_across) * (y - middle_up) for x, y in zip(across, up, strict=True))
    return slope / sum((x - middle_across) ** 2 for x in across)


if __name__ == "__main__":
    main()
