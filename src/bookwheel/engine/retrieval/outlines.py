"""The passages that hold the headings of one document, for "What are the sections of the handbook?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bookwheel.engine.locations import SECTIONS, Heading, locations_of
from bookwheel.engine.retrieval.lexical_question import lexical_query, understood
from bookwheel.engine.retrieval.openings import passages_in_order
from bookwheel.engine.retrieval.retriever import add_notice
from bookwheel.engine.schema import JsonValue, NodeWithScore, TextNode
from bookwheel.engine.stores.store_protocol import Selection, Store, StoredDocument
from bookwheel.engine.text.document_questions import outline_of
from bookwheel.lazy_regex import lazy_regex

FEWEST_SECTIONS = 2
MOST_PASSAGES = 24
_TITLE = lazy_regex(r"[ \t]*(?:[#=*]{1,6} +)?(?P<title>[^\n]*\S)")


def outline_passages(store: Store, selection: Selection, question: str) -> list[NodeWithScore]:
    """The passages, in their order, in which the sections of the document begin; empty where none is meant.

    Each has in its metadata where the headings of the outermost level stand that has several. A notice says when there
    are more than `MOST_PASSAGES`, which does not depend on how many passages an answer usually needs.
    """
    stored = _document(store, selection, outline_of(question) or "")
    document = store.document(stored.ref) if stored is not None else None
    if stored is None or document is None:
        return []
    headings = _of_one_level(locations_of(document.metadata).headings)
    passages = passages_in_order(store, selection, stored)
    holding = [(one, sections) for one in passages if (sections := _sections(one.node, document.text, headings))]
    if len(holding) > MOST_PASSAGES:
        add_notice(f"Only the first sections of {stored.title or 'the document'} were looked at.")
    return [
        NodeWithScore(replace(one.node, metadata={**one.node.metadata, SECTIONS: sections}), float(MOST_PASSAGES - at))
        for at, (one, sections) in enumerate(holding[:MOST_PASSAGES])
    ]


def _document(store: Store, selection: Selection, name: str) -> StoredDocument | None:
    """The document that the question names; the only one, where it names none."""
    documents = [one for one in store.documents(selection.scope) if one.passages and selection.takes(one)]
    if len(documents) == 1:
        return documents[0]
    languages = store.languages()
    named = understood(name, languages) if name else None
    found = store.search(lexical_query(named, languages, selection), 1) if named is not None else []
    ref = found[0].node.ref_doc_id if found else None
    return store.find(ref) if ref is not None else None


def _of_one_level(headings: Sequence[Heading]) -> list[Heading]:
    levels = [heading.level for heading in headings]
    level = min((each for each in levels if levels.count(each) >= FEWEST_SECTIONS), default=None)
    return [heading for heading in headings if heading.level == level]


def _sections(node: TextNode, text: str, headings: Sequence[Heading]) -> list[JsonValue]:
    """Where the titles of the headings that begin in a passage stand in it."""
    start = node.start_char_idx or 0
    end = start + len(node.text)
    matches = (_TITLE.match(text, heading.start) for heading in headings if start <= heading.start < end)
    return [[one.start("title") - start, min(one.end(), end) - start] for one in matches if one is not None]
