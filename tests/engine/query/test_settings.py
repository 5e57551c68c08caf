"""`Settings`: the models of calls that name none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.retrievers import CATS, FixedRetriever

from bookwheel import (
    AgentWorkflow,
    Document,
    DocumentIndex,
    ExtractiveLLM,
    FunctionAgent,
    MockLLM,
    ReActAgent,
    RetrieverQueryEngine,
    Settings,
    get_response_synthesizer,
)
from bookwheel.errors import UsageError


@pytest.fixture(autouse=True)
def _unset() -> Iterator[None]:
    yield
    Settings.llm = None
    Settings.embed_model = None


def test_without_a_setting_the_embedded_model_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment does not allow sending documents: that model must be named."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-left-lying-about")
    assert isinstance(Settings.llm, ExtractiveLLM)
    assert Settings.llm is Settings.llm
    engine = DocumentIndex.from_documents([Document("The lamp is cleaned each spring.")]).as_query_engine()
    assert "cleaned each spring" in str(engine.query("When is the lamp cleaned?"))


def test_the_model_set_is_taken_wherever_none_is_given() -> None:
    Settings.llm = llm = MockLLM(["Set once."])
    index = DocumentIndex.from_documents([Document("The lamp is cleaned each spring.")])
    engines = [
        index.as_query_engine(),
        RetrieverQueryEngine(FixedRetriever(CATS)),
        RetrieverQueryEngine.from_args(FixedRetriever(CATS)),
        RetrieverQueryEngine(FixedRetriever(CATS), get_response_synthesizer(response_mode="refine")),
    ]
    assert [str(engine.query("lamp?")) for engine in engines] == ["Set once."] * len(engines)
    assert len(llm.calls) == len(engines)


async def test_agents_take_the_model_set_and_its_way_with_tools() -> None:
    Settings.llm = MockLLM(["Hello."], is_function_calling_model=False)
    workflow = AgentWorkflow.from_tools([])
    assert isinstance(next(iter(workflow.agents.values())), ReActAgent)
    assert str(await FunctionAgent().run("Hi")) == "Hello."


def test_a_model_that_is_given_goes_before_the_one_set() -> None:
    Settings.llm = MockLLM(["Set."])
    engine = RetrieverQueryEngine.from_args(FixedRetriever(CATS), MockLLM(["Given."]))
    assert str(engine.query("cats?")) == "Given."


def test_an_object_that_is_not_a_model_is_refused_by_its_type() -> None:
    with pytest.raises(UsageError, match="not a str"):
        Settings.llm = "gpt-5"


def test_what_is_not_a_model_is_refused_where_it_is_given() -> None:
    with pytest.raises(UsageError, match="llm= takes a model, not a str"):
        FunctionAgent(llm="gpt-4o")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="llm= takes a model, not a str"):
        DocumentIndex.from_documents([Document("Cats sleep.")]).as_query_engine(llm="gpt-4o")  # type: ignore[arg-type]
