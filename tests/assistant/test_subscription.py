"""A slow front end gets all updates in the end, through a bounded queue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.assistant import subscription as module
from bookwheel.assistant.subscription import Subscription
from bookwheel.assistant.updates import (
    DeskStatus,
    EarlierBlocks,
    EventRowsChanged,
    EventRowsReset,
    LibraryChanged,
    StatusChanged,
    TranscriptChanged,
    TranscriptReset,
    Update,
)
from bookwheel.engine.record import EventRecord
from bookwheel.transcript.blocks import AnswerBlock, Block, Closed, Extended, Opened, QuestionBlock, Replaced
from bookwheel.transcript.event_rows import EventRow, EventRows
from bookwheel.transcript.reducer import Transcript


def subscribed(transcript: Transcript | None = None, event_rows: EventRows | None = None) -> Subscription:
    transcript, event_rows = transcript or Transcript(), event_rows or EventRows()
    return Subscription(lambda: transcript.blocks, lambda: event_rows.rows)


def row(row_id: str, summary: str = "x") -> EventRow:
    return EventRow(id=row_id, run="r1", t=1.0, kind="llm", type="AgentStream", summary=summary)


def test_text_for_one_block_is_merged_in_order() -> None:
    subscription = subscribed()
    question = QuestionBlock(id="q", run="r1", text="?")
    subscription.put_changes([Extended("a", "one "), Extended("a", "two "), Extended("b", "x")])
    subscription.put_changes([Opened(question), Extended("a", "three"), Extended("a", "!")])
    (update,) = subscription.take()
    assert update == TranscriptChanged(
        (Extended("a", "one two "), Extended("b", "x"), Opened(question), Extended("a", "three!"))
    )
    assert subscription.take() == []


def test_only_the_latest_state_of_rows_library_and_status_is_sent() -> None:
    subscription = subscribed()
    for number in range(3):
        subscription.put_rows([row("1", f"v{number}"), row("2")])
        subscription.put_status(DeskStatus(completion_tokens=number))
        subscription.put_library(LibraryChanged((), (), (), error=str(number)))
    assert subscription.take() == [
        EventRowsChanged((row("1", "v2"), row("2"))),
        LibraryChanged((), (), (), error="2"),
        StatusChanged(DeskStatus(completion_tokens=2)),
    ]


def test_a_reset_drops_waiting_updates() -> None:
    subscription = subscribed()
    subscription.put_changes([Extended("old", "x")])
    subscription.put_earlier(EarlierBlocks(()))
    subscription.put_rows([row("old")])
    subscription.put_reset()
    subscription.put_earlier(EarlierBlocks((QuestionBlock(id="q", run="r0", text="?"),)))
    kinds = [type(update) for update in subscription.take()]
    assert kinds == [TranscriptReset, EarlierBlocks, EventRowsReset]


async def test_the_iteration_ends_after_the_waiting_updates() -> None:
    subscription = subscribed()
    subscription.put_status(DeskStatus())
    subscription.close()
    assert [updates async for updates in subscription] == [[StatusChanged(DeskStatus())]]


@pytest.mark.fault("A8")
def test_a_reader_that_is_far_behind_gets_the_present_state() -> None:
    transcript, event_rows = Transcript(), EventRows()
    subscription = subscribed(transcript, event_rows)
    for seq in range(1, 3 * module.MAX_CHANGES):
        record = EventRecord(seq, 1.0, "r1", "Mine", {"n": seq})
        subscription.put_changes(transcript.apply(record))
        subscription.put_rows(event_rows.apply(record))
    updates = subscription.take()
    assert held(updates) < 2 * module.MAX_CHANGES + module.MAX_ROWS + len(transcript.blocks)
    assert shown(updates) == list(transcript.blocks)


def held(updates: list[Update]) -> int:
    return sum(len(getattr(update, "changes", getattr(update, "rows", ()))) for update in updates)


def shown(updates: list[Update]) -> list[Block]:
    """What a front end has on its screen after these updates."""
    blocks: dict[str, Block] = {}
    for update in updates:
        match update:
            case TranscriptReset(all_blocks):
                blocks = {block.id: block for block in all_blocks}
            case TranscriptChanged(changes):
                for change in changes:
                    match change:
                        case Extended(block_id, text):
                            block = blocks[block_id]
                            assert isinstance(block, AnswerBlock)
                            blocks[block_id] = AnswerBlock(
                                id=block.id, run=block.run, t=block.t, text=block.text + text, agent=block.agent
                            )
                        case Opened(block) | Replaced(block) | Closed(block):
                            blocks[block.id] = block
            case _:
                pass
    return list(blocks.values())


STEP = st.sampled_from(
    ["RunStarted", "AgentStream", "AgentStream", "AgentStream", "Mine", "RunFinished", "take", "reset"]
)


@given(st.lists(STEP, max_size=60))
def test_a_slow_reader_ends_with_the_same_blocks(steps: list[str]) -> None:
    transcript = Transcript()
    subscription = subscribed(transcript)
    told: list[Update] = []
    for seq, step in enumerate(steps, start=1):
        if step == "take":
            told += subscription.take()
        elif step == "reset":
            subscription.put_reset()
        else:
            record = EventRecord(seq, 1.0, "r1", step, {"delta": f"{seq} ", "status": "completed"})
            subscription.put_changes(transcript.apply(record))
    told += subscription.take()
    assert shown(told) == list(transcript.blocks)
