"""The questions of the agent that nobody has answered yet, in the order of asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookwheel.transcript.blocks import Block, Change, Closed, InputBlock, Opened, Replaced


class WaitingRequests:
    """Learns of questions from the blocks; which of them wait is what the assistant's status says."""

    def __init__(self) -> None:
        self._blocks: dict[str, InputBlock] = {}

    def load(self, blocks: Iterable[Block]) -> None:
        """Another session."""
        self._blocks.clear()
        for block in blocks:
            self._learn(block)

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if isinstance(change, Opened | Replaced | Closed):
                self._learn(change.block)

    def waiting(self, request_ids: Sequence[str]) -> list[InputBlock]:
        """The questions with these ids, in this order."""
        return [self._blocks[request_id] for request_id in request_ids if request_id in self._blocks]

    def _learn(self, block: Block) -> None:
        if not isinstance(block, InputBlock):
            return
        if block.response is None and block.status == "open":
            self._blocks[block.request_id] = block
        else:
            self._blocks.pop(block.request_id, None)
