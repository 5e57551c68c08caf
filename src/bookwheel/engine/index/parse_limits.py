"""Limits on what one file may cost; the worker process sets those of parsing on itself."""

from __future__ import annotations

import faulthandler
import os
import resource
import time
from pathlib import Path

from bookwheel.lazy_dataclass import dataclass

NICENESS = 10
# Formats that are always fast and small: guarding them would only cost time.
_SMALL = 1_000_000
_REARM_EVERY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits:
    """What one file may cost: its size, and computing time, waiting time and memory while it is parsed.

    `recognition_seconds` is the waiting time for one page that is recognised by OCR.
    `most_files` is how many files of one root are taken. With `follows_links` linked files and folders inside a root
    are read too, with `reads_hidden` those whose names begin with a point. Files with one of `read_suffixes` (".bin")
    are taken even if no reader here knows them.
    """

    largest_file: int = 100_000_000
    most_files: int = 100_000
    cpu_seconds: int = 30
    wall_seconds: float = 90.0
    recognition_seconds: float = 60.0
    memory_bytes: int = 1 << 30
    follows_links: bool = False
    reads_hidden: bool = False
    read_suffixes: tuple[str, ...] = ()


DEFAULT_LIMITS = ParseLimits()


class ParserGuard:
    """Kills this process when a file takes too long, and makes allocation fail when it takes too much."""

    def __init__(self, limits: ParseLimits) -> None:
        self._limits = limits
        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        self._silence = open(os.devnull, "w")
        self._armed_at = -_REARM_EVERY_S
        self._memory_is_limited = False

    def watch(self, format_name: str, size: int, *, recognises: bool = False) -> None:
        """A reader begins with a file, or with the next page that it recognises."""
        risky = format_name not in ("text", "markdown", "rst", "code") or size > _SMALL
        now = time.monotonic()
        if risky or now - self._armed_at >= _REARM_EVERY_S:
            self._armed_at = now
            # The timer thread is written in C: it ends the process even when the interpreter hangs in a library.
            seconds = self._limits.recognition_seconds if recognises else self._limits.wall_seconds
            faulthandler.dump_traceback_later(seconds, exit=True, file=self._silence)
            _limit(resource.RLIMIT_CPU, int(time.process_time()) + self._limits.cpu_seconds)
        if risky:
            _limit(resource.RLIMIT_AS, _address_space() + self._limits.memory_bytes)
            self._memory_is_limited = True

    def relax(self) -> None:
        """The file is done, or none is being parsed."""
        if self._memory_is_limited:
            _limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)
            self._memory_is_limited = False

    def stop_watching(self) -> None:
        """What follows (waiting for a lock, a commit) has no time limit."""
        self.relax()
        faulthandler.cancel_dump_traceback_later()
        _limit(resource.RLIMIT_CPU, resource.RLIM_INFINITY)
        self._armed_at = -_REARM_EVERY_S


def _limit(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or soft > hard):
        soft = hard
    resource.setrlimit(kind, (soft, hard))


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except OSError:
        return 4 << 30  # no /proc (macOS): a generous guess
    return pages * resource.getpagesize()
