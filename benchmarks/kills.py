"""Kills with SIGKILL at random moments of everything that writes, and counts what was lost: it must be nothing.

    python -m benchmarks.kills [COUNT [SEED]]

COUNT kills (300 when left out, 10,000 before a release) are spread over answers, tool calls, approvals, renames,
deletes, exports, commits of the index, upgrades of its format, and two programs at once. Each child is forked from a
process that has everything imported, so that a kill costs hundredths of a second. What a child has acknowledged is in a
pipe that its death does not take along; after each kill everything is read again. Folders are in memory where the
system has such a place: SIGKILL does not test what a power cut would.
"""

import asyncio
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.desk import MockLLM, MockReply, Workflows, desk, words

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.engine.schema import Document, ToolSelection
from bookwheel.engine.stores.embedded import lexical_index
from bookwheel.engine.stores.embedded.store import EmbeddedStore
from bookwheel.engine.stores.store_protocol import LexicalQuery, NewDocument, QueryTerm, StoredDocument, document_ref
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.errors import BookwheelError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.export import write_export

DEFAULT_COUNT = 300
# A fresh folder now and then: old sessions would be read again after each kill.
KILLS_A_FOLDER = 10
PATIENCE_S = 20.0
LONGEST_PAUSE_S = 0.03
QUESTIONS = 400
OLD_MARKER = (1 << 62) + 1
UPGRADED = 300

Ack = Callable[[str], None]
Problems = list[str]


def _records(session: str, numbers: Sequence[int]) -> list[EventRecord]:
    return [EventRecord(number, 1.0, "r1", "AgentStream", {"delta": session}) for number in numbers]


# What the children do, for ever.


async def _ask(folder: Path, ack: Ack, workflows: Workflows, mode: str) -> None:
    async with desk(folder / "sessions", workflows, resume_last=True, mode=mode) as assistant:
        async with asyncio.TaskGroup() as group:
            group.create_task(_acknowledge(assistant, ack))
            group.create_task(_approve(assistant))
            for number in range(QUESTIONS):
                await assistant.wait_finished(await assistant.ask(f"Question {number}?"))


async def _acknowledge(assistant: Assistant, ack: Ack) -> None:
    async for record in assistant.records():
        ack(f"{assistant.sessions.info.id} {record.seq}")


async def _approve(assistant: Assistant) -> None:
    while True:
        for request in assistant.status.waiting_requests:
            await assistant.respond(request, "once")
        await asyncio.sleep(0.001)


def answers(folder: Path, ack: Ack) -> None:
    asyncio.run(_ask(folder, ack, Workflows(MockLLM([words(60)] * QUESTIONS)), "query"))


def tools(folder: Path, ack: Ack, *, approval: bool = False) -> None:
    async def note(number: str) -> str:
        """Note a number; the line is there before anything else happens."""
        with (folder / "work").open("a", encoding="utf-8") as file:
            file.write(f"{number}\n")
        return "noted"

    prefix = f"{os.getpid()}-"
    replies: list[MockReply] = []
    for number in range(QUESTIONS):
        call = ToolSelection(f"{prefix}{number}", "note", {"number": f"{prefix}{number}"})
        replies += [MockReply(tool_calls=[call]), MockReply(text="It is noted.")]
    tool = FunctionTool.from_defaults(note, requires_approval=approval)
    asyncio.run(_ask(folder, ack, Workflows(MockLLM(replies), tools=[tool]), "agent"))


def approvals(folder: Path, ack: Ack) -> None:
    tools(folder, ack, approval=True)


def renames(folder: Path, ack: Ack) -> None:
    store = SessionStore(folder / "sessions")
    session = store.create("0")
    session.append(_records("x", [1]), durable=True)
    session.close()
    for number in range(1, 100_000):
        store.rename(session.id, str(number))
        ack(f"renamed {session.id} {number}")


def deletes(folder: Path, ack: Ack) -> None:
    store = SessionStore(folder / "sessions")
    while True:
        # Hundreds a second: the four letters at the end of an id would be the same twice.
        session = store.create(f"Deleted {time.monotonic_ns()}")
        session.append(_records("x", [1, 2]), durable=True)
        session.close()
        ack(f"{session.id} 2")
        if random.random() < 0.7:
            ack(f"deleting {session.id}")
            store.delete(session.id)
            ack(f"deleted {session.id}")


def exports(folder: Path, ack: Ack) -> None:
    while True:
        number = time.monotonic_ns()  # later children go on counting
        for format_ in ("json", "md"):
            records = _records(f"export {number} " + "x" * 3_000, range(1, 40))
            write_export(format_, folder / f"export.{format_}", str(number), records, may_replace=True)
        ack(f"exported {number}")


