"""Embeds all passages, with a bar on standard error and a summary."""

from __future__ import annotations

import os
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from bookwheel.cli.console import Console
from bookwheel.cli.progress_bar import ProgressBar, filled
from bookwheel.errors import BookwheelError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted

if TYPE_CHECKING:
    from bookwheel.engine.index.library import Library
    from bookwheel.engine.stores.store_protocol import VectorCoverage


@dataclass(slots=True)
class EmbeddingSummary:
    """How many passages have a vector, and how many of these are new; `seconds` of wall time.

    Nothing is counted when the model could not be reached: its vectors are not known then.
    """

    embedded: int = 0
    total: int = 0
    new: int = 0
    seconds: float = 0.0
    error: str = ""
    is_counted: bool = False

    def as_json(self) -> dict[str, object]:
        error: dict[str, object] = {"embedding_error": self.error} if self.error else {}
        if not self.is_counted:
            return error
        return {"embedded": self.embedded, "embedded_new": self.new, "to_embed": self.missing, **error}

    def sentence(self) -> str:
        new = f" ({self.new:,} of them new, in {self.seconds:.1f} s)" if self.new else ""
        rest = f"; {self.missing:,} have no vector yet" if self.missing else ""
        return f"{counted(self.embedded, 'passage')} embedded{new}{rest}"

    @property
    def missing(self) -> int:
        return self.total - self.embedded


async def embed(library: Library, console: Console) -> EmbeddingSummary | None:
    """Embed all passages, with a bar; None when there is no embedding model.

    Failures are printed and raise nothing: search by words needs no vectors.
    """
    if not library.has_embed_model:
        return None
    bar, started, summary = ProgressBar(console.err), time.monotonic(), EmbeddingSummary()
    first: VectorCoverage | None = None
    try:
        async with aclosing(library.embed(threads=os.cpu_count())) as steps:
            async for coverage in steps:
                first, summary.is_counted = first or coverage, True
                summary.embedded, summary.total = coverage.embedded, coverage.total
                summary.new = coverage.embedded - first.embedded
                bar.draw(lambda seconds: _line(summary, seconds))
    except BookwheelError as error:
        summary.error = error.message
        bar.clear()
        console.warn(f"Not all passages are embedded: {error.message}", hint=error.hint)
    bar.clear()
    summary.seconds = time.monotonic() - started
    return summary


def _line(summary: EmbeddingSummary, seconds: float) -> str:
    speed = summary.new / seconds if seconds else 0.0
    left = f", {speed:.1f}/s, {_duration(summary.missing / speed)} left" if speed else ""
    return f"Embedding {filled(summary.embedded, summary.total)} {summary.embedded:,}/{summary.total:,} passages{left}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"
