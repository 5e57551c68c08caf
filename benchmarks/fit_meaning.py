"""Fits what says that a sentence in another language than the question answers it, and measures it.

    python -m benchmarks.fit_meaning FOLDER [QUESTIONS@PASSAGES…]

FOLDER is that of `benchmarks.retrieval`. Every fourth question of a set of xquad is asked over the text of another
language (xquad_de@xquad_en and the reverse), with all passages and without the right ones. The weights of
`compared_units.py` are fitted on the first half of the questions that words refuse, by logistic regression, and
printed; the answers are those of the weights in the code. It needs numpy and the extra `local`, and takes ten minutes.
"""

import asyncio
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.fit_sentences import has_one_of
from benchmarks.question_sets import QuestionSet, load
from benchmarks.unanswerable import TOP_K, Asked, answers_in, parts, plain, report
from bookwheel.engine.embeddings.local import LocalEmbedding
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.quote_selection import Selector
from bookwheel.engine.llms.extractive.compared_units import ComparedUnits
from bookwheel.engine.llms.extractive.meaning import may_answer, quote_of
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.extractive.quotable.noted_terms import note_terms
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView, views_of
from bookwheel.engine.llms.llm_options import Closeness
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import ChatMessage, Document, NodeWithScore, NumberedNode
from bookwheel.wiring.provider_models import Cosines

PAIRS = ("xquad_de@xquad_en", "xquad_en@xquad_de")
STEP = 4
RIDGE = 3.0
NEWTON_STEPS = 30

Floats: TypeAlias = NDArray[np.float64]
Row: TypeAlias = tuple[dict[str, float], bool]


def numbered(found: Sequence[NodeWithScore]) -> list[NumberedNode]:
    """The first passages, as a question gets them."""
    return [NumberedNode(number, node.node, node.score, node.word_score) for number, node in enumerate(found, 1)][
        :TOP_K
    ]


def rows_of(
    question: str, found: Sequence[NodeWithScore], answers: Sequence[str], right: Collection[str], closeness: Closeness
) -> list[Row]:
    """What is known of the unit that would be quoted by meaning, and whether it answers; none where words answer."""
    asked = AskedQuestion(question, question)
    nodes = numbered(found)
    if not asked.terms or not (views := views_of(nodes)):
        return []
    wanted = note_terms(asked, views)
    selector = Selector(asked, views, wanted)
    if selector.quotes():
        return []
    for view in (views := [PassageView(node, rank) for rank, node in enumerate(nodes)]):
        view.look_for(wanted)
    units = ComparedUnits(asked, views, closeness, selector.weighed)
    if (words := units.words) is None:
        return []
    for one in units.nearest:
        quote = quote_of(asked, one)
        if may_answer(asked, one, quote, is_foreign=units.is_foreign(one)):
            is_right = one.passage.document in right and has_one_of(answers, " ".join(quote.texts))
            return [(units.features_with_words(one, words), is_right)] if units.is_foreign(one) else []
    return []


def fitted(rows: Sequence[Row]) -> dict[str, float]:
    """The weights of a logistic regression, and what a unit needs: `enough`."""
    names = list(rows[0][0])
    values = np.array([[features[name] for name in names] for features, _ in rows])
    answers = np.array([float(is_right) for _, is_right in rows])
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scaled = np.column_stack([(values - mean) / spread, np.ones(len(rows))])
    ridge = np.diag([RIDGE] * len(names) + [0.0])
    weights: Floats = np.zeros(len(names) + 1)
    for _ in range(NEWTON_STEPS):
        odds = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (answers - odds) - ridge @ weights
        weights += np.linalg.solve((scaled * (odds * (1 - odds))[:, None]).T @ scaled + ridge, slope)
    found = weights[:-1] / spread
    return {**dict(zip(names, found.tolist(), strict=True)), "enough": float(mean @ found - weights[-1])}


class Pair:
    """Questions in one language over the passages of another."""

    def __init__(self, folder: Path, name: str, model: LocalEmbedding) -> None:
        asked, _, told = name.partition("@")
        self.name = name
        self._questions: QuestionSet = load(folder / asked)
        self._answers = answers_in(folder / told)
        passages = load(folder / told).passages
        documents = [Document(text=text, metadata={"title": title}, id_=id_) for id_, title, text in passages]
        index = DocumentIndex.from_documents(documents, embed_model=model)
        self._retriever: BaseRetriever = index.as_retriever(similarity_top_k=2 * TOP_K)
        self._closeness = Cosines(lambda: model)

    async def measured(self) -> tuple[list[Row], list[Asked]]:
        """The rows of the first half, and the answers to all."""
        asked = list(self._questions.answers.items())[::STEP]
        rows: list[Row] = []
        outcomes: list[Asked] = []
        for number, (name, right) in enumerate(asked):
            question, answers = self._questions.questions[name], [plain(answer) for answer in self._answers[name]]
            found = await self._retriever.aretrieve(question)
            without = [node for node in found if node.node.ref_doc_id not in right]
            if number < len(asked) // 2:
                for some in (found, without):
                    rows += rows_of(question, some, answers, right, self._closeness)
            outcomes.append(await self._asked(question, found, without, answers, right))
        return rows, outcomes

    async def _asked(
        self,
        question: str,
        found: Sequence[NodeWithScore],
        without: Sequence[NodeWithScore],
        answers: Sequence[str],
        right: Collection[str],
    ) -> Asked:
        model = ExtractiveLLM(self._closeness)
        present = await model.achat([ChatMessage(content=question, nodes=numbered(found))])
        absent = await model.achat([ChatMessage(content=question, nodes=numbered(without))])
        return Asked(
            is_found=any(node.node.ref_doc_id in right for node in found[:TOP_K]),
            quoted_when_present=present.supported is True,
            is_right=has_one_of(answers, str(present)),
            quoted_when_absent=absent.supported is True,
        )


async def run(folder: Path, names: Sequence[str]) -> None:
    """Measure each pair, then fit on all."""
    model = LocalEmbedding()
    rows: list[Row] = []
    for name in names:
        some, outcomes = await Pair(folder, name, model).measured()
        rows += some
        print(f"\n{name}")
        for half, part in parts(outcomes):
            report(half, part)
    print(f"\nfitted on {len(rows)} sentences, {sum(is_right for _, is_right in rows)} of which answer:")
    print("  " + "   ".join(f"{name} {weight:.3g}" for name, weight in fitted(rows).items()))


def main() -> None:
    """Measure, fit and print."""
    if len(sys.argv) < 2:
        print("skipped: the question sets are not shipped; name the folder that holds them")
        return
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2:] or PAIRS))


if __name__ == "__main__":
    main()
