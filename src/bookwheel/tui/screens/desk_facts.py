"""What the status line and the start page show, computed from the state of the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from bookwheel.assistant.updates import OWN, DeskStatus, LibraryChanged
from bookwheel.sessions.header import SessionInfo
from bookwheel.transcript.blocks import Block, QuestionBlock
from bookwheel.tui.keymap import key_help, key_of
from bookwheel.tui.rows.library_rows import counts
from bookwheel.tui.widgets.empty_state import StartFacts
from bookwheel.tui.widgets.row_source import HitPlace
from bookwheel.tui.widgets.status_bar import Hint, StatusFacts

MOST_TITLE = 50
PANE_KEYS: Mapping[str, str] = {
    "Prompt": "prompt",
    "LibraryList": "library",
    "EventLog": "trace",
    "ConversationView": "conversation",
    "EmptyState": "start",
    "PlanList": "plan",
    "BranchView": "branch",
}
"""The panes of the key table, by the class of the widget that has the focus in them; those of research come late."""


def of_desk(sessions: Sequence[SessionInfo], desk: str) -> Sequence[SessionInfo]:
    """The sessions of a named desk; all where it has no name."""
    return [session for session in sessions if session.desk == desk] if desk else sessions


def desk_hints(
    user_keys: Mapping[str, str], pane: str, *, is_typing_answer: bool, is_cut_off: bool, has_recent: bool
) -> tuple[Hint, ...]:
    """The main key of the focused pane, those of the desk, the pane's others, the help last.

    After an answer that was cut off, the key that asks again comes second. `has_recent`: the start page shows sessions.
    """
    users = frozenset(user_keys.items())
    own, shared = (
        [hint for key_id, hint in _footer_hints(users, name) if has_recent or key_id != "start.session_1"]
        for name in (pane, "desk")
    )
    read, help_, again = (key_of(name, user_keys) for name in ("desk.read", "app.help_f1", "conversation.ask_again"))
    if is_typing_answer:
        return (("Enter", "send"), (read, "back"), (help_, "help"))
    if pane == "prompt":
        retry = [(f"{read} {again}", "ask again")] if is_cut_off else []
        return (*own[:1], *retry, *own[1:], (read, "read"), (help_, "help"))
    retry = [(again, "ask again")] if is_cut_off and pane == "conversation" else []
    others = [hint for hint in own[1:] if not (retry and hint[0] == again)]
    return (*own[:1], *retry, *shared[:-1], *others, *shared[-1:])


@lru_cache(maxsize=64)
def _footer_hints(user_keys: frozenset[tuple[str, str]], pane: str) -> tuple[tuple[str, Hint], ...]:
    """The actions of a pane in the status line, which is drawn with each new row of an answer."""
    help_ = key_help(dict(user_keys), [pane])
    return tuple((key.id, (key.keys.split()[0], key.description)) for key in help_ if key.in_footer)


def status_facts(
    state: LibraryChanged, hints: tuple[Hint, ...], *, is_asking: bool, asked: int | None, typed: str
) -> StatusFacts:
    """The facts of the status line beside the assistant's own; `asked` documents pass the filter, None without one.

    `typed` is what the prompt would cost.
    """
    searchable, _, total = counts(state.files)
    return StatusFacts(
        key_mode="ASK" if is_asking else "READ",
        documents=total,
        searchable=searchable,
        typed=typed,
        trouble=state.error,
        hints=hints,
        asked=asked,
        is_loading=state.is_loading,
    )


def first_facts(user_keys: Mapping[str, str]) -> StatusFacts:
    """The facts of the first frame, in which the prompt will have the focus."""
    hints = desk_hints(user_keys, "prompt", is_typing_answer=False, is_cut_off=False, has_recent=False)
    return StatusFacts(hints=hints, is_loading=True)


def questions_of(blocks: Sequence[Block]) -> Sequence[str]:
    """The questions of a session."""
    return [block.text for block in blocks if isinstance(block, QuestionBlock)]


def page_title(status: DeskStatus, reading: tuple[int, int], hit: HitPlace | None) -> tuple[str, str]:
    """The title of the page, and which question of how many is read, or which hit of a search is shown."""
    question, questions = reading
    count = f"{question}/{questions}" if question and questions > 1 else ""
    names = (status.desk, status.session_title or ("" if status.desk else "Bookwheel"))
    return " · ".join(filter(None, names)), count if hit is None else f"hit {hit}" if hit.number else str(hit)


def start_facts(state: LibraryChanged, status: DeskStatus, offered: Sequence[str] = ()) -> StartFacts:
    """The facts of the start page; what it has `offered` stays, while more documents are indexed before it."""
    searchable, _, total = counts(state.files)
    return StartFacts(
        model=status.model,
        model_problem=status.model_problem,
        files=total,
        searchable=searchable,
        indexing="" if state.progress is None else "Indexing continues.",
        roots=state.roots,
        error=state.error,
        is_loading=state.is_loading,
        is_checking=state.is_checking,
        example=_example(state, offered),
        is_own_workflow=status.mode == OWN,
    )


def _example(state: LibraryChanged, offered: Sequence[str]) -> str:
    """An example question, made from a title in the library; one of those `offered` where it still fits."""
    titles = [file.title for file in state.files if file.status == "indexed" and file.title]
    fitting = (title for title in titles if " " in title and len(title) <= MOST_TITLE)
    examples = (f"What is “{' '.join(title.split())}” about?" for title in fitting)
    first = next(examples, "")
    return first if not offered or first in offered else next((each for each in examples if each in offered), first)
