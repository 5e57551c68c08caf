"""Question sets with known answers, in the layout of BEIR, and how well a search does on them."""

import gzip
import json
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

DEPTH = 10
Search = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages (id, title, text), questions by id, and which passages answer each, graded."""

    name: str
    passages: list[tuple[str, str, str]]
    questions: dict[str, str]
    answers: dict[str, dict[str, int]]

    def within(self, documents: Collection[str], name: str) -> "QuestionSet":
        """Only the pages of these documents ("NAME#p7" is a page of NAME), and the questions that they answer."""
        passages = [passage for passage in self.passages if document_of(passage[0]) in documents]
        answers = {
            question: grades
            for question, grades in self.answers.items()
            if any(document_of(page) in documents for page in grades)
        }
        return replace(self, name=name, passages=passages, answers=answers)


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the questions; `halves` are nDCG@10 of the questions with odd and with even numbers."""

    ndcg: float
    recall: float
    mrr: float
    halves: tuple[float, float]
    milliseconds: float

    def __str__(self) -> str:
        even, odd = self.halves
        return (
            f"nDCG@10 {self.ndcg:.4f} ({even:.3f}, {odd:.3f})   recall@5 {self.recall:.4f}   MRR@10 {self.mrr:.4f}   "
            f"{self.milliseconds:7.2f} ms"
        )


def document_of(page: str) -> str:
    """The document that a page is of."""
    return page.partition("#")[0]


def load(folder: Path) -> QuestionSet:
    """A set from its folder: `corpus.jsonl.gz`, `queries.jsonl`, `qrels.tsv`."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    queries = json_lines(folder / "queries.jsonl")
    answers: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").rstrip("\n").split("\n")[1:]:
        question, passage, grade = line.split("\t")
        if int(grade) > 0:
            answers.setdefault(question, {})[passage] = int(grade)
    passages = [(row["_id"], row.get("title") or "", row["text"]) for row in rows]
    return QuestionSet(folder.name, passages, {row["_id"]: row["text"] for row in queries}, answers)


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    # Not `splitlines`: it cuts at U+2028 too, which JSON allows inside a string.
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def scores(questions: QuestionSet, search: Search) -> Scores:
    """How well `search` does on the questions that have an answer."""
    started = time.perf_counter()
    found = {name: search(questions.questions[name]) for name in questions.answers}
    milliseconds = (time.perf_counter() - started) * 1e3 / len(found)
    rows = [_scores_of(found[name], grades) for name, grades in questions.answers.items()]
    ndcg, recall, mrr = _means(rows)
    return Scores(ndcg, recall, mrr, (_means(rows[::2])[0], _means(rows[1::2] or rows)[0]), milliseconds)


def _means(rows: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    first, second, third = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return first, second, third


def _scores_of(found: Sequence[str], grades: dict[str, int]) -> tuple[float, float, float]:
    gain = sum(grades.get(name, 0) / math.log2(rank + 2) for rank, name in enumerate(found[:10]))
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    recall = sum(name in grades for name in found[:5]) / len(grades)
    mrr = next((1 / rank for rank, name in enumerate(found[:10], 1) if name in grades), 0.0)
    return gain / best, recall, mrr
