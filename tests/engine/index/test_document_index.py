"""The library's short way to an index, and the directory reader beside it."""

from pathlib import Path

import pytest

from bookwheel.engine.index.directory_reader import SimpleDirectoryReader
from bookwheel.engine.index.document_index import DocumentIndex, VectorStoreIndex, load_index_from_storage
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.index.storage_context import StorageContext
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.metadata_text import MetadataMode
from bookwheel.engine.retrieval.metadata_filters import (
    ExactMatchFilter,
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)
from bookwheel.engine.schema import Document, TextNode
from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.errors import DocumentError, DocumentPathError, StoreError, UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name, text in {"a.md": "# A wheel", "b.txt": "A book", "deep/c.txt": "A spindle", ".d.txt": "hidden"}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    return tmp_path


def names(documents: list[Document]) -> list[object]:
    return [document.metadata["file_name"] for document in documents]


def test_the_files_of_a_reader_can_be_listed_and_read_one_by_one(folder: Path) -> None:
    reader = SimpleDirectoryReader(folder, recursive=True)
    listed = reader.list_resources()
    assert [str(path) for path in reader.input_files] == listed
    texts = [document.text for name in listed for document in reader.load_resource(name)]
    assert texts == [document.text for document in reader.load_data()]
    with pytest.raises(DocumentPathError, match="is not one of the files"):
        reader.load_resource(str(folder / "none.md"))


def test_dates_and_sizes_of_files_are_in_no_prompt(folder: Path) -> None:
    document = SimpleDirectoryReader(folder).load_data()[0]
    assert {"creation_date", "last_modified_date", "file_size"} <= document.metadata.keys()
    shown = [document.get_content(mode) for mode in (MetadataMode.LLM, MetadataMode.EMBED)]
    assert all("file_path: " in text and "_date: " not in text and "size: " not in text for text in shown)


def test_passages_show_the_metadata_that_their_document_shows(folder: Path) -> None:
    made = Document("Dogs bark.", {"author": "Ann", "key": 7}, "d", excluded_llm_metadata_keys=["key"])
    index = DocumentIndex.from_documents([*SimpleDirectoryReader(folder).load_data(), made])
    found = index.as_retriever().retrieve("dogs bark")[0].node
    assert found.get_content(MetadataMode.LLM) == "author: Ann\n\nDogs bark."
    assert found.get_content(MetadataMode.EMBED) == "author: Ann\nkey: 7\n\nDogs bark."
    read = index.as_retriever().retrieve("book")[0].node
    assert "file_size" in read.metadata
    assert "file_size" not in read.get_content(MetadataMode.LLM)
    index.insert(Document("Dogs bark.", {"author": "Ann", "key": 7}, "d"))
    assert "key: 7" in index.as_retriever().retrieve("dogs bark")[0].get_content(MetadataMode.LLM)


def test_the_passages_of_an_index_are_read_by_id() -> None:
    index = DocumentIndex.from_documents([Document("Dogs bark.", {"author": "Ann"}, "d")])
    index.insert_nodes([TextNode(text="Cats sleep.", id_="n")])
    docs = index.docstore.docs
    found = index.as_retriever().retrieve("dogs")[0].node
    assert sorted(node.text for node in docs.values()) == ["Cats sleep.", "Dogs bark."]
    assert docs[found.id_] == found
    assert index.docstore.get_node("n").text == "Cats sleep."
    with pytest.raises(ValueError, match="no passage x"):
        index.docstore.get_nodes(["n", "x"])


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


def test_documents_are_added_changed_and_removed() -> None:
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
    again = DocumentIndex(store=EmbeddedStore(tmp_path / "store"))
    [found] = again.as_retriever().retrieve("spindle")
    assert (found.node.path, found.text) == (str(folder / "deep/c.txt"), "A spindle")


def test_an_index_answers_questions() -> None:
    index = DocumentIndex.from_documents([Document(text="The wheel was drawn by Ramelli in 1588.", id_="one")])
    response = index.as_query_engine(llm=ExtractiveLLM(), similarity_top_k=2).query("When was the wheel drawn?")
    assert "1588" in str(response)
    assert [node.node.ref_doc_id for node in response.source_nodes] == ["one"]


def test_nodes_are_indexed_as_they_are_and_found_by_their_ids() -> None:
    index = VectorStoreIndex([TextNode(text="The mill has a wheel.", id_="n1", metadata={"author": "Ann"})])
    index.insert_nodes([TextNode(text="The miller sleeps.", id_="n2", metadata={"author": "Bob"})])
    [found] = index.as_retriever(similarity_top_k=1).retrieve("wheel of the mill")
    assert (found.text, found.node.ref_doc_id, found.metadata) == ("The mill has a wheel.", "n1", {"author": "Ann"})
    assert found.node.node_id == "n1"
    index.delete_ref_doc("n1")
    assert index.as_retriever().retrieve("wheel") == []


