"""The results of a web search: read from JSON, and shown to the model as numbered sources."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bookwheel.engine.llms.openai.json_values import list_of, object_of, text_of
from bookwheel.engine.query.answer_prompts import without_hidden
from bookwheel.engine.schema import JsonObject, JsonValue, NodeWithScore, NumberedNode, TextNode
from bookwheel.lazy_dataclass import dataclass

MAX_HIT_CHARS = 2_000
MAX_PAGE_CHARS = 12_000


@dataclass(frozen=True, slots=True)
class WebHit:
    """One page that was found or fetched; `date` is as the source gives it, often empty."""

    url: str
    title: str
    content: str
    date: str = ""
    score: float | None = None

    def node(self) -> NodeWithScore:
        """The hit as a passage: its `path` is the address."""
        metadata: dict[str, JsonValue] = {"file_path": self.url, "url": self.url, "title": self.title or self.url}
        if self.date:
            metadata["date"] = self.date
        node_id = "web-" + hashlib.sha256(f"{self.url}\n{self.content}".encode("utf-8", "replace")).hexdigest()[:24]
        node = TextNode(self.content, metadata, node_id, start_char_idx=0, end_char_idx=len(self.content))
        return NodeWithScore(node, self.score)


def read_hits(answer: JsonObject) -> list[WebHit]:
    """The hits of a search; entries without an address are skipped."""
    hits: list[WebHit] = []
    for entry in list_of(answer.get("results")):
        fields = object_of(entry)
        if fields is not None and (url := text_of(fields.get("url"))):
            score = fields.get("score")
            hits.append(
                WebHit(
                    url=url,
                    title=" ".join(text_of(fields.get("title")).split()),
                    content=text_of(fields.get("content"))[:MAX_HIT_CHARS],
                    date=text_of(fields.get("published_date")) or text_of(fields.get("date")),
                    score=float(score) if isinstance(score, int | float) else None,
                )
            )
    return hits


def read_pages(answer: JsonObject) -> list[WebHit]:
    """The fetched pages, each cut to `MAX_PAGE_CHARS`."""
    pages: list[WebHit] = []
    for entry in list_of(answer.get("results")):
        fields = object_of(entry)
        if fields is not None and (url := text_of(fields.get("url"))):
            content = text_of(fields.get("raw_content"))[:MAX_PAGE_CHARS]
            pages.append(WebHit(url, " ".join(text_of(fields.get("title")).split()), content))
    return pages


def read_failures(answer: JsonObject) -> list[str]:
    """The addresses that could not be fetched, each with its reason."""
    failures: list[str] = []
    for entry in list_of(answer.get("failed_results")):
        fields = object_of(entry)
        if fields is not None:
            failures.append(f"{text_of(fields.get('url'))}: {text_of(fields.get('error')) or 'not fetched'}")
    return failures


def hits_text(hits: Sequence[NumberedNode]) -> str:
    """The hits as the model sees them: number, title, address, date, content."""
    return "\n\n".join(_hit_text(hit) for hit in hits)


def _hit_text(hit: NumberedNode) -> str:
    metadata = hit.node.metadata
    lines = [f"[{hit.number}] {metadata.get('title')}", f"URL: {metadata.get('url')}"]
    if date := metadata.get("date"):
        lines.append(f"Date: {date}")
    return without_hidden("\n".join([*lines, hit.node.text]))
