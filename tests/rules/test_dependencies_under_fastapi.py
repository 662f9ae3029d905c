"""What the rules about dependencies say of FastAPI is what FastAPI does."""

from __future__ import annotations

import time

import pytest
from fastapi.exceptions import DependencyScopeError, FastAPIError
from fastapi.testclient import TestClient

from tests.rules.framework import imported, single_mistakes

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


class TestUnprotectedYield:
    def test_clean_up_is_skipped(self) -> None:
        with imported("FAL405", "bad.py") as bad, imported("FAL405", "fixed.py") as fixed:
            for module in (bad, fixed):
                assert TestClient(module.app).get("/books/1").status_code == 404
            assert bad.open_connections == 1
            assert fixed.open_connections == 0


class TestYieldSwallowsException:
    def test_client_gets_a_500_in_the_place_of_a_404(self) -> None:
        with imported("FAL406", "bad.py") as bad, imported("FAL406", "fixed.py") as fixed:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.get("/books/1").status_code == 500
            assert TestClient(fixed.app).get("/books/1").status_code == 404

    @pytest.mark.parametrize("path", ["bare", "http", "suppressed", "nested", "provider"])
    def test_every_shape(self, path: str) -> None:
        with imported("FAL406", "bad_shapes.py") as bad, pytest.raises(FastAPIError):
            TestClient(bad.app).get(f"/{path}")

    def test_look_alikes_let_the_exception_through(self) -> None:
        with imported("FAL406", "good_look_alikes.py") as good:
            assert TestClient(good.app).get("/").status_code == 404


class TestCommitAfterYield:
    def test_client_has_its_answer_when_the_commit_fails(self) -> None:
        with imported("FAL423", "bad.py") as bad:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert [client.post("/users/a").status_code for _ in range(2)] == [201, 201]
            with bad.SessionLocal() as session:
                assert session.query(bad.UserRow).count() == 1

    @pytest.mark.parametrize("case", ["good.py", "good_function_scope.py"])
    def test_client_learns_of_it(self, case: str) -> None:
        with imported("FAL423", case) as good:
            client = TestClient(good.app, raise_server_exceptions=False)
            assert [client.post("/users/a").status_code for _ in range(2)] == [201, 500]


class TestRaiseAfterYield:
    def test_client_has_its_answer(self) -> None:
        with imported("FAL424", "bad.py") as bad, imported("FAL424", "good.py") as good:
            client = TestClient(bad.app, raise_server_exceptions=False)
            assert client.post("/orders/200").status_code == 200
            with pytest.raises(RuntimeError, match="response already started"):
                TestClient(bad.app).post("/orders/200")
            assert TestClient(good.app).post("/orders/200").status_code == 402


class TestCalledDependency:
    def test_fastapi_refuses_it(self) -> None:
        with pytest.raises(TypeError, match="not a callable object"), imported("FAL402", "bad.py"):
            pass

    @pytest.mark.parametrize("source", list(single_mistakes("FAL402", "bad_results")))
    @pytest.mark.filterwarnings("ignore:coroutine")
    def test_every_result(self, source: str) -> None:
        with pytest.raises((AssertionError, TypeError), match="callable"):
            exec(source, {})

    def test_look_alikes_are_accepted(self) -> None:
        with imported("FAL402", "good_look_alikes.py") as good:
            assert TestClient(good.app).get("/?number=1").status_code == 200


class TestDependsInBody:
    def test_nobody_resolves_it(self) -> None:
        with imported("FAL403", "bad.py") as bad, imported("FAL403", "good.py") as good:
            with pytest.raises(AttributeError, match="'Depends' object has no attribute 'titles'"):
                TestClient(bad.app).get("/books")
            assert TestClient(good.app).get("/books").json() == ["Dune", "Emma"]

    @pytest.mark.parametrize(
        "path", ["argument", "keyword", "awaited", "with", "global", "helper", "dependency"]
    )
    def test_every_place(self, path: str) -> None:
        with imported("FAL403", "bad_places.py") as bad, pytest.raises((AttributeError, TypeError)):
            TestClient(bad.app).get(f"/{path}")

    def test_check_is_not_made(self) -> None:
        with imported("FAL403", "bad_places.py") as bad:
            assert TestClient(bad.app).get("/statement").json() == "let in"

    @pytest.mark.parametrize(
        "path", ["default", "annotated", "added", "nested", "by-default", "injected", "container"]
    )
    def test_look_alikes_are_resolved(self, path: str) -> None:
        with imported("FAL403", "good_look_alikes.py") as good:
            assert TestClient(good.app).get(f"/{path}").status_code == 200


class TestScopeMismatch:
    @pytest.mark.parametrize("case", ["bad.py", "bad_ways.py", "bad_modules"])
    def test_fastapi_refuses_it(self, case: str) -> None:
        with pytest.raises(DependencyScopeError), imported("FAL415", case):
            pass

    @pytest.mark.parametrize("case", ["good.py", "good_look_alikes.py"])
    def test_same_scope_is_accepted(self, case: str) -> None:
        with imported("FAL415", case) as good:
            assert TestClient(good.app).get("/books" if case == "good.py" else "/").status_code == 200


