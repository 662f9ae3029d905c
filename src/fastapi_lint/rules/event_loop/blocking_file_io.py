"""FAL105 blocking-file-io."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BlockingFileIo(BlockingCallRule):
    """
    ## What it does
    Reports reading and writing of files where it runs on the event loop, in any module: `open` and file objects,
    `pathlib`, `os`, `shutil`, `tempfile`, archives, `UploadFile.file`. Arithmetic on paths is left alone.

    Of a file that is opened and read only the opening is reported. What touches no more than a directory entry
    (`os.path.exists`, `Path.mkdir` …) is left to FAL119.

    ## Why it is bad
    Disks stall, network file systems more so; no request is answered meanwhile.

    ## Use instead
    `anyio.open_file`, `await asyncio.to_thread(…)`, `await file.read()` for an `UploadFile`, or a plain `def` route.

    ## Fix
    Hints, to choose from: make the handler a plain `def`, which FastAPI runs in a worker thread; or call the function
    in a worker thread, with `run_in_threadpool`. Both keep what the code does; code that awaits the handler has to
    change with it.
    """

    code = "FAL105"
    name = "blocking-file-io"
    severity = Severity.WARNING
    fixes = (Applicability.HINT,)
    waits = "waits for the file system"