def commits(folder: Path, ack: Ack) -> None:
    for _ in range(100_000):
        first = 10 * random.randrange(1_000)
        with EmbeddedStore(folder / "index").writer() as writer:
            for number in range(first, first + 10):
                writer.put(_document(number))
        ack(f"indexed {first}")


def upgrades(folder: Path, ack: Ack) -> None:
    current = lexical_index._MARKER  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - an index of an older format is made by it
    markers = [OLD_MARKER, current]
    store = EmbeddedStore(folder / "index")
    with store.writer() as writer:
        for number in range(len(store.documents()), UPGRADED):
            writer.put(_document(number))
    for number in range(100_000):
        ack(f"upgraded {UPGRADED}")
        lexical_index._MARKER = markers[number % 2]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        with EmbeddedStore(folder / "index").writer():
            pass


def _document(number: int) -> NewDocument:
    path = f"/desk/{number}.md"
    text = f"The wheel number n{number} turns. " * 5
    stored = StoredDocument(ref=document_ref(path), path=path, language="english")
    return NewDocument(stored, Document(text=text, metadata={"file_path": path}), [(0, len(text))])


# What must hold after a kill.


@dataclass(slots=True)
class Acknowledged:
    """What the children of one folder have acknowledged, over all its kills."""

    seqs: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    titles: dict[str, int] = field(default_factory=dict[str, int])
    deleted: set[str] = field(default_factory=set[str])
    deleting: set[str] = field(default_factory=set[str])
    exported: int = -1
    indexed: set[int] = field(default_factory=set[int])

    def take(self, line: str) -> None:
        match line.split():
            case ["renamed", session, number]:
                self.titles[session] = int(number)
            case ["deleting", session]:
                self.deleting.add(session)
            case ["deleted", session]:
                self.deleted.add(session)
            case ["exported", number]:
                self.exported = int(number)
            case ["indexed", first]:
                self.indexed.update(range(int(first), int(first) + 10))
            case ["upgraded", count]:
                self.indexed.update(range(int(count)))
            case [session, seq]:
                self.seqs.setdefault(session, set()).add(int(seq))
            case _:
                pass  # a line that the kill has torn


def lost(folder: Path, acked: Acknowledged) -> Problems:
    """Everything that is not as it must be."""
    return [*_lost_sessions(folder, acked), *_lost_exports(folder, acked), *_lost_index(folder, acked)]


def _lost_sessions(folder: Path, acked: Acknowledged) -> Iterator[str]:
    store = SessionStore(folder / "sessions")
    infos = {info.id: info for info in store.list()}
    started: set[str] = set()
    for session_id in infos:
        session = store.open(session_id, for_writing=False)
        records = session.records()
        session.close()
        seqs = [record.seq for record in records]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"{session_id} has the numbers {seqs}"
        missing = acked.seqs.get(session_id, set()) - set(seqs)
        if missing:
            yield f"{session_id} lost the acknowledged events {sorted(missing)}"
        started |= {str(record.data.get("tool_id")) for record in records if record.type == "ToolCall"}
    for session_id in acked.seqs.keys() - infos.keys() - acked.deleting:
        yield f"{session_id} is gone with all its events"
    yield from (f"{session_id} was deleted and is there" for session_id in acked.deleted & infos.keys())
    for session_id, number in acked.titles.items():
        title = infos[session_id].title if session_id in infos else ""
        if not title.isdecimal() or int(title) < number:
            yield f"{session_id} is called {title!r} after its name {number} was acknowledged"
    work = folder / "work"
    ran = work.read_text(encoding="utf-8").split() if work.exists() else []
    yield from (f"the tool ran for {call} and no log says so" for call in set(ran) - started)
    yield from (f"the tool ran twice for {call}" for call, count in Counter(ran).items() if count > 1)


def _lost_exports(folder: Path, acked: Acknowledged) -> Iterator[str]:
    if acked.exported < 0:
        return
    lines = (folder / "export.json").read_text(encoding="utf-8").splitlines()
    numbers = {str(parse_line(line).data["delta"]).split()[1] for line in lines}
    if len(lines) != 39 or len(numbers) != 1 or int(numbers.pop()) < acked.exported:
        yield f"export.json is not the whole export {acked.exported}"
    heading = (folder / "export.md").read_text(encoding="utf-8").split("\n", 1)[0]
    if int(heading.removeprefix("# ")) < acked.exported:
        yield f"export.md is not the export {acked.exported}"


