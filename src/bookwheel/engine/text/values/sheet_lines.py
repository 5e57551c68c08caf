"""Runs of lines without marks, as PDFs of instructions have them: labels over sentences, and numbers without a dot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.text.text_blocks import TextRegion
from bookwheel.lazy_regex import lazy_regex

FEWEST_STEPS, FEWEST_LABELS, FEWEST_WORDS = 3, 2, 5
_OF_RUN = ("line", "prose", "item")
# "Tools", "What you need": not a field, not a name with its address.
_LABEL = lazy_regex(r"[^\W\d_a-zß-ÿ][^\W\d_]{2,}(?: [^\W\d_]+){0,3}")
# "Bulky waste      second Wednesday": two columns set apart by blanks.
_ALIGNED = lazy_regex(r"\s*[^\W_][^\n{}=;|<>]{0,50}?[^\s{}=;|<>](?: {3,}|\t+)[^\s{}=;|<>][^\n{}=;|<>]*")
_NUMBERED = lazy_regex(r"\(?(\d{1,2})\)? +[^\W\d_]\S* +\S+")


def with_labels_and_steps(text: str, blocks: list[TextRegion]) -> list[TextRegion]:
    """The blocks; in a run of lines, those numbered from 1 are items, and the labels over others are headings."""
    found: list[TextRegion] = []
    at = 0
    while at < len(blocks):
        if (rows := _aligned(text, blocks, at)) > at:
            found += _lines_of(text, blocks[at], blocks[rows - 1].end)
            at = rows
            continue
        last = at
        while last + 1 < len(blocks) and not blocks[last + 1].gap and _is_of_run(blocks[last], blocks[last + 1]):
            last += 1
        run = blocks[at : last + 1]
        found += _of_run(text, [part for block in run for part in _parts(text, block)]) if len(run) > 1 else run
        at = last + 1
    return found


def _aligned(text: str, blocks: Sequence[TextRegion], first: int) -> int:
    """Behind the last of the blocks from `first` on that are the lines of two columns; `first` itself without any."""
    last = first
    while last < len(blocks) and (last == first or not blocks[last].gap) and blocks[last].kind in ("code", *_OF_RUN):
        last += 1
    lines = text[blocks[first].start : blocks[last - 1].end].split("\n") if last > first else []
    return last if len(lines) > 1 and all(map(is_aligned, lines)) else first


def is_aligned(line: str) -> bool:
    """Whether a line has two cells that blanks set apart."""
    return _ALIGNED.fullmatch(line) is not None


def _lines_of(text: str, block: TextRegion, end: int) -> Iterator[TextRegion]:
    start, gap = block.start, block.gap
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield TextRegion("line", start, stop, gap)
        start, gap = stop + 1, False


def _is_of_run(block: TextRegion, below: TextRegion) -> bool:
    return block.kind in _OF_RUN and below.kind in _OF_RUN


def _parts(text: str, block: TextRegion) -> Iterator[TextRegion]:
    """A paragraph and the label that was taken for its last line; any other block as it is."""
    last = text.rfind("\n", block.start, block.end) if block.kind == "prose" else -1
    if last < 0 or _LABEL.fullmatch(text, last + 1, block.end) is None or text[last - 1] not in ".!":
        yield block
        return
    yield TextRegion("prose", block.start, last, block.gap)
    yield TextRegion("line", last + 1, block.end, gap=False)


def _of_run(text: str, run: Sequence[TextRegion]) -> list[TextRegion]:
    lines = [text[block.start : block.end] for block in run]
    steps = _steps(lines)
    labels = [at for at in range(len(run) - 1) if run[at].kind == "line" and _is_label(lines, run, at, steps)]
    if len(labels) < FEWEST_LABELS and not steps:
        return list(run)
    return [
        TextRegion(
            "item" if at in steps else "heading" if at in labels else block.kind, block.start, block.end, block.gap
        )
        for at, block in enumerate(run)
    ]


def _steps(lines: Sequence[str]) -> frozenset[int]:
    """Where lines are numbered from 1 on, one below the other: "1 Switch it off."."""
    numbers = [int(match[1]) if (match := _NUMBERED.match(line)) is not None else 0 for line in lines]
    found: set[int] = set()
    for first, number in enumerate(numbers):
        last = first
        while number == 1 and last < len(numbers) and numbers[last] == last - first + 1:
            last += 1
        found.update(range(first, last) if last - first >= FEWEST_STEPS else ())
    return frozenset(found)


def _is_label(lines: Sequence[str], run: Sequence[TextRegion], at: int, steps: frozenset[int]) -> bool:
    """Whether a line names what is below it: the first step or item, or a sentence."""
    if _LABEL.fullmatch(lines[at]) is None or at in steps:
        return False
    below = lines[at + 1]
    is_list = at + 1 in steps or run[at + 1].kind == "item"
    return is_list or (len(below.split()) >= FEWEST_WORDS and below.endswith("."))
