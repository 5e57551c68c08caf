"""Standard input, output and error as a command needs them: always there, and no character or pipe stops it."""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def prepare_streams() -> None:
    """Open streams that are closed, replace characters that their encoding lacks, and write what others would lose."""
    for name, kind in (("stdin", None), ("stdout", _WholeFile), ("stderr", _MessageFile)):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:  # closed by the program that started us
            setattr(sys, name, open(os.devnull, "w" if kind else "r", encoding="utf-8"))
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
            if kind is not None and stream is getattr(sys, f"__{name}__"):
                setattr(sys, name, _written_by(kind, getattr(sys, name)))


def drop_unwritten() -> None:
    """Write what the buffer of standard output holds, or drop it where its file takes nothing.

    Python writes it once more when it exits: it would report the closed pipe or the full disk with a traceback, and end
    with 120.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _WholeFile(FileIO):
    """A file that is written whole, also where another program has set it not to block.

    Programs that share a terminal share this setting; Python would drop what does not fit at once.
    """

    def write(self, data: ReadableBuffer, /) -> int:
        whole = memoryview(data).cast("B")
        at = 0
        while at < len(whole):
            # It is None for a file that takes nothing now; the types do not know.
            written: int | None = super().write(whole[at:])
            if written is None:
                from select import select

                select([], [self.fileno()], [])
            else:
                at += written
        return at


class _MessageFile(_WholeFile):
    """Standard error. That it is full or closed cannot be reported, and an answer is given all the same."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(memoryview(data).cast("B"))


def _written_by(kind: type[FileIO], stream: TextIO) -> TextIO:
    stream.flush()
    file = kind(stream.fileno(), "w", closefd=False)
    is_unbuffered = isinstance(stream.buffer, FileIO)  # python -u
    return TextIOWrapper(
        file if is_unbuffered else BufferedWriter(file),
        encoding=stream.encoding,
        errors=stream.errors,
        newline="\n",
        line_buffering=bool(stream.line_buffering),
        write_through=is_unbuffered,
    )
