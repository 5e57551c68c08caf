"""The check on text written by others: copied sentences are supported, altered and wrongly cited ones are not."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bookwheel.engine.support.answer_check import Passage, check_answer
from bookwheel.engine.text.passage_units import units

SETS = ["xquad_en", "xquad_de", "xquad_es", "hotpot100", "financebench_pages"]
# German nouns look like names: there only names of several words are.
WITH_NAMES = ["xquad_en", "xquad_es", "hotpot100", "financebench_pages"]
STRANGERS = "Kowalski Brandenfels Ostrava Zimmerling Vaduz Quimby Harrow Pemberton Lindqvist Okafor".split()
PASSAGES = 150


@cache
def drawn(folder: Path) -> tuple[list[dict[str, Any]], tuple[Any, ...]]:
    """The documents that are drawn from a set, and where chance stands then: to read a set takes a second."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    chance = random.Random(5)
    chance.shuffle(documents)
    return documents[:PASSAGES], chance.getstate()


class Passages:
    """A shuffled part of a set, five passages at a time, and a sentence of each."""

    def __init__(self, folder: Path) -> None:
        self._documents, shuffled = drawn(folder)
        self.chance = random.Random()
        self.chance.setstate(shuffled)

    def sentences(self) -> Iterator[tuple[list[Passage], int, str]]:
        for first in range(0, len(self._documents), 5):
            group = self._documents[first : first + 5]
            passages = [Passage(n, item["text"], item.get("title", "")) for n, item in enumerate(group, start=1)]
            for passage in passages:
                found = [" ".join(passage.text[unit.start : unit.end].split()) for unit in units(passage.text)]
                whole = [text for text in found if 6 <= len(text.split()) <= 60 and re.match(r"[^\W\d_].*[.]\Z", text)]
                if whole:
                    yield passages, passage.number, self.chance.choice(whole)


def cited(sentence: str, number: int) -> str:
    return f"{sentence[:-1]} [{number}]."


def outcome(answer: str, passages: list[Passage]) -> str:
    found = {sentence.status for sentence in check_answer(answer, passages)}
    return next(status for status in ("unsupported", "supported", "unchecked") if status in found)


def share(counts: Counter[str], status: str) -> float:
    assert counts.total() > 20
    return counts[status] / counts.total()


@pytest.fixture
def passages(request: pytest.FixtureRequest, shared: Path) -> Passages:
    return Passages(shared / "eval" / request.param)


@pytest.mark.parametrize("passages", SETS, indirect=True)
def test_a_copied_sentence_is_supported_by_its_passage(passages: Passages) -> None:
    counts = Counter(outcome(cited(text, number), group) for group, number, text in passages.sentences())
    assert share(counts, "supported") >= 0.99
    assert counts["unsupported"] <= 1


@pytest.mark.parametrize("passages", SETS, indirect=True)
def test_a_sentence_with_the_number_of_another_passage_is_unsupported(passages: Passages) -> None:
    counts = Counter(
        outcome(cited(text, number % len(group) + 1), group)
        for group, number, text in passages.sentences()
        if len(group) > 1
    )
    assert share(counts, "unsupported") >= 0.93


@pytest.mark.parametrize("passages", SETS, indirect=True)
def test_a_sentence_with_one_figure_changed_is_unsupported(passages: Passages) -> None:
    counts: Counter[str] = Counter()
    for group, number, text in passages.sentences():
        figures = list(re.finditer(r"(?<![\w.,])\d[\d.,]*\d", text))
        if figures:
            match = passages.chance.choice(figures)
            digit = "7" if match[0][0] != "7" else "3"
            changed = f"{text[: match.start()]}{digit}{text[match.start() + 1 :]}"
            counts[outcome(cited(changed, number), group)] += 1
    assert share(counts, "unsupported") >= 0.93


@pytest.mark.parametrize("passages", WITH_NAMES, indirect=True)
def test_a_sentence_with_one_name_changed_is_unsupported(passages: Passages) -> None:
    counts: Counter[str] = Counter()
    for group, number, text in passages.sentences():
        names = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b", text))
        if names:
            match = passages.chance.choice(names)
            changed = f"{text[: match.start()]}{passages.chance.choice(STRANGERS)}{text[match.end() :]}"
            counts[outcome(cited(changed, number), group)] += 1
    assert share(counts, "unsupported") >= 0.93


@pytest.mark.parametrize("passages", SETS, indirect=True)
def test_a_partly_copied_sentence_is_not_unsupported(passages: Passages) -> None:
    counts = Counter(
        outcome(cited(f"It is told that {' '.join(words[2:-2])}.", number), group)
        for group, number, text in passages.sentences()
        if len(words := text.split()) > 9 and not re.search('["“”„«»]', text)
    )
    assert counts["unsupported"] <= 0.02 * counts.total()
