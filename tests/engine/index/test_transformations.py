"""LlamaIndex's transformations and readers of one's own: what changes documents before they are searched."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bookwheel import (
    BaseNodePostprocessor,
    BaseReader,
    Document,
    IngestionPipeline,
    MarkdownNodeParser,
    MockLLM,
    NodeWithScore,
    QueryBundle,
    Response,
    SentenceSplitter,
    Settings,
    SimpleDirectoryReader,
    SummaryIndex,
    TransformComponent,
    VectorStoreIndex,
)
from bookwheel.engine.index.splitter import four_characters_a_token
from bookwheel.engine.query.installed_tokens import installed_tokenizer
from bookwheel.errors import DocumentError, UsageError

GUIDE = "Many open books lie on a wheel. " * 40


class Replacing(TransformComponent):
    old: str
    new: str

    def __call__(self, nodes: Sequence[Any], **kwargs: Any) -> Sequence[Any]:
        for node in nodes:
            node.text = node.text.replace(self.old, self.new)
        return nodes


def test_documents_are_changed_before_they_are_cut_and_keep_exact_ranges() -> None:
    document = Document(text="Cats  sleep. " * 30, id_="d")
    changes = [Replacing(old="  ", new=" "), SentenceSplitter(chunk_size=20, chunk_overlap=0)]
    index = VectorStoreIndex.from_documents([document], transformations=changes)
    [first, *_] = index.as_retriever().retrieve("cats")
    assert "Cats sleep. Cats" in first.text
    kept = index.store.document("d")
    assert kept is not None
    assert kept.text[first.node.start_char_idx : first.node.end_char_idx] == first.text
    assert document.text.startswith("Cats  sleep.")
    assert index.refresh_ref_docs([document]) == [False]


def test_a_transformation_that_makes_two_documents_of_one_is_refused_by_name() -> None:
    class Doubling(TransformComponent):
        def __call__(self, nodes: Sequence[Any], **kwargs: Any) -> Sequence[Any]:
            return [*nodes, *nodes]

    with pytest.raises(UsageError, match="Doubling"):
        VectorStoreIndex.from_documents([Document(text="x")], transformations=[Doubling(), SentenceSplitter()])


def test_settings_say_how_an_index_transforms(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [Document(text="# One\nx\n# Two\ny", id_="d")]
    monkeypatch.setattr(Settings, "transformations", [Replacing(old="x", new="a wheel"), MarkdownNodeParser()])
    assert VectorStoreIndex.from_documents(documents).as_retriever().retrieve("wheel")[0].text == "# One\na wheel"
    assert [node.text for node in SummaryIndex.from_documents(documents).nodes] == ["# One\na wheel", "# Two\ny"]
    monkeypatch.setattr(Settings, "transformations", None)
    monkeypatch.setattr(Settings, "node_parser", MarkdownNodeParser())
    assert VectorStoreIndex.from_documents(documents).as_retriever().retrieve("two")[0].text == "# Two\ny"
    monkeypatch.setattr(Settings, "node_parser", "sentences")
    with pytest.raises(UsageError, match="node_parser cannot be a str"):
        VectorStoreIndex.from_documents(documents)


async def test_a_pipeline_runs_its_transformations_in_order() -> None:
    pipeline = IngestionPipeline(transformations=[SentenceSplitter(20, 0), Replacing(old="Cats", new="Dogs")])
    document = Document(text="Cats sleep. " * 30)
    nodes = pipeline.run(documents=[document], in_place=False)
    assert len(nodes) > 2
    assert all(node.text.startswith("Dogs sleep.") for node in nodes)
    assert [node.text for node in await pipeline.arun(documents=[document])] == [node.text for node in nodes]


def test_an_index_knows_the_passages_of_each_document() -> None:
    text = " ".join(f"Cats sleep {hours} hours." for hours in range(30))
    documents = [Document(text=text, id_="cats", metadata={"about": "cats"}), Document("Dogs.", id_="d")]
    index = VectorStoreIndex.from_documents(documents, transformations=[SentenceSplitter(20, 0)])
    known = index.ref_doc_info
    assert set(known) == {"cats", "d"}
    assert known["cats"].metadata == {"about": "cats"}
    assert {found.node_id for found in index.as_retriever(similarity_top_k=99).retrieve("cats")} == set(
        known["cats"].node_ids
    )
    index.delete_ref_doc("cats")
    assert set(index.ref_doc_info) == {"d"}


class Containing(BaseNodePostprocessor):
    word: str

    def _postprocess_nodes(self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None) -> list[NodeWithScore]:
        assert query_bundle is not None
        assert query_bundle.query_str == "Who sleeps?"
        return [node for node in nodes if self.word in node.text]


def test_a_postprocessor_of_ones_own_chooses_the_passages() -> None:
    index = VectorStoreIndex.from_documents([Document("Cats sleep."), Document("Dogs sleep.")])
    only = Containing(word="Dogs")
    engine = index.as_query_engine(llm=MockLLM(["Dogs [1]."]), node_postprocessors=[only])
    answer = engine.query("Who sleeps?")
    assert isinstance(answer, Response)
    assert [node.text for node in answer.source_nodes] == ["Dogs sleep."]
    found = index.as_retriever().retrieve("sleep")
    assert [node.text for node in only.postprocess_nodes(found, query_str="Who sleeps?")] == ["Dogs sleep."]


class Lines(BaseReader):
    def lazy_load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> Iterable[Document]:
        for line in file.read_text().splitlines():
            yield Document(text=line, metadata={"size_given": (extra_info or {})["file_size"]})


class Foreign:
    """As the readers of another package: its documents are of a class of that package."""

    def load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> list[Any]:
        return [SimpleNamespace(text=f"foreign {file.name}", metadata=dict(extra_info or {}), id_="f")]


class Broken(BaseReader):
    def load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> list[Document]:
        raise RuntimeError("no page 7")


def test_files_are_read_by_readers_of_ones_own(tmp_path: Path) -> None:
    for name in ("a.lines", "b.txt", "c.bin", "d.broken"):
        (tmp_path / name).write_text("one\ntwo")
    (tmp_path / "c.bin").write_bytes(bytes(range(256)))
    readers = {".LINES": Lines(), ".bin": Foreign(), ".broken": Broken()}
    reader = SimpleDirectoryReader(tmp_path, file_extractor=readers, filename_as_id=True)
    found = asyncio.run(reader.aload_data())
    assert [document.text for document in found] == ["one", "two", "one\ntwo", "foreign c.bin"]
    assert found[1].id_ == f"{tmp_path / 'a.lines'}_part_1"
    assert found[1].metadata["size_given"] == 7
    assert found[1].metadata["file_name"] == "a.lines"
    assert [len(documents) for documents in reader.iter_data()] == [2, 1, 1]
    with pytest.raises(DocumentError, match=r"d\.broken cannot be read: Broken failed with RuntimeError: no page 7"):
        SimpleDirectoryReader(tmp_path, file_extractor=readers, raise_on_error=True).load_data()
    with pytest.raises(DocumentError, match="no page 7"):
        SimpleDirectoryReader(input_files=[tmp_path / "d.broken"], file_extractor=readers).load_data()


@pytest.mark.parametrize("folder", ["", "wrong", "absent"])
def test_a_table_of_tokens_that_is_not_here_is_not_downloaded(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "9b5ad71b2ce5302211f9c61530b329a4922fc6a4").write_text("not the table")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / folder) if folder else "")
    assert installed_tokenizer() is None
    estimated = SentenceSplitter(10, 0, tokenizer=four_characters_a_token)
    assert SentenceSplitter(10, 0).split_text(GUIDE) == estimated.split_text(GUIDE)


def test_sizes_are_counted_by_the_tokenizer_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "tokenizer", str.split)
    assert max(len(text.split()) for text in SentenceSplitter(10, 0).split_text("a wheel " * 40)) == 10
