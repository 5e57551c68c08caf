"""What the app opens with: documents, a session, a named desk, a first question, or a replay; and how it closes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.assistant.updates import OWN
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant
    from bookwheel.config.kept import NamedDesk
    from bookwheel.engine.record import EventRecord
    from bookwheel.sessions.header import SessionInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The records of a session to play back, `speed` times as fast as it happened."""

    records: Sequence[EventRecord]
    title: str = ""
    speed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`roots`, `session_id`, `resume_last` and `desk` say what opens, `selection` what is searched.

    `question` is asked at once; a `recording` is played back.
    """

    roots: tuple[Path, ...] = ()
    session_id: str | None = None
    resume_last: bool = False
    desk: NamedDesk | None = None
    selection: Selection = EVERYTHING
    question: str = ""
    recording: Recording | None = None


async def open_assistant(assistant: Assistant, opening: Opening) -> Sequence[SessionInfo]:
    """Start the assistant with what it opens with; all saved sessions. Raises BookwheelError."""
    infos = await assistant.sessions.list()
    roots, desk = opening.roots, opening.desk
    if not roots and opening.session_id is None and desk is None and assistant.modes != (OWN,):
        roots = await asyncio.to_thread(_last_used, infos)
    await assistant.start(roots, session_id=opening.session_id, resume_last=opening.resume_last, desk=desk)
    if opening.selection != EVERYTHING:
        await assistant.documents.set_filter(opening.selection)
    if opening.question:
        await assistant.ask(opening.question)
    if (recording := opening.recording) is not None:
        await assistant.sessions.play(recording.records, recording.title, speed=recording.speed)
    return infos


async def close_for(assistant: Assistant, number: signal.Signals) -> None:
    """Close the assistant because of a signal, or because the user leaves (SIGINT)."""
    from bookwheel.assistant.outcome import ENDED, LOST_LINE, STOPPED

    reasons = {signal.SIGHUP: LOST_LINE, signal.SIGINT: STOPPED}
    await assistant.aclose(reasons.get(number, ENDED))


def _last_used(sessions: Sequence[SessionInfo]) -> tuple[Path, ...]:
    documents = next((session.documents for session in sessions if session.documents), ())
    return tuple(path for path in map(Path, documents) if path.exists())
