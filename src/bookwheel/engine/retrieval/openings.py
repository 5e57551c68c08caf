"""The beginnings of the documents, for a question that names none of them: "Summarise this", "What is in here?"."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from bookwheel.engine.retrieval.lexical_question import lexical_query, understood
from bookwheel.engine.retrieval.retriever import add_notice
from bookwheel.engine.schema import NodeWithScore
from bookwheel.engine.stores.store_protocol import Selection, Store, StoredDocument
from bookwheel.engine.text.document_questions import OVERVIEW_NAMES

# So many passages of a document are looked at for its first ones: equal ones come in the order of the text.
_MOST_PASSAGES = 64
_OVERVIEWS = frozenset(OVERVIEW_NAMES.casefold().split())


def openings(store: Store, selection: Selection, limit: int) -> list[NodeWithScore]:
    """The first passages of the selected document, or the first one of each of several, at most `limit`.

    A document whose name is that of an overview comes first, then those nearest to the top of the folders. The passages
    are found by the words of its title and file name, which are among the words of each; one without any is left out.
    A notice says when there are more documents than `limit`, and none is an overview.
    """
    documents = [one for one in store.documents(selection.scope) if one.passages and selection.takes(one)]
    documents.sort(key=_place)
    each = limit if len(documents) == 1 else 1
    found = [node for one in documents[:limit] for node in passages_in_order(store, selection, one)[:each]]
    if len(documents) > limit and not _is_overview(documents[0]):
        add_notice(
            f"Only the beginnings of {limit} of {len(documents)} documents were looked at. Ask about one by its name."
        )
    return [NodeWithScore(node.node, float(len(found) - at)) for at, node in enumerate(found)]


def _place(document: StoredDocument) -> tuple[bool, int, list[tuple[int, str]]]:
    path = document.path or ""
    return not _is_overview(document), path.count("/"), _counted(path)


def _is_overview(document: StoredDocument) -> bool:
    return PurePath(document.path or "").stem.casefold() in _OVERVIEWS


def _counted(path: str) -> list[tuple[int, str]]:
    """The parts of a path with their numbers, so that "paper 2" comes before "paper 10"."""
    return [(int(digits or 0), text) for text, digits in re.findall(r"(\D*)(\d*)", path)]


def passages_in_order(
    store: Store, selection: Selection, document: StoredDocument, most: int = _MOST_PASSAGES
) -> list[NodeWithScore]:
    """At most `most` passages of one document in the order of its text, as far as they are found by its name."""
    languages = store.languages()
    named = understood(f"{document.title or ''} {PurePath(document.path or document.ref).stem}", languages)
    if named is None:
        return []
    within = selection if document.path is None else replace(selection, scope=(document.path,))
    found = store.search(lexical_query(named, languages, within), most)
    found = [node for node in found if node.node.ref_doc_id == document.ref]
    return sorted(found, key=lambda node: getattr(node.node, "start_char_idx", None) or 0)
