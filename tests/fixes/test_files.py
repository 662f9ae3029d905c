from __future__ import annotations

import stat
from pathlib import Path

import pytest

from fastapi_lint.fixes.files import WriteError, write_fixed


@pytest.mark.parametrize(
    ("original", "text", "written"),
    [
        (b"x = 1\n", "x = 2\n", b"x = 2\n"),
        (b"x = 1\r\ny = 2\rz = 3", "x = 2\r\ny = 2\rz = 3", b"x = 2\r\ny = 2\rz = 3"),
        (b"\xef\xbb\xbfx = '\xc3\xa9'\n", "x = 'ü'\n", b"\xef\xbb\xbfx = '\xc3\xbc'\n"),
        (
            b"# coding: latin-1\nx = '\xe9'\n",
            "# coding: latin-1\nx = 'ü'\n",
            b"# coding: latin-1\nx = '\xfc'\n",
        ),
    ],
)
def test_encoding_mark_and_line_ends_are_kept(tmp_path: Path, original, text, written):
    path = tmp_path / "app.py"
    path.write_bytes(original)
    write_fixed(path, original, text)
    assert path.read_bytes() == written
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
def test_the_mode_is_kept(tmp_path: Path, mode):
    path = tmp_path / "app.py"
    path.write_bytes(b"x\n")
    path.chmod(mode)
    write_fixed(path, b"x\n", "y\n")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_stays_a_link(tmp_path: Path):
    target = tmp_path / "real" / "app.py"
    target.parent.mkdir()
    target.write_bytes(b"x\n")
    link = tmp_path / "app.py"
    link.symlink_to(target)
    write_fixed(link, b"x\n", "y\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"y\n"


def left_alone(path: Path, original: bytes, text: str, reason: str) -> None:
    before = path.read_bytes()
    with pytest.raises(WriteError, match=reason):
        write_fixed(path, original, text)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_changed_meanwhile_is_left_alone(tmp_path: Path):
    path = tmp_path / "app.py"
    path.write_bytes(b"x = 1  # mine\n")
    left_alone(path, b"x = 1\n", "x = 2\n", "changed by another program")


def test_a_read_only_file_is_left_alone(tmp_path: Path):
    path = tmp_path / "app.py"
    path.write_bytes(b"x\n")
    path.chmod(0o444)
    left_alone(path, b"x\n", "y\n", "read-only")


def test_a_character_that_the_encoding_lacks_is_named(tmp_path: Path):
    path = tmp_path / "app.py"
    original = b"# coding: latin-1\nx = 1\n"
    path.write_bytes(original)
    left_alone(path, original, "# coding: latin-1\nx = '€'\n", "encoding latin-1 has no '€'")


def test_a_file_that_is_gone_stays_gone(tmp_path: Path):
    path = tmp_path / "app.py"
    with pytest.raises(WriteError, match="No such file"):
        write_fixed(path, b"x\n", "y\n")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_replacement_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "app.py"
    path.write_bytes(b"x\n")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    left_alone(path, b"x\n", "y\n", "No space left")
