"""Exports a session: Markdown, one HTML file that loads nothing from outside, PDF, the event log itself.

The sources that it cites are written as BibTeX, CSL-JSON or RIS.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from bookwheel.engine.index.bibliography import CitedSource, FactsOf, cited_sources, to_bibtex, to_csl, to_ris
from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError, UsageError
from bookwheel.paths import absolute
from bookwheel.transcript.blocks import AnswerBlock, Block, SourcesBlock
from bookwheel.transcript.formats import FORMATS
from bookwheel.transcript.formats.export_html import to_html
from bookwheel.transcript.formats.export_markdown import to_markdown
from bookwheel.transcript.reducer import blocks_of
from bookwheel.transcript.run_tree import RunTree

_PUBLIC = 0o666  # less the umask: the user gives this file to others


def exported(
    format_: str, title: str, records: Sequence[EventRecord], *, facts_of: FactsOf | None = None, theme: str = ""
) -> str | bytes:
    """The whole export in one of `FORMATS` (`pdf`: bytes); `facts_of` gives the data of a document.

    `theme` is the theme whose colours an HTML page has; questions say which branch they begin.

    Raises UsageError for another format, and MissingExtraError where the extra `pdf` is not installed.
    """
    if format_ in BIBLIOGRAPHIES:
        return BIBLIOGRAPHIES[format_](cited_sources(records, facts_of))
    if format_ == "json":
        return _json(title, records)
    writer = _BLOCK_WRITERS.get(format_)
    if writer is None:
        raise UsageError(f"There is no export format {format_!r}.", hint=f"The formats are {', '.join(FORMATS)}.")
    blocks = blocks_of(records)
    return writer(title, RunTree(blocks).numbered(blocks), theme)


def write_export(
    format_: str,
    path: Path,
    title: str,
    records: Sequence[EventRecord],
    *,
    may_replace: bool = True,
    facts_of: FactsOf | None = None,
    theme: str = "",
) -> Path:
    """Write an export to `path`, whole or not at all; the absolute path.

    Raises UsageError for an unknown format, and for a file that is there already unless it may be replaced, and
    SessionError when the file cannot be written.
    """
    content = exported(format_, title, records, facts_of=facts_of, theme=theme)
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    if not may_replace and absolute(path).exists():
        raise UsageError(f"{absolute(path)} is there already.", hint="Choose another name, or delete it first.")
    return _write(path, data)


def _write(path: Path, data: bytes) -> Path:
    target = absolute(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PUBLIC)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise SessionError(
            f"The export could not be written to {target}: {reason}.",
            hint="Name a path in a folder that you can write.",
        ) from error
    return target


def write_report(
    format_: str, path: Path, title: str, records: Sequence[EventRecord], facts_of: FactsOf | None = None
) -> Path:
    """Write the answer of these records to `path` with its sources, without the steps that led to it.

    The event log and the bibliographies are those of `write_export`, which says what is raised.
    """
    if format_ in BIBLIOGRAPHIES or format_ == "json":
        return write_export(format_, path, title, records, facts_of=facts_of)
    kept = [block for block in blocks_of(records) if isinstance(block, AnswerBlock | SourcesBlock)]
    content = _BLOCK_WRITERS[format_](title, kept, "")
    return _write(path, content if isinstance(content, bytes) else content.encode("utf-8", "replace"))


def _json(_title: str, records: Sequence[EventRecord]) -> str:
    return "".join(f"{record.to_line()}\n" for record in records)


def _pdf(title: str, blocks: Iterable[Block], theme: str) -> bytes:
    from bookwheel.transcript.formats.export_pdf import to_pdf

    return to_pdf(title, blocks, theme)


_BLOCK_WRITERS: Mapping[str, Callable[[str, Iterable[Block], str], str | bytes]] = {
    "md": to_markdown,
    "html": to_html,
    "pdf": _pdf,
}
BIBLIOGRAPHIES: Mapping[str, Callable[[Sequence[CitedSource]], str]] = {
    "bib": to_bibtex,
    "csl": to_csl,
    "ris": to_ris,
}
