"""What is known of a saved session without reading its events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """One line of the session list; `created` and `updated` are seconds since the epoch.

    `documents` are the files and folders that were on the desk. `damaged` says in one line what is wrong with its files
    (it opens all the same), `read_only` why it cannot be continued, `excerpt` where a search found its words.
    """

    id: str
    title: str = ""
    created: float = 0.0
    updated: float = 0.0
    documents: tuple[str, ...] = ()
    model: str = ""
    damaged: str = ""
    read_only: str = ""
    excerpt: str = ""
