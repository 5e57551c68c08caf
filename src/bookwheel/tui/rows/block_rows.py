"""The blocks of a conversation other than answers, as rows."""

from __future__ import annotations

import json
from pathlib import PurePath

from rich.style import Style

from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.tools.approval import DENY
from bookwheel.markup.sanitize import clean_line, reveal_line
from bookwheel.transcript.block_renderer import BlockRenderer
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Citation,
    EventBlock,
    InputBlock,
    LinesBlock,
    NoticeBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.call_arguments import arguments_line
from bookwheel.transcript.research.plan_folding import PlanBlock
from bookwheel.transcript.run_sources import words_of
from bookwheel.tui.rows.inline_runs import citation_style, text_run
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import BLANK, Row, Run, prefixed, row, wrap_runs
from bookwheel.tui.rows.wrapping import cells, clip, clip_counted, clip_middle

MAX_DETAIL_ROWS = 200
MAX_DETAIL_TEXT = 64 * 1024
MAX_SHORT_TEXT = 16 * 1024
MAX_SOURCE_NAME = 40
MAX_REASONS = 5
SOURCE_GAP = 3


def block_rows(block: Block, width: int, look: Look, *, is_open: bool) -> list[Row]:
    """The rows of `block`; `is_open` is whether the reader has unfolded it. Answers are drawn by their segments."""
    return _BlockRows(width, look, is_open=is_open).render(block)


class _BlockRows(BlockRenderer[list[Row]]):
    def __init__(self, width: int, look: Look, *, is_open: bool) -> None:
        self._width = width
        self._look = look
        self._is_open = is_open

    def question(self, block: QuestionBlock) -> list[Row]:
        return _question(block, self._width, self._look)

    def answer(self, block: AnswerBlock) -> list[Row]:
        return []

    def thought(self, block: ThoughtBlock) -> list[Row]:
        return _thought(block, self._width, self._look, is_open=self._is_open)

    def tool(self, block: ToolBlock) -> list[Row]:
        return _tool(block, self._width, self._look, is_open=self._is_open)

    def input(self, block: InputBlock) -> list[Row]:
        return _input(block, self._width, self._look)

    def sources(self, block: SourcesBlock) -> list[Row]:
        return _sources(block, self._width, self._look)

    def notice(self, block: NoticeBlock) -> list[Row]:
        return _notice(block, self._width, self._look)

    def lines(self, block: LinesBlock) -> list[Row]:
        return _lines(block, self._width, self._look)

    def plan(self, block: PlanBlock) -> list[Row]:
        from bookwheel.tui.rows.plan_rows import plan_block_rows

        return plan_block_rows(block.state, self._width, self._look, is_open=self._is_open)

    def event(self, block: EventBlock) -> list[Row]:
        return _event(block, self._width, self._look, is_open=self._is_open)


def source_name(citation: Citation) -> str:
    """`longformer.pdf p 3`, `example.org/long`: the shortest name of a source."""
    scheme, separator, address = citation.path.partition("://")
    is_page = bool(separator) and scheme in ("http", "https")
    name = clean_line(address if is_page else PurePath(citation.path).name or citation.path)
    return f"{name} p {citation.page}" if citation.page is not None else name


def size_of(text: str) -> str:
    """`1.2 kB`: how much text this is."""
    size = len(text.encode("utf-8", "replace"))
    return f"{size} B" if size < 1000 else f"{size / 1000:.1f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"


def short_arguments(arguments: JsonObject) -> str:
    """The arguments of a call in one line: a lone text by itself, others by name."""
    if len(arguments) == 1 and isinstance(only := next(iter(arguments.values())), str):
        return reveal_line(json.dumps(only[:MAX_SHORT_TEXT], ensure_ascii=False))
    return reveal_line(" ".join(f"{name}={_short(value)[:MAX_SHORT_TEXT]}" for name, value in arguments.items()))


def _question(block: QuestionBlock, width: int, look: Look) -> list[Row]:
    ground = Style(bgcolor=look.question.bgcolor)
    bar = [(f"{look.signs.bar} ", look.accent + ground)]
    rows = prefixed(_text(block.text, width - 2, look, look.question), bar, bar)
    notes = [f"only {clean_line(block.filter)}"] if block.filter else []
    if block.branches:
        notes.append(f"branch {block.branch} of {block.branches} {look.signs.dot} ( ) the others")
    muted = look.muted + ground
    rows += (row(*bar, (clip(note, max(1, width - 2), look.signs.ellipsis), muted)) for note in notes)
    return [Row(each.strip, fill=ground, indent=each.indent) for each in rows]


