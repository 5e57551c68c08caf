"""`MarkdownNodeParser`: Markdown to one node a section, each with the headings around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bookwheel.engine.schema import Document, TextNode
from bookwheel.engine.stores.store_protocol import PassageRange, node_id

_HEADING = re.compile(r"(#+)\s(.*)")


class MarkdownNodeParser:
    """One node for each heading with the text below it; headings in code blocks do not count.

    `metadata["header_path"]` holds the headings around the node's own, such as `/Guide/Install/`.
    """

    def __init__(self, include_metadata: bool = True, header_path_separator: str = "/", **_: Any) -> None:
        """LlamaIndex's other arguments change nothing."""
        self.include_metadata = include_metadata
        self.header_path_separator = header_path_separator

    @classmethod
    def from_defaults(cls, **options: Any) -> MarkdownNodeParser:
        """LlamaIndex's name for making one."""
        return cls(**options)

    def __call__(self, nodes: Sequence[Document], **_: Any) -> list[TextNode]:
        """As `get_nodes_from_documents`: a parser is a transformation."""
        return self.get_nodes_from_documents(nodes)

    def get_nodes_from_documents(
        self, documents: Sequence[Document], show_progress: bool = False, **_: Any
    ) -> list[TextNode]:
        """The sections of all documents, in order, with their exact ranges."""
        return [node for document in documents for node in self.get_nodes_from_node(document)]

    def get_nodes_from_node(self, node: Document) -> list[TextNode]:
        """The sections of one document."""
        return [self._node(node, start, end, path) for start, end, path in _sections(node.text)]

    def passages(self, document: Document) -> list[PassageRange]:
        """The character ranges of the sections."""
        return [(start, end) for start, end, _ in _sections(document.text)]

    def _node(self, document: Document, start: int, end: int, path: Sequence[str]) -> TextNode:
        separator = self.header_path_separator
        metadata = dict(document.metadata)
        if self.include_metadata:
            joined = separator.join(path)
            metadata["header_path"] = f"{separator}{joined}{separator}" if joined else separator
        return TextNode(
            text=document.text[start:end],
            metadata=metadata,
            id_=node_id(document.id_, start, end),
            ref_doc_id=document.id_,
            start_char_idx=start,
            end_char_idx=end,
        )


def _sections(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Begin, end and outer headings of each section, without the white space at its ends."""
    path: list[tuple[int, str]] = []
    begin, at, in_code = 0, 0, False
    for line in [*text.splitlines(keepends=True), None]:
        heading = None if line is None or in_code else _HEADING.match(line)
        if line is None or heading is not None:
            start = begin + len(text[begin:at]) - len(text[begin:at].lstrip())
            end = begin + len(text[begin:at].rstrip())
            if start < end:
                yield start, end, [title for _, title in path[:-1]]
            begin = at
        if heading is not None:
            level = len(heading[1])
            while path and path[-1][0] >= level:
                path.pop()
            path.append((level, heading[2].strip()))
        if line is not None:
            in_code ^= line.lstrip().startswith("```")
            at += len(line)
