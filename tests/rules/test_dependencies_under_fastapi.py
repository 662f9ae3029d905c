"""What the rules about dependencies say of FastAPI is what FastAPI does."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.rules.framework import imported

CALLS = (
    "awaited", "constructed", "decorated", "derived", "handed-on", "inherited", "method", "static", "task", "thread",
)  # fmt: skip


class TestUnresolvedDefaultMarker:
    def test_markers_are_what_the_function_gets(self) -> None:
        with imported("FAL404", "bad.py") as bad, imported("FAL404", "good.py") as good:
            client = TestClient(bad.app)
            assert client.get("/books").json() == ["Dune", "Emma", "Ulysses"]
            with pytest.raises(AttributeError, match="'Depends' object has no attribute 'titles'"):
                client.get("/report")
            assert TestClient(good.app).get("/report").json() == "Dune, Emma, Ulysses"

    @pytest.mark.parametrize("path", CALLS)
    def test_every_way_to_call_fails(self, path: str) -> None:
        with imported("FAL404", "bad_ways_to_call.py") as bad, pytest.raises((AttributeError, TypeError)):
            TestClient(bad.app).get(f"/{path}")

    def test_look_alikes_work(self) -> None:
        with imported("FAL404", "good_look_alikes.py") as good:
            client = TestClient(good.app)
            for route in good.app.routes[4:]:
                assert client.get(route.path).status_code == 200, route.path

    def test_across_modules(self) -> None:
        with imported("FAL404", "bad_modules") as bad, pytest.raises(AttributeError, match="Depends"):
            TestClient(bad.app).get("/count")
        with imported("FAL404", "good_modules") as good:
            assert TestClient(good.app).get("/total").json() == 7
