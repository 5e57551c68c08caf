"""Citations of a streamed answer are coloured whole, however the pieces are cut."""

from __future__ import annotations

import pytest

from bookwheel.headless.citation_paint import CitationPaint


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_citations_are_painted_however_the_pieces_are_cut(size: int) -> None:
    text = "It turns [1], says [2, 13]. A list [x] and [ ] stay; so does a[0"
    paint = CitationPaint(lambda cited: f"<{cited}>")
    pieces = [paint.push(text[start : start + size]) for start in range(0, len(text), size)]
    assert "".join([*pieces, paint.flush()]) == text.replace("[1]", "<[1]>").replace("[2, 13]", "<[2, 13]>")


def test_a_long_row_of_digits_in_brackets_is_not_held_back_for_ever() -> None:
    paint = CitationPaint(str)
    assert paint.push("[" + "1" * 200).startswith("[1")
