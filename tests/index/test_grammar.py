"""Every grammar, whatever Python runs the tests: versions are given to `respell`, or it is `parse` as it is."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
import warnings

import pytest

from fastapi_lint.index.grammar import parse
from fastapi_lint.index.respelling import respell
from fastapi_lint.index.source import UnreadableSource

OLDEST = (3, 10)


def respelled(text: str) -> ast.Module:
    """The tree of a text as the oldest supported Python gets it."""
    respelling = respell(text, OLDEST)
    assert respelling is not None
    tree = ast.parse(respelling.text, feature_version=OLDEST)
    respelling.restore(tree)
    return tree


def source(node: ast.AST, text: str) -> str | None:
    return ast.get_source_segment(text, node)


SAME_MEANING = [
    ("try: pass\nexcept A, B.c: pass", "try: pass\nexcept (A, B.c): pass"),
    ("try: pass\nexcept* A: pass", "try: pass\nexcept A: pass"),
    ("try: pass\nexcept*A, B: pass", "try: pass\nexcept (A, B): pass"),
    ("if x: type X = int", "if x: X: TypeAlias = int"),
    ("type X[T: (int, str) = int,\n  *Ts, # all\n **P] = list[T]; y = 1", "X: TypeAlias = list[T]; y = 1"),
    ("async def f[T](x: T): pass", "async def f(x: T): pass"),
    ("class C[T,\n  U\n](B): pass", "class C(B): pass"),
    ("a[*b] = c[1, *d]", "a[(*b,)] = c[(1, *d)]"),
    ("a[*b, ]['x' 'y', *c]", "a[(*b,)][('xy', *c)]"),
    ("a[1:2, *b]", "a[1:2, b]"),
    ("def f(*args: *Ts): pass", "def f(*args: Ts): pass"),
    ("lazy import a.b as c\nlazy from d import e", "import a.b as c\nfrom d import e"),
    ("[*a for a in b]", "[a for a in b]"),
    ("f(*a for a in b)", "f((a for a in b))"),
    ("{**a for a in b}", "{a: None for a in b}"),
    ("f'{d['k']}'", "f\"{d['k']}\""),
    ("f'{x!r:>{width}}{{}}'", 'f"{x!r:>{width}}{{}}"'),
    ("f'{ {1: 2}[1] = }'", 'f" {{1: 2}}[1] = { {1: 2}[1]!r}"'),
    ("f'{', '.join(x)}' 'b' rf'\\d{y}'", "f\"{', '.join(x)}b\\\\d{y}\""),
    ("t'Hello {name!r:>10}'", "f'Hello {name:>10}'"),
    ("x = ('a' # b\n f'{'\"'}')", "x = f'a{chr}'"),
    ("print(f'''\n{a}\n  b{{''')", "print('\\n' f'{a}' '\\n  b{')"),
]


@pytest.mark.parametrize(("newer", "older"), SAME_MEANING)
def test_older_spelling(newer: str, older: str) -> None:
    def dumped(tree: ast.Module) -> str:
        for node in ast.walk(tree):
            if isinstance(node, ast.FormattedValue):
                node.conversion = -1
                if isinstance(node.value, ast.Constant):
                    node.value = ast.Name("chr", ast.Load())
            elif isinstance(node, ast.JoinedStr):  # Python 3.12 adds empty strings to some
                node.values = [
                    each for each in node.values if not isinstance(each, ast.Constant) or each.value
                ]
        return ast.dump(tree)

    assert dumped(respelled(newer)) == dumped(ast.parse(older))


@pytest.mark.parametrize(
    "text",
    [
        "try: pass\nexcept (A, B) as e: pass",
        "type = 3; type(x); type[0] = 1; print(type)",
        "match [*a]:\n  case [*b]: pass",
        "match[0]\nlazy = 1",
        "x: int = [*a]; f(*a, **b); {**a, 'b': [c for c in d]}",
        "return_ = a[b][c:d] * e ** f",
        "def f(*args: int, **kwargs: str) -> None: pass",
        "x = 'a' \"b\" b''",
        "# type X = int",
        "'''\nexcept A, B:\n'''",
    ],
)
def test_old_syntax_is_left_alone(text: str) -> None:
    assert respell(text, OLDEST) is None


@pytest.mark.parametrize(
    ("version", "newest_left_alone"),
    [((3, 11), "a[*b]"), ((3, 12), "f'{d['k']}'"), ((3, 13), "type X = int"), ((3, 14), "t'{x}'")],
)
def test_what_a_version_knows_is_left_alone(version: tuple[int, int], newest_left_alone: str) -> None:
    assert respell(newest_left_alone, version) is None
    assert respell(newest_left_alone, OLDEST) is not None


class TestPlaces:
    def test_columns_and_lines_are_those_of_the_text(self) -> None:
        text = textwrap.dedent(
            """\
            é = f"{ä["ö"]}{call(f"{x!r:>{w}}", 'ü')=}" ; late()
            try: first()
            except A, call(B): second(1)
            class C[T](base(3)):
                def m[T,
                      U](self, x: param[*Ts]) -> returned(): ...
            type X[T] = alias(4)
            lazy import module ; last()
            """
        )
        tree = respelled(text)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert {source(node, text) for node in calls} == {
            "call(f\"{x!r:>{w}}\", 'ü')",
            "late()",
            "first()",
            "call(B)",
            "second(1)",
            "base(3)",
            "returned()",
            "alias(4)",
            "last()",
        }
        strings = [source(node, text) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        assert text[4:42] in strings
        assert 'f"{x!r:>{w}}"' in strings
        segments = [source(node, text) for node in tree.body]
        assert "type X[T] = alias(4)" in segments
        assert "lazy import module" in segments
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert {"ä", "w", "Ts", "TypeAlias"} <= names
        assert not any("fastapi_lint" in name for name in names)

    def test_exception_types(self) -> None:
        text = "try:\n  a\nexcept  A , B :\n  b\nc"
        tree = respelled(text)
        handler = next(node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
        assert isinstance(handler.type, ast.Tuple)
        assert [source(node, text) for node in (handler, handler.type, *handler.type.elts)] == [
            "except  A , B :\n  b",
            "A , B",
            "A",
            "B",
        ]

    def test_lines_taken_out_are_still_counted(self) -> None:
        text = "def f[\n  T, # one\n  U,\n](x): g(f'{\n  x # two\n}')\nlast"
        tree = respelled(text)
        assert tree.body[-1].lineno == 7
        names = [
            (node.id, node.lineno, node.col_offset) for node in ast.walk(tree) if isinstance(node, ast.Name)
        ]
        assert sorted(names) == [("g", 4, 6), ("last", 7, 0), ("x", 5, 2)]


class TestParse:
    def test_type_parameters_by_line_of_the_keyword(self) -> None:
        text = (
            "@decorated\nasync def f[T: (int, str), *Ts, **P](x): pass\n"
            "class C[U = int,\n V = [a, b]]:\n  def m[W](self): pass\n"
        )
        assert parse(text).type_parameters == {2: ["T", "Ts", "P"], 3: ["U", "V"], 5: ["W"]}

    def test_type_parameters_beside_syntax_newer_still(self) -> None:
        text = "class C[T]: pass\nlazy import x"
        assert parse(text).type_parameters == {1: ["T"]}

    def test_nothing_is_said_about_plain_functions(self) -> None:
        assert parse("def f(x): return x[0]").type_parameters == {}

    @pytest.mark.parametrize(
        "text",
        [
            "try: pass\nexcept A, B: pass",
            "def f[T = int](x: T): return f'{x['a']}'",
            "type X = int",
            "try: pass\nexcept* A, B: pass",
            "x = t'{a}'",
            "x = f'{a!r}' if 1 else a[*b]",
            "lazy import x",
            "[*a for a in b]",
        ],
    )
    def test_newer_syntax_is_read(self, text: str) -> None:
        assert parse(text).tree.body

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("x = 1\ny = = 2", (2, 4)),
            ("é = 'ü' +* 2", (1, 9)),
            ("x = 'a", (1, 4)),
            ("f(", (1, 1)),
            ("if x:\npass", (2, 0)),
            ("1 +", (1, 3)),
            ("<<<<<<< HEAD\n", (1, 0)),
        ],
    )
    def test_place_of_an_error(self, text: str, place: tuple[int, int]) -> None:
        with pytest.raises(UnreadableSource) as caught:
            parse(text)
        assert (caught.value.line, caught.value.column) == place

    def test_the_true_error_is_reported_and_not_the_newer_syntax_before_it(self) -> None:
        text = "try: pass\nexcept A, B: y = = 2"
        with pytest.raises(UnreadableSource, match=r"uses syntax of Python 3\.14 or later") as caught:
            parse(text)
        assert (caught.value.line, caught.value.column) == (2, 17)

    def test_python_2_is_not_called_newer(self) -> None:
        with pytest.raises(UnreadableSource) as caught:
            parse("try: pass\nexcept Error, e: raise Other, 'x'")
        assert "later" not in caught.value.message

    @pytest.mark.parametrize(
        "text",
        [
            "-" * 100_000 + "1",
            "(" * 5_000 + ")" * 5_000,
            "lazy import x\n" + "not " * 100_000 + "1",
            "f'{" * 300 + "x" + "}'" * 300 + "=",
        ],
    )
    def test_deep_nesting_is_refused(self, text: str) -> None:
        with pytest.raises(UnreadableSource):
            parse(text)

    def test_warnings_of_the_checked_code_are_not_ours(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parse("x = '\\d'\nlazy import y\n1 is 1")


def test_libcst_is_not_imported() -> None:
    code = "import sys; from fastapi_lint.index.grammar import parse; parse('lazy import x'); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "fastapi_lint.index.respelling" in modules
    assert "libcst" not in modules