def _thought(block: ThoughtBlock, width: int, look: Look, *, is_open: bool) -> list[Row]:
    sign = look.signs.unfolded if is_open else look.signs.folded
    state = {"open": f"thinking{look.signs.ellipsis}", "cut": "thought, stopped"}.get(block.status, "thought")
    head = row((f"{sign} ", look.faint), (state, look.muted))
    if not is_open:
        return [head]
    return [head, *_detail(block.text, width, look, look.muted)]


def _tool(block: ToolBlock, width: int, look: Look, *, is_open: bool) -> list[Row]:
    sign, style, state = _tool_state(block, look)
    name = clean_line(block.tool_name)
    room = max(8, width - 2 - cells(name) - cells(state) - 4)
    arguments = clip(short_arguments(block.tool_kwargs), room, look.signs.ellipsis)
    runs: list[Run] = [(f"{sign} ", style), (name, look.text)]
    if arguments:
        runs.append((f"  {arguments}", look.muted))
    if state:
        runs.append((f"  {state}", style if block.is_error else look.muted))
    if not is_open:
        return [_clipped(runs, width, look)]
    rows = [_clipped(runs, width, look), *_detail(_pretty(block.tool_kwargs), width, look, look.muted)]
    if block.output is not None:
        rows += [BLANK, *_detail(block.output, width, look, look.text)]
    return rows


def _tool_state(block: ToolBlock, look: Look) -> tuple[str, Style, str]:
    signs = look.signs
    time = f" {signs.dot} {_seconds(block.duration_s)}" if block.duration_s is not None else ""
    if block.is_denied:
        return signs.stopped, look.muted, "not allowed"
    if block.is_error:
        return signs.failed, look.error, f"failed{time}"
    match block.status:
        case "open" if block.is_waiting:
            return signs.waiting, look.muted, "waiting for you"
        case "open":
            return signs.running, look.muted, f"running{signs.ellipsis}"
        case "cut":
            return signs.stopped, look.muted, f"stopped{time}"
        case "failed":
            return signs.failed, look.error, f"failed{time}"
        case "closed":
            return signs.done, look.muted, f"{size_of(block.output or '')}{time}"


def _seconds(duration: float) -> str:
    return f"{duration * 1000:.0f} ms" if duration < 1 else f"{duration:.1f} s"


def _input(block: InputBlock, width: int, look: Look) -> list[Row]:
    signs = look.signs
    if block.response is not None:
        sign = signs.stopped if block.response == DENY else signs.done
        said = f": {clean_line(block.reason)}" if block.reason else ""
        style, state = look.muted, f"you: {clean_line(block.response)}{said}"
    elif block.status == "open":
        sign, style, state = signs.waiting, look.warning, "waiting for you"
    else:
        sign, style, state = signs.stopped, look.muted, "not answered"
    text = _text(block.prefix, width - 2, look, look.text)
    rows = prefixed(text, [(f"{sign} ", style)], [("  ", style)])
    call = ""
    if block.tool_name:
        kwargs = block.tool_kwargs if block.edited_kwargs is None else block.edited_kwargs
        edited = "" if block.edited_kwargs is None else "edited "
        call = f"{edited}{clean_line(block.tool_name)}  {arguments_line(kwargs)}".rstrip()
    below = [(f"  {state}", style)]
    if call:
        start = f"  {signs.dot}  "
        below.append((f"{start}{clip_counted(call, width - 2 - cells(state) - cells(start))}", look.muted))
    return [*rows, _clipped(below, width, look)]


def _sources(block: SourcesBlock, width: int, look: Look) -> list[Row]:
    """Sources side by side, as many in a row as fit; below them the result of comparing the answer with them."""
    if block.is_nearest:
        return [row((clip(block.label, width, look.signs.ellipsis), look.muted)), *_nearest(block, width, look)]
    rows: list[Row] = []
    line: list[Run] = []
    used = 0
    for citation in block.citations:
        number = f"[{citation.number}]"
        name = clip_middle(source_name(citation), min(MAX_SOURCE_NAME, width - cells(number) - 1), look.signs.ellipsis)
        size = cells(number) + 1 + cells(name)
        if line and used + SOURCE_GAP + size > width:
            rows.append(row(*line))
            line, used = [], 0
        if line:
            line.append((" " * SOURCE_GAP, look.muted))
            used += SOURCE_GAP
        meta = Style(meta={"citation": citation.number})
        line += [(number, citation_style(look, citation.number)), (" ", look.muted), (name, look.muted + meta)]
        used += size
    return [*rows, *([row(*line)] if line else []), *_remarks(block, width, look), *_checked(block, width, look)]


def _nearest(block: SourcesBlock, width: int, look: Look) -> list[Row]:
    """The passages that only stand near the question, one a row, with its heading or first words."""
    rows: list[Row] = []
    for citation in block.citations:
        meta = Style(meta={"citation": citation.number})
        parts = [
            (f"[{citation.number}]", citation_style(look, citation.number)),
            (f" {clip_middle(source_name(citation), MAX_SOURCE_NAME, look.signs.ellipsis)}", look.muted + meta),
            (f"  {clean_line(words_of(citation))}", look.muted + meta),
        ]
        rows.append(_clipped(parts, width, look))
    return rows


