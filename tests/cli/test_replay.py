"""`bookwheel replay`: a saved session, or an exported event log, is played back."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION


def log_of(seconds: float) -> str:
    """A log of one run that took so long between its question and its answer."""
    lines = [
        {"seq": 1, "t": 100.0, "run": "r1", "type": "RunStarted", "data": {"user_msg": "Why?", "mode": "query"}},
        {"seq": 2, "t": 100.0 + seconds, "run": "r1", "type": "AgentStream", "data": {"delta": "Because."}},
        {
            "seq": 3,
            "t": 100.0 + seconds,
            "run": "r1",
            "type": "RunFinished",
            "data": {"status": "completed", "response": "Because.", "citations": []},
        },
    ]
    return "".join(f"{json.dumps(line)}\n" for line in lines)


async def test_a_saved_session_is_played_back_with_questions_answers_and_sources(notes: Path) -> None:
    asked = await bookwheel("ask", QUESTION, str(notes))
    played = await bookwheel("replay", "last", "--speed", "100")
    assert played.code == 0
    assert played.out == f"▌ {QUESTION}\n\n{asked.out}\n"


async def test_a_replay_as_json_is_the_event_log(notes: Path) -> None:
    asked = await bookwheel("ask", "--json", QUESTION, str(notes))
    assert (await bookwheel("replay", "last", "--json", "--speed", "100")).out == asked.out


async def test_a_replay_keeps_the_timing_and_speed_divides_it(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    loop = asyncio.get_running_loop()
    took: dict[str, float] = {}
    for speed in ("0.5", "1000"):
        file.write_text(log_of(2.0))
        began = loop.time()
        played = await bookwheel("replay", str(file), "--speed", speed)
        took[speed] = loop.time() - began
        assert played.out == "▌ Why?\n\nBecause.\n\n"
    assert took["0.5"] > 4.0
    assert took["0.5"] - took["1000"] > 2.0


async def test_a_hostile_or_empty_log_is_refused_or_cleaned(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("not a record\n" + log_of(0.0).replace("Because.", "\\u001b[2JBecause."))
    played = await bookwheel("replay", str(file))
    assert (played.code, "\x1b" in played.out, "1 line " in played.err) == (0, False, True)
    file.write_text("")
    empty = await bookwheel("replay", str(file))
    assert (empty.code, "holds no events" in empty.err) == (1, True)
    assert (await bookwheel("replay", "nope")).code == 1
    assert (await bookwheel("replay", "nope", "--speed", "0")).code == 2
