"""How often the embedded model quotes where no document answers, and how often it finds the answer where one does.

    python -m benchmarks.unanswerable FOLDER [SET…]

FOLDER is that of `benchmarks.retrieval`; sets whose `queries.jsonl` has an `answers` or `answer` are asked. Each
question is asked twice: with all passages, and without the right ones. The weights of `evidence.py` and the trees
were fitted on the first half of the questions of xquad_en, xquad_de and xquad_es; the second half is held out. Last,
each set's questions are asked of the other sets' documents, which do not answer them (except by chance).
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.question_sets import QuestionSet, json_lines, load
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import ChatMessage, Document, NodeWithScore, NumberedNode

TOP_K = 8
STRANGERS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The results of one question. `is_found`: the right passage was among those found."""

    is_found: bool
    quoted_when_present: bool
    is_right: bool
    quoted_when_absent: bool


async def asked_of(questions: QuestionSet, answers: dict[str, list[str]], retriever: BaseRetriever) -> list[Asked]:
    """Every question of a set, asked with the right passages and without them."""
    outcomes: list[Asked] = []
    for name, right in questions.answers.items():
        question = questions.questions[name]
        found = await retriever.aretrieve(question)
        present = await answered(question, found[:TOP_K])
        absent = await answered(question, [node for node in found if node.node.ref_doc_id not in right][:TOP_K])
        outcomes.append(
            Asked(
                is_found=any(node.node.ref_doc_id in right for node in found[:TOP_K]),
                quoted_when_present=present.supported is True,
                is_right=any(plain(answer) in plain(str(present)) for answer in answers[name]),
                quoted_when_absent=absent.supported is True,
            )
        )
    return outcomes


async def answered(question: str, found: Sequence[NodeWithScore]) -> ChatResponse:
    """The embedded model's answer."""
    nodes = [NumberedNode(number, node.node, node.score) for number, node in enumerate(found, 1)]
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


def plain(text: str) -> str:
    """Normalizes text to find an answer in a quotation."""
    return " ".join(text.replace("\\[", "[").casefold().split())


def retriever_of(questions: QuestionSet) -> BaseRetriever:
    """A retriever that finds enough passages to remove the right ones."""
    documents = [
        Document(text=text, metadata={"title": title} if title else {}, id_=name)
        for name, title, text in questions.passages
        if text.strip()
    ]
    return DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=2 * TOP_K)


def answers_in(folder: Path) -> dict[str, list[str]]:
    """The answers as text, by question; empty for a set without them."""
    rows = json_lines(folder / "queries.jsonl")
    return {row["_id"]: row.get("answers") or [row["answer"]] for row in rows if "answers" in row or "answer" in row}


def report(name: str, outcomes: Sequence[Asked]) -> None:
    """One line: without and with the right passages."""
    found = [outcome for outcome in outcomes if outcome.is_found]
    absent = sum(outcome.quoted_when_absent for outcome in outcomes) / len(outcomes)
    quoted = sum(outcome.quoted_when_present for outcome in found) / len(found)
    right = sum(outcome.is_right for outcome in found) / len(found)
    print(
        f"  {name:14} {len(outcomes):5} questions   answer absent: quotes {absent:6.1%}   "
        f"answer found: quotes {quoted:6.1%}, the answer among it {right:6.1%}",
        flush=True,
    )


def parts(outcomes: Sequence[Asked]) -> Iterator[tuple[str, Sequence[Asked]]]:
    """Both halves of a set by name, and all; the weights were fitted on the first half, the thresholds on all."""
    middle = len(outcomes) // 2
    yield "first half", outcomes[:middle]
    yield "held out", outcomes[middle:]
    yield "all", outcomes


async def run(folders: Sequence[Path]) -> None:
    """All sets, then each one's questions over the others' documents."""
    sets = {folder.name: load(folder) for folder in folders}
    retrievers = {name: retriever_of(questions) for name, questions in sets.items()}
    for folder in folders:
        answers = answers_in(folder)
        if not answers:
            continue
        print(f"\n{folder.name}")
        for half, outcomes in parts(await asked_of(sets[folder.name], answers, retrievers[folder.name])):
            report(half, outcomes)
    print("\nQuestions over unrelated documents: share of quotations")
    for name, retriever in retrievers.items():
        for other, questions in sets.items():
            if other != name and not (name.startswith("xquad") and other.startswith("xquad")):
                asked = list(questions.questions.values())[:: max(1, len(questions.questions) // STRANGERS)]
                replies = [
                    await answered(question, (await retriever.aretrieve(question))[:TOP_K]) for question in asked
                ]
                quoted = sum(reply.supported is True for reply in replies) / len(replies)
                print(f"  {other:20} over {name:20} {quoted:6.1%} of {len(replies)}", flush=True)


def main() -> None:
    """Measure and print."""
    if len(sys.argv) < 2:
        print("skipped: the question sets are not shipped; name the folder that holds them")
        return
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    folders = sorted(path.parent for path in folder.glob("*/corpus.jsonl.gz"))
    asyncio.run(run([path for path in folders if not wanted or path.name in wanted]))


if __name__ == "__main__":
    main()