def _remarks(block: SourcesBlock, width: int, look: Look) -> list[Row]:
    """What could not be read of the cited documents, one row a document."""
    named = {PurePath(citation.path).name: citation.remarks for citation in block.citations if citation.remarks}
    return [
        _clipped(
            [(f"{look.signs.warning} ", look.warning), (clean_line(f"{name}: {'; '.join(said)}"), look.muted)],
            width,
            look,
        )
        for name, said in named.items()
    ]


def _checked(block: SourcesBlock, width: int, look: Look) -> list[Row]:
    """What is wrong with the sentences that no source supports; nothing where all are supported."""
    signs, style = look.signs, look.warning
    # With "All supported" below each answer, readers would learn to ignore this row.
    if not block.marks:
        return []
    rows = [_clipped([(f"{signs.unsupported} ", style), (block.checked.summary, look.muted)], width, look)]
    for mark in block.marks[:MAX_REASONS]:
        reason, sentence = clean_line(mark.reason), clean_line(mark.words[:MAX_SHORT_TEXT])
        rows.append(
            _clipped([("  ", style), (reason, look.text), (f"  {signs.dot}  {sentence}", look.muted)], width, look)
        )
    if len(block.marks) > MAX_REASONS:
        rows.append(row((f"  {signs.ellipsis} {len(block.marks) - MAX_REASONS} more", look.muted)))
    return rows


def _notice(block: NoticeBlock, width: int, look: Look) -> list[Row]:
    signs = look.signs
    sign, style = {
        "info": (signs.stopped if block.status == "cut" else signs.note, look.muted),
        "warning": (signs.warning, look.warning),
        "error": (signs.failed, look.error),
    }[block.level]
    if block.is_stop:  # not a warning: the user wanted it
        sign, style = signs.stopped, look.muted
    rows = prefixed(_text(block.text, width - 2, look, look.text), [(f"{sign} ", style)], [("  ", style)])
    if block.hint:
        rows += prefixed(_text(block.hint, width - 2, look, look.muted), [("  ", style)], [("  ", style)])
    return rows


def _lines(block: LinesBlock, width: int, look: Look) -> list[Row]:
    said = block.as_lines()
    first, below = [(f"{look.signs.note} ", look.muted)], [("  ", look.muted)]
    rows = prefixed(_text("\n".join(said.lines), width - 2, look, look.text), first, below)
    if said.footer:
        rows += prefixed(_text(said.footer, width - 2, look, look.muted), below, below)
    return rows


def _event(block: EventBlock, width: int, look: Look, *, is_open: bool) -> list[Row]:
    runs: list[Run] = [(f"{look.signs.event} ", look.faint), (clean_line(block.type), look.muted)]
    if block.data:
        runs.append((f"  {short_arguments(block.data)}", look.faint))
    head = _clipped(runs, width, look)
    return [head, *_detail(_pretty(block.data), width, look, look.muted)] if is_open else [head]


def _detail(text: str, width: int, look: Look, style: Style) -> list[Row]:
    """What is unfolded under a head, behind a thin rule."""
    rule = [(f"{look.signs.rule} ", look.faint)]
    return prefixed(_text(text, width - 2, look, style, limit=MAX_DETAIL_TEXT), rule, rule)


def _text(text: str, width: int, look: Look, style: Style, *, limit: int = MAX_SHORT_TEXT) -> list[Row]:
    """Outside text, wrapped; a very long one is cut, and its size is shown."""
    lines = wrap_runs([text_run(text[:limit].strip("\n"), style)], max(1, width))
    rows = [row(*line) for line in lines[:MAX_DETAIL_ROWS]]
    if len(lines) > MAX_DETAIL_ROWS or len(text) > limit:
        more = f"{look.signs.ellipsis} {size_of(text)} in all; copy the block to have it"
        rows.append(row((clip(more, width, look.signs.ellipsis), look.muted)))
    return rows


def _pretty(data: JsonObject) -> str:
    """Arguments for reading: one a line, strings without quotes."""
    return "\n".join(f"{name}: {value if isinstance(value, str) else _short(value)}" for name, value in data.items())


def _short(value: JsonValue) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return "…"


def _clipped(runs: list[Run], width: int, look: Look) -> Row:
    kept: list[Run] = []
    for text, style in runs:
        room = width - sum(cells(part) for part, _ in kept)
        if cells(text) > room:
            kept.append((clip(text, room, look.signs.ellipsis), style))
            break
        kept.append((text, style))
    return row(*kept)
