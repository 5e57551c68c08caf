"""What some embedding models want to read before a question and before a passage, by the model's name."""

from __future__ import annotations

import re
from typing import NamedTuple


class Instructions(NamedTuple):
    """What goes before a question, and before a passage."""

    query: str = ""
    text: str = ""


_TASK = "Instruct: Given a question, retrieve passages that answer it\nQuery: "
_SEARCHING = "Represent this sentence for searching relevant passages: "

# From the models' own cards; the first that fits. Without them the models still work, worse.
_KNOWN = (
    (re.compile(r"e5-mistral|e5-.*-instruct|qwen3-embedding|gte-qwen"), Instructions(_TASK)),
    (re.compile(r"(^|[-_])e5($|[-_])"), Instructions("query: ", "passage: ")),
    (re.compile(r"nomic-embed-text"), Instructions("search_query: ", "search_document: ")),
    (re.compile(r"embeddinggemma"), Instructions("task: search result | query: ", "title: none | text: ")),
    (re.compile(r"bge-(small|base|large)-en|mxbai-embed-large|snowflake-arctic-embed"), Instructions(_SEARCHING)),
)


def instructions_for(model: str) -> Instructions:
    """The instructions of a model that we know by name; none for others."""
    name = model.rpartition("/")[2].lower()
    return next((known for pattern, known in _KNOWN if pattern.search(name)), Instructions())
