"""Parts that LlamaIndex's users know: Markdown sections, an index of everything, tools that are found."""

from pathlib import Path
from typing import Any

import pytest

from bookwheel import (
    BaseQueryEngine,
    ChatMemoryBuffer,
    ChatMessage,
    CompactAndRefine,
    CustomQueryEngine,
    Document,
    FunctionAgent,
    FunctionTool,
    MarkdownNodeParser,
    Memory,
    MockLLM,
    NodeRelationship,
    ObjectIndex,
    QueryBundle,
    ResponseMode,
    RetrieverQueryEngine,
    RetrieverTool,
    SentenceSplitter,
    SimpleDirectoryReader,
    SummaryIndex,
    TreeSummarize,
    VectorIndexRetriever,
    VectorStoreIndex,
    create_schema_from_function,
    get_response_synthesizer,
)
from bookwheel.errors import UsageError

GUIDE = "Before.\n\n# Guide\n\nHello.\n\n## Install\n\n```\n# not a heading\n```\n\n### On Linux\nx\n# End\n\nBye.\n"


def test_markdown_is_cut_at_its_headings_with_the_headings_around_each() -> None:
    document = Document(text=GUIDE, metadata={"file_name": "guide.md"})
    nodes = MarkdownNodeParser().get_nodes_from_documents([document])
    assert [node.metadata["header_path"] for node in nodes] == ["/", "/", "/Guide/", "/Guide/Install/", "/"]
    assert [node.text.splitlines()[0] for node in nodes] == [
        "Before.",
        "# Guide",
        "## Install",
        "### On Linux",
        "# End",
    ]
    assert all(GUIDE[node.start_char_idx : node.end_char_idx] == node.text for node in nodes)
    assert "header_path" not in MarkdownNodeParser(include_metadata=False)([document])[0].metadata


def test_an_index_may_be_cut_by_markdown() -> None:
    index = VectorStoreIndex.from_documents([Document(text=GUIDE)], transformations=[MarkdownNodeParser()])
    assert index.as_retriever().retrieve("Bye")[0].text == "# End\n\nBye."
    with pytest.raises(UsageError, match="SentenceSplitter or MarkdownNodeParser"):
        VectorStoreIndex.from_documents([], transformations=["x"])


def test_a_summary_index_gives_all_passages_in_order() -> None:
    index = SummaryIndex.from_documents([Document(text="One.", id_="1"), Document(text="Two.", id_="2")])
    index.insert(Document(text="Three.", id_="3"))
    index.delete_ref_doc("2")
    assert [node.text for node in index.as_retriever().retrieve("nothing of it")] == ["One.", "Three."]
    engine = index.as_query_engine(llm=MockLLM(["Both [1]."]), response_mode="tree_summarize")
    assert str(engine.query("What is it about?")) == "Both [1]."


def test_modes_are_classes_too() -> None:
    llm = MockLLM(["Yes [1]."])
    assert TreeSummarize(llm).response_mode is ResponseMode.TREE_SUMMARIZE
    index = VectorStoreIndex.from_documents([Document(text="Cats sleep.")])
    retriever = VectorIndexRetriever(index=index, similarity_top_k=1)
    engine = RetrieverQueryEngine(retriever, CompactAndRefine(llm, streaming=True, verbose=True))
    assert "".join(engine.query("Do cats sleep?").response_gen) == "Yes [1]."
    with pytest.raises(UsageError, match="'mode'"):
        CompactAndRefine(llm, mode="x")
    assert get_response_synthesizer(llm, response_mode=ResponseMode.REFINE).response_mode is ResponseMode.REFINE


class Echo(CustomQueryEngine):
    prefix: str

    def custom_query(self, query_str: str) -> str:
        return f"{self.prefix} {query_str}"


class Plain(BaseQueryEngine):
    def _query(self, query_bundle: QueryBundle) -> Any:
        return query_bundle.query_str.upper()


async def test_engines_of_ones_own_answer_both_ways() -> None:
    assert str(Echo(prefix="so:").query("why")) == "so: why"
    assert str(await Echo(prefix="so:").aquery("why")) == "so: why"
    assert await Plain().aquery("why") == "WHY"
    assert isinstance(RetrieverQueryEngine(VectorStoreIndex().as_retriever()), BaseQueryEngine)


