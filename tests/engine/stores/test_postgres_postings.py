"""Packing a posting into a number and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("psycopg", reason="psycopg is not installed")

from bookwheel.engine.stores.postgres.postings import CODES, FIELDS, Postings, length_code, length_of, term_key


@given(st.integers(0, 200_000))
def test_a_length_is_kept_within_three_percent(length: int) -> None:
    assert 0 <= length_code(length) < CODES
    assert length_of(length_code(length)) == pytest.approx(length, rel=0.03)


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_a_longer_field_never_has_a_smaller_code(one: int, other: int) -> None:
    assert (length_code(one) <= length_code(other)) or one > other


def test_a_term_is_another_one_in_another_field() -> None:
    keys = {term_key(field, text) for field in FIELDS for text in ("wheel", "whee", "\udcff", "")}
    assert len(keys) == len(FIELDS) * 4
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_postings_hold_passage_count_and_length() -> None:
    postings = Postings()
    passage = (7 << 20) + 3
    postings.add(7, "english", [(passage, "wheel " * 100 + "desk", "The wheel")])
    rows = {row.split("\t")[0]: row.split("\t") for row in "".join(postings.rows(5)).splitlines()}
    wheel = rows[str(term_key("body", "wheel"))]
    hit = int(wheel[3].strip("{}"))
    assert wheel[1:3] == ["5", "1"]
    assert (hit >> 14, (hit >> 8) & 63, hit & 255) == (passage, 63, length_code(postings.lengths["body"]))
    assert str(term_key("name", "wheel")) in rows
    assert postings.passages == 1
    assert postings.lengths["body"] >= 101