def _lost_index(folder: Path, acked: Acknowledged) -> Iterator[str]:
    if not acked.indexed and not (folder / "index").exists():
        return
    store = EmbeddedStore(folder / "index")
    with store.writer():
        pass
    found = store.search(LexicalQuery((QueryTerm("body", "wheel"),)), 1_000_000)
    counts = Counter(node.node.path for node in found)
    recorded = Counter(document.path for document in store.documents())
    store.close()
    for number in sorted(acked.indexed):
        if not counts[f"/desk/{number}.md"]:
            yield f"document {number} was indexed and is not found"
    yield from (f"{path} is indexed {count} times" for path, count in (counts + recorded).items() if count > 2)
    yield from (f"{path} is in the record and not in the index" for path in recorded.keys() - counts.keys())


# Killing.

JOBS: tuple[Callable[[Path, Ack], None], ...] = (
    answers, tools, approvals, renames, deletes, exports, commits, upgrades,
)  # fmt: skip


class Child:
    """A forked process at its job."""

    def __init__(self, job: Callable[[Path, Ack], None], folder: Path) -> None:
        self._pipe, write = os.pipe()
        self._begun = b""
        self.pid = os.fork()
        if self.pid == 0:
            _work(job, folder, write)
        os.close(write)
        os.set_blocking(self._pipe, False)

    def run_until(self, acks: int) -> bytes:
        """Let it work until so many acknowledgements, and a little longer; what it has acknowledged."""
        end = time.monotonic() + PATIENCE_S
        data = b""
        while data.count(b"\n") < acks and time.monotonic() < end:
            ready, _, _ = select.select([self._pipe], [], [], 0.5)
            data += self._read() if ready else b""
        time.sleep(random.uniform(0.0, LONGEST_PAUSE_S))
        return data

    def kill(self) -> bytes:
        """Kill it; what it had still acknowledged."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        data = b""
        while piece := self._read():
            data += piece
        os.close(self._pipe)
        return data

    def _read(self) -> bytes:
        try:
            return os.read(self._pipe, 1 << 16)
        except BlockingIOError:
            return b""


def _work(job: Callable[[Path, Ack], None], folder: Path, pipe: int) -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        random.seed()
        job(folder, lambda line: _write_line(pipe, line))
    finally:
        os._exit(0)


def _write_line(pipe: int, line: str) -> None:
    os.write(pipe, f"{line}\n".encode())


def kill_once(jobs: Sequence[Callable[[Path, Ack], None]], folder: Path, acked: Acknowledged) -> Problems:
    """Start the jobs side by side, kill them, and look at what they left."""
    children = [Child(job, folder) for job in jobs]
    said = b""
    for child in children:
        said += child.run_until(random.randrange(4))
    for child in children:
        said += child.kill() + b"\n"
    for line in said.decode().split("\n"):
        acked.take(line)
    try:
        return lost(folder, acked)
    except BookwheelError as error:
        return [f"{'+'.join(job.__name__ for job in jobs)}: {error}"]


def run(count: int, seed: int) -> tuple[Counter[str], Problems]:
    """Kill `count` times; the kills of each job, and every problem that was found."""
    random.seed(seed)
    kills: Counter[str] = Counter()
    problems: Problems = []
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    plans = [*((job,) for job in JOBS), (answers, answers), (commits, commits)]
    turn = 0
    while kills.total() < count:
        jobs = plans[turn % len(plans)]
        turn += 1
        folder, acked = Path(tempfile.mkdtemp(prefix="bookwheel-kills-", dir=base)), Acknowledged()
        for _ in range(max(1, min(KILLS_A_FOLDER, (count - kills.total()) // len(jobs)))):
            if kills.total() >= count:
                break
            found = kill_once(jobs, folder, acked)
            kills[" and ".join(job.__name__ for job in jobs)] += len(jobs)
            problems += found
            if found:
                break
        shutil.rmtree(folder)
    return kills, problems


def main() -> int:
    count, seed = (*map(int, sys.argv[1:]), *(DEFAULT_COUNT, int(time.time()))[len(sys.argv) - 1 :])
    begin = time.monotonic()
    kills, problems = run(count, seed)
    for job, number in kills.items():
        print(f"{job:<22} {number:>6} kills")
    print(f"{kills.total()} kills in {time.monotonic() - begin:.0f} s (seed {seed}); {len(problems)} problems")
    print(json.dumps(problems[:20], indent=1) if problems else "nothing was lost")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
