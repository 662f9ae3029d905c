"""The layout of a tree is what libcst's own providers say."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import (
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
)

from fastapi_lint.fixes.layout import TreeLayout

_SOURCES = sorted((Path(__file__).parents[2] / "src" / "fastapi_lint").glob("*/*.py"))[::9]
_SHAPES = """\
@decorated ( 1 ,
   2 )
class A ( B [ int ] , metaclass = C ) : # comment

    async  def f ( self , * , a : int = 1 , ** k ) -> None : return  ( yield )

    x = (
        1 +  # one
        2
    ) ; y = [ * a , ] ; z = { ** b , 'k' : f"{ x !r:>{ w }}" }
if  a  :  pass
elif b : \\
    pass
else :
    with ( open ( 'f' ) as f , g ) : ...
try :
    match a :
        case [ 1 , * rest ] if rest : del x , y
except* ( E , F ) as e : raise X from e
"""


@pytest.mark.parametrize(
    "code",
    [path.read_text() for path in _SOURCES]
    + [_SHAPES, _SHAPES.replace("\n", "\r\n"), "", "x", "# only", "\t\n"],
    ids=[path.name for path in _SOURCES] + ["shapes", "crlf", "empty", "name", "comment", "blank"],
)
def test_layout_is_that_of_libcst(code: str) -> None:
    tree = cst.parse_module(code)
    layout = TreeLayout(tree)
    wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
    for node, place in wrapper.resolve(PositionProvider).items():
        assert layout.lines(node) == (
            place.start.line, place.start.column, place.end.line, place.end.column
        )  # fmt: skip
    for node, place in wrapper.resolve(WhitespaceInclusivePositionProvider).items():
        assert layout.full_lines(node) == (
            place.start.line, place.start.column, place.end.line, place.end.column
        )  # fmt: skip
    for node, parent in wrapper.resolve(ParentNodeProvider).items():
        assert layout.parent(node) is parent
