"""Limits on what one file may cost; the worker process sets those of parsing on itself."""

from __future__ import annotations

import faulthandler
import os
import resource
import time
from pathlib import Path
from threading import Thread

from bookwheel.lazy_dataclass import dataclass

NICENESS = 10
# Of the main thread: the nanoseconds that it computed, and those in which it waited for a processor.
WAITS = Path(f"/proc/self/task/{os.getpid()}/schedstat")
# Formats that are always fast and small: guarding them would only cost time.
_SMALL = 1_000_000
# A table of 98 MB took 49 seconds of computing on a small machine: what is large is not broken.
_BYTES_A_SECOND = 1_000_000
_REARM_EVERY_S = 1.0
_LOOK_EVERY_S = 0.5
# A library that hangs without leaving the interpreter to other threads is ended after so many times the limit.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits:
    """What one file may cost: its size, and computing time, waiting time and memory while it is parsed.

    The waiting time is without that in which other programs have the processor, so that a busy machine loses no file.
    Both times grow with the size of the file: see `cpu_seconds_of` and `wall_seconds_of`.
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

    def cpu_seconds_of(self, size: int) -> int:
        """The computing time, in seconds, for a file of `size` bytes."""
        return self.cpu_seconds + size // _BYTES_A_SECOND

    def wall_seconds_of(self, size: int) -> float:
        """The waiting time, in seconds, for a file of `size` bytes."""
        return self.wall_seconds * self.cpu_seconds_of(size) / self.cpu_seconds


DEFAULT_LIMITS = ParseLimits()


def may_kill(format_name: str, size: int) -> bool:
    """Whether reading such a file may end the process, by a fault of a library or by a limit."""
    return format_name not in ("text", "markdown", "rst", "code") or size > _SMALL


def is_not_of_file(shortage: BaseException) -> bool:
    """Whether memory or threads ran short by a limit on this process (`ulimit`), rather than by that on one file."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    return not isinstance(shortage, MemoryError) or hard != resource.RLIM_INFINITY


class ParserGuard:
    """Kills this process when a file takes too long, and makes allocation fail when it takes too much."""

    def __init__(self, limits: ParseLimits) -> None:
        self._limits = limits
        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        self._silence = open(os.devnull, "w")
        self._armed_at = -_REARM_EVERY_S
        self._memory_is_limited = False
        self._ends_at: float | None = None
        self._watchman: Thread | None = None

    def watch(self, format_name: str, size: int, *, recognises: bool = False) -> None:
        """A reader begins with a file, or with the next page that it recognises."""
        risky = may_kill(format_name, size)
        now = time.monotonic()
        if risky or now - self._armed_at >= _REARM_EVERY_S:
            self._armed_at = now
            seconds = self._limits.recognition_seconds if recognises else self._limits.wall_seconds_of(size)
            self._end_after(seconds)
            # The timer thread is written in C: it ends the process even when the interpreter hangs in a library.
            faulthandler.dump_traceback_later(seconds * _PATIENCE, exit=True, file=self._silence)
            _limit(resource.RLIMIT_CPU, int(time.process_time()) + self._limits.cpu_seconds_of(size))
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
        self._ends_at = None
        faulthandler.cancel_dump_traceback_later()
        _limit(resource.RLIMIT_CPU, resource.RLIM_INFINITY)
        self._armed_at = -_REARM_EVERY_S

    def _end_after(self, seconds: float) -> None:
        self._ends_at = _clock_of_main_thread() + seconds
        if self._watchman is None:
            self._watchman = Thread(target=self._end_when_due, name="parse limit", daemon=True)
            self._watchman.start()

    def _end_when_due(self) -> None:
        while True:
            ends_at = self._ends_at
            left = _LOOK_EVERY_S if ends_at is None else ends_at - _clock_of_main_thread()
            if left <= 0 and self._ends_at == ends_at:
                os._exit(1)  # as `faulthandler` ends it
            time.sleep(min(max(left, 0.01), _LOOK_EVERY_S))


def _clock_of_main_thread() -> float:
    """Seconds of the clock without those in which the main thread of this process waited for a processor."""
    now = time.monotonic()
    try:
        return now - int(WAITS.read_bytes().split()[1]) * 1e-9
    except (OSError, IndexError):
        return now  # macOS, or a kernel that does not count it


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
