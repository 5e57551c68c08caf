"""How often updates are drawn: a plan at work less often than an answer."""

from bookwheel.assistant.updates import TraceChanged, TranscriptChanged
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.transcript.blocks import Closed, Extended, Opened, Replaced
from bookwheel.transcript.research.plan_folding import PlanBlock
from bookwheel.tui.update_feed import only_replaces

PLAN = PlanBlock(id="p", run="r1", t=0.0, state=ResearchState())


def test_only_a_plan_at_work_may_wait() -> None:
    at_work = (TranscriptChanged((Replaced(PLAN), Replaced(PLAN))), TraceChanged(()))
    assert only_replaces(at_work)
    for change in (Opened(PLAN), Extended("a", "text"), Closed(PLAN)):
        assert not only_replaces((*at_work, TranscriptChanged((change,))))
    assert not only_replaces(())
    assert not only_replaces((TraceChanged(()),))
