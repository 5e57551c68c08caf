"""The indexed terms of a passage: the figures of a table are separate from its words."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.text.analyzers import figures_text, words_and_grams
from bookwheel.engine.text.languages import ENGLISH
from bookwheel.engine.text.spelling import all_normalized, normalized

# As one would write it, without a thought for how it is searched for: no part of a word or of 1.2.3, and no year.
FIGURE = re.compile(r"(?<![\w.])(?!\d{4}(?!\d|[.,]\d))\d[\d.,]*(?!-?\w)")
TABLE = "Revenue 1234567 7654321 2345678\nCosts (12.5%) 2022 98765.4"


@given(st.text("0129.,-_a $%", max_size=30))
def test_figures_are_found_wherever_they_stand(plain: str) -> None:
    assert figures_text(plain).split() == FIGURE.findall(plain)


def test_the_figures_of_a_table_are_left_out_of_its_words() -> None:
    words, grams = words_and_grams(TABLE, "Report", ENGLISH)
    assert words == f"{FIGURE.sub(' ', TABLE)}\nReport"
    assert grams == " 1234567 7654321 2345678 12.5 98765.4 "
    assert "2022" in words


def test_a_text_with_a_few_figures_keeps_them_among_its_words() -> None:
    text = "In 2022 revenue grew by 12.5 percent to 1234567 dollars."
    assert words_and_grams(text, "", ENGLISH) == (text, "")


def test_signs_count_only_beside_names_of_a_letter_or_two() -> None:
    assert all_normalized(["F#, AB++", "a #tag", "C#"]) == ["Fsharp F, ABplusplus AB", "a #tag", "Csharp C"]
    for text in ("abc++", "i+++j", "x#y", "abC#", "_C#", "ASP.NET", "C.NET", ".NETs", "1++", "C##", "#C++#"):
        assert normalized(text) == text
