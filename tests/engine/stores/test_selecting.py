"""What a selection takes: narrowed to the desk; the same passages whether many or few documents are chosen."""

import random
from pathlib import Path

import pytest

from bookwheel.engine.schema import Document
from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.engine.stores.memory import MemoryStore
from bookwheel.engine.stores.store_protocol import (
    LexicalQuery,
    NewDocument,
    QueryTerm,
    Selection,
    Store,
    StoredDocument,
)

FOLDERS = {"most": 90, "few": 3, "one": 1}


def test_a_selection_is_narrowed_to_the_desk() -> None:
    assert Selection().within(["/desk"]).scope == ("/desk",)
    assert Selection(scope=("/desk/a", "/else")).within(["/desk"]).scope == ("/desk/a",)
    assert Selection(scope=("/",)).within(["/desk/a", "/desk/b.txt"]).scope == ("/desk/a", "/desk/b.txt")
    assert Selection(scope=("/desk/a",), types=("pdf",)).within(["/desk/a"]) == Selection(
        scope=("/desk/a",), types=("pdf",)
    )
    assert Selection(scope=("/else",)).within(["/desk"]).scope == ()


@pytest.fixture(params=["embedded", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Documents in three folders of very different size, in mixed order."""
    store: Store = EmbeddedStore(tmp_path / "index") if request.param == "embedded" else MemoryStore()
    chance = random.Random(7)
    paths = [f"/desk/{folder}/{number}.txt" for folder, count in FOLDERS.items() for number in range(count)]
    chance.shuffle(paths)
    with store.writer() as writer:
        for path in paths:
            text = " ".join(chance.choices("wheel book lamp desk ink".split(), k=chance.randint(4, 40)))
            writer.put(
                NewDocument(
                    StoredDocument(ref=path, path=path, language="english"), Document(text=text), [(0, len(text))]
                )
            )
    return store


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("limit", [1, 5, 200])
def test_a_filtered_search_is_the_whole_one_without_the_others(store: Store, folder: str, limit: int) -> None:
    terms = (QueryTerm("body", "wheel"), QueryTerm("body", "ink"))
    everywhere = store.search(LexicalQuery(terms), 1_000)
    inside = [
        (node.node.ref_doc_id, node.get_score()) for node in everywhere if f"/{folder}/" in (node.node.ref_doc_id or "")
    ]
    found = store.search(LexicalQuery(terms, selection=Selection(scope=(f"/desk/{folder}",))), limit)
    assert [node.get_score() for node in found] == pytest.approx([score for _, score in inside[:limit]])
    assert {node.node.ref_doc_id for node in found} <= {ref for ref, _ in inside}


def test_nothing_is_found_in_a_folder_without_documents(store: Store) -> None:
    query = LexicalQuery((QueryTerm("body", "wheel"),), selection=Selection(scope=("/else",)))
    assert store.search(query, 5) == []
