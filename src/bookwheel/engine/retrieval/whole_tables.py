"""The other rows of the tables found, for a question that no single row answers: the greatest value, how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bookwheel.engine.retrieval.openings import passages_in_order
from bookwheel.engine.schema import MORE_ROWS, NodeWithScore
from bookwheel.engine.stores.store_protocol import Selection, Store
from bookwheel.engine.text.text_blocks import is_row

MOST_TABLES = 2
# Some 120,000 characters: they are in the log of the session too.
MOST_PASSAGES = 128


def has_rows(found: Sequence[NodeWithScore]) -> bool:
    """Whether one of the passages is of a table."""
    return any(map(_is_of_table, found))


def with_whole_tables(store: Store, selection: Selection, found: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """The passages, and behind them those of the same tables that were not found, with a score of zero.

    A table of more passages than `MOST_PASSAGES` is not read whole: those found of it say so in their metadata.
    """
    # Nodes that were given to the index keep their own ids.
    known = {(node.node.ref_doc_id, node.node.start_char_idx) for node in found}
    refs = dict.fromkeys(ref for node in found if _is_of_table(node) and (ref := node.node.ref_doc_id))
    too_long: set[str] = set()
    rest: list[NodeWithScore] = []
    for at, ref in enumerate(refs):
        document = store.find(ref) if at < MOST_TABLES else None
        whole = passages_in_order(store, selection, document, MOST_PASSAGES) if document is not None else []
        if not 0 < len(whole) < MOST_PASSAGES:
            too_long.add(ref)
            continue
        rest += [node for node in whole if (ref, node.node.start_char_idx) not in known and _is_of_table(node)]
    return [
        *(_with_more_rows(node) if node.node.ref_doc_id in too_long else node for node in found),
        *(NodeWithScore(node.node, 0.0) for node in rest),
    ]


def _with_more_rows(node: NodeWithScore) -> NodeWithScore:
    return replace(node, node=replace(node.node, metadata={**node.node.metadata, MORE_ROWS: True}))


def _is_of_table(node: NodeWithScore) -> bool:
    return is_row(node.text.strip().partition("\n")[0])