class TestHandDrivenDependency:
    def test_value_is_cleaned_up_before_it_is_used(self) -> None:
        with imported("FAL421", "bad.py") as bad, imported("FAL421", "good.py") as good:
            assert bad.write_report() is False
            assert good.write_report() is True

    def test_exception_in_a_loop_is_not_seen(self) -> None:
        with imported("FAL421", "bad_ways.py") as bad:
            with pytest.raises(ValueError, match="no books"):
                bad.export_books()
            assert "rolled back" not in bad.log


class TestIneffectiveOverride:
    def test_override_is_ignored(self) -> None:
        with imported("FAL426", "bad.py") as bad, imported("FAL426", "fixed.py") as fixed:
            assert bad.client().get("/database").json() == "production"
            assert fixed.client().get("/database").json() == "test"

    def test_no_way_to_write_it_helps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with imported("FAL426", "bad_ways.py") as bad:
            bad.override(monkeypatch)
            expected = ["production", "nobody", "admin", "admin", "admin"]
            assert TestClient(bad.app).get("/").json() == expected

    def test_look_alikes_take_effect(self) -> None:
        with imported("FAL426", "good_look_alikes.py") as good:
            good.app.dependency_overrides[good.get_user] = good.fake
            good.override()
            assert TestClient(good.app).get("/").json() == ["fake"] * 4


class TestDependencyTypeMismatch:
    def test_handler_gets_the_other_object(self) -> None:
        with imported("FAL412", "bad_kinds.py") as bad:
            given = [
                "Account",
                "NoneType",
                "str",
                "Page",
                "Account",
                "Session",
                "str",
                "dict",
                "NoneType",
                "str",
            ]
            assert TestClient(bad.app).get("/").json() == given

    def test_handler_fails(self) -> None:
        pytest.importorskip("greenlet", reason="SQLAlchemy's asyncio needs it")
        with imported("FAL412", "bad.py") as bad, pytest.raises(TypeError, match="can't be used in 'await'"):
            TestClient(bad.app).get("/health")
        with (
            imported("FAL412", "bad_modules") as bad,
            pytest.raises(AttributeError, match="no attribute 'name'"),
        ):
            TestClient(bad.app).get("/me")

    def test_right_class(self) -> None:
        with imported("FAL412", "good_modules") as good:
            assert TestClient(good.app).get("/me").json() == "ada"


class TestDependencyCycle:
    @pytest.mark.parametrize("case", ["bad.py", "bad_classes.py", "bad_modules"])
    def test_registration_never_ends(self, case: str) -> None:
        with pytest.raises(RecursionError), imported("FAL409", case):
            pass

    @pytest.mark.parametrize("case", ["good.py", "good_look_alikes.py"])
    def test_others_are_accepted(self, case: str) -> None:
        with imported("FAL409", case):
            pass


class TestClosedResourceInBackground:
    def test_task_uses_what_is_closed(self) -> None:
        with imported("FAL416", "bad.py") as bad, imported("FAL416", "good.py") as good:
            for module in (bad, good):
                with TestClient(module.app) as client:
                    client.post("/reports")
                    time.sleep(0.05)
            assert (bad.seen, good.seen) == ([False], [True])


class TestRepeatedDependency:
    @pytest.mark.parametrize("path", ["/orders/", "/v2/orders/", "/bills/", "/books/"])
    def test_nothing_changes_without_it(self, path: str) -> None:
        with imported("FAL410", "bad_levels.py") as bad, imported("FAL410", "fixed_levels.py") as fixed:
            for module in (bad, fixed):
                assert TestClient(module.app).get(path).status_code == 200
            assert bad.calls == fixed.calls
            assert len(bad.calls) == len(set(bad.calls))
            assert bad.app.openapi() == fixed.app.openapi()


class TestMissingAuthentication:
    def test_only_the_reported_route_lets_everybody_in(self) -> None:
        with imported("FAL506", "bad.py") as bad, imported("FAL506", "good.py") as good:
            assert TestClient(bad.app).put("/orders/1").status_code == 401
            assert TestClient(bad.app).delete("/orders/1").status_code == 204
            assert TestClient(good.app).delete("/orders/1").status_code == 401

    @pytest.mark.parametrize("case", ["bad_routers", "bad_inclusions"])
    def test_only_the_reported_router_lets_everybody_in(self, case: str) -> None:
        with imported("FAL506", case) as bad:
            client = TestClient(bad.app)
            paths = ["/orders/", "/bills/", "/books/"]
            statuses = [client.get(path, headers={"x-key": "wrong"}).status_code for path in paths]
            assert statuses == [401, 401, 200]
