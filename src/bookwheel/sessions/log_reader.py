"""Reading an event log: lines that are not records are counted and skipped, long logs are read from their end."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import field
from io import BufferedReader

from bookwheel.engine.events.agent_events import AgentInput
from bookwheel.engine.events.run_events import BriefChanged, RunStarted
from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.sessions.journal import EVENTS
from bookwheel.sessions.private_files import open_private

# As `EventRecord.to_line` writes it. Inside a string the quotes are escaped, so no text of a user can match it.
RUN_STARTED = f'"type": "{RunStarted.__name__}"'.encode()
RUN_BORDER = b'"type": "Run'
_OUTLINE = (RUN_STARTED, f'"type": "{BriefChanged.__name__}"'.encode())

# Only as `to_line` writes it; any other spelling is parsed whole.
_PROMPT = lazy_regex(
    rb'\{"seq": (\d+), "t": (\d+\.\d+), "run": "(\w+)", "type": "%b", "data": \{.*\}\}\n' % AgentInput.__name__.encode()
)

_RECORD_START = b'{"seq": '
_FIRST_BLOCK = 256 << 10
_SEARCH_BLOCK = 4 << 20


@dataclass(slots=True)
class LogPart:
    """A part of a log from byte `start` on; `damaged` lines in it could not be read."""

    start: int = 0
    records: list[EventRecord] = field(default_factory=list[EventRecord])
    damaged: int = 0


def open_log(folder: int) -> BufferedReader:
    """The event log in `folder`, to be closed by the caller. Raises OSError."""
    return os.fdopen(open_private(EVENTS, os.O_RDONLY, folder), "rb")


def log_problem(folder: int) -> str:
    """What is wrong with the log in `folder`, by its first byte; "" when it can be read."""
    try:
        with open_log(folder) as log:
            first = log.read(1)
    except FileNotFoundError:
        return f"its {EVENTS} is missing"
    except OSError as error:
        return f"its {EVENTS} cannot be read ({error.strerror or error})"
    if not first:
        return f"its {EVENTS} is empty"
    # A file system that lost power may leave a file of zeros.
    return "" if first == b"{" else f"the beginning of its {EVENTS} cannot be read"


def read_part(log: BufferedReader, start: int = 0, end: int | None = None, *, has_prompts: bool = True) -> LogPart:
    """The records from byte `start` (the beginning of a line) to byte `end`, or to the last whole line.

    Without `has_prompts` the data of `AgentInput` events is left out: it is half of a log, and no block shows it.
    """
    part = LogPart(start)
    for line in iterate_lines(log, start, end):
        try:
            prompt = None if has_prompts else _PROMPT.match(line)
            part.records.append(_without_data(prompt) if prompt else parse_line(line.decode("utf-8")))
        except ValueError:
            part.damaged += 1
    return part


def _without_data(prompt: re.Match[bytes]) -> EventRecord:
    seq, t, run = prompt.groups()
    return EventRecord(int(seq), float(t), run.decode("ascii"), AgentInput.__name__, {})


def iterate_lines(log: BufferedReader, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The lines from byte `start` to byte `end` that are not empty; what is written meanwhile is left out."""
    log.seek(start)
    position = start
    for line in log:
        position += len(line)
        if end is not None and position > end:
            return
        if not line.isspace():
            yield line
        if not line.endswith(b"\n"):
            return  # another window is writing it: the next read would begin in its middle


def read_outline(log: BufferedReader, end: int) -> LogPart:
    """Only the records before byte `end` that begin runs or change the brief.

    Takes 0.14 s for 70 MB and 5,000 runs, where reading all of it takes 2 s. Lines that do not look like records are
    counted as damaged.
    """
    part = LogPart()
    for data in _whole_lines(log, end):
        found = sorted(line for marker in _OUTLINE for line in _lines_with(marker, data))
        for start, after in dict.fromkeys(found):
            with suppress(ValueError):
                part.records.append(parse_line(data[start:after]))
        part.damaged += _count_odd_lines(data)
    return part


def border_lines(log: BufferedReader) -> Iterator[bytes]:
    """The lines that begin and end runs; the others, which are most of a log, are not split into lines."""
    for data in _whole_lines(log):
        for start, after in _lines_with(RUN_BORDER, data):
            yield data[start:after]


def _whole_lines(log: BufferedReader, end: int | None = None) -> Iterator[bytes]:
    """The log up to byte `end` in large pieces that end with a line."""
    log.seek(0)
    rest, left = b"", end
    while block := log.read(_SEARCH_BLOCK if left is None else min(_SEARCH_BLOCK, left)):
        left = None if left is None else left - len(block)
        data = rest + block
        after = data.rfind(b"\n") + 1
        rest = data[after:]
        yield data[:after]


def _lines_with(marker: bytes, data: bytes) -> Iterator[tuple[int, int]]:
    """Where each line with `marker` begins, and where the next one does."""
    position = 0
    while (found := data.find(marker, position)) >= 0:
        start, position = data.rfind(b"\n", 0, found) + 1, data.find(b"\n", found) + 1
        yield start, position


def _count_odd_lines(data: bytes) -> int:
    """How many lines do not begin and end as records do; those that another program wrote are parsed."""
    if not data or (data.startswith(_RECORD_START) and data.count(b"\n") == 1 + data.count(b"}\n" + _RECORD_START)):
        return 0
    odd = (line for line in data.splitlines() if not (line.startswith(_RECORD_START) and line.endswith(b"}")))
    return sum(bool(line.strip()) and not _is_record(line) for line in odd)


def _is_record(line: bytes) -> bool:
    try:
        parse_line(line)
    except ValueError:
        return False
    return True


def tail_start(log: BufferedReader, runs: int, end: int | None = None) -> int:
    """Where the last `runs` questions before byte `end` begin (0 when there are not so many), found from the end."""
    end = position = log.seek(0, os.SEEK_END) if end is None else end
    block = _FIRST_BLOCK
    while position > 0:
        position = max(0, position - block)
        log.seek(position)
        starts = _run_starts(log.read(end - position), whole=position == 0)
        if len(starts) >= runs:
            return position + starts[-runs]
        block *= 2
    return 0


def _run_starts(data: bytes, *, whole: bool) -> list[int]:
    starts: list[int] = []
    found = data.find(RUN_STARTED)
    while found >= 0:
        line = data.rfind(b"\n", 0, found) + 1
        # The first line of a block may have lost its beginning.
        if (line > 0 or whole) and (not starts or starts[-1] != line):
            starts.append(line)
        found = data.find(RUN_STARTED, found + len(RUN_STARTED))
    return starts
