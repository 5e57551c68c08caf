"""The shortcuts of a search do not change its results."""

import random
from pathlib import Path

import pytest

from bookwheel.engine.stores.embedded import lexical_search as tantivy_search
from bookwheel.engine.stores.embedded.lexical_index import TantivyIndex
from bookwheel.engine.stores.lexical_terms import Chosen
from bookwheel.engine.stores.store_protocol import LexicalQuery, QueryPhrase, QueryTerm

WORDS = "wheel book lamp desk ink".split()
TERMS = (QueryTerm("body", "wheel"), QueryTerm("body", "ink", 0.5))
PHRASES = (QueryPhrase(("wheel", "book"), 2.0), QueryPhrase(("desk", "lamp", "ink")))


@pytest.fixture
def index(tmp_path: Path) -> TantivyIndex:
    """Four hundred passages of a few words in random order."""
    chance = random.Random(3)
    index = TantivyIndex(tmp_path / "index")
    index.open_writer()
    for document in range(1, 401):
        text = " ".join(chance.choices(WORDS, k=chance.randint(2, 30)))
        index.add(document, "english", [(document, text, "")])
    index.commit(1)
    index.close_writer()
    return index


@pytest.mark.parametrize("phrases", [(), PHRASES[:1], PHRASES])
@pytest.mark.parametrize("limit", [1, 7, 40])
def test_a_short_list_is_the_beginning_of_the_whole_one(
    index: TantivyIndex, phrases: tuple[QueryPhrase, ...], limit: int
) -> None:
    query = LexicalQuery(TERMS, phrases)
    whole, few = index.search(query, 10_000), index.search(query, limit)
    assert [score for _, score in few] == pytest.approx([score for _, score in whole[:limit]])
    assert len({passage for passage, _ in whole}) == len(whole)


def test_a_phrase_adds_to_the_words(index: TantivyIndex) -> None:
    plain = dict(index.search(LexicalQuery(TERMS), 10_000))
    raised = dict(index.search(LexicalQuery(TERMS, PHRASES), 10_000))
    alone = dict(index.search(LexicalQuery((), PHRASES), 10_000))
    assert 0 < len(alone) < len(plain)
    expected = {passage: plain.get(passage, 0.0) + alone.get(passage, 0.0) for passage in plain | alone}
    assert raised == pytest.approx(expected, abs=2e-3)  # each of the three is rounded to a thousandth


def test_chosen_documents_are_found_with_phrases_too(index: TantivyIndex) -> None:
    chosen = Chosen(frozenset(range(1, 20)), 19 / 400)
    whole = index.search(LexicalQuery(TERMS, PHRASES), 10_000)
    found = index.search(LexicalQuery(TERMS, PHRASES), 5, chosen)
    assert [score for _, score in found] == pytest.approx([score for passage, score in whole if passage < 20][:5])


def test_a_phrase_of_common_words_is_left_out_of_a_very_large_index(
    index: TantivyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy_search, "_VERY_LARGE_INDEX", 100)
    query = LexicalQuery(TERMS, PHRASES)
    assert index.search(query, 10) == index.search(LexicalQuery(TERMS), 10)
