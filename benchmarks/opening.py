"""Opening saved sessions of any length, from the command or the key to the page, and full-text search over many."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.desk_app import running_app

from benchmarks.harness import Case, Sample, interleaved, main, median, report, timed
from benchmarks.startup import clean_environment, first_frame
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.sessions.session_store import SessionStore

ROUNDS = 7
POLL_S = 0.002
QUESTIONS = 5_000  # 10,000 messages: each question has its answer
SHORT = 5
SESSIONS = 1_000
QUESTIONS_EACH = 10
SIGN = "the last word of this session"
PARAGRAPH = "Some *words* of **text** and `code` that an answer is made of [1]. "


def records(questions: int, sign: str = SIGN) -> Iterator[EventRecord]:
    """A session of so many questions, with what the engine logs of each: about 11 kB."""
    seq, t = 0, 1_700_000_000.0
    prompt = "Answer from the passages below. " * 100

    def record(run: str, type_: str, data: JsonObject) -> EventRecord:
        nonlocal seq, t
        seq, t = seq + 1, t + 0.2
        return EventRecord(seq, t, run, type_, data)

    for number in range(questions):
        run, text = f"r{number + 1}", f"{PARAGRAPH * 5}\n\n- a first item\n- a second one [2]\n\n" * 4
        if number == questions - 1:
            text += f"\n\n{sign}"
        nodes: list[JsonValue] = [
            {"node_id": f"n{each}", "path": f"/desk/{each}.md", "page": None, "start_char_idx": 0, "end_char_idx": 500,
             "score": 1.0, "text": "A passage of a document. " * 20, "number": each + 1}
            for each in range(5)
        ]  # fmt: skip
        question = f"What is this, and how does it work in case {number}?"
        yield record(run, "RunStarted", {"user_msg": question, "mode": "query", "model": "m"})
        yield record(run, "Retrieval", {"query": question, "nodes": nodes})
        yield record(run, "AgentInput", {"input": [{"role": "user", "content": prompt}], "current_agent_name": "Query"})
        for start in range(0, len(text), 400):
            yield record(run, "AgentStream", {"delta": text[start : start + 400], "current_agent_name": "Query"})
        yield record(run, "AgentOutput", {"response": text, "tool_calls": [], "current_agent_name": "Query"})
        cited = nodes[:2]
        yield record(run, "RunFinished", {"status": "completed", "response": text, "citations": cited})


def save_session(config: Path, questions: int, sign: str = SIGN) -> str:
    """Save a session in this config folder; its id."""
    session = SessionStore(config / "sessions").create("A session")
    session.append(list(records(questions, sign)), durable=True)
    session.close()
    return session.id


async def _opened_in_app(folder: Path, sessions: dict[str, str], rounds: int) -> dict[str, Sample]:
    """The sessions opened in turn in one app: until the last answer is on the page, and until all is loaded."""
    samples: dict[str, list[Sample]] = {}
    async with running_app(folder) as desk:
        for _ in range(rounds):
            for name, session in sessions.items():
                await desk.assistant.sessions.new()
                await desk.until(lambda: not desk.sees(SIGN))
                wall, cpu = time.perf_counter(), time.process_time()

                def taken(wall: float = wall, cpu: float = cpu) -> Sample:
                    return Sample(time.perf_counter() - wall, time.process_time() - cpu)

                await desk.assistant.sessions.open(session)
                # Textual's own pause would wait until the threads that read on are idle too.
                while not desk.sees(SIGN):  # noqa: ASYNC110 - the app has no event for it
                    await asyncio.sleep(POLL_S)
                samples.setdefault(f"{name}, the page", []).append(taken())
                await desk.assistant.sessions.current.earlier.read_outline()
                samples.setdefault(f"{name}, and every question", []).append(taken())
                await desk.assistant.sessions.load_earlier(whole=True)
                samples.setdefault(f"{name}, and every block", []).append(taken())
    return {name: median(taken) for name, taken in samples.items()}


def _searches(folder: Path) -> None:
    """Search 1,000 sessions of 130 MB for a word that is rare, one that is everywhere, and one that is nowhere."""
    for number in range(SESSIONS):
        save_session(folder, QUESTIONS_EACH, sign=f"rareword{number}")
    store = SessionStore(folder / "sessions")
    size = sum(path.stat().st_size for path in (folder / "sessions").glob("*/events.jsonl"))
    first = timed(lambda: store.search("rareword7"))()
    print(f"\nthe first search over {SESSIONS} sessions of {size / 1e6:.0f} MB: {first.cpu:.1f} s of the processor")
    cases = {
        f"reading the logs ({size / 1e6:.0f} MB)": timed(lambda: _read_all(folder)),
        "a word in one session": timed(lambda: store.search("rareword7")),
        "a word in every session": timed(lambda: store.search("answer")),
        "two words in no session": timed(lambda: store.search("rareword7 rareword8")),
    }
    report("full-text search", interleaved(cases, rounds=ROUNDS), baseline=next(iter(cases)))


def _read_all(folder: Path) -> None:
    for path in (folder / "sessions").glob("*/events.jsonl"):
        path.read_bytes().find(b"rareword7")


def run() -> None:
    with TemporaryDirectory() as folder:
        _searches(Path(folder))
    with TemporaryDirectory() as folder:
        sessions = {
            "10 messages": save_session(Path(folder), SHORT),
            "10,000 messages": save_session(Path(folder), QUESTIONS),
        }
        opened = asyncio.run(_opened_in_app(Path(folder), sessions, ROUNDS))
    report("in the app, from the key", opened, baseline="10 messages, the page")
    command = str(Path(sys.executable).with_name("bookwheel"))
    with TemporaryDirectory() as folder:
        cases: dict[str, Case] = {}
        for name, questions in (("10 messages", SHORT), ("10,000 messages", QUESTIONS)):
            env = clean_environment(Path(folder) / f"q{questions}")
            session = save_session(Path(env["BOOKWHEEL_CONFIG_DIR"]), questions)
            cases[name] = first_frame([command, "--session", session], SIGN.encode(), env)
        report("from the command to the page", interleaved(cases, rounds=ROUNDS), baseline="10 messages")


if __name__ == "__main__":
    main("opening", run)
