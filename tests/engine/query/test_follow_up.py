"""Follow-up questions without a model: which lean on earlier ones, and the words that they take over."""

from __future__ import annotations

import pytest
from tests.engine.query.conversations import CONVERSATIONS, DOCUMENTS, Conversation

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.query.citations import SOURCE
from bookwheel.engine.query.follow_up import retrieval_query
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import ChatMessage, Document, MessageRole
from bookwheel.engine.text.follow_ups import completed, leans, may_lean

FOLLOW_UPS = [conversation for conversation in CONVERSATIONS if not conversation.is_switch]
SWITCHES = [conversation for conversation in CONVERSATIONS if conversation.is_switch]


def history_of(conversation: Conversation) -> list[ChatMessage]:
    return [
        message
        for question in conversation.questions[:-1]
        for message in (ChatMessage(content=question), ChatMessage(MessageRole.ASSISTANT, "So it is [1]."))
    ]


@pytest.fixture(scope="module")
def retriever() -> BaseRetriever:
    documents = [Document(text=text, id_=name) for name, text in DOCUMENTS.items()]
    return DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=3)


def first_found(retriever: BaseRetriever, query: str) -> str | None:
    found = retriever.retrieve(query)
    return found[0].node.ref_doc_id if found else None


def test_follow_ups_find_the_document_that_they_mean(retriever: BaseRetriever) -> None:
    alone = [first_found(retriever, turn.questions[-1]) == turn.document for turn in FOLLOW_UPS]
    carried = [
        first_found(retriever, retrieval_query(turn.questions[-1], history_of(turn))) == turn.document
        for turn in FOLLOW_UPS
    ]
    assert sum(alone) <= 15
    assert sum(carried) >= len(FOLLOW_UPS) - 2


@pytest.mark.parametrize("turn", SWITCHES, ids=lambda turn: turn.document)
def test_a_question_about_something_new_is_searched_as_it_is(turn: Conversation) -> None:
    assert retrieval_query(turn.questions[-1], history_of(turn)) == turn.questions[-1]


@pytest.mark.parametrize(
    ("earlier", "question", "query"),
    [
        ("Which cats sleep longest?", "And kittens?", "cats sleep longest And kittens?"),
        ("Which cats sleep longest?", "Why is that?", "cats sleep longest Why is that?"),
        ("What was 3M's revenue in 2022?", "and in 2021?", "3M's revenue and in 2021?"),
        ("What was 3M's revenue in 2022?", "What about Apple?", "revenue 2022 What about Apple?"),
        ("How many people live in France?", "In Germany?", "people live In Germany?"),
        ("When is Thorn Bank collected on weekdays?", "And on Sundays?", "Thorn Bank collected And on Sundays?"),
        ("灯塔是什么时候建造的？", "它多高？", "灯塔 建造 它多高？"),
    ],
)
def test_a_new_value_replaces_the_old_one(earlier: str, question: str, query: str) -> None:
    assert completed(question, [earlier]) == query


@pytest.mark.parametrize(
    "question",
    [
        "How do lighthouse keepers store rapeseed oil?",
        "Which granite quarry supplied the lighthouse at Cape Wren with its stones?",
        "When did Victoria enact its constitution?",
        "Is there a limit for files?",
        "How do I quit?",
        "What does indexing mean?",
        "Wie können Sie mir helfen?",
        "Gibt es eine Grenze für Dateien?",
        "¿Qué son los cidípidos marinos?",
        "Il y a combien de thèmes dans le menu ?",
    ],
)
def test_a_complete_question_leans_on_nothing(question: str) -> None:
    assert not leans(question, ["Which cats sleep longest?"])


def test_without_an_earlier_question_nothing_leans() -> None:
    assert not leans("Why?", [])
    assert completed("Why?", []) == "Why?"


def test_a_chain_of_follow_ups_leads_back_to_its_subject() -> None:
    assert completed("Really?", ["Which cats sleep longest?", "And why?"]) == "cats sleep longest Really?"


