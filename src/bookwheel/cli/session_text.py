"""A saved session as text for a terminal or a pipe."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence

from bookwheel.cli.console import Console
from bookwheel.cli.inputs import shown
from bookwheel.engine.record import EventRecord
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    EventBlock,
    InputBlock,
    NoticeBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.reducer import Transcript

_MAX_ARGUMENTS = 100


def print_records(records: Sequence[EventRecord], console: Console) -> None:
    """Print questions, answers, tools and sources, as the reducer has them."""
    transcript = Transcript()
    for record in records:
        transcript.apply(record)
    for block in transcript.blocks:
        if isinstance(block, QuestionBlock):
            date = time.strftime("%Y-%m-%d %H:%M", time.localtime(block.t))
            facts = (date, block.mode, block.model, block.filter and f"only {block.filter}")
            console.out.say_styled((f"▌ {block.text}", "bold"), (f"   {' · '.join(filter(None, facts))}", "dim"))
            console.out.say()
        elif text := "\n".join(_lines(block)):
            console.out.say(f"{text}\n")


def _lines(block: Block) -> Iterator[str]:
    match block:
        case AnswerBlock():
            yield block.text.rstrip()
        case ToolBlock():
            result = "…" if block.output is None else "failed" if block.is_error else "done"
            yield f"· {block.tool_name} {json.dumps(block.tool_kwargs, ensure_ascii=False)[:_MAX_ARGUMENTS]}: {result}"
        case InputBlock():
            yield f"? {block.prefix} {block.response or '(not answered)'}"
        case SourcesBlock():
            for cited in block.citations:
                page = f" p {cited.page}" if cited.page else ""
                yield f"[{cited.number}] {shown(cited.path)}{page}"
        case NoticeBlock():
            yield f"! {block.text} {block.hint}".rstrip()
        case EventBlock():
            yield f"· {block.type}"
        case QuestionBlock() | ThoughtBlock():
            return
