"""What makes a search fast changes no ranking."""

import re
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.retrieval.lexical_question import LexicalQuestion, understood
from bookwheel.engine.retrieval.nearness import PAIR_WEIGHT, WRITTEN_WEIGHT, by_nearness
from bookwheel.engine.retrieval.postprocess import best_different, fold_duplicates, spread_over_documents
from bookwheel.engine.schema import NodeWithScore, TextNode
from bookwheel.engine.stores.lexical_terms import rareness
from bookwheel.engine.text.analyzers import word_analyzer
from bookwheel.engine.text.spelling import all_normalized, normalized

WORDS = "mill wheel river water stone grain wind dam axle flour".split()


def found(random: Random, count: int) -> list[NodeWithScore]:
    """Passages of four documents, best first, many of them nearly the same, many of one score."""
    scores = sorted((random.randint(-2, 12) / 2 for _ in range(count)), reverse=True)
    return [
        NodeWithScore(TextNode(text=" ".join(random.sample(WORDS, 3)), ref_doc_id=random.choice("abcd")), score)
        for score in scores
    ]


def test_the_best_different_passages_are_those_of_the_whole_list() -> None:
    random = Random(3)
    for _ in range(60):
        nodes, wanted, most = found(random, random.randint(0, 40)), random.randint(0, 12), random.randint(1, 40)
        whole = spread_over_documents(fold_duplicates(nodes, most))[:wanted]
        assert best_different(nodes, wanted, most) == whole


def test_short_passages_that_differ_in_a_number_are_two_facts() -> None:
    rents = [f"The rent of flat {flat} in the old mill is {rent} euros a month." for flat, rent in ((3, 940), (5, 870))]
    nodes = [NodeWithScore(TextNode(text=text), 1.0) for text in (*rents, rents[0])]
    assert [node.text for node in fold_duplicates(nodes)] == rents


def test_pairs_count_in_every_form_that_the_stemmer_takes_for_the_same() -> None:
    forms = {
        "hoped wheels": "hoping wheel", "die skies": "dying sky", "lie roads": "lying, road", "tie abc": "tying_abc",
        "organize activity": "organizers’ activities", "happy wheels": "(happiness – wheel)",
        "relation conditions": "related conditional", "résumé café": "resume cafes", "3,500 geese": "3500 geese",
    }  # fmt: skip
    for asked, written in forms.items():
        question = understood(asked, {"english": 1})
        assert question is not None
        nodes = [NodeWithScore(TextNode(text=text), 1.0) for text in ("nothing of it", f"so {written} there")]
        assert by_nearness(question, nodes)[0].text == f"so {written} there", asked


def test_english_passages_score_as_when_each_word_of_them_is_analyzed() -> None:
    random = Random(5)
    odd = ["dying", "dies", "die", "a", "aed", "C++", "C#", ".NET", "5,000", "’tis", "x" * 63, "x" * 64, "income" * 15]
    words = [*WORDS, "waters", "grinding", "grind", "windy", "dams", *odd]
    # Of other languages: letters that the index folds, some to capitals, and words that it finds too long.
    foreign = [
        "wàters",
        "möll",
        "Dâms",
        "mill’s",
        "ßtone",
        "⑴mill",
        "ǧrain",
        "½",
        "é" * 32,
        "ñ" * 31 + "wheel",
        "я",
        "дом",
        "mя",
        "яll",
    ]
    between = [" "] * 9 + [", ", "\n", " " * 70, " — ", "/", "_", "…", "é", "。"]
    compared = 0
    for _ in range(300):
        asked = " ".join(random.choices([*words, "дом", "ñandú"], k=random.randint(2, 6)))
        question = understood(asked, {"english": 1})
        if question is None or question.language != "english":
            continue
        question = replace(question, literals=())
        pieces = [*words, *foreign]
        texts = [
            start + "".join(random.choice(pieces) + random.choice(between) for _ in range(random.randint(1, 30)))
            for start in (asked, asked, "", "")
        ]
        gained = {node.node.id_: node.get_score() - 1.0 for node in by_nearness(question, list(map(_scored, texts)))}
        assert [gained[text] for text in texts] == pytest.approx(_expected_gains(question, texts)), (asked, texts)
        compared += 1
    assert compared > 200


def _expected_gains(question: LexicalQuestion, texts: list[str]) -> list[float]:
    """What the passages gain by the pairs and words of an English question, by the definition."""
    terms_of = word_analyzer("english").analyze
    gains = [0.0] * len(texts)
    all_terms = [terms_of(normalized(text)) for text in texts]
    for pair in dict.fromkeys(pairwise(terms_of(" ".join(question.words)))):
        counts = [
            1.0 if pair in pairwise(terms) else 0.5 if pair in zip(terms, terms[2:], strict=False) else 0.0
            for terms in all_terms
        ]
        _add(gains, counts, PAIR_WEIGHT)
    lowered = [normalized(text).lower() for text in texts]
    for word in filter(str.isascii, dict.fromkeys(question.words)):
        pattern = re.compile(rf"(?<![a-z0-9]){word}(?![a-z0-9])")
        _add(gains, [float(pattern.search(text) is not None) for text in lowered], WRITTEN_WEIGHT)
    return gains


def _add(gains: list[float], counts: list[float], weight: float) -> None:
    rare = rareness(len(counts), len(counts) - counts.count(0.0))
    gains[:] = [gain + weight * rare * count for gain, count in zip(gains, counts, strict=True)]


def _scored(text: str) -> NodeWithScore:
    return NodeWithScore(TextNode(text=text, id_=text), 1.0)


@pytest.mark.parametrize(
    ("asked", "written", "other"),
    [
        ("How old is the organ?", "They say the organ is old.", "They say the organization is old."),
        ("Quando è nata la rosa?", "Dicono che la rosa è bella.", "Dicono che le rose sono belle."),
    ],
)
def test_a_word_in_the_form_of_the_question_comes_before_another_of_its_stem(
    asked: str, written: str, other: str
) -> None:
    question = understood(asked, {"english": 1, "italian": 1})
    assert question is not None
    found = by_nearness(question, [_scored(other), _scored(written), _scored("Something else.")])
    assert found[0].node.text == written


@pytest.mark.parametrize("written", ["the TIDE\n  mill of Ely", "the tide mill", "Tide\tMill"])
def test_what_is_quoted_is_found_across_lines_and_in_any_case(written: str) -> None:
    question = understood('Where is the "Tide mill"?', {"english": 1})
    assert question is not None
    found = by_nearness(question, [_scored("a mill, and the tide"), _scored(written), _scored("Something else.")])
    assert found[0].node.text == written
    assert found[0].get_score() > 2 + found[1].get_score()


_PIECES = st.sampled_from(
    ["1", "234", ",", "C", "++", "#", ".", "NET", "\0", "\u0301", "\u200c", "ی", "न", "्", "é", "ﬁ"]
)


@given(st.lists(st.lists(_PIECES | st.characters(), max_size=6).map("".join), max_size=5))
def test_texts_are_normalized_together_as_each_alone(texts: list[str]) -> None:
    assert all_normalized(texts) == [normalized(text) for text in texts]
