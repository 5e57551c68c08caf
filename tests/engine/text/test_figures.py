"""Figures: what a written number can mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.text.figures import figures_in, is_rounding, readings


def values(text: str) -> list[set[str]]:
    return [set(figure.values) for figure in figures_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.5", [{"1234.5"}]),
        ("1.234,5", [{"1234.5"}]),
        ("1 234,5", [{"1234.5"}]),
        ("1’234", [{"1234"}]),
        ("1,234", [{"1234", "1.234"}]),
        ("12,34,567", [{"1234567"}]),
        ("12,5", [{"12.5"}]),
        ("0.050", [{"0.05"}]),
        ("007", [{"7"}]),
        ("3.2 million", [{"3200000"}]),
        ("3,2 Mio. Euro", [{"3200000"}]),
        ("$1.5bn", [{"1500000000"}]),
        ("5 km in 5 minutes", [{"5"}, {"5"}]),
        ("5m", [{"5", "5000000"}]),
        ("3.2万", [{"32000"}]),
        ("800,1 млрд", [{"800100000000"}]),
        ("１２％", [{"12"}]),
        ("٣٢", [{"32"}]),
        ("6½", [{"6.5"}]),
        ("from 5 to 6.", [{"5"}, {"6"}]),
        ("no number", []),
    ],
)
def test_a_number_is_read_in_every_way_that_it_is_written(text: str, expected: list[set[str]]) -> None:
    assert values(text) == expected


def test_a_version_and_a_date_are_kept_as_written_with_their_parts() -> None:
    version, date = figures_in("2.0.1 of 3.11.2015")
    assert (version.values, version.parts) == ({"2.0.1"}, {"2", "0", "1"})
    assert (date.values, date.parts) == ({"3.11.2015"}, {"3", "11", "2015"})


@pytest.mark.parametrize("text", ["12 %", "12%", "12 percent", "12 Prozent", "12 pour cent", "12 por ciento"])
def test_a_percentage_is_known_as_one(text: str) -> None:
    (figure,) = figures_in(text)
    assert figure.is_percent
    assert figure.values == {"12"}


def test_rounding_needs_two_digits_and_the_right_ones() -> None:
    (rounded,) = figures_in("34.2 billion")
    assert is_rounding("34229000000", rounded)
    assert not is_rounding("34129000000", rounded)
    (coarse,) = figures_in("5 %")
    assert not is_rounding("5.4", coarse)


@given(st.integers(0, 10**12))
def test_grouping_changes_no_number(number: int) -> None:
    for written in (f"{number}", f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " ")):
        assert str(number) in readings(written)


@given(st.text("0123456789.,'’ %mbk万年", max_size=80))
def test_every_figure_can_be_read(text: str) -> None:
    for figure in figures_in(text):
        assert figure.values
        assert all(is_rounding(value, figure) in (True, False) for value in figure.values)
