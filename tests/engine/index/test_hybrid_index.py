"""An index with an embedding model: found by words, by meaning, and by both."""

from collections.abc import Iterator

import pytest

from bookwheel import Settings
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.retrieval.hybrid import WordsAndMeaning
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.memory import MemoryStore
from bookwheel.errors import StoreError

MEANINGS = ({"boneshaker", "velocipede", "dandyhorse"}, {"cat", "feline"}, {"fast", "quick"})


class Thesaurus:
    """An embedding model that knows a few words that mean alike; it counts what it is asked for."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def get_query_embedding(self, query: str) -> list[float]:
        words = set(query.lower().replace(".", "").replace("?", "").split())
        return [0.01, *(float(len(words & meaning)) for meaning in MEANINGS)]

    def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self.get_query_embedding(text) for text in texts]


def documents() -> list[Document]:
    texts = {"a": "The velocipede was new.", "b": "A feline slept.", "c": "Trees grow slowly in the shade."}
    return [Document(text, id_=name) for name, text in texts.items()]


def found(index: DocumentIndex, question: str) -> list[str | None]:
    return [hit.node.ref_doc_id for hit in index.as_retriever(similarity_top_k=1).retrieve(question)]


@pytest.fixture
def settings() -> Iterator[None]:
    yield
    Settings.embed_model = None


def test_meaning_finds_passages_that_share_no_word() -> None:
    assert found(DocumentIndex.from_documents(documents()), "dandyhorse") == []
    index = DocumentIndex.from_documents(documents(), Thesaurus())
    assert found(index, "dandyhorse") == ["a"]
    assert found(index, "Trees in the shade?") == ["c"]


def test_a_passage_found_by_both_comes_first_with_its_exact_range() -> None:
    texts = ["The quick fox.", "A fast boneshaker. Its wheels shine.", "Wheels of a mill."]
    index = DocumentIndex.from_documents([Document(text) for text in texts], embed_model=Thesaurus())
    best = index.as_retriever().retrieve("Do the wheels of an velocipede shine?")[0].node
    assert best.text == "A fast boneshaker. Its wheels shine."
    assert (best.start_char_idx, best.end_char_idx) == (0, len(best.text))


def test_vectors_follow_inserts_changes_and_deletions_and_are_made_once() -> None:
    model = Thesaurus()
    index = DocumentIndex.from_documents(documents(), model)
    assert found(index, "dandyhorse") == found(index, "dandyhorse") == ["a"]
    assert len(model.embedded) == 3
    index.insert(Document("A boneshaker.", id_="b"))
    index.delete_ref_doc("a")
    assert found(index, "dandyhorse") == ["b"]
    assert len(model.embedded) == 4


@pytest.mark.usefixtures("settings")
def test_the_model_of_the_settings_is_taken_where_none_is_named() -> None:
    Settings.embed_model = Thesaurus()
    assert found(DocumentIndex.from_documents(documents()), "dandyhorse") == ["a"]


def test_vectors_of_another_length_are_an_error_that_says_so() -> None:
    model = Thesaurus()
    index = DocumentIndex.from_documents(documents(), model)
    index.as_retriever().retrieve("dandyhorse")
    model.get_query_embedding = lambda query: [1.0]  # type: ignore[method-assign] - another model's vectors
    with pytest.raises(StoreError, match="vector of 1 numbers"):
        index.as_retriever().retrieve("dandyhorse")


def test_passages_in_another_language_may_follow_those_found_by_words() -> None:
    english = [f"The cat of house {number} sleeps on the sofa all day." for number in range(6)]
    german = "Der Kater liegt auf der Bank und die feline Ruhe ist gross."
    store, model = MemoryStore(), Thesaurus()
    index = DocumentIndex(store=store, embed_model=model)
    for at, text in enumerate([*english, german]):
        index.insert(Document(text, id_=str(at)))
    index.as_retriever().retrieve("cat")

    def ids(foreign_top_k: int) -> list[str | None]:
        retriever = WordsAndMeaning(store, lambda: model, similarity_top_k=2, foreign_top_k=foreign_top_k)
        found = retriever.retrieve("Where does the cat of the house sleep?")
        assert all(each.word_score is None for each in found[2:])
        return [each.node.ref_doc_id for each in found]

    assert "6" not in ids(0)
    assert ids(1)[2:] == ["6"]
