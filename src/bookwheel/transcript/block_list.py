"""What a transcript keeps while it is built: its blocks in order, with growing texts, and the state of each run."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, TypedDict

from bookwheel.engine.events.run_events import RunStatus
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    BlockStatus,
    Change,
    Closed,
    Extended,
    Opened,
    Replaced,
    ThoughtBlock,
)


class BlockList:
    """Open, extend, replace and close by id. A growing text is kept in pieces, so that each costs the same."""

    def __init__(self) -> None:
        self._blocks: dict[str, Block] = {}
        self._texts: dict[str, list[str]] = {}

    def __getitem__(self, block_id: str) -> Block:
        block = self._blocks[block_id]
        pieces = self._texts.get(block_id)
        if pieces is not None and isinstance(block, AnswerBlock | ThoughtBlock):
            return replace(block, text="".join(pieces))
        return block

    def all(self) -> tuple[Block, ...]:
        return tuple(self[block_id] for block_id in self._blocks)

    def open(self, block: Block) -> tuple[Change, ...]:
        self._blocks[block.id] = block
        return (Opened(block),)

    def open_text(self, block: AnswerBlock | ThoughtBlock, text: str) -> tuple[Change, ...]:
        self._blocks[block.id] = block
        self._texts[block.id] = [text]
        return (Opened(block), Extended(block.id, text))

    def extend(self, block_id: str, text: str) -> tuple[Change, ...]:
        self._texts[block_id].append(text)
        return (Extended(block_id, text),)

    def replace(self, block: Block) -> tuple[Change, ...]:
        self._blocks[block.id] = block
        return (Replaced(block),)

    def close(self, block_id: str, status: BlockStatus) -> tuple[Change, ...]:
        return self.finish(replace(self[block_id], status=status))

    def finish(self, block: Block) -> tuple[Change, ...]:
        """Close with these final fields."""
        self._texts.pop(block.id, None)
        self._blocks[block.id] = block
        return (Closed(block),)

    def note(self, block: Block) -> tuple[Change, ...]:
        """Open a block that is complete at once, and close it."""
        return (*self.open(block), *self.finish(replace(block, status="closed")))


if TYPE_CHECKING:
    # The first class whose annotations `typing` compiles takes 1.5 ms of a question.
    class BlockStart(TypedDict):
        """The fields that every block begins with."""

        id: str
        run: str
        t: float


@dataclass(slots=True)
class RunState:
    """The state of one run.

    `status` is None while it runs, then as `RunFinished` has it. `answer` is its last answer block, `sources` the block
    of its sources, `open_text` the open block of each kind of text ("answer", "thought"); tools are kept by `tool_id`,
    several when a model repeats one, questions by `request_id`. `was_interrupted` is True when Bookwheel ended before
    the run did.
    `denied` has the ids of refused tools, `agent` is the agent at work.
    """

    id: str
    question: str = ""
    mode: str = ""
    model: str = ""
    status: RunStatus | None = None
    response: str = ""
    sources: str = ""
    answer: str = ""
    resumes: str = ""
    was_interrupted: bool = False
    open_text: dict[str, str] = field(default_factory=dict[str, str])
    open_tools: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    open_inputs: dict[str, str] = field(default_factory=dict[str, str])
    plan: str = ""
    denied: set[str] = field(default_factory=set[str])
    agent: str = ""
    block_count: int = 0

    def next_block(self, t: float) -> BlockStart:
        self.block_count += 1
        return {"id": f"{self.id}.{self.block_count}", "run": self.id, "t": t}