def test_nodes_of_a_document_keep_their_place_and_leave_with_it() -> None:
    document = Document(text="Before. The mill has a wheel.", id_="d")
    [node] = SentenceSplitter(64, 0)([document])
    index = VectorStoreIndex([node])
    [found] = index.as_retriever().retrieve("wheel")
    assert found.node == node
    index.delete_ref_doc("d")
    assert index.as_retriever().retrieve("wheel") == []


def test_a_document_is_updated_in_its_place() -> None:
    index = DocumentIndex.from_documents([Document("old wheel", id_="a")], transformations=[SentenceSplitter(64, 0)])
    index.update_ref_doc(Document("new wheel", id_="a"))
    assert index.refresh_ref_docs([Document("new wheel", id_="a"), Document("a mill", id_="b")]) == [False, True]
    assert [node.text for node in index.as_retriever().retrieve("wheel")] == ["new wheel"]


@pytest.mark.parametrize(
    "transformations",
    [["a title extractor"], [SentenceSplitter(), str.upper], [SentenceSplitter(), SentenceSplitter()]],
)
def test_an_index_refuses_transformations_that_do_not_end_with_one_splitter(transformations: list[object]) -> None:
    with pytest.raises(UsageError, match="one SentenceSplitter"):
        DocumentIndex.from_documents([], transformations=transformations)


def test_an_index_is_kept_in_a_folder_and_loaded_again(tmp_path: Path) -> None:
    index = DocumentIndex.from_documents([Document("The mill has a wheel.", id_="a", metadata={"file_name": "a.txt"})])
    with pytest.raises(StoreError, match="holds no index"):
        StorageContext.from_defaults(persist_dir=tmp_path / "kept")
    index.storage_context.persist(persist_dir=tmp_path / "kept")
    loaded = load_index_from_storage(StorageContext.from_defaults(persist_dir=tmp_path / "kept"))
    [found] = loaded.as_retriever().retrieve("wheel")
    assert (found.text, found.metadata["file_name"]) == ("The mill has a wheel.", "a.txt")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (MetadataFilters([ExactMatchFilter("author", "Ann")]), ["a"]),
        (MetadataFilters([MetadataFilter("year", 2020, ">=")]), ["b", "c"]),
        (MetadataFilters([MetadataFilter("year", 2020, ">"), MetadataFilter("author", "Ann")], "or"), ["a", "c"]),
        (MetadataFilters([MetadataFilter("author", ["Ann", "Bob"], "in")], FilterCondition.NOT), ["c"]),
        (MetadataFilters([MetadataFilter("author", "nn", "text_match")]), ["a"]),
        (MetadataFilters([MetadataFilter("editor", operator=FilterOperator.IS_EMPTY)]), ["a", "b", "c"]),
        (MetadataFilters([MetadataFilter("year", "2020", "<")]), []),
    ],
)
def test_passages_are_filtered_by_their_metadata(filters: MetadataFilters, found: list[str]) -> None:
    documents = [
        Document(f"{name} turns the wheel", id_=name, metadata={"author": author, "year": year})
        for name, author, year in (("a", "Ann", 2019), ("b", "Bob", 2020), ("c", "Cy", 2021))
    ]
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=5, filters=filters)
    assert sorted(node.node.ref_doc_id or "" for node in retriever.retrieve("wheel")) == found


def test_filters_look_beyond_the_first_passages() -> None:
    documents = [Document(f"wheel wheel number {n}", id_=str(n), metadata={"n": n}) for n in range(60)]
    documents.append(Document("somewhere far down there is a wheel among other words", id_="x", metadata={"n": 99}))
    filters = MetadataFilters([ExactMatchFilter("n", 99)])
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=2, filters=filters)
    assert [node.node.ref_doc_id for node in retriever.retrieve("wheel")] == ["x"]


def test_metadata_is_shown_with_the_text_by_its_templates() -> None:
    document = Document(
        "Text.", {"a": 1, "b": 2, "page_starts": [0]}, excluded_llm_metadata_keys=["a"], metadata_seperator="; "
    )
    assert document.get_content() == document.get_text() == "Text."
    assert document.get_content(MetadataMode.ALL) == "a: 1; b: 2\n\nText."
    assert document.get_content(metadata_mode="llm") == "b: 2\n\nText."
    assert TextNode("Text.", {"a": 1}).get_metadata_str() == "a: 1"
    assert (TextNode("x").relationships, TextNode("x").embedding) == ({}, None)


def test_the_reader_gives_type_size_and_further_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some text.")
    reader = SimpleDirectoryReader(tmp_path, filename_as_id=True, file_metadata=lambda path: {"folder": path[:-6]})
    [document] = reader.load_data(show_progress=False)
    metadata = document.metadata
    assert (metadata["file_type"], metadata["file_size"], document.id_) == ("text/plain", 10, str(tmp_path / "a.txt"))
    assert metadata["folder"] == str(tmp_path)


def test_a_store_in_the_place_of_nodes_is_refused_with_the_name_it_wants(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        DocumentIndex(EmbeddedStore(tmp_path))  # pyright: ignore[reportArgumentType] - what it is about
    assert "store=" in caught.value.hint
