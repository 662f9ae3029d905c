"""Every option there is, declared once.

The reader, `fastapi-lint config`, the configuration page of the documentation and the JSON schema are made
from the fields below. A field's key in the configuration is its name in kebab-case.

Annotations are evaluated here, once, when this file is compiled to bytecode: to evaluate their text in every run
would take longer than to read a configuration.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec

from fastapi_lint.config.overrides import Override, PresetName, SeverityName

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Level: TypeAlias = Literal["error", "warning", "info"]


class About(msgspec.Struct, frozen=True):
    """What a person has to know about an option."""

    meaning: str
    """One paragraph of Markdown."""
    example: str
    """A value in TOML, as it is written after `key = `, or the lines of a table."""
    default: str = ""
    """What happens without the option, where the default value does not say it."""
    choices: Callable[[], tuple[str, ...]] | None = None
    """The valid values, where another package knows them."""


def _output_formats() -> tuple[str, ...]:
    from fastapi_lint.output import FORMATS

    return FORMATS


class Options(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """What can be written in the configuration, with defaults."""

    # --- Which files -----------------------------------------------------------------------------

    src: Annotated[
        tuple[str, ...],
        About(
            "The source roots, relative to the project root: the directories from which Python would "
            "import the project's modules. Module names in every output are relative to them. Roots that "
            "do not exist are passed over.",
            '["backend", "libs/common/src"]',
        ),
    ] = (".", "src")
    exclude: Annotated[
        tuple[str, ...],
        About(
            "Files and directories that are never read, as `.gitignore` patterns. Setting it replaces the "
            "default list; `extend-exclude` adds to it. A file that is named on the command line is "
            "checked all the same, unless `force-exclude` is set.",
            '["vendor/", "*_pb2.py"]',
        ),
    ] = (
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
    )
    extend_exclude: Annotated[
        tuple[str, ...],
        About(
            "`.gitignore` patterns to exclude in addition to `exclude`.",
            '["generated/"]',
        ),
    ] = ()
    force_exclude: Annotated[
        bool,
        About(
            "Exclude files even when they are named on the command line, as pre-commit does with every "
            "changed file.",
            "true",
        ),
    ] = False
    respect_gitignore: Annotated[
        bool,
        About("Pass over the files that `.gitignore`, `.ignore` and `.git/info/exclude` name.", "false"),
    ] = True
    tests: Annotated[
        tuple[str, ...],
        About(
            "`.gitignore` patterns of test code. Rules about production code are silent there, and rules "
            "about tests report only there.",
            '["tests/", "e2e/", "*_spec.py"]',
        ),
    ] = ("tests/", "test/", "testing/", "test_*.py", "*_test.py", "conftest.py")
    scripts: Annotated[
        tuple[str, ...],
        About(
            "`.gitignore` patterns of scripts and database migrations: code of the project that does not "
            "serve requests. Rules about production code are silent there.",
            '["scripts/", "ops/"]',
        ),
    ] = ("scripts/", "migrations/", "alembic/", "setup.py", "noxfile.py", "fabfile.py")

    # --- Which rules -----------------------------------------------------------------------------

    preset: Annotated[
        PresetName,
        About(
            "The rules to start from. `recommended` raises next to no false alarms; `strict` adds "
            "opinions that many teams share and rules that a project has to be ready for; `all` adds the "
            "pedantic rest. `select` takes the place of the preset.",
            '"strict"',
        ),
    ] = "recommended"
    select: Annotated[
        tuple[str, ...] | None,
        About(
            "The rules to run, in place of the preset's. Each selector is a code (`FAL101`), the "
            "beginning of codes (`FAL3`), a name (`blocking-sleep`), a category (`event-loop`) or `ALL`. "
            "The most specific selector that fits a rule decides; between equals `ignore` wins.",
            '["FAL1", "security"]',
            default="the rules of the preset",
        ),
    ] = None
    extend_select: Annotated[
        tuple[str, ...],
        About(
            "Selectors of rules to run in addition to `select` or the preset.",
            '["FAL401", "cached-coroutine"]',
        ),
    ] = ()
    ignore: Annotated[
        tuple[str, ...],
        About(
            "Selectors of rules not to run. `FAL000` (a file that can not be read) is switched off only "
            "by its own code or name.",
            '["FAL113"]',
        ),
    ] = ()
    extend_ignore: Annotated[
        tuple[str, ...],
        About(
            "Selectors of rules not to run in addition to `ignore`: of use with `extend`, where `ignore` "
            "would replace the inherited list.",
            '["FAL215"]',
        ),
    ] = ()
    rules: Annotated[
        tuple[str, ...],
        About(
            "Files and directories, relative to the project root, with rules of the project's own. These files "
            "are imported, with their neighbours as far as they import them; no other code of the project ever "
            "is. Rules of installed packages need no option.",
            '["lint_rules/"]',
        ),
    ] = ()
    severity: Annotated[
        Mapping[str, SeverityName],
        About(
            "Severities that replace the rules' own, by selector; `off` does not run the rule. The most "
            "specific selector decides.",
            'event-loop = "error"\nFAL215 = "info"\nFAL301 = "off"',
        ),
    ] = {}
    per_file_ignores: Annotated[
        Mapping[str, tuple[str, ...]],
        About(
            "Rules to ignore in some files: a `.gitignore` pattern, relative to the project root, and the "
            "selectors of the rules.",
            '"app/legacy/" = ["FAL301", "upgrade"]\n"**/settings.py" = ["hardcoded-secret"]',
        ),
    ] = {}
    overrides: Annotated[
        tuple[Override, ...],
        About(
            "Other rules or severities in some files. Each table has `files`, a list of `.gitignore` patterns "
            "relative to the project root, and any of `preset`, `select`, `extend-select`, `ignore` and "
            "`severity`, which work on the options above as those of the command line do: `select` says exactly "
            "which rules run in these files, `ignore` adds to what is ignored, `extend-select` undoes an `ignore` "
            "of the same selector. Of tables that mean the same file later ones win; the command line wins over "
            "all of them. `fastapi-lint config --for FILE` shows what holds in a file.",
            'files = ["app/admin/", "app/payments/"]\npreset = "strict"\nseverity = { security = "error" }',
        ),
    ] = ()
    baseline: Annotated[
        str | None,
        About(
            "A file of accepted findings, made by `fastapi-lint baseline`; findings that it lists are not "
            "reported.",
            '"fastapi-lint-baseline.json"',
            default="no baseline",
        ),
    ] = None

    # --- What rules take for granted -------------------------------------------------------------

    unreached_async: Annotated[
        Literal["report", "ignore"],
        About(
            "Whether the event-loop rules report blocking calls in an `async def` of the application that "
            "no known route, dependency, task or start-up code reaches: it still runs on some event loop.",
            '"ignore"',
        ),
    ] = "report"
    trivial_async: Annotated[
        Literal["report", "ignore"],
        About(
            "Whether `async-without-await` reports an `async def` that computes next to nothing: returns "
            "constants, does arithmetic, constructs objects.",
            '"report"',
        ),
    ] = "ignore"
    cpu_bound: Annotated[
        Literal["hashing", "all"],
        About(
            "Which work `cpu-bound-call` reports: password hashing only, or image, data-frame, inference, "
            "archive and tokeniser work too.",
            '"all"',
        ),
    ] = "hashing"
    blocking_calls: Annotated[
        Mapping[str, str],
        About(
            "Functions and methods, by qualified name, that block the thread they run in, beside those "
            "the linter knows; each with what to use instead.",
            '"acme.billing.Client.charge" = "await acme.billing.AsyncClient.charge"',
        ),
    ] = {}
    offloaders: Annotated[
        tuple[str, ...],
        About(
            "Functions and decorators, by qualified name, that run the function given to them off the "
            "event loop.",
            '["acme.threads.in_thread"]',
        ),
    ] = ()
    sensitive_names: Annotated[
        tuple[str, ...] | None,
        About(
            "Names of fields that must not reach a client, in place of the built-in list; `*` stands for "
            "any characters.",
            '["password", "*_secret", "iban"]',
            default="the built-in list",
        ),
    ] = None
    extend_sensitive_names: Annotated[
        tuple[str, ...],
        About(
            "Names of sensitive fields in addition to `sensitive-names`.",
            '["salary", "*_ssn"]',
        ),
    ] = ()
    public_routes: Annotated[
        tuple[str, ...],
        About(
            "Words in a route's path or handler by which `missing-authentication` takes it for public on "
            "purpose.",
            '["login", "webhook", "price-list"]',
        ),
    ] = (
        "auth",
        "callback",
        "forgot",
        "health",
        "healthcheck",
        "healthz",
        "hook",
        "liveness",
        "login",
        "logout",
        "metrics",
        "oauth",
        "ping",
        "public",
        "readiness",
        "recover",
        "refresh",
        "register",
        "reset",
        "signin",
        "signup",
        "sso",
        "status",
        "token",
        "verify",
        "version",
        "webhook",
    )
    versions: Annotated[
        Mapping[Literal["fastapi", "starlette", "pydantic", "sqlalchemy", "sqlmodel", "python"], str],
        About(
            "Versions of the libraries and of Python to check for, in place of those that lock files, "
            "requirements and `pyproject.toml` declare: a version, or a range such as `>=0.115,<0.120`.",
            'fastapi = "0.115.6"\npython = ">=3.11"',
            default="what the project declares",
        ),
    ] = {}

    # --- Reporting -------------------------------------------------------------------------------

    output_format: Annotated[
        str, About("How findings are printed.", '"concise"', choices=_output_formats)
    ] = "full"
    fail_on: Annotated[
        Level,
        About(
            "The least severity that makes the exit code 1. Findings below it are printed and do not fail "
            "the run.",
            '"error"',
        ),
    ] = "warning"
    max_warnings: Annotated[
        Count | None,
        About(
            "How many warnings a run may have before the exit code is 1. Given, it takes the place of "
            "`fail-on` for warnings; errors always fail the run.",
            "20",
            default="`fail-on` decides",
        ),
    ] = None

    # --- Fixing ----------------------------------------------------------------------------------

    fixable: Annotated[
        tuple[str, ...],
        About(
            "Selectors of rules whose fixes `--fix` may apply.",
            '["upgrade", "FAL303"]',
        ),
    ] = ("ALL",)
    unfixable: Annotated[
        tuple[str, ...],
        About(
            "Selectors of rules whose fixes are never applied, only shown.",
            '["FAL802"]',
        ),
    ] = ()
    extend_safe_fixes: Annotated[
        tuple[str, ...],
        About(
            "Selectors of rules whose unsafe fixes are to count as safe.",
            '["FAL401"]',
        ),
    ] = ()
    extend_unsafe_fixes: Annotated[
        tuple[str, ...],
        About(
            "Selectors of rules whose safe fixes are to need `--unsafe-fixes`.",
            '["FAL805"]',
        ),
    ] = ()

    # --- The run itself --------------------------------------------------------------------------

    extend: Annotated[
        str | None,
        About(
            "Another configuration file to start from, relative to this one. Options written here replace "
            "its options, except that `extend-…` lists are joined and tables are merged entry by entry.",
            '"../fastapi-lint.toml"',
            default="no other file",
        ),
    ] = None
    required_version: Annotated[
        str | None,
        About(
            "The versions of fastapi-lint that may use this configuration; any other ends with exit code 2.",
            '">=0.1,<0.3"',
            default="any version",
        ),
    ] = None
    cache: Annotated[
        bool,
        About(
            "Keep what was found between runs, so that what has not changed costs next to nothing. Files are known "
            "by their content, so that the cache can be copied, or restored for a fresh checkout; those that nobody "
            "has touched since, by size, dates and inode, are not even read. After edits of what functions do only "
            "the files are linted again whose findings can change (with rules of your own, all files are).",
            "false",
        ),
    ] = True
    cache_dir: Annotated[
        str,
        About(
            "Where the cache is kept, relative to the project root.",
            '".cache/fastapi-lint"',
        ),
    ] = ".fastapi_lint_cache"
    workers: Annotated[
        Count,
        About(
            "How many processes share the work; 1 keeps it in one process.",
            "4",
            default="as many as the work and the processors call for",
        ),
    ] = 0
