"""The embedded default model: its quotations, and that it adds no words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookwheel.engine.llms.chat import ChatResponse, ToolSpec
from bookwheel.engine.llms.extractive.model import NOTHING_TO_QUOTE, ExtractiveLLM
from bookwheel.engine.llms.extractive.quoted_answer import NOTHING_FITS
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode, TextNode
from bookwheel.engine.text.passage_units import units
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.errors import ModelResponseError

SEARCH = ToolSpec("search_documents", "Search.", {"type": "object", "properties": {"query": {"type": "string"}}})

KEEPER = (
    "The lighthouse at Cape Wren was built in 1874 by Ada Thorne. It stands on a granite rock. "
    "Its lamp burns rapeseed oil, about forty litres a night. Visitors come in summer."
)
GUIDE = """# Adding documents

To add your own documents, start the program with their names. Folders are read whole.

## Steps for a folder

To index a folder by hand:

1. Open the library with Tab.
2. Press a and type the path.
3. Press Enter.

```
bookwheel ~/papers
```
"""


def passages(*texts: str) -> list[NumberedNode]:
    return [NumberedNode(n, TextNode(text, {"file_name": f"{n}.md"})) for n, text in enumerate(texts, 1)]


async def answer(question: str, nodes: list[NumberedNode]) -> ChatResponse:
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("When was the lighthouse built?", "built in 1874"),
        ("Who built the lighthouse?", "Ada Thorne"),
        ("How many litres of oil does the lamp burn?", "forty litres"),
        ("What does the lighthouse stand on?", "granite rock"),
    ],
)
async def test_the_sentence_that_answers_is_quoted_first_with_its_number(question: str, quoted: str) -> None:
    response = await answer(
        question, passages("Lighthouses are tall. Many were built long ago by unknown men.", KEEPER)
    )
    first = str(response).partition("\n\n")[0]
    assert quoted in first
    assert first.endswith("[2]")
    assert response.supported is True


@pytest.mark.parametrize("nodes", [passages(KEEPER), passages("Nothing here but sheep.")])
async def test_an_answer_says_when_nothing_fits(nodes: list[NumberedNode]) -> None:
    response = await answer("Which tax forms does a freelancer need?", nodes)
    assert str(response) == NOTHING_FITS
    assert response.supported is False


async def test_without_passages_there_is_nothing_to_quote() -> None:
    response = await answer("Hello?", [])
    assert str(response) == NOTHING_TO_QUOTE
    assert response.supported is False


async def test_a_list_is_quoted_whole_with_the_line_that_opens_it() -> None:
    text = str(await answer("How do I index a folder by hand?", passages(GUIDE)))
    assert "To index a folder by hand:" in text
    assert "1. Open the library with Tab.\n2. Press a and type the path.\n3. Press Enter." in text


async def test_of_a_long_table_the_head_and_the_row_are_quoted() -> None:
    rows = "\n".join(f"| option{n} | does thing {n} |" for n in range(30))
    text = str(await answer("What does option17 do?", passages(f"| name | effect |\n| --- | --- |\n{rows}\n")))
    assert "| name | effect |\n| --- | --- |\n| option17 | does thing 17 |\n\n[1]" in text
    assert "option3" not in text


async def test_the_same_sentence_in_two_passages_is_quoted_once() -> None:
    text = str(await answer("When was the lighthouse built?", passages(KEEPER, KEEPER)))
    assert text.count("1874") == 1


async def test_a_sentence_that_needs_the_one_before_is_quoted_with_it() -> None:
    text = str(await answer("What granite rock does it stand on?", passages(KEEPER)))
    assert "The lighthouse at Cape Wren was built in 1874 by Ada Thorne. It stands on a granite rock. [1]" in text


async def test_a_sentence_broken_over_lines_is_quoted_with_single_spaces() -> None:
    text = str(await answer("When was the lighthouse built?", passages(KEEPER.replace(" ", "\n", 9))))
    assert "The lighthouse at Cape Wren was built in 1874" in text


async def test_bracketed_numbers_of_the_text_do_not_become_citations() -> None:
    text = str(
        await answer("When was the lighthouse built?", passages("The lighthouse was built in 1874 [7, 8] by Ada."))
    )
    assert text == "The lighthouse was built in 1874 \\[7, 8] by Ada. [1]"


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        (
            "Wann wurde der Leuchtturm gebaut?",
            "Das Wetter ist gut. Der Leuchtturm wurde 1874 gebaut. Er ist hoch.",
            "Der Leuchtturm wurde 1874 gebaut.",
        ),
        ("灯塔是什么时候建造的？", "天气很好。灯塔建造于1874年。它很高。", "灯塔建造于1874年。"),
        ("¿Cuándo se construyó el faro?", "Hace sol. El faro se construyó en 1874.", "El faro se construyó en 1874."),
    ],
)
async def test_other_languages_are_read_too(question: str, text: str, quoted: str) -> None:
    assert quoted in str(await answer(question, passages(text)))


async def test_a_question_without_content_words_is_read_with_the_one_before() -> None:
    response = await ExtractiveLLM().achat(
        [
            ChatMessage(content="Who built the lighthouse at Cape Wren?"),
            ChatMessage(MessageRole.ASSISTANT, "Ada Thorne [1]."),
            ChatMessage(content="And when was that?", nodes=passages(KEEPER)),
        ]
    )
    assert "1874" in str(response)


async def test_with_tools_it_searches_first_and_then_quotes_the_results() -> None:
    llm = ExtractiveLLM()
    question = ChatMessage(content="When was the lighthouse built?")
    first = await llm.achat([question], tools=[ToolSpec("web", "The web.", {}), SEARCH])
    assert [(call.tool_name, call.arguments) for call in first.tool_calls] == [
        ("search_documents", '{"query": "When was the lighthouse built?"}')
    ]
    result = ChatMessage(MessageRole.TOOL, "…", tool_call_id=first.tool_calls[0].tool_id, nodes=passages(KEEPER))
    second = await llm.achat([question, first.message, result], tools=[SEARCH])
    assert second.tool_calls == []
    assert "1874" in str(second)


async def test_where_nothing_fits_it_offers_the_web_if_that_may_be_searched() -> None:
    llm = ExtractiveLLM()
    web = ToolSpec("web_search", "Searches the web.", {})
    question = ChatMessage(content="What does the summer symphony sound like?")
    asked = await llm.achat([question], tools=[web, SEARCH])
    result = ChatMessage(MessageRole.TOOL, "…", tool_call_id=asked.tool_calls[0].tool_id, nodes=passages(KEEPER))
    for tools, is_offered in (([web, SEARCH], True), ([SEARCH], False)):
        answer = await llm.achat([question, asked.message, result], tools=tools)
        assert answer.supported is False
        assert ("The web was not searched." in str(answer)) is is_offered


async def test_filling_in_a_schema_is_refused() -> None:
    with pytest.raises(ModelResponseError, match="schema"):
        await ExtractiveLLM().achat([ChatMessage(content="x")], response_schema={"type": "object"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(alphabet="aeinrst AEN.,:;!?\n-*|#`1234[]()äß灯塔。\t", min_size=1, max_size=300), min_size=1, max_size=4
    ),
    st.text(alphabet="aeinrst AEN?灯塔", min_size=1, max_size=40),
)
async def test_every_quotation_stands_in_its_passage_word_for_word(texts: list[str], question: str) -> None:
    nodes = passages(*texts)
    response = await answer(question, nodes)
    if response.supported is not True:
        return
    for block, number in re.findall(r"(?s)(.*?)\s\[(\d)\](?:\n\n|\Z)", str(response)):
        source = " ".join(texts[int(number) - 1].split())
        for part in re.split(r" … |\n", block):
            quoted = " ".join(part.replace("\\[", "[").removeprefix("… ").split())
            assert quoted in source


async def test_sentences_without_a_blank_between_them_are_quoted_without_one() -> None:
    assert str(await answer("塔", passages("塔。塔"))) == "塔。塔 [1]"
    assert str(await answer("塔", passages("塔。\n塔"))) == "塔。 塔 [1]"


@given(st.text(max_size=400))
def test_the_units_of_a_passage_hold_all_its_words_in_order(text: str) -> None:
    found = units(text)
    covered = "".join(text[unit.start : unit.end] for unit in found)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_a_question_is_reduced_to_its_content_words() -> None:
    assert content_terms("How do I add my own documents?") == content_terms("adding a document")
    assert content_terms("What is it?") == []


async def test_a_numbered_heading_of_a_pdf_does_not_swallow_the_text_below_it() -> None:
    page = "3. Results of the survey\nThe keeper counted\nforty ships a day.\nNobody knows why."
    assert str(await answer("How many ships did the keeper count?", passages(page))).startswith(
        "The keeper counted forty ships a day."
    )


PRICES = (
    "Prices\n\nJob | Minutes | Price\nChange a tube | 20 | 14 euros\nTrue a wheel | 40 | 22 euros\n"
    "Adjust gears | 25 | 19 euros\n"
)
NOTES = (
    "The part ZX-4819-RAG fits the old pump. The pump weighs 34 kg.\n\n"
    "Cleaning\n\n1. Open the lid.\n2. Take out the sieve.\n3. Rinse it and close the lid.\n\n"
    "The sieve lasts two years. A sieve is a net that holds back sand."
)


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("What does it cost to true a wheel?", "True a wheel | 40 | 22 euros"),
        ("How long does the sieve last?", "The sieve lasts two years."),
        ("What is a sieve?", "A sieve is a net"),
        ("How do I clean the sieve?", "1. Open the lid.\n2. Take out the sieve.\n3. Rinse it and close the lid."),
        ("How much does the pump weigh?", "34 kg"),
        ("What does the seive hold back?", "holds back sand"),
    ],
)
async def test_the_row_the_steps_or_the_sentence_that_answers_is_quoted(question: str, quoted: str) -> None:
    assert quoted in str(await answer(question, passages(PRICES, NOTES)))


async def test_of_a_table_only_the_row_and_its_header_are_quoted() -> None:
    text = str(await answer("What does it cost to true a wheel?", passages(PRICES, NOTES)))
    assert "Job | Minutes | Price" in text
    assert "Adjust gears" not in text


async def test_a_code_that_is_nowhere_is_refused_and_the_nearest_is_offered() -> None:
    response = await answer("What does the part ZX-49-RAG fit?", passages(NOTES))
    assert response.supported is False
    assert str(response) == "Not found among the passages: ZX-49-RAG. The nearest there: ZX-4819-RAG."


@pytest.mark.parametrize(
    "question", ["How old is the pump?", "How loud is the pump?", "Who sold the pump?", "Where was the pump built?"]
)
async def test_a_value_missing_for_a_known_thing_is_refused(question: str) -> None:
    assert (await answer(question, passages(NOTES))).supported is False


async def test_of_two_questions_the_one_without_an_answer_is_named() -> None:
    text = str(await answer("How much does the pump weigh, and who painted the tower?", passages(NOTES)))
    assert "34 kg" in text
    assert "Not found among the passages: who painted the tower?" in text


async def test_meaning_finds_a_sentence_that_shares_no_word_with_the_question() -> None:
    def closeness(question: str, texts: Sequence[str]) -> list[float]:
        low = 0.7 if " " in question else 0.86
        return [0.9 if "One cat" in text else low for text in texts]

    lease = "The rent is due on Monday. One cat may live in the flat. The cellar is dry."
    message = ChatMessage(content="Which pets does a lodger keep?", nodes=passages(lease))
    assert (await ExtractiveLLM().achat([message])).supported is False
    assert "One cat may live in the flat." in str(await ExtractiveLLM(closeness).achat([message]))
