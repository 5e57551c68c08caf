"""The runs of a saved session before its last ones: their questions at once, their blocks when they are wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from bookwheel.engine.events.run_events import Pin
from bookwheel.engine.record import EventRecord
from bookwheel.sessions.session import Session
from bookwheel.transcript.block_list import RunState
from bookwheel.transcript.blocks import Block, QuestionBlock
from bookwheel.transcript.reducer import Transcript

# Parsing a part takes some hundredths of a second. Each is put before all that is loaded: many small ones are slow.
PART_RUNS = 60
LARGE_PART_RUNS = 500


class EarlierRuns:
    """What the log of `session` holds before byte `end`; nothing without a session.

    Reading all of 10,000 messages takes 1.8 s of the processor, their questions a tenth of a second: blocks are
    therefore read a part at a time, the latest first, when somewhere needs them.
    """

    def __init__(self, session: Session | None = None, end: int = 0) -> None:
        self._session = session
        self._start = end
        self._reading = asyncio.Lock()
        self._outline: tuple[QuestionBlock, ...] = ()
        self.blocks: tuple[Block, ...] = ()
        """The blocks that have been read."""
        self.runs: Mapping[str, RunState] = {}
        """The runs of these blocks."""
        self.pins: tuple[Pin, ...] | None = None
        """The brief, None where nothing that was read holds it."""
        self.is_outline_read = not end

    @classmethod
    def of(cls, records: Iterable[EventRecord]) -> EarlierRuns:
        """Earlier runs of which everything is known already."""
        transcript, known = _replayed(records), cls()
        known.blocks, known.runs, known.pins = transcript.blocks, transcript.runs, transcript.pins
        return known

    @property
    def is_whole(self) -> bool:
        """Whether the blocks of all earlier runs have been read."""
        return not self._start

    @property
    def questions(self) -> Sequence[QuestionBlock]:
        """The questions of the runs whose blocks have not been read."""
        return () if self.is_whole else self._outline

    async def read_outline(self) -> None:
        """Read the questions and the brief, in a thread."""
        session = self._session
        async with self._reading:
            if self.is_outline_read or session is None:
                return
            outline = await asyncio.to_thread(session.outline, self._start)
            transcript = await asyncio.to_thread(_replayed, outline.records)
            self._outline = tuple(block for block in transcript.blocks if isinstance(block, QuestionBlock))
            self.pins = transcript.pins
            self.is_outline_read = True

    async def read_part(self, runs: int = PART_RUNS) -> Sequence[Block]:
        """Read the blocks of the next runs, in a thread; none when there are no more."""
        await self.read_outline()
        session = self._session
        async with self._reading:
            if self.is_whole or session is None:
                return ()
            part = await asyncio.to_thread(session.before, self._start, runs)
            earlier = await asyncio.to_thread(_replayed, part.records)
            self._start = part.start
            self.blocks = (*earlier.blocks, *self.blocks)
            self.runs = {**earlier.runs, **self.runs}
            self._outline = tuple(question for question in self._outline if question.run not in earlier.runs)
            return earlier.blocks


def _replayed(records: Iterable[EventRecord]) -> Transcript:
    transcript = Transcript()
    for record in records:
        transcript.apply(record)
    transcript.cut_unfinished()  # another run follows
    return transcript
