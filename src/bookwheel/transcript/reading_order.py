"""The order in which the blocks of a session are read: on the screen, in exports, in `sessions show` and in `ask`.

    question · thoughts, tools, approvals and answers as they came · sources · the notices that end the run

The transcript opens the sources before the answer, because they are found first; a list that grows above the text
would move it while it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bookwheel.transcript.blocks import Block, NoticeBlock, SourcesBlock


def reading_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks that a reader sees: the sources of each run after its other blocks, before the notices on its end."""
    sources: list[Block] = []
    run = ""
    for block in blocks:
        # `ends_run` written out: of 10,000 blocks it takes a millisecond.
        if block.run != run or (isinstance(block, NoticeBlock) and block.ends_run):
            run = block.run
            if sources:
                yield from sources
                sources = []
        if not isinstance(block, SourcesBlock):
            yield block
        elif is_shown(block):
            sources.append(block)
    yield from sources


def ends_run(block: Block) -> bool:
    """Whether the block is a notice on how its run ended."""
    return isinstance(block, NoticeBlock) and block.ends_run


def is_shown(block: Block) -> bool:
    """Whether a reader sees this block: sources are shown once they are final, and only if there are any."""
    return not isinstance(block, SourcesBlock) or (block.status != "open" and bool(block.citations or block.marks))
