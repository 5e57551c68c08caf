"""Fits the decision trees that weigh sentences of prose (`sentence_evidence`), and writes them.

    python -m benchmarks.fit_sentences FOLDER OUT.json [SET…] [SHEET…]

FOLDER is that of `benchmarks.unanswerable`. Each question of the first half of each set is asked twice, with all
passages and without the right ones. A row is a sentence that was weighed; it answers if the right passages are there
and it has the answer word for word. The second halves are never read here. A SHEET is a folder of `benchmarks.answers`.
It needs numpy.
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.question_sets import json_lines, load
from benchmarks.unanswerable import TOP_K, answers_in, plain, retriever_of
from bookwheel.engine.index.directory_reader import SimpleDirectoryReader
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.quote_selection import MAX_TRIED, Selector
from bookwheel.engine.llms.extractive.chosen.sentence_evidence import LEAF, Tree
from bookwheel.engine.llms.extractive.quotable.noted_terms import note_terms
from bookwheel.engine.llms.extractive.quotable.passage_view import views_of
from bookwheel.engine.schema import NodeWithScore, NumberedNode

# Boosting by Newton steps (Friedman 2001; Chen and Guestrin 2016): small trees, slow steps, half of the rows and a
# third of the features for each tree, so that few thousand rows do not lead it astray.
TREES = 300
LEAVES = 5
STEP = 0.05
FEWEST_ROWS = 80
RIDGE = 10.0
ROWS_SHARE = 0.6
FEATURES_SHARE = 0.35
BINS = 48
# Questions whose answer takes two passages are few in the sets, and those of sheets are few too.
RARE_SETS = {"hotpot100": 2.0}
SHEET_WEIGHT = 2.0
LEFT_OUT = frozenset(
    "english german spanish row unspaced comparison settled asked_nowhere few who_without_name where_without_name "
    "reason_missing names_in_unit lacks long matter".split()
)

Floats: TypeAlias = NDArray[np.float64]
Labelled: TypeAlias = tuple[dict[str, float], bool]
Row: TypeAlias = tuple[dict[str, float], bool, float]


class Recorder(Selector):
    """Gives what the trees know of each sentence that would be weighed, and whether it has an answer."""

    def rows(self, has_answer: Callable[[str], bool]) -> list[Labelled]:
        matches = [self._match(passage) for passage in self._passages]
        evidence = self._evidence(matches)
        candidates = [candidate for candidate in self._candidates() if self._has_things(candidate)]
        tried = [c for c in candidates if self._may_answer(c, matches, evidence)][:MAX_TRIED]
        rows: list[Labelled] = []
        for number, candidate in enumerate(tried):
            passage = candidate.passage
            best = self._best(candidate, number)
            others = [match for match in matches if match.rank != passage.rank]
            found = evidence.sentence_features(best, matches[passage.rank], others)
            if found is not None:
                quoted = " ".join(passage.texts[at] for at in sorted(self._choice.whole(candidate)))
                rows.append((found, has_answer(quoted)))
        return rows


def rows_of(question: str, found: Sequence[NodeWithScore], has_answer: Callable[[str], bool]) -> list[Labelled]:
    """The rows of one question over some passages."""
    asked = AskedQuestion(question, question)
    views = views_of([NumberedNode(number, node.node, node.score) for number, node in enumerate(found[:TOP_K], 1)])
    return Recorder(asked, views, note_terms(asked, views)).rows(has_answer) if asked.terms and views else []


async def collected(folder: Path) -> list[Row]:
    """The rows of the first half of a set."""
    questions, answers = load(folder), answers_in(folder)
    retriever = retriever_of(questions)
    weight = RARE_SETS.get(folder.name, 1.0)
    rows: list[Row] = []
    asked = list(questions.answers.items())
    for name, right in asked[: len(asked) // 2]:
        question = questions.questions[name]
        found = await retriever.aretrieve(question)
        without = [node for node in found if node.node.ref_doc_id not in right]
        has_answer = partial(has_one_of, [plain(answer) for answer in answers[name]])
        rows += [(features, False, weight) for features, _ in rows_of(question, without, has_answer)]
        rows += [(*row, weight) for row in rows_of(question, found, has_answer)]
    return rows


def has_one_of(answers: Sequence[str], text: str) -> bool:
    """Whether a text has one of the answers word for word."""
    folded = plain(text)
    return any(answer in folded for answer in answers)


async def collected_from_sheet(folder: Path) -> list[Row]:
    """The rows of a sheet of `benchmarks.answers`: its documents are few, which the sets have not."""
    documents = SimpleDirectoryReader(str(folder / "documents"), recursive=True).load_data()
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=TOP_K)
    rows: list[Row] = []
    for question in json_lines(folder / "questions.jsonl"):
        if question.keys().isdisjoint(("in", "after", "needs")):
            found = await retriever.aretrieve(question["question"])
            has_answer = partial(has_all, question)
            rows += [(*row, SHEET_WEIGHT) for row in rows_of(question["question"], found, has_answer)]
    return rows


def has_all(question: dict[str, Any], text: str) -> bool:
    """Whether a text has all that the answer to a question of a sheet must have."""
    wanted = [[pattern] for pattern in question.get("must", [])] + question.get("any", [])
    is_there = all(any(re.search(pattern, text, re.IGNORECASE) for pattern in group) for group in wanted)
    return question["status"] == "answer" and is_there


def fitted(values: Floats, answers: Floats, weights: Floats) -> list[Tree]:
    """The trees, from rows of features."""
    random = np.random.default_rng(1)
    limits = [limits_of(column) for column in values.T]
    binned = np.empty(values.shape, np.int64)
    for feature, edges in enumerate(limits):
        binned[:, feature] = np.searchsorted(edges, values[:, feature], side="left")
    total = np.zeros(len(answers))
    trees: list[Tree] = []
    for _ in range(TREES):
        odds = 1 / (1 + np.exp(-total))
        slope, bend = weights * (answers - odds), weights * odds * (1 - odds)
        rows = np.flatnonzero(random.random(len(answers)) < ROWS_SHARE)
        features = random.permutation(values.shape[1])[: max(1, int(values.shape[1] * FEATURES_SHARE))]
        tree = grown(binned, limits, slope, bend, rows, features)
        trees.append(tree)
        total += leaves_of(tree, values)
    return trees


def limits_of(column: Floats) -> Floats:
    """The thresholds to try for a feature, each halfway between two of its values: rounded, it is still between."""
    values = np.unique(column)
    above = np.searchsorted(values, np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1])), side="right")
    above = np.unique(above[above < len(values)])
    return (values[above - 1] + values[above]) / 2


def grown(
    binned: NDArray[np.int64],
    limits: Sequence[Floats],
    slope: Floats,
    bend: Floats,
    rows: NDArray[np.int64],
    features: NDArray[np.int64],
) -> Tree:
    """One tree: the leaf that gains most is split until there are `LEAVES`."""
    tree: Tree = [(LEAF, 0.0, 0, 0)]
    leaves = {0: rows}
    while len(leaves) < LEAVES:
        gain, feature, edge, number = max(
            (*best_split(binned[leaf], slope[leaf], bend[leaf], features), number) for number, leaf in leaves.items()
        )
        if gain <= 0 or edge >= len(limits[feature]):
            break
        leaf = leaves.pop(number)
        is_below = binned[leaf, feature] <= edge
        tree[number] = (feature, float(f"{limits[feature][edge]:.5g}"), len(tree), len(tree) + 1)
        for part in (leaf[is_below], leaf[~is_below]):
            leaves[len(tree)] = part
            tree.append((LEAF, 0.0, 0, 0))
    for number, leaf in leaves.items():
        weight = STEP * slope[leaf].sum() / (bend[leaf].sum() + RIDGE)
        tree[number] = (LEAF, round(float(weight), 4), 0, 0)
    return tree


def best_split(
    binned: NDArray[np.int64], slope: Floats, bend: Floats, features: NDArray[np.int64]
) -> tuple[float, int, int]:
    """The gain of the best split of some rows, its feature, and the last bin below it."""
    whole_slope, whole_bend = slope.sum(), bend.sum()
    found = (0.0, 0, 0)
    for feature in features.tolist():
        column = binned[:, feature]
        count = np.cumsum(np.bincount(column, minlength=BINS))[:-1]
        below, bent = (np.cumsum(np.bincount(column, some, BINS))[:-1] for some in (slope, bend))
        gains = (
            below**2 / (bent + RIDGE)
            + (whole_slope - below) ** 2 / (whole_bend - bent + RIDGE)
            - whole_slope**2 / (whole_bend + RIDGE)
        )
        gains[(count < FEWEST_ROWS) | (len(slope) - count < FEWEST_ROWS)] = 0.0
        at = int(np.argmax(gains))
        found = max(found, (float(gains[at]), feature, at), key=lambda one: one[0])
    return found


def leaves_of(tree: Tree, values: Floats, number: int = 0) -> Floats:
    """The weight that a tree gives each row."""
    feature, value, below, above = tree[number]
    if feature == LEAF:
        return np.full(len(values), value)
    is_below = values[:, feature] <= value
    return np.where(is_below, leaves_of(tree, values, below), leaves_of(tree, values, above))


def write(rows: Sequence[Row], out: Path) -> None:
    """Fit the trees and write them, one a line."""
    names = sorted(rows[0][0].keys() - LEFT_OUT)
    values = np.array([[features[name] for name in names] for features, _, _ in rows])
    trees = fitted(values, np.array([float(answers) for _, answers, _ in rows]), np.array([row[2] for row in rows]))
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    out.write_text(f'{{"features": {json.dumps(names)},\n"trees": [\n{lines}\n]}}\n', "utf-8")
    print(f"{len(trees)} trees of {len(names)} features from {len(rows)} rows")


def main() -> None:
    """Fit and write."""
    if len(sys.argv) < 3:
        print("skipped: the question sets are not shipped; name the folder that holds them, and the file to write")
        return
    folder = Path(sys.argv[1])
    sheets = [Path(name) for name in sys.argv[3:] if (Path(name) / "questions.jsonl").exists()]
    wanted = [name for name in sys.argv[3:] if Path(name) not in sheets]
    folders = [path.parent for path in sorted(folder.glob("*/corpus.jsonl.gz")) if answers_in(path.parent)]
    rows: list[Row] = []
    for path in folders:
        if path.name in wanted or not wanted:
            rows += asyncio.run(collected(path))
            print(f"{path.name}: {len(rows)} rows so far", flush=True)
    for sheet in sheets:
        rows += asyncio.run(collected_from_sheet(sheet))
        print(f"{sheet.name}: {len(rows)} rows so far", flush=True)
    write(rows, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
