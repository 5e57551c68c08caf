"""The plan of a research run as rows: a sign, the number, the sub-question, its notes and its time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.research.research_rows import PlanRow, RowStatus, counts_of, facts_of, plan_rows
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import Row, Run, row, wrap_runs
from bookwheel.tui.rows.wrapping import cells, clip

if TYPE_CHECKING:
    from rich.style import Style

    from bookwheel.engine.research.branch_state import Branch
    from bookwheel.engine.research.research_state import ResearchState

_TIME_WIDTH = 6
_ROOMY = 48


def plan_block_rows(state: ResearchState, width: int, look: Look, *, is_open: bool) -> list[Row]:
    """The whole plan: its state, a row or two for each sub-question, and what it has used.

    Once the report has begun, the page is for reading it: the plan is one row until it is unfolded.
    """
    if state.phase == "writing" and not state.is_reviewing and not is_open:
        words = f" {look.signs.dot} ".join((f"Plan: {counts_of(state)}", facts_of(state)))
        sign = f"{look.signs.folded} "
        return [row((sign, look.faint), (clip(words, width - cells(sign), look.signs.ellipsis), look.muted))]
    rows = [row((clip(clean_line(counts_of(state)), width, look.signs.ellipsis), look.muted))]
    for item in plan_rows(state):
        rows += [row(*runs) for runs in item_rows(item, width, look)]
    return [*rows, row((clip(facts_of(state), width, look.signs.ellipsis), look.muted))]


def item_rows(item: PlanRow, width: int, look: Look) -> list[list[Run]]:
    """A sub-question, and below it the last step of a running branch.

    One that waits for approval is shown in full; of the others the number, the notes and the time matter more.
    """
    sign, style = _sign(item.status, look)
    head, below = f"{item.id} {clean_line(item.question)}", clean_line(item.change or item.step)
    below_style = look.warning if item.change else look.faint
    if item.status == "proposed":
        rows = _in_full(head, sign, style, width, look)
    else:
        rows = [_one_line(item, head, (sign, style), width, look)]
    if below:
        text = clip(below, max(4, width - 4), look.signs.ellipsis)
        rows.append([("  ", look.text), (_elbow(look, is_last=True), look.faint), (text, below_style)])
    return rows


def _in_full(head: str, sign: str, style: Style, width: int, look: Look) -> list[list[Run]]:
    lines = wrap_runs([(head, look.text)], max(8, width - 2))
    return [[(f"{sign} ", style) if index == 0 else ("  ", look.text), *runs] for index, runs in enumerate(lines)]


def _one_line(item: PlanRow, head: str, sign: Run, width: int, look: Look) -> list[Run]:
    question_style = look.muted if item.status == "dropped" else look.text
    time = _clock(item.seconds) if width >= 60 and item.status != "dropped" else ""
    facts = clean_line(item.facts)
    if width < _ROOMY:  # beside the page the question needs the room; the sign says how the branch ended
        facts = facts.partition(" note")[0].removesuffix(" found")
    right = f"{facts}{time:>{_TIME_WIDTH}}" if time else facts
    room = max(8, width - 2 - cells(right) - (2 if right else 0))
    shown = clip(head, room, look.signs.ellipsis)
    gap = " " * max(0, width - 2 - cells(shown) - cells(right))
    return [(f"{sign[0]} ", sign[1]), (shown, question_style), (gap, look.text), (right, look.muted)]


def search_rows(branch: Branch, width: int, look: Look) -> list[list[Run]]:
    """The searches of a branch as a tree below its row: the query, and how many new passages and notes came of it."""
    rows: list[list[Run]] = []
    for number, search in enumerate(branch.searches, start=1):
        is_read = search.round <= branch.round or bool(branch.ended)
        sign, style = (look.signs.done, look.muted) if is_read else (look.signs.running, look.accent)
        elbow = _elbow(look, is_last=number == len(branch.searches))
        right = f"{search.new} new"
        room = max(8, width - 6 - cells(right) - 2)
        shown = clip(clean_line(search.query), room, look.signs.ellipsis)
        gap = " " * max(0, width - 6 - cells(shown) - cells(right))
        rows.append(
            [
                ("  ", look.text),
                (elbow, look.faint),
                (f"{sign} ", style),
                (shown, look.muted),
                (gap, look.text),
                (right, look.faint),
            ]
        )
    return rows


def branch_rows(state: ResearchState, branch_id: str, width: int, look: Look) -> list[tuple[int, list[Run]]]:
    """A branch in full, each row with the number of the note that it belongs to, -1 for none.

    Its question, what it searched, its notes word for word, what was refused, and what is missing.
    """
    branch = state.branch(branch_id)
    rows = _BranchLines(width, look)
    if branch is not None:
        _head(branch, state.last_t, rows)
        _searches(branch, rows)
        _notes(branch, rows)
        _following(branch, rows)
    elif item := next((item for item in state.proposed if item.id == branch_id), None):
        rows.add("", f"{item.id}  {clean_line(item.question)}", look.strong)
        if item.why:
            rows.add("", item.why, look.muted)
    return rows.made


def report_rows(state: ResearchState, look: Look) -> list[tuple[int, list[Run]]]:
    """What the report of a run at work waits for, below a branch."""
    return [(-1, []), (-1, [(" Report  ", look.faint), (_report(state), look.muted)])]


class _BranchLines:
    """Rows of labelled texts that wrap beside their label."""

    def __init__(self, width: int, look: Look) -> None:
        self.made: list[tuple[int, list[Run]]] = []
        self.width = width
        self.look = look

    def add(self, label: str, text: str, style: Style, *, number: int = -1) -> None:
        room = max(8, self.width - 1 - cells(label))
        for index, runs in enumerate(wrap_runs([(clean_line(text), style)], room)):
            before = label if index == 0 else " " * cells(label)
            self.made.append((number, [(" ", self.look.text), (before, self.look.faint), *runs]))

    def ends(self, label: str, text: str, right: str, style: Style, *, number: int = -1) -> None:
        """One row, `text` cut so that `right` fits at its end."""
        room = max(8, self.width - 1 - cells(label) - cells(right) - 2)
        shown = clip(clean_line(text), room, self.look.signs.ellipsis)
        gap = " " * max(2, self.width - 1 - cells(label) - cells(shown) - cells(right))
        look = self.look
        runs = [(" ", look.text), (label, look.faint), (shown, style), (gap, look.text), (right, look.muted)]
        self.made.append((number, runs))

    def blank(self) -> None:
        if self.made and self.made[-1][1]:
            self.made.append((-1, []))


def _head(branch: Branch, now: float, rows: _BranchLines) -> None:
    look = rows.look
    words = {"running": "at work", "planned": "waits for its turn", "nothing": "nothing found", "limit": "not complete"}
    parts = [words.get(branch.status, branch.status)]
    if branch.status == "running":
        parts.append(f"round {min(branch.round + 1, branch.rounds)} of {branch.rounds}")
    if branch.began_t:
        parts.append(_clock((branch.ended_t or now) - branch.began_t))
    rows.add("", f"{branch.id}  {clean_line(branch.question)}", look.strong)
    sign, style = _sign(branch.status, look)
    rows.add(f"{sign} ", f" {look.signs.dot} ".join(parts), style)
    if branch.error:
        rows.add("  ", branch.error, look.warning)
    for hint in branch.hints:
        rows.add("  your hint  ", hint, look.muted)


def _searches(branch: Branch, rows: _BranchLines) -> None:
    if branch.searches:
        rows.blank()
    for search in branch.searches:
        count = len(search.nodes)
        where = {"documents": "searched", "web": "searched the web"}.get(search.where, f"searched {search.where}")
        found = f"{count} passage{'' if count == 1 else 's'}, {search.new} new"
        rows.ends(f"{clean_line(where)}  ", search.query, found, rows.look.text)


def _notes(branch: Branch, rows: _BranchLines) -> None:
    look = rows.look
    for number, note in enumerate(branch.notes):
        rows.blank()
        rows.add(f"{note.note}  ", f"“{' '.join(note.quote.split())}”", look.text, number=number)
        page = f" p {note.page}" if note.page is not None else ""
        below = " " * (cells(note.note) + 2)
        rows.add(below, f"{PurePath(note.path).name}{page}  {look.signs.done} word for word", look.muted, number=number)
        if why := branch.why_stale(note.note):
            rows.add(below, f"{look.signs.warning} stale: {why}", look.warning, number=number)
    if branch.refusals:
        rows.blank()
    for refused in branch.refusals:
        quote = f"“{' '.join(refused.quote.split())}”  {look.signs.warning} {refused.reason}"
        rows.add("refused  ", quote, look.warning)


def _following(branch: Branch, rows: _BranchLines) -> None:
    look = rows.look
    if branch.missing or branch.next_query:
        rows.blank()
    if branch.missing:
        rows.add("missing  ", branch.missing, look.muted)
    if branch.next_query:
        rows.add("next     ", branch.next_query, look.muted)


def _report(state: ResearchState) -> str:
    """What the report waits for."""
    if state.is_reviewing:
        return "waits for your approval of the plan"
    if state.phase == "writing":
        return "begun"
    waiting = [branch.id for branch in state.branches if branch.is_open]
    return f"waits for {', '.join(waiting)}  (or W)" if waiting else "begins now"


def _elbow(look: Look, *, is_last: bool) -> str:
    if look.signs.is_ascii:
        return "` " if is_last else "| "
    return "└ " if is_last else "├ "


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
