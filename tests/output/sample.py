"""One small application and the findings of a run over it, built by hand."""

from __future__ import annotations

from pathlib import Path

from fastapi_lint.diagnostics import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Location,
    RuleFailure,
    Severity,
    TraceStep,
)
from fastapi_lint.metadata import Preset, RuleMetadata
from fastapi_lint.output.report import OutputReport, ReportedRoute, Rows

ROOT = Path("/project")

FILES = {
    "app/main.py": """\
from fastapi import Depends, FastAPI

from app.services.report import wait_for_report

app = FastAPI()


@app.get("/users")
async def list_users(db: Session = Depends(get_db)) -> list[User]:
    wait_for_report()
    return db.query(User).all()


@app.get("/größe/{名前}")
def grüße(名前: str):
	return {"größe": compute("日本語", 名前), "café": 1}  # noqa


@app.delete("/users/{user_id}")
async def delete_user(user_id: int) -> None: ...
""",
    "app/services/report.py": """\
import time


def wait_for_report() -> None:
    time.sleep(5)
""",
    "app/models.py": """\
from pydantic import BaseModel


class User(BaseModel):
    name: str

    class Config:
        # rows
        # that
        # nobody
        # needs
        # to read
        orm_mode = True


origins = ["https://a.example", "https://b.example", "https://c.example", "https://d.example", "*", \
"https://e.example", "https://f.example"]
settings = configure(
    debug=True,
    token="tøken",
)
""",
}


def find(filename: str, text: str, nth: int = 0) -> tuple[Location, Location]:
    """Where the nth occurrence of `text` starts and ends in a file."""
    offset = -1
    for _ in range(nth + 1):
        offset = FILES[filename].index(text, offset + 1)
    return _location(filename, offset), _location(filename, offset + len(text))


