from __future__ import annotations

import re

import pytest

from fastapi_lint.config.option_table import Option, option_table
from fastapi_lint.config.sources import parse_toml, read_inline
from fastapi_lint.output import FORMATS

OPTIONS = tuple(option_table().values())


def by_key(option: Option) -> str:
    return option.key


@pytest.mark.parametrize("option", OPTIONS, ids=by_key)
def test_the_example_of_every_option_is_valid(option: Option) -> None:
    text = f"[{option.key}]\n" if option.is_table else f"{option.key} = "
    if option.is_list_of_tables:
        text = f"[[{option.key}]]\n"
    text += option.about.example
    assert option.convert(parse_toml(text, "example")[option.key]) != option.default


@pytest.mark.parametrize("option", OPTIONS, ids=by_key)
def test_the_default_is_valid_or_explained(option: Option) -> None:
    if option.default is None:
        assert option.about.default
    else:
        assert option.convert(option.default) == option.default


@pytest.mark.parametrize("option", OPTIONS, ids=by_key)
def test_the_one_line_example_can_be_given_on_the_command_line(option: Option) -> None:
    assert set(read_inline(option.example.strip("`")).values) == {option.key}


@pytest.mark.parametrize("option", OPTIONS, ids=by_key)
def test_options_named_in_a_meaning_exist(option: Option) -> None:
    named = re.findall(r"`((?:extend|force|respect|fail|max|un)-[a-z-]+)`", option.about.meaning)
    assert [key for key in named if key not in option_table()] == []


def test_a_wrong_value_is_refused_in_words() -> None:
    table = option_table()
    with pytest.raises(ValueError, match=r"`fail-on` takes one of .*, not `warn`; did you mean `warning`\?"):
        table["fail-on"].convert("warn")
    with pytest.raises(
        ValueError, match=r'`select` takes a list of strings, not `"FAL1"`; for example `select'
    ):
        table["select"].convert("FAL1")
    with pytest.raises(ValueError, match="takes a list of strings, not `3`"):
        table["ignore"].convert(["FAL1", 3])
    with pytest.raises(ValueError, match="`max-warnings` takes a whole number, 0 or more, not `-1`"):
        table["max-warnings"].convert(-1)
    with pytest.raises(ValueError, match="`workers` takes a whole number, 0 or more, not `-1`"):
        table["workers"].convert(-1)
    with pytest.raises(ValueError, match="`cache` takes `true` or `false`, not `1`"):
        table["cache"].convert(1)
    with pytest.raises(ValueError, match=r'not `"of"`; did you mean `off`\?'):
        table["severity"].convert({"FAL101": "of"})
    with pytest.raises(ValueError, match=r'not `"fastpi"`; did you mean `fastapi`\?'):
        table["versions"].convert({"fastpi": "0.115"})
    with pytest.raises(ValueError, match="a key with dots in it needs quotes"):
        table["blocking-calls"].convert({"acme": {"charge": "await"}})


def test_text_is_understood_as_numbers_and_booleans_only_when_asked() -> None:
    workers = option_table()["workers"]
    assert workers.convert("4", from_text=True) == 4
    with pytest.raises(ValueError, match="whole number"):
        workers.convert("4")


def test_output_formats_are_those_there_are() -> None:
    assert option_table()["output-format"].choices == FORMATS
