"""Code that a rule gives as text, parsed for the place it is meant for."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import libcst as cst

from fastapi_lint.fixes.tree import Statement


def parse_like(code: str, old: cst.CSTNode, tree: cst.Module) -> cst.CSTNode:
    """Code as a node of the kind of `old`; ParserSyntaxError when it is none, TypeError for other kinds."""
    config = tree.config_for_parsing
    code = code.strip()
    if isinstance(old, cst.BaseExpression):
        return _parse_expression(code, config)
    if isinstance(old, cst.BaseSmallStatement):
        line = cst.ensure_type(cst.parse_statement(code, config), cst.SimpleStatementLine)
        if len(line.body) != 1:
            raise TypeError("one small statement can only become one")
        return line.body[0]
    if isinstance(old, cst.Arg):
        return parse_argument(code)
    if isinstance(old, (cst.Param, cst.Parameters)):
        parameters = cst.ensure_type(
            cst.parse_statement(f"def f({code}): ...", config), cst.FunctionDef
        ).params
        return parameters if isinstance(old, cst.Parameters) else _only_parameter(parameters)
    if isinstance(old, cst.Annotation):
        return old.with_changes(annotation=_parse_expression(code, config))
    raise TypeError(f"{type(old).__name__} cannot be given as text")


def _parse_expression(code: str, config: cst.PartialParserConfig) -> cst.BaseExpression:
    """An expression, in parentheses if it is none without: `x := 1`, or one over several lines."""
    try:
        return cst.parse_expression(code, config)
    except cst.ParserSyntaxError:
        return cst.parse_expression(f"({code})", config)


def parse_argument(code: str) -> cst.Arg:
    """One argument of a call, such as `1`, `name=1` or `**names`."""
    call = cst.ensure_type(cst.parse_expression(f"f({code})"), cst.Call)
    if len(call.args) != 1:
        raise TypeError(f"`{code}` is not one argument")
    return call.args[0]


def _only_parameter(parameters: cst.Parameters) -> cst.Param:
    groups = (parameters.posonly_params, parameters.params, parameters.kwonly_params)
    stars = (parameters.star_arg, parameters.star_kwarg)
    found = [param for group in groups for param in group]
    found += [star for star in stars if isinstance(star, cst.Param)]
    if len(found) != 1:
        raise TypeError("one parameter can only become one")
    return found[0]


def parse_statements(code: str, tree: cst.Module) -> tuple[list[Statement], list[cst.EmptyLine]]:
    """Statements with the comments and blank lines before each, and those behind the last one."""
    module = cst.parse_module(textwrap.dedent(code), tree.config_for_parsing)
    body: list[Statement] = []
    above = module.header
    for statement in module.body:
        lines = _without_trailing_space([*above, *statement.leading_lines])
        body.append(statement.with_changes(leading_lines=lines))
        above = ()
    return body, _without_trailing_space(module.footer)


def _without_trailing_space(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The same lines, blank ones not indented."""
    return [line if line.comment else line.with_changes(indent=False) for line in lines]


def render(
    statements: Sequence[Statement], footer: Sequence[cst.EmptyLine], indentation: str, tree: cst.Module
) -> str:
    """The code of whole statements at an indentation."""
    empty = tree.with_changes(header=[], footer=[], body=[], has_trailing_newline=True)
    if not indentation:
        return empty.with_changes(body=statements, footer=footer).code
    block = cst.IndentedBlock(body=statements, footer=footer, indent=indentation)
    code = empty.with_changes(body=[cst.If(test=cst.Name("_"), body=block)]).code
    return code[code.index(tree.default_newline) + len(tree.default_newline) :]
