"""The plan of a research run as rows: a sign, the number, the sub-question, its notes and its time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from bookwheel.transcript.research.research_rows import PlanRow, RowStatus, counts_of, facts_of, plan_rows
from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import Row, Run, row, wrap_runs
from bookwheel.tui.rows.wrapping import cells, clip

if TYPE_CHECKING:
    from rich.style import Style

    from bookwheel.engine.research.branch_state import Branch
    from bookwheel.engine.research.research_state import ResearchState

_TIME_WIDTH = 6


def plan_block_rows(state: ResearchState, width: int, look: Look) -> list[Row]:
    """The whole plan: its state, a row or two for each sub-question, and what it has used."""
    rows = [row((clip(clean_line(counts_of(state)), width, look.signs.ellipsis), look.muted))]
    for item in plan_rows(state):
        rows += [row(*runs) for runs in item_rows(item, width, look)]
    return [*rows, row((clip(facts_of(state), width, look.signs.ellipsis), look.muted))]


def item_rows(item: PlanRow, width: int, look: Look, *, is_marked: bool = False) -> list[list[Run]]:
    """A sub-question, and below it the last step of a running branch."""
    sign, style = _sign(item.status, look)
    question_style = look.accent if is_marked else look.muted if item.status == "dropped" else look.text
    time = _clock(item.seconds) if width >= 60 and item.status != "dropped" else ""
    facts = clean_line(item.facts)
    right = f"{facts}{time:>{_TIME_WIDTH}}" if time else facts
    head = f"{item.id} {clean_line(item.question)}"
    room = max(8, width - 2 - cells(right) - (2 if right else 0))
    shown = clip(head, room, look.signs.ellipsis)
    gap = " " * max(0, width - 2 - cells(shown) - cells(right))
    runs: list[Run] = [(f"{sign} ", style), (shown, question_style), (gap, look.text), (right, look.muted)]
    rows = [runs]
    below = clean_line(item.change or item.step)
    if below:
        text = clip(below, max(4, width - 4), look.signs.ellipsis)
        elbow = "└ " if look.signs.rule == "│" else "` "
        rows.append([("  ", look.text), (elbow, look.faint), (text, look.warning if item.change else look.faint)])
    return rows


def detail_rows(branch: Branch, width: int, look: Look) -> list[list[Run]]:
    """A branch unfolded: what it searched, its notes word for word, what was refused and what is missing."""
    rows: list[list[Run]] = []

    def line(words: str, text: str, style: Style) -> None:
        room = max(8, width - 8 - cells(words))
        for number, shown in enumerate(wrap_runs([(clean_line(text), style)], room)):
            before = words if number == 0 else " " * cells(words)
            rows.append([("      ", look.text), (before, look.faint), *shown])

    for search in branch.searches:
        count = len(search.nodes)
        found = f"{search.query} {look.signs.dot} {count} passage{'' if count == 1 else 's'}, {search.new} new"
        where = {"documents": "searched", "web": "searched the web"}.get(search.where, f"searched {search.where}")
        line(f"{clean_line(where)}  ", found, look.muted)
    for note in branch.notes:
        page = f" p {note.page}" if note.page is not None else ""
        line(f"{note.note}  ", f"“{' '.join(note.quote.split())}”", look.text)
        line("     ", f"{PurePath(note.path).name}{page}  {look.signs.done} word for word", look.muted)
        if why := branch.why_stale(note.note):
            line("     ", f"{look.signs.warning} stale: {why}", look.warning)
    if branch.refused:
        words = "quotation that is not in its" if branch.refused == 1 else "quotations that are not in their"
        line("refused  ", f"{branch.refused} {words} passage", look.warning)
    if branch.missing:
        line("missing  ", branch.missing, look.muted)
    if branch.next_query:
        line("next  ", branch.next_query, look.muted)
    return rows


def _sign(status: RowStatus, look: Look) -> tuple[str, Style]:
    signs = look.signs
    known: Mapping[RowStatus, tuple[str, Style]] = {
        "proposed": (signs.bullet, look.accent),
        "planned": (signs.note, look.faint),
        "running": (signs.running, look.accent),
        "paused": (signs.waiting, look.warning),
        "done": (signs.done, look.muted),
        "nothing": (signs.warning, look.warning),
        "dropped": (signs.unsupported, look.faint),
        "failed": (signs.failed, look.error),
        "limit": (signs.stopped, look.warning),
    }
    return known[status]


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