def test_a_thing_named_before_is_left_to_the_model() -> None:
    earlier = ["Who built the lighthouse at Cape Wren?"]
    assert not leans("How tall is the tower today?", earlier)
    assert may_lean("How tall is the tower today?", earlier)
    assert not may_lean("How tall is the tower of Pisa today?", earlier)


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("Who guides the tour Round the Bells?", "When does the last tour begin?"),
        ("Wer leitet die Führung Alte Glocken?", "Wann beginnt die letzte Führung?"),
        ("Qui guide la visite Vieilles Cloches ?", "Quand part la dernière visite ?"),
    ],
)
def test_one_that_is_picked_among_all_is_not_the_one_named_before(earlier: str, question: str) -> None:
    assert completed(question, [earlier]) == question
    assert (
        completed("How old is the forest?", ["Who owns the forest of Holm Cross?"])
        == "Holm Cross How old is the forest?"
    )
    named_thing = question.replace("last ", "").replace("letzte ", "").replace("dernière ", "")
    assert completed(named_thing, [earlier]) != named_thing


def test_a_long_question_does_not_crowd_out_the_short_one() -> None:
    earlier = " ".join(f"Word{at}" for at in range(100))
    assert len(completed("And why?", [earlier]).split()) <= 12


@pytest.mark.parametrize(
    ("earlier", "question", "quoted"),
    [
        ("What was Bolt's revenue in 2021?", "And in 2022?", "Bolt's revenue was 8.8 million in 2022."),
        ("How long do cats sleep?", "And dogs?", "Dogs sleep twelve hours a day."),
        ("Who was Tom Hale?", "When did he die?", "Born in Wick in 1860, he died in 1931."),
    ],
)
async def test_the_embedded_model_answers_the_completed_question(
    retriever: BaseRetriever, earlier: str, question: str, quoted: str
) -> None:
    history = [ChatMessage(content=earlier), ChatMessage(MessageRole.ASSISTANT, "So it is [1].")]
    response = await QueryWorkflow(retriever, ExtractiveLLM()).run(question, history)
    assert quoted in str(response).partition("\n\n")[0]


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("And who signed it?", "Contract Smith notice period And who signed it?"),
        ("Why?", "Contract Smith notice period Why?"),
        # Something else, something new, another name: not from the same document for certain.
        ("And the salary?", "notice period And the salary?"),
        ("How do I change the theme?", "How do I change the theme?"),
        ("Did Jones sign it?", "notice period Did Jones sign it?"),
    ],
)
def test_a_follow_up_is_searched_with_the_name_of_the_cited_document(question: str, query: str) -> None:
    answer = ChatMessage(MessageRole.ASSISTANT, "Three months [1].", {SOURCE: "Contract_Smith"})
    history = [ChatMessage(content="What is the notice period?"), answer]
    assert retrieval_query(question, history) == query


async def test_a_follow_up_stays_with_the_document_that_was_cited() -> None:
    texts = {
        "Contract_Smith": "The notice period is three months. It was signed by Mary Poole.",
        "Contract_Jones": "The notice period is one month. It was signed by Peter Hill.",
        "Contract_Brown": "The notice period is one year. It was signed by Ruth Webb.",
    }
    documents = [Document(text, {"file_name": f"{name}.txt"}, name) for name, text in texts.items()]
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=3)
    for name, signer in (("Contract_Jones", "Peter Hill"), ("Contract_Brown", "Ruth Webb")):
        answer = ChatMessage(MessageRole.ASSISTANT, "So it is [1].", {SOURCE: name})
        history = [ChatMessage(content="What is the notice period?"), answer]
        response = await QueryWorkflow(retriever, ExtractiveLLM()).run("Who signed it?", history)
        assert signer in str(response).partition("\n\n")[0]


async def test_a_complete_question_of_one_word_is_answered_after_a_question_about_something_else() -> None:
    lease = "The rent is 1,140 euros a month. The deposit is 2,280 euros."
    retriever = DocumentIndex.from_documents([Document(text=lease), Document(text="A dog eats.")]).as_retriever()
    for earlier in ("How old is the dog of the neighbours?", "Who keeps the lantern?"):
        history = [ChatMessage(MessageRole.USER, earlier), ChatMessage(MessageRole.ASSISTANT, "Nothing was found.")]
        response = await QueryWorkflow(retriever, ExtractiveLLM()).run("How much is the rent?", history)
        assert "1,140 euros a month" in str(response)
    response = await QueryWorkflow(retriever, ExtractiveLLM()).run("How much is the parking?", history)
    assert response.supported is False
