"""What the reader says of a document, and what stands for one that is a web page or cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from bookwheel.engine.index.progress import SearchedPassage
from bookwheel.engine.schema import Document
from bookwheel.errors import BookwheelError
from bookwheel.markup.counted import counted
from bookwheel.transcript.blocks import Citation
from bookwheel.transcript.filter_text import BETWEEN

WEB = ("http://", "https://")


def quoted(citation: Citation) -> Document:
    """The quoted words, where the document cannot be read."""
    return Document(text=citation.text, metadata={"file_path": citation.path})


def document_name(document: Document) -> str:
    """The title of a document, else the name of its file; of a web page its address too."""
    metadata = document.metadata
    path, title = str(metadata.get("file_path") or metadata.get("file_name") or ""), metadata.get("title")
    if path.startswith(WEB):
        return f"{title}{BETWEEN}{path}" if title and title != path else path
    return str(title or PurePath(path).name)


def is_web(citation: Citation) -> bool:
    """Whether the source is a web page."""
    return citation.path.startswith(WEB)


def fetched_page(citation: Citation) -> Document:
    """A web source as it was fetched."""
    return Document(text=citation.text, metadata={"file_path": citation.path, "title": citation.title or None})


def passages_line(passages: Sequence[SearchedPassage]) -> str:
    """How many passages there are, how large, and how many have a vector."""
    if not passages:
        return "Not in the index as it is shown: no passages"
    tokens = [passage.tokens for passage in passages]
    least, most = min(tokens), max(tokens)
    size = counted(most, "token") if least == most else f"{least} to {counted(most, 'token')}"
    said = f"{counted(len(passages), 'passage')}, {size}"
    if passages[0].has_vector is None:
        return f"{said}, searched by words alone"
    return f"{said}, {sum(bool(passage.has_vector) for passage in passages)} with a vector"


def only_words(error: BookwheelError) -> str:
    """What to say where the document of a citation cannot be read."""
    return f"Only the cited words can be shown: {error.message}"
