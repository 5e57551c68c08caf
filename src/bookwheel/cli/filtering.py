"""`--in`, `--type`, `--since`, `--until`: which of the documents are asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bookwheel.assistant.document_filter import day_from, place_from, type_from
from bookwheel.cli.inputs import shown
from bookwheel.cli.options import Options
from bookwheel.engine.stores.store_protocol import Selection


def selection_of(options: Options, roots: Sequence[Path]) -> Selection:
    """What the options select of what is below `roots`. Raises UsageError for an option that means nothing."""
    names = list(map(str, roots))
    return Selection(
        scope=tuple(dict.fromkeys(place_from(path, names) for path in options.only_in)) or None,
        types=tuple(dict.fromkeys(map(type_from, options.types))),
        since=day_from(options.since) if options.since else None,
        until=day_from(options.until, is_last=True) if options.until else None,
    )


def nothing_matches(filter_text: str, roots: Sequence[Path]) -> str:
    """What is said when a filter leaves no document."""
    places = ", ".join(shown(str(root)) for root in roots)
    return f"No documents match: {filter_text} (of {places})."
