"""Files that are known without being read are those that nobody has touched."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint.linter import file_states, files
from fastapi_lint.linter.cache import digest
from fastapi_lint.linter.file_states import FileStates
from fastapi_lint.linter.files import DirectoryFiles

pytestmark = pytest.mark.skipif(os.name != "posix", reason="nothing else dates changes")

SECOND = 1_000_000_000


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are remembered however lately they were changed."""
    monkeypatch.setattr(file_states, "_MARGIN", -60 * SECOND)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    for name in ("a.py", "b.py"):
        (directory / name).write_text(f"name = {name!r}\n")
    return directory


def look(root: Path, cache: Path) -> tuple[list[str], dict[str, bytes]]:
    """Which files a run reads, and the digests of all."""
    names = [path.name for path in sorted(root.glob("*.py"))]
    states = FileStates(cache, root)
    found = DirectoryFiles(root, names)
    found.trust(states)
    digests = {name: found.digest(name) for name in names}
    states.save()
    return sorted(found._read), digests


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: digest(path.read_bytes()) for path in root.glob("*.py")}


def test_untouched_files_are_read_once(at_once: None, root: Path, tmp_path: Path) -> None:
    assert look(root, tmp_path / "cache") == (["a.py", "b.py"], contents(root))
    assert look(root, tmp_path / "cache") == ([], contents(root))


