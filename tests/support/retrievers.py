"""Retrievers for tests: passages that are always found."""

from __future__ import annotations

from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import NodeWithScore, QueryBundle, TextNode


def node(node_id: str, text: str, path: str = "/docs/a.md") -> NodeWithScore:
    """A passage of a file, with a score of 1."""
    metadata = {"file_path": path, "file_name": path.rpartition("/")[2]}
    return NodeWithScore(TextNode(text, {**metadata}, node_id, start_char_idx=0, end_char_idx=len(text)), 1.0)


CATS = node("cats", "Cats sleep sixteen hours a day.")
DOGS = node("dogs", "Dogs bark at the moon.", "/docs/b.md")
BIRDS = node("birds", "Birds sing before sunrise.", "/docs/c.md")


class FixedRetriever(BaseRetriever):
    """Finds the same passages for any question, and remembers the questions."""

    def __init__(self, *nodes: NodeWithScore) -> None:
        self.nodes = nodes
        self.asked: list[str] = []

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        self.asked.append(query_bundle.query_str)
        return list(self.nodes)
