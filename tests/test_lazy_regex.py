"""A lazy pattern behaves as a compiled one, and is compiled when it is first used."""

import re

import pytest

from bookwheel.lazy_regex import lazy_regex


def test_a_pattern_is_compiled_when_it_is_first_used() -> None:
    broken = lazy_regex("(")
    with pytest.raises(re.error):
        broken.search("a")


def test_every_method_of_a_pattern_works() -> None:
    digits, compiled = lazy_regex(r"(\d)x", re.IGNORECASE), re.compile(r"(\d)x", re.IGNORECASE)
    text = "1X 2x"
    assert digits.findall(text) == compiled.findall(text)
    assert digits.sub("-", text, 1) == compiled.sub("-", text, 1)
    assert digits.split(text) == compiled.split(text)
    assert [each.span() for each in digits.finditer(text)] == [each.span() for each in compiled.finditer(text)]
    assert digits.match(text) is not None
    assert digits.fullmatch(text) is None
    assert (digits.pattern, digits.flags, digits.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_a_name_that_no_pattern_has_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = lazy_regex("a").missing  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
