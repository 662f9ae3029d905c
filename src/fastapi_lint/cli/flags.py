"""What `check` is asked to do, beside the settings."""

from __future__ import annotations

import msgspec


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of `check` that are no options of the configuration, under their own names."""

    fix: bool
    unsafe_fixes: bool
    fix_only: bool
    diff: bool
    show_fixes: bool
    exit_non_zero_on_fix: bool
    output_files: tuple[str, ...]
    statistics: bool
    exit_zero: bool
    exhaustive: bool
    profile: bool
    add_ignore: str | None
    """The reason to write into suppression comments; None to write none."""
    color: str
    quiet: bool
    verbose: bool

    @property
    def fixes(self) -> bool:
        """Whether fixes are wanted, applied or only shown."""
        return self.fix or self.fix_only or self.diff
