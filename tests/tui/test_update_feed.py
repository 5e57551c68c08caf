"""How often updates are drawn: a plan at work less often than an answer."""

from bookwheel.assistant.updates import EventRowsChanged, TranscriptChanged
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.transcript.blocks import Closed, Extended, Opened, Replaced
from bookwheel.transcript.event_rows import EventRow
from bookwheel.transcript.research.plan_folding import PlanBlock
from bookwheel.tui.update_feed import (
    BUSY_PLAN_FRAME_S,
    BUSY_ROWS,
    FAST_CHARACTERS,
    FAST_FRAME_S,
    PLAN_FRAME_S,
    only_replaces,
    plan_pause_s,
    text_pause_s,
)

PLAN = PlanBlock(id="p", run="r1", t=0.0, state=ResearchState())


def test_only_a_plan_at_work_may_wait() -> None:
    at_work = (TranscriptChanged((Replaced(PLAN), Replaced(PLAN))), EventRowsChanged(()))
    assert only_replaces(at_work)
    for change in (Opened(PLAN), Extended("a", "text"), Closed(PLAN)):
        assert not only_replaces((*at_work, TranscriptChanged((change,))))
    assert not only_replaces(())
    assert not only_replaces((EventRowsChanged(()),))


def test_a_flood_of_events_is_drawn_seldom() -> None:
    rows = [EventRow(id=str(n), run="r", t=0.0, kind="note", type="N", summary="") for n in range(BUSY_ROWS)]
    plan = TranscriptChanged((Replaced(PLAN),))
    assert plan_pause_s((plan, EventRowsChanged(tuple(rows[1:])))) == PLAN_FRAME_S
    assert plan_pause_s((plan, EventRowsChanged(tuple(rows)))) == BUSY_PLAN_FRAME_S
    assert plan_pause_s((EventRowsChanged(tuple(rows)),)) == 0.0


def test_text_that_comes_faster_than_it_is_read_is_drawn_less_often() -> None:
    slow = (TranscriptChanged((Opened(PLAN), Extended("a", "x" * (FAST_CHARACTERS // 10)))),)
    fast = (*slow, TranscriptChanged((Extended("b", "x"),)))
    assert text_pause_s(slow, 0.1) == 0.0
    assert text_pause_s(fast, 0.1) == FAST_FRAME_S
    assert text_pause_s((), 0.0) == 0.0
