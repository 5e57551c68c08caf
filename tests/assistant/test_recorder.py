"""What is logged of a stream makes the same blocks as what was shown of it, whenever the log is written."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bookwheel.assistant.recorder import Recorder, SessionRows
from bookwheel.assistant.subscription import Hub
from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.logged_events import decoded
from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.engine.schema import JsonObject, ToolSelection
from bookwheel.transcript.bridge import WireEvent
from bookwheel.transcript.reducer import Transcript


def piece(delta: str = "", thinking: str = "", agent: str = "A", calls: tuple[str, ...] = ()) -> AgentStream:
    selections = [ToolSelection("", name) for name in calls]
    return AgentStream(delta=delta, thinking_delta=thinking, current_agent_name=agent, tool_calls=selections)


def wire(type_: str, data: JsonObject) -> WireEvent:
    return WireEvent(type_, data, decoded(type_, data))


def recorded(transcript: Transcript) -> tuple[Recorder, list[EventRecord]]:
    log: list[EventRecord] = []
    recorder = Recorder(
        transcript=transcript, rows=SessionRows(), hub=Hub(), log=lambda record, _: log.append(record), next_seq=1
    )
    return recorder, log


def reloaded(log: list[EventRecord]) -> Transcript:
    transcript = Transcript()
    for record in log:
        transcript.apply(parse_line(record.to_line()))
    return transcript


PIECE = st.builds(
    piece, st.sampled_from(["", "a", "b\n"]), st.sampled_from(["", "", "hm"]), st.sampled_from("AAB"),
    st.sampled_from([(), ("t",)]),
)  # fmt: skip
STEP = PIECE | st.sampled_from(["AgentInput", "AgentOutput", "ToolCall", "wait", "seal"])


@given(st.lists(STEP, max_size=30))
def test_the_log_gives_the_blocks_that_were_shown(steps: list[AgentStream | str]) -> None:
    async def play() -> None:
        shown = Transcript()
        recorder, log = recorded(shown)
        recorder.emit("r1", wire("RunStarted", {"user_msg": "?"}))
        for step in steps:
            match step:
                case "wait":
                    await asyncio.sleep(0.002)
                case "seal":
                    recorder.seal()
                case str():
                    recorder.emit("r1", wire(step, {"tool_id": "1"}))
                case _:
                    recorder.stream("r1", step)
        recorder.emit("r1", wire("RunFinished", {"status": "completed", "response": ""}))
        assert reloaded(log).blocks == shown.blocks
        assert [record.seq for record in log] == list(range(1, len(log) + 1))

    asyncio.run(play())


async def test_the_first_piece_is_logged_at_once_and_the_rest_together() -> None:
    recorder, log = recorded(Transcript())
    for text in ("one ", "two ", "three"):
        recorder.stream("r1", piece(text))
    assert [record.data["delta"] for record in log] == ["one "]
    recorder.emit("r1", wire("AgentOutput", {}))
    assert [record.data.get("delta") for record in log] == ["one ", "two three", None]


async def test_pieces_before_a_pause_of_the_stream_are_logged() -> None:
    logged = asyncio.Event()
    log: list[EventRecord] = []

    def take(record: EventRecord, _durable: bool) -> None:
        log.append(record)
        if len(log) == 2:
            logged.set()

    recorder = Recorder(transcript=Transcript(), rows=SessionRows(), hub=Hub(), log=take, next_seq=1)
    recorder.stream("r1", piece("one "))
    recorder.stream("r1", piece("two "))
    async with asyncio.timeout(60):
        await logged.wait()
    assert log[1].data["delta"] == "two "
