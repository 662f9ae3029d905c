"""What calls do to stored data, and functions whose value is another one each time."""

from __future__ import annotations

import time
import warnings

import pytest

from fastapi_lint.knowledge.canonical import canonical
from fastapi_lint.knowledge.effects import Effect, changing_names, effect_of
from fastapi_lint.knowledge.momentary import momentary
from tests.knowledge.reality import MissingNameError, NotInstalledError, resolve

_NEWER = {"uuid.uuid6", "uuid.uuid7", "uuid.uuid8"}
"""Not in every supported version of Python."""
_WANTING = {"random.choice", "random.getrandbits", "random.randint", "random.randrange", "random.uniform"} | {
    *("os.urandom", "secrets.choice", "secrets.randbelow"),
}
"""They want arguments."""


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("sqlalchemy.orm.Session.add", Effect.CREATE),
        ("sqlmodel.Session.add", Effect.CREATE),
        ("sqlmodel.ext.asyncio.session.AsyncSession.delete", Effect.DELETE),
        ("sqlalchemy.insert", Effect.CREATE),
        ("sqlalchemy.orm.Query.update", Effect.UPDATE),
        ("fastapi.BackgroundTasks.add_task", Effect.ENQUEUE),
        ("sqlalchemy.orm.Session.commit", None),
        ("sqlalchemy.select", None),
        ("builtins.set.add", None),
    ],
)
def test_effects(name: str, effect: Effect | None) -> None:
    assert effect_of(name) is effect
    assert effect is None or name.rpartition(".")[2] in changing_names()


@pytest.mark.parametrize("name", sorted(momentary()))
def test_another_value_each_time(name: str) -> None:
    assert canonical(name) == name
    if name in _NEWER:
        return
    try:
        function = resolve(name)
    except NotInstalledError:
        pytest.skip("not installed")
    except MissingNameError:
        pytest.fail(f"there is no {name}")
    assert callable(function)
    if name not in _WANTING and not name.endswith("today"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first = function()
            time.sleep(0.001)
            assert function() != first