def _location(filename: str, offset: int) -> Location:
    before = FILES[filename][:offset]
    return Location(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def lines_of(filename: str) -> list[str] | None:
    """The source callable of the sample report."""
    text = FILES.get(filename)
    return None if text is None else text.split("\n")[:-1]


def rule(
    code: str, name: str, severity: Severity, summary: str, category: str = "event loop"
) -> RuleMetadata:
    return RuleMetadata(
        code=code,
        name=name,
        category=category,
        preset=Preset.RECOMMENDED,
        severity=severity,
        summary=summary,
        documentation=f"## What it does\nReports that {summary[0].lower()}{summary[1:]}.\n",
        url=f"https://docs.example/rules/{name}",
    )


RULES = {
    metadata.code: metadata
    for metadata in (
        rule("FAL101", "blocking-sleep", Severity.ERROR, "A sleep blocks the event loop"),
        rule("FAL301", "missing-response-model", Severity.WARNING, "A route has no model", "responses"),
        rule("FAL501", "cors-wildcard-credentials", Severity.ERROR, "Any site may send cookies", "security"),
        rule("FAL802", "pydantic-v1-config", Severity.WARNING, "A model is written for v1", "upgrade"),
        rule("FAL903", "missing-route-description", Severity.INFO, "A route is undescribed", "docs"),
        rule("FAL503", "hardcoded-secret", Severity.ERROR, "A secret is written in the code", "security"),
    )
}


def diagnostic(code: str, filename: str, text: str, message: str, **more: object) -> Diagnostic:
    """A finding of `code` on the first occurrence of `text`."""
    location, end_location = find(filename, text)
    metadata = RULES[code]
    return Diagnostic(
        code=code,
        name=metadata.name,
        severity=metadata.severity,
        message=message,
        filename=filename,
        location=location,
        end_location=end_location,
        url=metadata.url,
        noqa_row=location.row,
        **more,  # type: ignore[arg-type]
    )


def _step(filename: str, text: str, message: str) -> TraceStep:
    return TraceStep(filename, find(filename, text)[0], message)


SLEEP = diagnostic(
    "FAL101",
    "app/services/report.py",
    "time.sleep(5)",
    "`time.sleep` blocks the event loop for every client while it waits",
    help="write `await asyncio.sleep(5)`, or make `list_users` a plain `def`",
    trace=(
        _step("app/main.py", '@app.get("/users")', "GET /users → list_users"),
        _step("app/main.py", "wait_for_report()", "list_users calls wait_for_report"),
    ),
    fix=Fix(
        "Replace `time.sleep` by `await asyncio.sleep`",
        Applicability.UNSAFE,
        (
            Edit(Location(1, 1), Location(1, 1), "import asyncio\n"),
            Edit(*find("app/services/report.py", "time.sleep"), "await asyncio.sleep"),
        ),
    ),
    hints=(
        Fix(
            "Let a thread wait: `await asyncio.to_thread(time.sleep, 5)`",
            Applicability.HINT,
            (
                Edit(
                    *find("app/services/report.py", "time.sleep(5)"), "await asyncio.to_thread(time.sleep, 5)"
                ),
            ),
        ),
    ),
)
WIDE = diagnostic(
    "FAL301",
    "app/main.py",
    'compute("日本語", 名前)',
    "`grüße` sends whatever it returns: name the response model",
)
UNDESCRIBED = diagnostic(
    "FAL903",
    "app/main.py",
    "async def delete_user",
    "`DELETE /users/{user_id}` has no description: start `delete_user` with a docstring",
)
CONFIG_CLASS = FILES["app/models.py"].partition("    class Config")[2].partition("\n\n\norigins")[0]
CONFIG_CLASS = f"class Config{CONFIG_CLASS}"
CONFIG = diagnostic(
    "FAL802",
    "app/models.py",
    CONFIG_CLASS,
    "`class Config` is Pydantic 1: write `model_config = ConfigDict(from_attributes=True)`",
    fix=Fix(
        "Replace `class Config` by `model_config`",
        Applicability.SAFE,
        (Edit(Location(7, 5), Location(13, 24), "model_config = ConfigDict(from_attributes=True)"),),
    ),
)
ORIGINS = diagnostic(
    "FAL501", "app/models.py", '"*"', "any site may call this application with the user's cookies"
)
SECRET = diagnostic(
    "FAL503",
    "app/models.py",
    'configure(\n    debug=True,\n    token="tøken",\n)',
    "the token is in the source, 100 % readable: read it from the environment;\nsee line 17, [here]",
)
FAILURE = RuleFailure(
    code="FAL203",
    filename="app/main.py",
    row=8,
    error="KeyError: 'users'",
    traceback="Traceback (most recent call last):\n  in visit\nKeyError: 'users'\n",
)
ROUTES = (
    ReportedRoute(
        method="GET",
        path="/users",
        handler="app.main:list_users",
        registered=Rows("app/main.py", 8, 8),
        handled=Rows("app/main.py", 8, 11),
        protected_by=("app.auth.current_user",),
    ),
    ReportedRoute(
        method="GET",
        path="/größe/{名前}",
        handler="app.main:grüße",
        registered=Rows("app/main.py", 14, 14),
        handled=Rows("app/main.py", 14, 16),
    ),
    ReportedRoute(
        method="DELETE",
        path="/users/{user_id}",
        handler="app.main:delete_user",
        registered=Rows("app/main.py", 19, 19),
    ),
)


def make_report(
    *diagnostics: Diagnostic, failures: tuple[RuleFailure, ...] = (), **more: object
) -> OutputReport:
    """A run over the sample application that found exactly these."""
    arguments: dict[str, object] = {"root": ROOT, "checked": 41, "rules": RULES, "source": lines_of, **more}
    return OutputReport(
        diagnostics=sorted(diagnostics, key=lambda found: found.sort_key),
        failures=failures,
        **arguments,  # type: ignore[arg-type]
    )


def full_report() -> OutputReport:
    """Everything at once."""
    return make_report(SLEEP, WIDE, UNDESCRIBED, CONFIG, ORIGINS, SECRET, failures=(FAILURE,), routes=ROUTES)
