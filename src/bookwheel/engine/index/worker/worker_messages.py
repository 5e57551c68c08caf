"""The messages between the indexing worker and its owner: JSON lines.

The owner writes one job and keeps the pipe open; the worker stops when it is closed. The worker answers with messages:

    {"kind": "waiting", "holder": "process 4711"}         another process writes the index
    {"kind": "reading", "task": 3, "fraction": 0.4}       a file that takes longer
    {"kind": "done", "results": [[3, {…TaskDone}], …]}    these are committed and searchable
    {"kind": "removed", "refs": ["…"]}                    these were removed from the index
    {"kind": "error", "message": "…", "hint": "…"}        the index cannot be written; the last message. With
                                                          "is_damaged": true it must be rebuilt
    {"kind": "end"}                                       all is done; the last message

The worker also writes the number of the task in hand, and whether it recognises a page, to a small shared file. Its
owner reads it when the worker has died.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import TypeAlias, cast

from bookwheel.engine.index.file_task import Task, TaskDone
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.stores.store_protocol import LeftOutRow
from bookwheel.lazy_dataclass import dataclass

NO_TASK = -1
_TASKS_IN_A_PIECE = 200
_IN_HAND = struct.Struct("<q?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The work of the worker; tasks by their numbers."""

    store: str
    limits: ParseLimits
    remove: Sequence[str]
    left_out: Mapping[str, Sequence[LeftOutRow]]
    tasks: Mapping[int, Task]

    def to_line(self) -> Iterator[bytes]:
        """One line in pieces, so that a hundred thousand tasks do not block the loop."""
        data = {
            "store": self.store,
            "limits": asdict(self.limits),
            "remove": list(self.remove),
            "left_out": [[root, [[row.path, row.reason] for row in rows]] for root, rows in self.left_out.items()],
        }
        yield json.dumps(data).encode().removesuffix(b"}") + b', "tasks": ['
        tasks, comma = iter(self.tasks.items()), ""
        while piece := [[number, asdict(task)] for number, task in islice(tasks, _TASKS_IN_A_PIECE)]:
            yield (comma + json.dumps(piece)[1:-1]).encode()
            comma = ", "
        yield b"]}\n"


@dataclass(frozen=True, slots=True)
class Waiting:
    holder: str


@dataclass(frozen=True, slots=True)
class Reading:
    task: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Results:
    results: Sequence[tuple[int, TaskDone]]


@dataclass(frozen=True, slots=True)
class Removed:
    refs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Failure:
    message: str
    hint: str
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class End:
    pass


Message: TypeAlias = Waiting | Reading | Results | Removed | Failure | End


def job_from_line(line: bytes) -> Job:
    """The job that `to_line` wrote."""
    data = json.loads(line)
    return Job(
        store=data["store"],
        limits=ParseLimits(**data["limits"]),
        remove=data["remove"],
        left_out={root: [LeftOutRow(*row) for row in rows] for root, rows in data["left_out"]},
        tasks={number: Task(**task) for number, task in data["tasks"]},
    )


def message_to_line(message: Message) -> str:
    """A message as the worker writes it."""
    match message:
        case Waiting(holder):
            data: JsonObject = {"kind": "waiting", "holder": holder}
        case Reading(task, fraction):
            data = {"kind": "reading", "task": task, "fraction": round(fraction, 3)}
        case Results(results):
            data = {"kind": "done", "results": [[number, asdict(done)] for number, done in results]}
        case Removed(refs):
            data = {"kind": "removed", "refs": list(refs)}
        case Failure(text, hint, is_damaged):
            data = {"kind": "error", "message": text, "hint": hint, "is_damaged": is_damaged}
        case End():
            data = {"kind": "end"}
    return json.dumps(data) + "\n"


def message_from_line(line: bytes) -> Message:
    """A message that `message_to_line` wrote."""
    data = json.loads(line)
    match data["kind"]:
        case "waiting":
            return Waiting(data["holder"])
        case "reading":
            return Reading(data["task"], data["fraction"])
        case "done":
            return Results([(number, TaskDone(**done)) for number, done in data["results"]])
        case "removed":
            return Removed(cast("list[str]", data["refs"]))  # as it was written
        case "error":
            return Failure(data["message"], data["hint"], data["is_damaged"])
        case _:
            return End()


class TaskInHand:
    """The task that the worker works on, in a file that both processes hold open."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def set(self, number: int, *, recognises: bool = False) -> None:
        os.pwrite(self._fd, _IN_HAND.pack(number, recognises), 0)

    def get(self) -> tuple[int, bool]:
        """Its number, and whether one of its pages is being recognised by OCR."""
        data = os.pread(self._fd, _IN_HAND.size, 0)
        return _IN_HAND.unpack(data) if len(data) == _IN_HAND.size else (NO_TASK, False)
