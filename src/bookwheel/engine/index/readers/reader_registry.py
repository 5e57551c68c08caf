"""Which reader reads a file: by its suffix, else by how it begins.

Ours and those of other packages (entry points of the group `bookwheel.readers`, named by suffix: ".epub") are listed
without importing them; a reader is imported when the first file of its kind is read.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath
from typing import cast

from bookwheel.engine.index.readers.encoding import is_text
from bookwheel.engine.index.readers.reader import Reader
from bookwheel.engine.index.readers.suffixes import BINARY, CODE, NOT_SUPPORTED

GROUP = "bookwheel.readers"
HEAD_BYTES = 8_192

# Formats that are not text, and are told by the name alone; their readers say when the bytes are something else.
_NOT_TEXT = frozenset({"docx", "email", "epub", "odt", "pdf", "pptx", "rtf", "xlsx"})

_BY_SUFFIX = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd"), "markdown"),
    **dict.fromkeys((".rst", ".rest"), "rst"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys(CODE, "code"),
    ".csv": "csv",
    ".docx": "docx",
    ".eml": "email",
    ".epub": "epub",
    ".ipynb": "notebook",
    ".json": "json",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".odt": "odt",
    ".pdf": "pdf",
    ".pptx": "pptx",
    ".rtf": "rtf",
    ".tab": "csv",
    ".tex": "latex",
    ".tsv": "csv",
    ".txt": "text",
    ".xlsx": "xlsx",
}


def format_names() -> list[str]:
    """Every format that can be read."""
    return sorted({*_BY_SUFFIX.values(), *_plugins()})


def format_named(name: str) -> str | None:
    """The format that is called `name` or has this suffix ("pdf", ".md", "md"); None when there is none."""
    plain = name.lower()
    suffix = plain if plain.startswith(".") else f".{plain}"
    if suffix in _plugins():
        return suffix
    return plain if plain in _BY_SUFFIX.values() else _BY_SUFFIX.get(suffix)


def left_out_by_name(name: str) -> str | None:
    """Why a file of this name is not worth opening; None when it is."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _plugins():
        return None
    if suffix in BINARY:
        return "binary"
    return "format not supported" if suffix in NOT_SUPPORTED else None


def format_of(name: str, head: bytes) -> str | None:
    """The format of a file by its name and its first bytes; None for binary files of no known format."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _plugins():
        return suffix
    if b"%PDF-" in head[:1_024]:
        return "pdf"
    known = _BY_SUFFIX.get(suffix)
    if known in _NOT_TEXT:
        return known
    if not is_text(head):
        return None
    return known or _sniffed(head)


def reader_of(format_name: str) -> Reader:
    """The reader of a format that `format_of` named."""
    if format_name.startswith("."):
        return _plugins()[format_name].load()
    module = import_module(f"bookwheel.engine.index.readers.{format_name}")
    return cast("Reader", module.read)


def _sniffed(head: bytes) -> str:
    begin = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begin.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "code" if begin.startswith(b"#!") else "text"


@cache
def _plugins() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP) if point.name.startswith(".")}
