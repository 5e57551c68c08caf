"""The status line: the key mode, the model, the costs, and the keys that matter here.

What does not fit is left out by priority: hints first, then speed, tokens, documents, web; mode and model stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from bookwheel.assistant.updates import DeskStatus, EmbeddingState
from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import thousands
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.rows.signs import Signs, terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.content import Content
    from textual.timer import Timer

KeyMode = Literal["ASK", "READ"]
Hint = tuple[str, str]

MODEL_WIDTH = 24
MODEL_WIDTH_NARROW = 10
NARROW = 70
ERROR_WIDTH = 62
HINT_SHARE = 0.45
MINOR = 5
HELP_WIDTH = 9
MIN_FILTER = 14
REMARK_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFacts:
    """What the line says beside the assistant's own status."""

    key_mode: KeyMode = "ASK"
    documents: int = 0
    searchable: int = 0
    hints: tuple[Hint, ...] = ()
    trouble: str = ""
    """Why the documents cannot be searched."""
    typed: str = ""
    """The tokens and the price of the prompt that is being typed."""
    asked: int | None = None
    """How many documents the filter lets through; None without one."""
    is_loading: bool = False
    """Whether the documents are not known yet."""


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    style: str
    priority: int


class StatusBar(TextLine):
    """One row at the bottom."""

    DEFAULT_CSS = "StatusBar { height: 1; }"

    def __init__(self, facts: StatusFacts, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._status = DeskStatus.unknown()
        self._facts = facts
        self._remark: tuple[Hint, ...] = ()
        self._remark_timer: Timer | None = None
        self._signs = terminal_signs()

    def show(self, status: DeskStatus, facts: StatusFacts) -> None:
        if (status, facts) != (self._status, self._facts):
            self._status, self._facts = status, facts
            self.refresh()

    def remark(self, hints: tuple[Hint, ...]) -> None:
        """Show these instead of the hints for a moment."""
        self._remark = hints
        self.refresh()
        if self._remark_timer is not None:
            self._remark_timer.stop()
        self._remark_timer = self.set_timer(REMARK_S, self._end_remark)

    def _end_remark(self) -> None:
        self._remark, self._remark_timer = (), None
        self.refresh()

    def render(self) -> Content:
        facts = replace(self._facts, hints=self._remark) if self._remark else self._facts
        return self.content([status_line(self._status, facts, self.size.width, self._signs)])


def status_line(status: DeskStatus, facts: StatusFacts, width: int, signs: Signs) -> list[StyledText]:
    """The line for this width."""
    mode = _Part(f" {facts.key_mode} ", "badge" if facts.key_mode == "ASK" else "chosen", 0)
    wanted = sum(cells(key) + cells(word) + 3 for key, word in facts.hints)
    room = width - 1, min(wanted, int(width * HINT_SHARE))
    parts = _fitting([mode, *_parts(status, facts, width, signs)], *room)
    used = _width(parts)
    later = _fitting([mode, *_parts(*_when_known(status, facts), width, signs)], *room)
    hints = _hints(facts.hints, width - max(used, _width(later)) - 3)
    hint_width = sum(cells(key) + cells(word) + 1 for key, word in hints) + 2 * max(0, len(hints) - 1)
    line: list[StyledText] = []
    for number, part in enumerate(parts):
        line += [("  " if number else "", "plain"), (part.text, part.style)]
    line.append((" " * max(1, width - used - hint_width - 1), "plain"))
    for number, (key, word) in enumerate(hints):
        line += [("  " if number else "", "plain"), (key, "strong"), (f" {word}", "muted")]
    return line


def _width(parts: Sequence[_Part]) -> int:
    return sum(cells(part.text) for part in parts) + 2 * (len(parts) - 1)


def _when_known(status: DeskStatus, facts: StatusFacts) -> tuple[DeskStatus, StatusFacts]:
    """With what is not known yet, so that hints which have no room then are not shown before either."""
    if not status.mode:
        status = replace(status, mode="query", web="ask")
    return status, replace(facts, documents=10) if facts.is_loading else facts


def _parts(status: DeskStatus, facts: StatusFacts, width: int, signs: Signs) -> list[_Part]:
    parts = _model(status, width, signs)
    if status.not_saved:
        parts.append(_Part(f"{signs.warning} not saved: {clean_line(status.not_saved)}", "error", 0))
    if status.phase != "idle":
        parts.append(_Part(phase_text(status), "accent", 3))
    parts += _modes(status)
    if facts.documents:
        count = str(facts.documents)
        if facts.searchable < facts.documents:
            count = f"{facts.searchable}/{facts.documents}"
        if facts.asked is not None:
            count = f"{facts.asked} of {facts.documents}"
        parts.append(_Part(f"{count} {'doc' if count == '1' else 'docs'}", "muted", 5))
    elif facts.trouble:
        parts.append(
            _Part(clip(f"{signs.warning} {clean_line(facts.trouble)}", max(MIN_FILTER, width // 3)), "error", 3)
        )
    parts += _embedding(status.embedding, signs, width)
    if status.filter:
        # Always shown: with a forgotten filter, "nothing found" would mislead.
        parts.append(_Part(clip(f"only {clean_line(status.filter)}", max(MIN_FILTER, width // 3)), "accent", 1))
    parts += [_Part(facts.typed, "muted", 4)] if facts.typed else _costs(status)
    if status.session_id and not status.not_saved:
        parts.append(_Part(f"saved {signs.done}", "muted", 8))
    return parts


def _model(status: DeskStatus, width: int, signs: Signs) -> list[_Part]:
    """The model; with the endpoint's host while a `.env` names it, which may have come with the documents."""
    nothing = "no model" if status.is_model_known else "model: looking"
    name = clip(clean_line(status.model) or nothing, MODEL_WIDTH_NARROW if width < NARROW else MODEL_WIDTH)
    if not status.env_endpoint:
        return [_Part(name, "plain", 1)]
    host = clean_line(status.env_endpoint).partition("://")[2].partition("/")[0]
    return [_Part(name, "plain", 1), _Part(clip(f"{signs.warning} .env: {host}", MODEL_WIDTH), "warning", 1)]


def _modes(status: DeskStatus) -> list[_Part]:
    """How it answers, and whether from the web; nothing until that is known."""
    parts = [_Part(clean_line(status.mode), "muted", 2)] if status.mode else []
    return parts if status.web == "off" else [*parts, _Part(f"web {clean_line(status.web)}", "muted", 6)]


def _embedding(state: EmbeddingState, signs: Signs, width: int) -> list[_Part]:
    """The share of the passages that is embedded, until all are; what is wrong with the embedding."""
    if state.error:
        why = clean_line(state.error.partition("\n")[0])
        room = max(MIN_FILTER, min(ERROR_WIDTH, width // 3))
        return [_Part(clip(f"{signs.warning} words only: {why}", room), "warning", 3)]
    if state.is_whole:
        return []
    return [_Part(f"embedding {state.embedded / state.total:.0%}", "muted", 5)]


def _costs(status: DeskStatus) -> list[_Part]:
    parts: list[_Part] = []
    if status.prompt_tokens or status.completion_tokens:
        about = "~" if status.estimated else ""
        tokens = f"{about}{thousands(status.prompt_tokens)} in {thousands(status.completion_tokens)} out"
        parts.append(_Part(tokens, "muted", 4))
        if status.context_share is not None:
            share = f"{status.context_share:.0%}" if status.context_share >= 0.005 else "<1%"
            parts.append(_Part(f"ctx {share}", "muted", 4))
        parts += _money(status)
    if status.ttft_s is not None:
        parts.append(_Part(f"first {status.ttft_s:.1f} s", "muted", 7))
    if status.tokens_per_s:
        parts.append(_Part(f"{status.tokens_per_s:.0f} tok/s", "muted", 7))
    return parts


def _money(status: DeskStatus) -> list[_Part]:
    """What the run has cost, and the session where it has cost more; or that the price is not known."""
    if status.cost is None:
        return [_Part("price unknown", "muted", 7)]
    run, session = shown_cost(status.cost), shown_cost(status.session_cost)
    if not status.cost and not status.session_cost:
        return []
    has_more = status.phase == "idle" and session != run
    return [_Part(f"{run}, session {session}" if has_more else run, "muted", 3)]


def phase_text(status: DeskStatus) -> str:
    """What the run does, in words."""
    words = {
        "idle": "",
        "searching": "searching",
        "asking": "waiting for the model",
        "thinking": "thinking",
        "writing": "writing",
        "tool": "tool",
        "waiting": "waiting for you",
    }
    if status.retry_at is not None:
        return "waiting to ask again"
    word, detail = words[status.phase], clean_line(status.phase_detail)
    return f"{word}: {detail}" if detail else word


def _fitting(parts: Sequence[_Part], width: int, for_hints: int) -> list[_Part]:
    """The parts that fit; unimportant facts are left out before the hints."""
    kept = list(parts)
    while len(kept) > 1:
        last = max(kept, key=lambda part: part.priority)
        used = sum(cells(part.text) for part in kept) + 2 * (len(kept) - 1)
        reserved = for_hints if last.priority >= MINOR else min(for_hints, HELP_WIDTH) if last.priority else 0
        if used <= width - reserved:
            break
        kept.remove(last)
    return kept


def _hints(hints: Sequence[Hint], room: int) -> list[Hint]:
    """As many as fit, the last one (help) before all others."""
    kept: list[Hint] = []
    order = [*hints[-1:], *hints[:-1]]
    for key, word in order:
        size = cells(key) + cells(word) + 3
        if size > room:
            break
        room -= size
        kept.append((key, word))
    return [*kept[1:], *kept[:1]]
