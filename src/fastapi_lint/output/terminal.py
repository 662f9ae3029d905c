"""Text for a terminal: colours, safe characters and their widths."""

from __future__ import annotations

from typing import Literal

from fastapi_lint.diagnostics import Severity

Role = Literal["error", "warning", "info", "strong", "faint", "frame", "help", "path", "good"]

TAB_CELLS = 4

_COLOURS: dict[Role, str] = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "strong": "1",
    "faint": "2",
    "frame": "1;34",
    "help": "1;36",
    "path": "1",
    "good": "1;32",
}
_SEVERITY_ROLES: dict[Severity, Role] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}


class Paint:
    """Gives text the colour of its role, or returns it as it is when colour is off."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, role: Role, text: str) -> str:
        """`text` between the escape sequences of `role`."""
        return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if self.color and text else text


def severity_role(severity: Severity) -> Role:
    """The role whose colour stands for a severity."""
    return _SEVERITY_ROLES[severity]


def one_line(text: str) -> str:
    """`text` on a single line, with nothing in it that a terminal would obey."""
    if text.isprintable():
        return text
    text = " ".join(line.strip() for line in text.splitlines())
    return "".join(_visible(character)[0] for character in text)


def expand(text: str) -> tuple[str, list[int]]:
    """A source line as shown, and the cell at which each of its characters starts, plus the end's cell.

    Tabs become spaces; control characters and those that reorder text become visible.
    """
    if text.isascii() and text.isprintable():
        return text, list(range(len(text) + 1))
    shown = []
    cells = [0]
    for character in text:
        visible, width = _visible(character)
        shown.append(visible)
        cells.append(cells[-1] + width)
    return "".join(shown), cells


def clip(text: str, cells: int) -> str:
    """A source line as shown, cut to at most `cells` cells, with an ellipsis where it was cut."""
    shown, starts = expand(text)
    if starts[-1] <= cells:
        return shown
    last = max(index for index, start in enumerate(starts) if start <= max(cells - 3, 0))
    return expand(text[:last])[0] + "..."


def _visible(character: str) -> tuple[str, int]:
    """How a character is shown, and how many cells that takes."""
    code = ord(character)
    if 0x20 <= code < 0x7F:
        return character, 1
    if character == "\t":
        return " " * TAB_CELLS, TAB_CELLS
    if code < 0x20:
        return chr(0x2400 + code), 1
    if code == 0x7F:
        return "\u2421", 1
    import unicodedata

    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd", 1
    if category in ("Mn", "Me") or character in "\u200c\u200d\ufeff":
        return character, 0
    if category in ("Cc", "Cf", "Zl", "Zp"):
        escaped = f"<U+{code:04X}>"
        return escaped, len(escaped)
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1
