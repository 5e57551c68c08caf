"""The brief of a session: what was pinned, with its sources, as the log keeps it and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookwheel.engine.events.run_events import Citation, Pin
from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.text.sentences import sentences
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.blocks import AnswerBlock, Block, QuestionBlock
from bookwheel.transcript.formats.export_markdown import source_line
from bookwheel.transcript.inert_markdown import inert_markdown

LEAD = "> "


def pin_of(block: AnswerBlock, citations: Sequence[Citation], number: int | None = None) -> Pin:
    """A pin of an answer: whole, or only the sentences that cite source `number`; with the sources that it names."""
    text = block.text
    if number is not None:
        parts = [text[start:end].strip() for start, end in sentences(text)]
        text = " ".join(part for part in parts if number in cited_numbers(part)) or text
    named = set(cited_numbers(text))
    return Pin(run=block.run, text=text.strip(), citations=tuple(each for each in citations if each.number in named))


def brief_markdown(title: str, pins: Iterable[Pin], blocks: Iterable[Block]) -> str:
    """The pins under the questions they answer, their sources numbered through, then all questions of the session."""
    asked = {block.run: block.text for block in blocks if isinstance(block, QuestionBlock)}
    lines = [f"# {clean_line(title)}", ""]
    sources: list[Citation] = []
    last = None
    for pin in pins:
        if pin.run != last:
            last = pin.run
            lines += [f"## {clean_line(asked.get(pin.run, ''))}", ""]
        text = inert_markdown(_renumbered(pin, sources))
        lines += [*(f"{LEAD}{line}".rstrip() for line in text.splitlines()), ""]
    if sources:
        lines += ["## Sources", ""]
        lines += [f"{number}. {source_line(citation)}" for number, citation in enumerate(sources, start=1)]
        lines.append("")
    if asked:
        lines += ["## Questions", "", *(f"- {clean_line(text)}" for text in asked.values()), ""]
    return "\n".join(lines)


def _renumbered(pin: Pin, sources: list[Citation]) -> str:
    """The text of a pin with the numbers of the brief; sources that are new are added to `sources`."""
    numbers: dict[int, int] = {}
    for citation in pin.citations:
        known = next((index for index, each in enumerate(sources) if _place(each) == _place(citation)), None)
        if known is None:
            known = len(sources)
            sources.append(citation)
        numbers[citation.number] = known + 1
    pieces: list[str] = []
    rest = pin.text
    while rest:
        before, mark, after = rest.partition("[")
        digits, bracket, following = after.partition("]")
        is_number = bool(mark and bracket) and digits.isascii() and digits.isdigit() and int(digits[:6]) in numbers
        pieces.append(f"{before}[{numbers[int(digits)]}]" if is_number else f"{before}{mark}")
        rest = following if is_number else after
    return "".join(pieces)


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.path, citation.start_char_idx, citation.end_char_idx
