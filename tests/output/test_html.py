from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.diagnostics import Edit, Location
from fastapi_lint.output.html_source import changed_rows, source_line, source_rows

from . import sample
from .conftest import rendered

_VOID = {"meta", "link", "input", "wbr", "br"}


class Page(HTMLParser):
    """Checks that elements are closed in order, and gathers them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(rendered("html", sample.full_report()))


def test_nothing_is_fetched(page: Page) -> None:
    for tag, attributes in page.elements:
        assert "src" not in attributes
        if tag == "link":
            assert attributes["href"] == "data:,"
    html = rendered("html", sample.full_report())
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest", html)
    policy = page.all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert policy is not None
    assert policy.startswith("default-src 'none';")


def test_every_finding_can_be_filtered(page: Page) -> None:
    articles = page.all("article")
    assert len(articles) == 6
    ticks: dict[str, set[str | None]] = {}
    for tick in page.all("input", type="checkbox"):
        ticks.setdefault(str(tick["name"]), set()).add(tick["value"])
    for article in articles:
        assert article["data-severity"] in ticks["severity"]
        assert article["data-rule"] in ticks["rule"]
        assert article["data-file"] in ticks["file"]
    assert len({article["id"] for article in articles}) == 6


def test_links_lead_to_findings(page: Page) -> None:
    names = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    targets = {link["href"] for link in page.all("a") if str(link["href"]).startswith("#")}
    assert targets <= {f"#{name}" for name in names}


def test_a_route_has_its_findings_beside_it() -> None:
    html = rendered("html", sample.full_report())
    rows = re.findall(r"<tr data-found.*?</tr>", html, re.DOTALL)
    assert [re.findall(r"FAL\d+", row) for row in rows] == [["FAL101"], ["FAL301"], []]
    assert "app.auth.current_user" in rows[0]
    assert ['data-open="yes"' in row for row in rows] == [False, True, True]


def test_without_routes_there_is_no_tab_for_them() -> None:
    page = Page(rendered("html", sample.make_report(sample.SLEEP)))
    assert "hidden" in page.all("button", id="tab-routes")[0]
    assert "hidden" in page.all("section", id="routes")[0]


def test_hostile_text_stays_text() -> None:
    attack = '</script><img src=x onerror="alert(1)">{{script}} \x00 \u202e'
    found = msgspec.structs.replace(
        sample.SLEEP, message=attack, help=attack, filename=f"{attack}.py", url="javascript:alert(1)"
    )
    route = msgspec.structs.replace(sample.ROUTES[0], path=attack, handler=attack, protected_by=(attack,))
    html = rendered("html", sample.make_report(found, source=lambda name: [attack] * 20, routes=(route,)))
    page = Page(html)
    assert not page.all("img")
    assert html.count("<script>") == 1
    assert "javascript:" not in html
    assert "\\x00" not in html and "&#8238;" not in html
    assert "{{script}}" in html


def test_the_page_is_ascii() -> None:
    assert rendered("html", sample.full_report()).isascii()
    folder = files("fastapi_lint.output") / "html_page"
    for name in ("page.html", "style.css", "script.js"):
        assert (folder / name).read_text("utf-8").isascii()


def text_of(html: str) -> str:
    return Page(html).text


code_line = st.text(st.sampled_from("abc_09'\"#@.()[]= \\<&>f{}日\t"), max_size=60)


@given(code_line, st.data())
def test_colours_change_no_text(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(line) + 1))
    end = data.draw(st.integers(start, len(line) + 1))
    assert text_of(source_line(line)) == line.strip()
    html = source_rows([line], Location(1, start), Location(1, end))
    flagged = re.search("<mark>(.*?)</mark>", html)
    assert flagged is not None
    assert text_of(flagged[1]) == (line[start - 1 : max(end - 1, start)] or " ")
    assert text_of(html).rstrip() == line.rstrip()


def test_tokens() -> None:
    assert (
        source_line("@app.get('/x')")
        == '<span class="d">@app.get</span>(<span class="s">&#x27;/x&#x27;</span>)'
    )
    assert source_line('return f"a" # no') == (
        '<span class="k">return</span> <span class="s">f&quot;a&quot;</span> <span class="c"># no</span>'
    )


def rows(html: str) -> list[tuple[str, str]]:
    return [
        (kind, text_of(text))
        for kind, text in re.findall(r'<span class="row (\w+)">(.*?)</span>(?=<span class="row|$)', html)
    ]


def test_changes_of_a_fix() -> None:
    lines = ["import time", "", "def f():", "    time.sleep(1)", "    pass"]
    insert = Edit(Location(1, 1), Location(1, 1), "import asyncio\n")
    replace = Edit(Location(4, 5), Location(4, 15), "await asyncio.sleep")
    delete = Edit(Location(5, 1), Location(6, 1), "")
    assert rows(changed_rows(lines, [replace, insert])) == [
        ("ins", "import asyncio"),
        ("gap", ""),
        ("del", "    time.sleep(1)"),
        ("ins", "    await asyncio.sleep(1)"),
    ]
    assert rows(changed_rows(lines, [delete])) == [("del", "    pass")]
    both = [Edit(Location(4, 5), Location(4, 9), "t"), Edit(Location(4, 16), Location(4, 17), "2")]
    assert rows(changed_rows(lines, both)) == [("del", "    time.sleep(1)"), ("ins", "    t.sleep(2)")]
