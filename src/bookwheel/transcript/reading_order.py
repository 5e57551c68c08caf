"""The order in which a reader wants the blocks of a run: the sources, found before the answer, stand below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bookwheel.transcript.blocks import Block, SourcesBlock


def in_reading_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks, each run's sources after its last other block."""
    sources: list[Block] = []
    run = ""
    for block in blocks:
        if block.run != run:
            yield from sources
            sources, run = [], block.run
        if isinstance(block, SourcesBlock):
            sources.append(block)
        else:
            yield block
    yield from sources