async def test_a_retriever_is_a_tool() -> None:
    index = VectorStoreIndex.from_documents([Document(text="Cats sleep sixteen hours.")])
    tool = RetrieverTool.from_defaults(index.as_retriever(), name="cats", description="About cats.")
    output = await tool.acall(input="How long do cats sleep?")
    assert "sixteen hours" in output.content
    assert output.raw_output[0].text == "Cats sleep sixteen hours."


def weather(place: str) -> str:
    """The weather at a place."""
    return f"sunny in {place}"


def stock_price(ticker: str) -> str:
    """The price of a stock."""
    return ticker


async def test_an_agent_is_given_the_tools_that_fit_the_question() -> None:
    tools = [FunctionTool.from_defaults(weather), FunctionTool.from_defaults(stock_price)]
    index = ObjectIndex.from_objects(tools, index_cls=VectorStoreIndex)
    found = index.as_retriever(similarity_top_k=1)
    assert [tool.name for tool in found.retrieve("What is the weather in Rome?")] == ["weather"]
    assert len(found.retrieve("Guten Tag")) == 2
    agent = FunctionAgent(tools=[], tool_retriever=found, llm=MockLLM(["Sunny."]))
    assert str(await agent.run("What is the weather in Rome?")) == "Sunny."


def test_a_function_becomes_a_model_of_its_parameters() -> None:
    model = create_schema_from_function("Weather", weather)
    assert model(place="Rome").place == "Rome"
    assert list(create_schema_from_function("Weather", weather, ignore_fields=["place"]).model_fields) == []


def test_a_splitter_with_a_tokenizer_keeps_sizes_to_the_token() -> None:
    text = " ".join(f"Sentence {n} speaks of {'x' * (n % 40)} and of {n * 7919}." for n in range(300))
    for tokenizer in (list, str.split, lambda text: list(text.encode("utf-16"))):
        passages = SentenceSplitter(chunk_size=60, chunk_overlap=10, tokenizer=tokenizer).split_text(text)
        assert max(len(tokenizer(passage)) for passage in passages) <= 60
        assert sum(len(tokenizer(passage)) for passage in passages) / len(passages) > 25
        assert all(passage in text for passage in passages)
        assert all(f"Sentence {n} " in " ".join(passages) for n in range(300))


def test_a_splitter_cuts_several_texts_and_refuses_an_argument_that_it_does_not_know() -> None:
    splitter = SentenceSplitter.from_defaults(chunk_size=20, chunk_overlap=0, separator=" ")
    assert splitter.split_texts([GUIDE, GUIDE]) == splitter.split_text(GUIDE) * 2
    with pytest.raises(UsageError, match="chunksize"):
        SentenceSplitter(chunksize=20)


def test_passages_know_their_document_and_their_neighbours() -> None:
    document = Document(text="One two three four. " * 40, id_="d")
    first, second, *_, last = SentenceSplitter(chunk_size=20, chunk_overlap=0).get_nodes_from_documents([document])
    assert second.source_node is not None
    assert second.source_node.node_id == "d"
    assert second.prev_node is not None
    assert second.prev_node.node_id == first.node_id
    assert first.next_node is not None
    assert first.next_node.node_id == second.node_id
    assert first.prev_node is None
    assert last.next_node is None
    assert second.relationships[NodeRelationship.PREVIOUS].node_id == first.node_id


def test_hidden_files_are_read_when_they_are_asked_for_but_never_those_of_git(tmp_path: Path) -> None:
    for name in ("seen.txt", ".hidden.txt", ".git/config.txt", ".notes/deep.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [doc.text for doc in SimpleDirectoryReader(tmp_path, recursive=True).load_data()] == ["seen.txt"]
    found = SimpleDirectoryReader(tmp_path, recursive=True, exclude_hidden=False).load_data()
    assert sorted(doc.text for doc in found) == [".hidden.txt", ".notes/deep.txt", "seen.txt"]


def test_a_memory_comes_back_from_text() -> None:
    memory = ChatMemoryBuffer.from_defaults(chat_history=[ChatMessage("hi")], token_limit=50)
    for restored in (
        ChatMemoryBuffer.from_string(memory.to_string()),
        ChatMemoryBuffer.from_dict(memory.to_dict()),
    ):
        assert (restored.get(), restored.token_limit) == (memory.get(), 50)
    assert Memory.from_defaults(token_limit=1_000, chat_history_token_ratio=0.7).token_limit == 700
