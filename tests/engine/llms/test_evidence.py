"""When the embedded model says that nothing answers, although the passages share words with the question."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.extractive.quotable.passage_view import REACH, near_each_other
from bookwheel.engine.llms.extractive.quoted_answer import NOTHING_FITS
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode
from bookwheel.engine.text.question_kinds import has_new_figure

PASSAGES = (
    "The lighthouse at Cape Wren was built in 1874 by Ada Thorne. Its lamp burns rapeseed oil. Visitors come in June.",
    "The lighthouse at Skerry Point was built in 1902. Its keeper lives in a white house below the tower.",
    "Net revenue of ACME rose to 4.9 million in 2022. Operating expenses were lower than in the year before.",
    "Der Leuchtturm am Kap Wren wurde 1874 gebaut. Der Turm ist 38 Meter hoch.",
    "灯塔建造于1874年。它很高。",
)


def numbered(*texts: str) -> list[NumberedNode]:
    return [NumberedNode(number, TextNode(text)) for number, text in enumerate(texts, 1)]


async def supported(question: str, *texts: str) -> bool | None:
    response = await ExtractiveLLM().achat([ChatMessage(content=question, nodes=numbered(*(texts or PASSAGES)))])
    assert (str(response) == NOTHING_FITS) is (response.supported is False)
    return response.supported


@pytest.mark.parametrize(
    "question",
    [
        "When was the lighthouse at Cape Wren built?",
        "Who built the lighthouse at Cape Wren?",
        "What oil does the lamp burn?",
        "Where does the keeper of Skerry Point live?",
        "What was the revenue of ACME in 2022?",
        "Wann wurde der Leuchtturm am Kap Wren gebaut?",
        "Wie hoch ist der Turm?",
        "灯塔是什么时候建造的？",
    ],
)
async def test_an_answer_in_the_documents_is_quoted(question: str) -> None:
    assert await supported(question) is True


@pytest.mark.parametrize(
    "question",
    [
        # Another name, another year, another matter, no word in common, one word of many.
        "When was the lighthouse at Dunnet Head painted?",
        "What was the revenue of Borealis in 2022?",
        "What were the operating expenses of Borealis?",
        "How long does sourdough bread bake?",
        "How many litres of milk go into a pudding?",
        "Which night train goes from Vienna to Rome?",
        "Who wrote the summer symphony?",
        "Wie lange müssen Kartoffeln in der Nacht kochen?",
        "¿Cuánto tiempo se hornea el pan?",
        "面包要烤多久？",
    ],
)
async def test_a_near_passage_is_not_quoted_as_an_answer(question: str) -> None:
    assert await supported(question) is False


async def test_words_far_apart_in_a_long_table_do_not_count_together() -> None:
    table = " ".join(["capital expenditure", *(f"item{n}" for n in range(3 * REACH)), "Norway branch"])
    assert await supported("What is the capital of Norway?", table) is False
    assert await supported("What is the capital of Norway?", "The capital of Norway is Oslo.") is True


@pytest.mark.parametrize(
    ("question", "text", "has_one"),
    [
        ("How many litres does the lamp burn?", "It burns forty-one litres... no: 41 a night.", True),
        ("How many litres does the lamp burn?", "It burns two litres.", True),
        ("How many litres does the lamp burn?", "The lamp burns many litres.", False),
        ("How long do cats sleep?", "Cats sleep sixteen hours a day.", True),
        ("How old was he?", "He was twenty-three.", True),
        ("Wie viele Schiffe waren es?", "Es waren dreizehn Schiffe.", True),
        ("Combien de navires ?", "Il y en avait quinze.", True),
        ("¿Cuántos barcos había?", "Había cuarenta barcos.", True),
        ("How many ships passed in 1874?", "In 1874 ships passed.", False),
        ("When was it built?", "It was built in May.", True),
        ("When was the tower of 1874 rebuilt?", "The tower of 1874 was rebuilt.", False),
        ("Wann wurde er gebaut?", "Er wurde im März gebaut.", True),
        ("Who built it?", "Somebody did.", True),
        ("In the storm, when did the keeper leave?", "The keeper left in the storm.", False),
        ("Since when is it a museum?", "It is a museum.", False),
        ("What happens when the lamp goes out?", "The keeper lights it again.", True),
        ("Qui vient quand la lampe s'éteint ?", "Le gardien vient.", True),
    ],
)
def test_how_many_and_when_are_answered_by_a_number_or_a_date(question: str, text: str, has_one: bool) -> None:
    assert has_new_figure(question, text) is has_one


async def test_a_sentence_without_a_date_does_not_answer_when() -> None:
    others = PASSAGES[1:3]
    assert (
        await supported("When did the old keeper paint the tower?", "The keeper painted the tower.", *others) is False
    )
    assert (
        await supported("When did the old keeper paint the tower?", "In 1911 the keeper painted the tower.", *others)
        is True
    )


async def test_a_heading_counts_for_the_steps_below_it() -> None:
    guide = "# Copying a library\n\n1. Take the folder.\n2. Open Bookwheel there.\n"
    assert await supported("How do I copy a library?", guide, "Nothing of that kind.") is True


def test_of_a_long_unit_the_densest_part_is_taken() -> None:
    words = ["a", *["x"] * REACH, "b", "c", *["x"] * REACH, "a"]
    assert near_each_other(words, frozenset("abc"), REACH) == {"b", "c"}
    assert near_each_other(["a", "x", "b"], frozenset("abc"), REACH) == {"a", "b"}
    assert near_each_other([], frozenset("abc"), REACH) == frozenset()


async def test_a_sentence_that_names_the_question_does_not_answer_it() -> None:
    asked = 'Ask the guide "Which oil does the lamp of Cape Wren burn?" on the stairs.'
    answer = await ExtractiveLLM().achat(
        [ChatMessage(content="What oil does the lamp of Cape Wren burn?", nodes=numbered(asked, *PASSAGES))]
    )
    assert "rapeseed" in str(answer).partition("[")[0]
    assert "Ask the guide" not in str(answer)


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("Ada Thorne", "1874"),
        ("rapeseed oil?", "rapeseed"),
        ("the operating expenses", "lower"),
        ("Kap Wren", "1874"),
        ("visitors come", "June"),
    ],
)
async def test_a_phrase_is_answered_by_the_sentence_that_has_it(phrase: str, told: str) -> None:
    """A passage with the whole question only repeats it; a phrase without a question word does not count."""
    answer = await ExtractiveLLM().achat([ChatMessage(content=phrase, nodes=numbered(*PASSAGES))])
    assert told in str(answer)


async def test_a_passage_that_repeats_the_question_does_not_answer_it() -> None:
    asked = "Do the lamps burn rapeseed oil ? Nobody knows."
    answer = await ExtractiveLLM().achat([ChatMessage(content="Do the lamps burn rapeseed oil", nodes=numbered(asked))])
    assert "Do the lamps" not in str(answer).partition("[")[0]


async def test_a_second_sentence_with_nearly_the_same_evidence_is_quoted_too() -> None:
    long = (
        "Before the winter of 1902, when the new road was not yet laid and every barrel was carried over the dunes "
        "by four men and a mule, Tom Vane, keeper at Cape Wren, lit its lamp with oil from a village, which the mayor "
        "had bought from a whaler that lay in the bay with a broken mast for most of that season."
    )
    texts = ("In winter the keeper Ada Rook lit the lamp of Cape Wren.", long, "A lamp burns here.", "Winter is cold.")
    nodes = [
        NumberedNode(number, TextNode(text), score)
        for number, (text, score) in enumerate(zip(texts, (5.0, 4.9, 1.0, 0.5), strict=True), 1)
    ]
    question = "Who was the first keeper to light the great lamp of Cape Wren before the winter?"
    answer = str(await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)]))
    assert "Ada Rook" in answer
    assert "Tom Vane" in answer
