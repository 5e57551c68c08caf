"""What the real LlamaIndex emitted, played through the desk: every trace gives a whole, well-formed run."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import Workflows, desk

from bookwheel.engine.record import EventRecord

REPO = Path(__file__).resolve().parents[2]
TRACES = (REPO / os.environ.get("BOOKWHEEL_SHARED", "../shared")).resolve() / "llamaindex-traces"


def traces() -> list[Path]:
    """The traces that hold one run's events."""
    return [
        path for path in sorted(TRACES.glob("*.json")) if isinstance(json.loads(path.read_text()).get("events"), list)
    ]


class Played:
    """A handler that gives the recorded events as objects of classes with the recorded names."""

    ctx = None

    def __init__(self, trace: dict[str, Any]) -> None:
        self._events = trace["events"]

    def run(self, *, user_msg: str, chat_history: object = None) -> "Played":
        return self

    async def stream_events(self) -> AsyncIterator[object]:
        for fields in self._events:
            yield made(fields)
            await asyncio.sleep(0)


def made(fields: dict[str, Any]) -> object:
    cls = type(fields.get("class", "Event"), (), {})
    event = cls()
    for name, value in {**fields, **fields.get("extra", {})}.items():
        if name not in ("class", "extra"):
            setattr(event, name, Fields(value) if isinstance(value, dict) and name != "tool_kwargs" else value)
    event.input = [Fields(message) for message in fields.get("input", [])]
    event.tool_calls = [Fields(call) for call in fields.get("tool_calls") or []]
    return event


class Fields:
    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


@pytest.mark.skipif(not TRACES.exists(), reason="the recorded LlamaIndex traces are not here")
@pytest.mark.parametrize("path", traces(), ids=lambda path: path.stem)
async def test_a_recorded_run_is_well_formed_and_gives_the_recorded_answer(path: Path, tmp_path: Path) -> None:
    trace = json.loads(await asyncio.to_thread(path.read_text))
    workflows = Workflows()
    workflows.custom = Played(trace)  # type: ignore[assignment] - a handler without await and cancel
    async with desk(tmp_path, workflows, mode="workflow") as assistant:
        feed = assistant.records()
        finished = await assistant.wait_finished(await assistant.ask("Play"))
        feed.close()
        records = [record async for record in feed]
        assert records[0].type == "RunStarted"
        assert records[-1] == finished
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        assert not [block for block in assistant.sessions.transcript.blocks if block.status == "open"]
    calls = [fields["tool_id"] for fields in trace["events"] if fields.get("class") == "ToolCall"]
    assert [record.data["tool_id"] for record in records if record.type == "ToolCall"] == list(dict.fromkeys(calls))
    assert finished.data["response"] == last_streamed_answer(records)
    result = trace.get("result")
    if isinstance(result, dict) and result.get("class") == "AgentOutput" and path.stem != "react":
        assert str(finished.data["response"]).strip() == result["str"].strip()


def last_streamed_answer(records: list[EventRecord]) -> str:
    text = ""
    for record in records:
        if record.type == "AgentInput":
            text = ""
        elif record.type == "AgentStream":
            text += str(record.data["delta"])
    return text