def test_a_file_that_has_just_changed_is_read_again(root: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert look(root, tmp_path / "cache") == (["a.py", "b.py"], contents(root))


def rewrite(file: Path) -> None:
    file.write_text(file.read_text().replace("name", "text"))


def rewrite_unseen(file: Path) -> None:
    """The size stays, and the date of the change is set back."""
    before = file.stat()
    rewrite(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(file: Path) -> None:
    other = file.with_suffix(".new")
    other.write_text("other")
    other.replace(file)


def replace_unseen(file: Path) -> None:
    """By a file of the same size and date, whatever the inode number."""
    before = file.stat()
    text = file.read_text()
    file.unlink()
    file.write_text(text.replace("name", "text"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def exchange(file: Path) -> None:
    """By one that is as old, and was there under another name."""
    file.with_name("b.py").replace(file)


def restore(file: Path) -> None:
    """An older version comes back with its date, as from an archive."""
    saved = file.with_suffix(".saved")
    saved.write_text("older")
    os.utime(saved, (10, 10))
    shutil.copy2(saved, file)


def link(file: Path) -> None:
    file.unlink()
    file.symlink_to("b.py")


def write_mapped(file: Path) -> None:
    import mmap

    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as mapped:
        mapped[:4] = b"text"
        mapped.flush()


@pytest.mark.parametrize(
    "change", [rewrite, rewrite_unseen, replace, replace_unseen, exchange, restore, link, write_mapped]
)
def test_every_change_is_seen(
    at_once: None, root: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    _, before = look(root, tmp_path / "cache")
    change(root / "a.py")
    read, found = look(root, tmp_path / "cache")
    assert found == contents(root)
    assert found["a.py"] != before["a.py"]
    assert "a.py" in read


def test_a_link_that_leads_elsewhere_is_seen(at_once: None, root: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(f"name = {name!r}\n")
    (root / "a.py").unlink()
    for name in ("one", "two", "one"):
        (root / "a.py").unlink(missing_ok=True)
        (root / "a.py").symlink_to(tmp_path / name)
        assert look(root, tmp_path / "cache")[1] == contents(root)


def test_a_copy_is_read(at_once: None, root: Path, tmp_path: Path) -> None:
    look(root, tmp_path / "cache")
    copy = Path(shutil.copytree(root, tmp_path / "copy"))  # dates and sizes are the same
    (copy / "a.py").write_text("text = 'a.py'\n")
    assert look(copy, tmp_path / "cache") == (["a.py", "b.py"], contents(copy))
    assert look(root, tmp_path / "cache") == ([], contents(root))
    moved = root.rename(tmp_path / "moved")
    assert look(moved, tmp_path / "cache")[1] == contents(moved)


def test_another_project_in_the_same_place_is_read(at_once: None, root: Path, tmp_path: Path) -> None:
    look(root, tmp_path / "cache")
    other = Path(shutil.copytree(root, tmp_path / "other"))
    rewrite_unseen(other / "a.py")
    root.rename(tmp_path / "away")
    other.rename(root)
    assert look(root, tmp_path / "cache") == (["a.py", "b.py"], contents(root))


def test_buffers_hide_files_in_known_states(at_once: None, root: Path, tmp_path: Path) -> None:
    look(root, tmp_path / "cache")
    states = FileStates(tmp_path / "cache", root)
    found = DirectoryFiles(root, ["a.py", "b.py"], {"a.py": b"edited"})
    found.trust(states)
    assert found.digest("a.py") == digest(b"edited")
    found.replace("b.py", b"fixed")
    assert found.digest("b.py") == digest(b"fixed")
    states.save()
    assert look(root, tmp_path / "cache")[1] == contents(root)


def test_what_changes_while_a_run_begins_counts_as_it_is_read(
    at_once: None, root: Path, tmp_path: Path
) -> None:
    look(root, tmp_path / "cache")
    found = DirectoryFiles(root, ["a.py", "b.py"])
    found.trust(FileStates(tmp_path / "cache", root))
    assert {name: found.digest(name) for name in found.paths()} == contents(root)
    rewrite_unseen(root / "a.py")
    found.distrust_states()
    assert digest(found.read("a.py")) == found.digest("a.py") == contents(root)["a.py"]
    assert found.digest("b.py") == contents(root)["b.py"]
    assert set(found._read) == {"a.py", "b.py"}


def test_what_is_read_in_a_known_state_is_not_digested_again(
    at_once: None, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(root, tmp_path / "cache")
    rewrite(root / "a.py")
    found = DirectoryFiles(root, ["a.py", "b.py"])
    found.trust(FileStates(tmp_path / "cache", root))
    found.distrust_states()
    digested: list[bytes] = []
    monkeypatch.setattr(files, "digest", lambda data: digested.append(data) or digest(data))
    assert {name: found.digest(name) for name in found.paths()} == contents(root)
    assert digested == [(root / "a.py").read_bytes()]


def test_a_file_that_cannot_be_read_any_more_is_seen(at_once: None, root: Path, tmp_path: Path) -> None:
    look(root, tmp_path / "cache")
    (root / "a.py").unlink()
    (root / "a.py").mkdir()
    found = DirectoryFiles(root, ["a.py", "b.py"])
    found.trust(FileStates(tmp_path / "cache", root))
    assert found.digest("a.py") == digest(b"")
    assert set(found.unreadable()) == {"a.py"}


def test_pipes_are_never_known(at_once: None, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"once")
    os.close(writing)
    states = FileStates(tmp_path / "cache", tmp_path)
    states.keep("a.py", os.fstat(reading), digest(b"once"))
    states.save()
    assert FileStates(tmp_path / "cache", tmp_path).digest("a.py", os.fstat(reading)) is None
    os.close(reading)


def test_names_that_are_no_text(at_once: None, root: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"c\xff.py")
    try:
        (root / name).write_text("name = 'c'\n")
    except OSError:
        pytest.skip("this file system has no such names")
    for _ in range(2):
        assert look(root, tmp_path / "cache")[1] == contents(root)


def status(size: int, modified: int, changed: int, inode: int) -> os.stat_result:
    regular = 0o100644
    return os.stat_result(
        (regular, inode, 1, 1, 0, 0, size, 0, modified // SECOND, changed // SECOND),
        {"st_mtime_ns": modified, "st_ctime_ns": changed},
    )


TIMES = st.integers(0, 5).map(lambda halves: halves * SECOND // 2)


@settings(max_examples=400)
@given(
    st.tuples(st.integers(0, 3), TIMES, TIMES, st.integers(1, 3)),
    st.tuples(st.integers(0, 3), st.integers(0, 1)),
    st.integers(4, 14).map(lambda halves: halves * SECOND // 2),
)
def test_a_known_state_is_the_same_settled_state(
    tmp_path_factory: pytest.TempPathFactory,
    before: tuple[int, int, int, int],
    change: tuple[int, int],
    clock: int,
) -> None:
    root = tmp_path_factory.mktemp("states")
    field, by = change
    after = [value + by * (index == field) for index, value in enumerate(before)]
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(time, "time_ns", lambda: clock)
        states = FileStates(root, root)
        states.keep("a.py", status(*before), b"digest")
        states.save()
    found = FileStates(root, root).digest("a.py", status(*after))
    _, modified, changed, _ = before
    is_settled = clock - max(modified, changed) > 3 * SECOND
    dates_finely = changed % SECOND != 0
    assert found == (b"digest" if by == 0 and dates_finely and is_settled else None)
