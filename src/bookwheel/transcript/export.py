"""A session for other eyes: Markdown, one HTML file that loads nothing from anywhere, or the event log itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError, UsageError
from bookwheel.transcript.export_html import to_html
from bookwheel.transcript.export_markdown import to_markdown
from bookwheel.transcript.reducer import blocks_of

_PUBLIC = 0o666  # what the umask leaves of it: the user gives this file to others


def exported(format_: str, title: str, records: Sequence[EventRecord]) -> str:
    """The whole text of an export as `md`, `html` or `json`. Raises UsageError for another format."""
    writer = _WRITERS.get(format_)
    if writer is None:
        raise UsageError(f"There is no export format {format_!r}.", hint=f"The formats are {', '.join(_WRITERS)}.")
    return writer(title, records)


def write_export(
    format_: str, path: Path, title: str, records: Sequence[EventRecord], *, may_replace: bool = True
) -> Path:
    """Write an export to `path`, whole or not at all; the absolute path.

    Raises UsageError for an unknown format, and for a file that is there already unless it may be replaced, and
    SessionError when the file cannot be written.
    """
    text = exported(format_, title, records)
    target = path.expanduser().absolute()
    if not may_replace and target.exists():
        raise UsageError(f"{target} is there already.", hint="Take another name, or delete it first.")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PUBLIC)
        with os.fdopen(fd, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise SessionError(f"The export could not be written to {target}: {reason}.") from error
    return target


def _markdown(title: str, records: Sequence[EventRecord]) -> str:
    return to_markdown(title, blocks_of(records))


def _html(title: str, records: Sequence[EventRecord]) -> str:
    return to_html(title, blocks_of(records))


def _json(_title: str, records: Sequence[EventRecord]) -> str:
    return "".join(f"{record.to_line()}\n" for record in records)


_WRITERS: Mapping[str, Callable[[str, Sequence[EventRecord]], str]] = {"md": _markdown, "html": _html, "json": _json}
