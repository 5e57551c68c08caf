"""A session written in each format of a file: Markdown, HTML, PDF, a bibliography, and the brief."""

from __future__ import annotations

FORMATS = ("md", "html", "json", "pdf", "bib", "csl", "ris")
"""The formats of an export by name: the event log is `json`, and the last three have its cited sources alone."""
