"""The library's short way to an index, and the directory reader beside it."""

from pathlib import Path

import pytest

from bookwheel.engine.index.directory_reader import SimpleDirectoryReader
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.errors import DocumentError, UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name, text in {"a.md": "# A wheel", "b.txt": "A book", "deep/c.txt": "A spindle", ".d.txt": "hidden"}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    return tmp_path


def names(documents: list[Document]) -> list[object]:
    return [document.metadata["file_name"] for document in documents]


def test_a_folder_is_read_flat_or_deep(folder: Path) -> None:
    assert names(SimpleDirectoryReader(folder).load_data()) == ["a.md", "b.txt"]
    assert names(SimpleDirectoryReader(str(folder), recursive=True).load_data()) == ["a.md", "b.txt", "c.txt"]
    assert names(SimpleDirectoryReader(folder, required_exts=[".TXT"], recursive=True).load_data()) == [
        "b.txt",
        "c.txt",
    ]
    assert names(SimpleDirectoryReader(folder, exclude=["deep/*", "a.*"], recursive=True).load_data()) == ["b.txt"]
    assert names(SimpleDirectoryReader(folder, num_files_limit=1).load_data()) == ["a.md"]


def test_named_files_are_read_or_refused_with_their_name(folder: Path) -> None:
    assert names(SimpleDirectoryReader(input_files=[folder / ".d.txt"]).load_data()) == [".d.txt"]
    for name, reason in (("broken.pdf", "broken"), ("missing", "no such file")):
        with pytest.raises(DocumentError, match=f"{name} cannot be read: .*{reason}"):
            SimpleDirectoryReader(input_files=[folder / name]).load_data()
    with pytest.raises(UsageError):
        SimpleDirectoryReader()


def test_documents_are_added_changed_and_taken_out() -> None:
    index = DocumentIndex.from_documents([Document(text="The first wheel", id_="one")])
    assert index.refresh([Document(text="The first wheel", id_="one"), Document(text="A second", id_="two")]) == [
        False,
        True,
    ]
    index.insert(Document(text="The third wheel", id_="one"))
    retriever = index.as_retriever()
    assert [node.text for node in retriever.retrieve("wheel")] == ["The third wheel"]
    index.delete_ref_doc("one", delete_from_docstore=True)
    assert retriever.retrieve("wheel") == []


def test_a_document_takes_llamaindexs_other_names_too() -> None:
    document = Document(text="A wheel", doc_id="one", extra_info={"shelf": "A"})
    assert (document.id_, document.doc_id, document.metadata) == ("one", "one", {"shelf": "A"})
    document.doc_id = "two"
    assert document == Document("A wheel", {"shelf": "A"}, "two")
    assert Document(id_="new", doc_id="old").id_ == "new"
    assert Document(metadata={}, extra_info={"shelf": "A"}).metadata == {}
    assert Document().id_ != Document().id_


def test_an_index_of_paths_can_be_kept_on_disk(folder: Path, tmp_path: Path) -> None:
    DocumentIndex.from_paths([folder], store=EmbeddedStore(tmp_path / "store"))
    again = DocumentIndex(EmbeddedStore(tmp_path / "store"))
    [found] = again.as_retriever().retrieve("spindle")
    assert (found.node.path, found.text) == (str(folder / "deep/c.txt"), "A spindle")


def test_an_index_answers_questions() -> None:
    index = DocumentIndex.from_documents([Document(text="The wheel was drawn by Ramelli in 1588.", id_="one")])
    response = index.as_query_engine(llm=ExtractiveLLM(), similarity_top_k=2).query("When was the wheel drawn?")
    assert "1588" in str(response)
    assert [node.node.ref_doc_id for node in response.source_nodes] == ["one"]
