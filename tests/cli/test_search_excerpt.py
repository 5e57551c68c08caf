"""What `bookwheel search` shows of a long passage."""

from __future__ import annotations

from bookwheel.cli.work.search import from_first_match

LONG = f"{'The rent is due on the third day. ' * 12}See clause 7.3 about pets. {'The garden is shared. ' * 9}"


def test_a_long_passage_is_shown_from_where_it_matches() -> None:
    shown = from_first_match(LONG, "clause about pets")
    assert shown.startswith("… ")
    assert "See clause 7.3 about pets." in shown[:120]


def test_a_passage_that_matches_near_its_start_is_shown_from_its_start() -> None:
    assert from_first_match(LONG, "rent day").startswith("The rent is due")
    assert from_first_match("Short\n text.", "text") == "Short text."


def test_a_passage_found_by_meaning_alone_is_shown_from_its_start() -> None:
    assert from_first_match(LONG, "lodger").startswith("The rent is due")
