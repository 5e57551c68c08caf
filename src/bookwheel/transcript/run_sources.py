"""The sources of a run at its end: what its answer cites, or, where nothing answers, the passages nearest to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bookwheel.engine.events.run_events import Citation, RunFinished
from bookwheel.transcript.blocks import SourcesBlock
from bookwheel.transcript.marks import checked_from, marks_from

MOST_NEAREST = 3
MOST_WORDS = 70


def finished_sources(block: SourcesBlock, event: RunFinished) -> SourcesBlock:
    """The closed block, from the one of the passages found."""
    is_unanswered = event.supported is False and event.research is None and not event.citations
    return replace(
        block,
        citations=_nearest(block.citations) if is_unanswered else event.citations,
        marks=marks_from(event),
        checked=checked_from(event),
        status="closed",
        is_nearest=is_unanswered,
    )


def words_of(citation: Citation) -> str:
    """What a passage that is only near is known by: its heading, else its first words, in one line."""
    if citation.heading:
        return " ".join(citation.heading.split())
    words = " ".join(citation.text.split())
    return f"“{words[:MOST_WORDS].rpartition(' ')[0]} …”" if len(words) > MOST_WORDS else f"“{words}”"


def _nearest(found: Iterable[Citation]) -> tuple[Citation, ...]:
    """The first of the passages found that stand in different places."""
    places: dict[tuple[str, int | None, str], Citation] = {}
    for citation in found:
        places.setdefault((citation.path, citation.page, citation.heading), citation)
    return tuple(places.values())[:MOST_NEAREST]
