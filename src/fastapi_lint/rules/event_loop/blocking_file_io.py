"""FAL105 blocking-file-io."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.knowledge.libraries import Weight
from fastapi_lint.rules.blocking_call import BlockingCallRule

if TYPE_CHECKING:
    from fastapi_lint.application.event_loop import BlockingSite


class BlockingFileIo(BlockingCallRule):
    """
    ## What it does
    Reports reading and writing of files where it runs on the event loop, in any module: `open` and file objects,
    `pathlib`, `os`, `shutil`, `tempfile`, archives, `UploadFile.file`. Arithmetic on paths is left alone.

    Looking up one file (`os.path.exists`, `Path.stat` …) is usually quick and reported as `info`.

    ## Why it is bad
    Disks stall, network file systems more so; no request is answered meanwhile.

    ## Use instead
    `anyio.open_file`, `await asyncio.to_thread(…)`, `await file.read()` for an `UploadFile`, or a plain `def` route.
    """

    code = "FAL105"
    name = "blocking-file-io"
    severity = Severity.WARNING
    fixes = (Applicability.HINT,)
    waits = "waits for the file system"

    def severity_of(self, site: BlockingSite) -> Severity:
        """Usually short calls are worth knowing, no more."""
        return Severity.INFO if site.group.weight is Weight.LIGHT else super().severity_of(site)
