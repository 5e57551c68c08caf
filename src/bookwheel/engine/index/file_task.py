"""What is to be done with one file, what was done, and whether anything is; needs no reader."""

from __future__ import annotations

import os
from dataclasses import field
from typing import Literal

from bookwheel.engine.index.readers.reader_registry import READERS_VERSION
from bookwheel.engine.index.sources.document_source import facts_key
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.stores.store_protocol import StoredDocument
from bookwheel.lazy_dataclass import dataclass

Outcome = Literal["indexed", "moved", "unchanged", "failed", "left_out", "gone"]

UNREADABLE = "it cannot be read"
READ_BY = f"{READERS_VERSION}:"
WITH_FACTS = "+"


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be indexed; `failed` is the reason when it is known already that it cannot be.

    `not_recognised` is the reason when its pages must not be recognised by OCR: the last try did not end.
    With `is_forced` it is read again even when the index is up to date. `facts` and `text` are those of `FoundFile`.
    """

    path: str
    root: str
    size: int
    mtime_ns: int
    failed: str = ""
    is_forced: bool = False
    facts: JsonObject = field(default_factory=dict[str, JsonValue])
    text: str = ""
    not_recognised: str = ""


@dataclass(frozen=True, slots=True)
class TaskDone:
    """The result of a task; `moved_from` is the earlier ref of its document."""

    outcome: Outcome
    passages: int = 0
    pages: int | None = None
    title: str | None = None
    reason: str = ""
    format: str = ""
    author: str | None = None
    date: str | None = None
    moved_from: str = ""
    remarks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def is_up_to_date(known: StoredDocument, task: Task) -> bool:
    """Whether the store has the file as it is on disk, by its size and time.

    A file that could not be read is tried again once that might succeed: after a change of rights, or with its extra.
    A file that older readers read is read again.
    """
    if (known.size, known.mtime_ns) != (task.size, task.mtime_ns):
        return False
    if known.sha256 and not known.sha256.startswith(READ_BY):
        return False
    if known.sha256 and known.sha256.partition(WITH_FACTS)[2] != facts_key(task.facts, task.text):
        return False
    if (known.reason or known.remarks) and _may_be_recognised_now(known):
        return False
    never_seen = known.status == "failed" and not known.sha256 and known.reason.startswith(UNREADABLE)
    return not (never_seen and os.access(task.path, os.R_OK))


def _may_be_recognised_now(known: StoredDocument) -> bool:
    from bookwheel.engine.index.readers.pictures.ocr import OCR_EXTRA, ocr_is_installed

    return any(OCR_EXTRA in reason for reason in (known.reason, *known.remarks)) and ocr_is_installed()
