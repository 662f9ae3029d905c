"""What the language server offers in an open file: fixes, comments that suppress, pages of rules, routes."""

from __future__ import annotations

from pathlib import Path

from tests.integrations.editor import Editor, play
from tests.integrations.users import MAIN, RETURNED_AT


def test_the_fix_mends_what_was_found(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        actions = await editor.actions("main.py", RETURNED_AT, "quickfix")
        [fix] = [action for title, action in actions.items() if title.startswith("raise the exception")]
        assert fix.diagnostics and fix.diagnostics[0].code == "FAL604"
        await editor.change("main.py", editor.applied("main.py", fix))
        assert "FAL604" not in await editor.codes("main.py")

    play(project, scene)


def test_a_comment_suppresses_a_finding(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        for _ in range(3):
            actions = await editor.actions("main.py", RETURNED_AT)
            suppress = [action for title, action in actions.items() if title.startswith("Suppress")]
            if not suppress:
                break
            await editor.change("main.py", editor.applied("main.py", suppress[0]))
        assert "ignore[returned-http-exception]" in editor.texts["main.py"].splitlines()[RETURNED_AT - 1]
        assert {"FAL604", "FAL001", "FAL002"}.isdisjoint(await editor.codes("main.py"))

    play(project, scene)


def test_all_safe_fixes_at_once(project: Path) -> None:
    stale = "x = 1  # fastapi-lint: ignore[blocking-sleep]\ny = 2  # fastapi-lint: ignore[FAL604]\n"

    async def scene(editor: Editor) -> None:
        assert [each.code for each in await editor.open("main.py", stale)] == ["FAL001", "FAL001"]
        [action] = (await editor.actions("main.py", 1, "source.fixAll")).values()
        assert action.kind == "source.fixAll.fastapi-lint"
        assert editor.applied("main.py", action) == "x = 1\ny = 2\n"
        assert not [t for t in await editor.actions("main.py", 1, "quickfix") if t == action.title]

    play(project, scene)


def test_nothing_is_offered_for_a_text_that_has_not_been_checked(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        editor.type("main.py", "\n" + MAIN)
        assert await editor.actions("main.py", RETURNED_AT) == {}
        await editor.diagnostics("main.py")
        assert await editor.actions("main.py", RETURNED_AT + 1)

    play(project, scene)


def test_hover_shows_the_rule_page(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py", MAIN + "# noqa: FAL101\n")
        page = await editor.hover("main.py", RETURNED_AT, 12)
        assert page is not None and page.startswith("# returned-http-exception (FAL604)")
        last = MAIN.count("\n") + 1
        named = await editor.hover("main.py", last, 10)
        assert named is not None and named.startswith("# blocking-sleep (FAL101)")
        assert await editor.hover("main.py", 2, 1) is None

    play(project, scene)


def test_code_lenses_show_the_effective_route(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        expected = "GET /api/users/{user_id} · depends on current_user"
        assert await editor.lenses("main.py") == [(15, expected)]
        await editor.change("main.py", MAIN.replace('prefix="/api"', 'prefix="/v2"'))
        assert await editor.lenses("main.py") == [(15, expected.replace("/api", "/v2"))]

    play(project, scene)


def test_code_lenses_can_be_switched_off(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        assert await editor.lenses("main.py") == []

    play(project, scene, options={"codeLens": False})
