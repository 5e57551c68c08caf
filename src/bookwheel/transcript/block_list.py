"""The blocks of a transcript in order, with the texts that are still growing; each method returns the changes."""

from __future__ import annotations

from dataclasses import replace

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
