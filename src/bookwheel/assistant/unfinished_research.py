"""The state of a session's unfinished research, from which another run continues."""

from __future__ import annotations

import asyncio
import time

from bookwheel.assistant.call_journal import RunAgain
from bookwheel.assistant.open_session import OpenSession
from bookwheel.errors import UsageError


async def unfinished_research(session: OpenSession, run_id: str) -> RunAgain | None:
    """What a run that continues this one needs; None where it is not research, or its report is complete.

    A report that a limit cut short can be continued with a higher limit.
    """
    from bookwheel.engine.research.research_state import state_of_run

    records = await session.records()
    ended = next((each.run_finished for each in reversed(records) if each.run == run_id and each.run_finished), None)
    if ended is None or (ended.status == "completed" and not (ended.research and ended.research.stopped_by)):
        return None
    state = await asyncio.to_thread(state_of_run, records, run_id)
    return RunAgain(run_id, research=state.resumed(time.time() - state.last_t)) if state is not None else None


async def research_to_resume(session: OpenSession, run_id: str) -> tuple[str, RunAgain]:
    """The question of a run and what is known of it; without `run_id` of the session's last one.

    Raises UsageError when it cannot be continued.
    """
    run_id = run_id or (list(session.transcript.runs) or [""])[-1]
    again, question = await unfinished_research(session, run_id), session.question(run_id)
    if again is None or question is None:
        raise UsageError("This session has no research to continue.", hint="A complete report is not researched again.")
    return question[0], again
