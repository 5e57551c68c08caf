"""The prompt: where questions are typed. Enter sends, Ctrl+J breaks the line, Up brings earlier questions back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.message import Message

from bookwheel.markup.sanitize import clean
from bookwheel.tui.keymap import actions_of, bindings
from bookwheel.tui.messages import EditorWanted, NextPaneWanted, NothingSubmitted, QuestionSubmitted, QuitWanted
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import clip
from bookwheel.tui.textual_private import PasteArea
from bookwheel.tui.widgets.completion_list import (
    Candidates,
    Completion,
    common_prefix,
    completion_at,
    index_of,
    location_of,
)
from bookwheel.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.widgets import TextArea

# Every key press lays the prompt out again: a longer text would make typing slow.
MAX_PASTE = 100_000
MAX_CHARS = 200_000
# Textual wraps every line three times as the prompt grows: 39,000 empty lines took 0.4 s, the tabs of one line 0.2 s.
MAX_PASTED_LINES = 4_000
MAX_TABS_A_LINE = 2_000
PLACEHOLDER = "Ask your documents · @ names one · / for commands"


class Prompt(PasteArea, inherit_bindings=False):
    """A text area of one to eight rows."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("prompt")]

    class CandidatesChanged(Message):
        """What the word under the cursor could become; empty when there is nothing to complete."""

        def __init__(self, candidates: tuple[str, ...], chosen: str = "") -> None:
            super().__init__()
            self.candidates = candidates
            self.chosen = chosen

    class Refused(Message):
        """A paste was refused or cut; `text` says why."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(
            id=id,
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=PLACEHOLDER,
        )
        self.cursor_blink = False
        self._history = History()
        self._documents: Candidates = _none
        self._commands: Candidates = _none
        self._cycle: tuple[Completion, int] | None = None
        self._offered: Completion | None = None
        self._marked: int | None = None
        self._is_recalled = False
        self._is_chord = False
        self._actions = actions_of("prompt", {})

    def set_keys(self, actions: Mapping[str, str]) -> None:
        """What each key does, the user's own keys merged."""
        self._actions = dict(actions)

    def set_sources(self, *, documents: Candidates, commands: Candidates) -> None:
        """Set the functions that give the names for completion."""
        self._documents, self._commands = documents, commands

    def remember(self, questions: Iterable[str], offered: Sequence[str] = ()) -> None:
        """Earlier questions of the session, oldest first; `offered` are those that Up gives before them."""
        self._history.load(questions, offered)

    def put(self, text: str) -> None:
        """Replace what is typed; the cursor goes to its end."""
        self.text = clean(text)
        self.move_cursor(self.document.end)

    def _recall(self, text: str) -> None:
        """Put an earlier question back; the arrows then move through the history, even if it can be completed."""
        self._is_recalled = True
        self.put(text)

    def reset(self) -> bool:
        """Empty the prompt; False when it was empty. Up brings the text back."""
        if not self.text:
            return False
        self._history.add(self.text)
        self.text = ""
        return True

    async def on_key(self, event: events.Key) -> None:
        """Act at once: bindings run later, after the characters typed behind the key."""
        if event.key not in {"ctrl+x", "ctrl+e"}:
            self._is_chord = False
        if event.key not in {"tab", "shift+tab"}:
            self._cycle = None
        action = self._actions.get(event.key)
        if action is not None:
            event.stop()
            event.prevent_default()
            await self.run_action(action)

    def paste(self, text: str) -> None:
        """Insert a paste as cleaned text; its line ends never send the question."""
        shown, left_out = _pasted(text)
        if left_out:
            self.post_message(self.Refused(left_out))
        if len(self.text) + len(shown) > MAX_CHARS:
            self.post_message(self.Refused("The question is at its maximum length."))
            return
        self.type_text(shown)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._cycle is None:
            offered = None if self._is_recalled else self._completion()
            is_complete = offered is not None and offered.candidates == (offered.text,)
            self._offered = None if is_complete else offered
            self._marked, self._is_recalled = None, False
            self._show_offered()

    def _show_offered(self) -> None:
        candidates = self._offered.candidates if self._offered is not None else ()
        chosen = candidates[self._marked] if self._marked is not None else ""
        self.post_message(self.CandidatesChanged(candidates, chosen))

    def _mark(self, step: int) -> bool:
        """Move the mark in the list above the prompt; False where there is no list."""
        if self._offered is None:
            return False
        count = len(self._offered.candidates)
        self._marked = (self._marked + step) % count if self._marked is not None else (0 if step > 0 else count - 1)
        self._show_offered()
        return True

    def _take_marked(self) -> bool:
        """Put the marked candidate in; False where none is marked."""
        if self._offered is None or self._marked is None:
            return False
        completion, chosen = self._offered, self._offered.candidates[self._marked]
        self._replace(completion, chosen)
        return True

    def action_send(self) -> None:
        """Send the question; a candidate that the arrows have marked is put in first."""
        if self._take_marked():
            return
        text = self.text.strip()
        if not text:
            self.post_message(NothingSubmitted())
            return
        self._history.add(text)
        self.text = ""
        self.post_message(QuestionSubmitted(text))

    def action_newline(self) -> None:
        self.insert("\n")

    def action_up(self) -> None:
        if self._mark(-1):
            return
        if not self.cursor_at_first_line:
            self.action_cursor_up()
        elif (earlier := self._history.earlier(self.text)) is not None:
            self._recall(earlier)

    def action_down(self) -> None:
        if self._mark(1):
            return
        if not self.cursor_at_last_line:
            self.action_cursor_down()
        elif (later := self._history.later(self.text)) is not None:
            self._recall(later)

    def action_complete(self) -> None:
        """The common part first, then one candidate after the other; without anything to complete, the next pane."""
        if self._cycle is not None:
            completion, index = self._cycle
            self._take(completion, (index + 1) % len(completion.candidates))
            return
        if self._take_marked():
            return
        completion = self._completion()
        if completion is None:
            self.post_message(NextPaneWanted())
            return
        shared = common_prefix(completion.candidates)
        if len(completion.candidates) > 1 and len(shared) > len(completion.text) and shared.startswith(completion.text):
            self._replace(completion, shared)
        else:
            self._take(completion, 0)

    def action_editor_prefix(self) -> None:
        self._is_chord = True

    def action_line_end(self) -> None:
        """Ctrl+E; after Ctrl+X it opens the editor."""
        if self._is_chord:
            self._is_chord = False
            self.post_message(EditorWanted(self.text))
        else:
            self.action_cursor_line_end()

    def action_delete_or_quit(self) -> None:
        if self.text:
            self.action_delete_right()
        else:
            self.post_message(QuitWanted())

    def _completion(self) -> Completion | None:
        index = index_of(self.text, self.cursor_location)
        return completion_at(self.text, index, documents=self._documents, commands=self._commands)

    def _take(self, completion: Completion, index: int) -> None:
        chosen = completion.candidates[index]
        end = self._replace(completion, chosen)
        self._cycle = (Completion(completion.start, end, chosen, completion.candidates), index)
        self.post_message(self.CandidatesChanged(completion.candidates, chosen))

    def _replace(self, completion: Completion, text: str) -> int:
        start, end = (location_of(self.text, index) for index in (completion.start, completion.end))
        self.replace(text, start, end)
        after = completion.start + len(text)
        self.move_cursor(location_of(self.text, after))
        return after


class PromptBar(Horizontal):
    """The prompt behind its sign."""

    def compose(self) -> ComposeResult:
        yield PromptSign(id="prompt-sign")
        yield Prompt(id="prompt")


class PromptSign(TextLine):
    """The sign `❯`, highlighted while the prompt has the focus (see app.tcss)."""

    def render(self) -> Content:
        sign = "❯" if terminal_signs().done == "✓" else ">"
        return self.content([[(f" {sign}", "accent")]])


class PromptNote(TextLine):
    """One row above the prompt that says what its text will become; gone when there is nothing to say."""

    DEFAULT_CSS = "PromptNote { height: 1; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = ""

    def show(self, text: str) -> None:
        self._text = text
        self.display = bool(text)
        self.refresh()

    def render(self) -> Content:
        return self.content([[(f"   {clip(self._text, max(1, self.size.width - 4))}", "accent")]])


def _none(_typed: str) -> Iterable[str]:
    return ()


MAX_ENTRIES = 500


def _pasted(text: str) -> tuple[str, str]:
    """What is kept of a paste, cleaned, and a sentence on what is left out, "" when it is whole."""
    left_out = f"Only the first {MAX_PASTE // 1000},000 characters were pasted." if len(text) > MAX_PASTE else ""
    lines = clean(text[:MAX_PASTE]).split("\n")
    if len(lines) > MAX_PASTED_LINES:
        del lines[MAX_PASTED_LINES:]
        left_out = f"Only the first {MAX_PASTED_LINES // 1000},000 lines were pasted."
    return "\n".join(
        line.replace("\t", " ") if line.count("\t") > MAX_TABS_A_LINE else line for line in lines
    ), left_out


class History:
    """Oldest first; `_place` counts back from the end, 0 is what is being typed."""

    def __init__(self) -> None:
        self._entries: list[str] = []
        self._offered: tuple[str, ...] = ()
        self._place = 0
        self._draft = ""

    def load(self, questions: Iterable[str], offered: Sequence[str] = ()) -> None:
        """Put questions of a session before those that were typed here, and `offered` before all of them."""
        known = set(self._entries)
        before = [question for question in dict.fromkeys(questions) if question not in known]
        self._entries = [*before, *self._entries][-MAX_ENTRIES:]
        self._offered = tuple(question for question in offered if question not in self._entries)

    def add(self, text: str) -> None:
        """A question was sent, or a draft dropped."""
        if text in self._entries:
            self._entries.remove(text)
        self._entries = [*self._entries, text][-MAX_ENTRIES:]
        self._place = 0
        self._draft = ""

    def earlier(self, typed: str) -> str | None:
        """The question before; None at the oldest."""
        if self._place == 0:
            self._draft = typed
        all_ = (*self._offered, *self._entries)
        if self._place >= len(all_):
            return None
        self._place += 1
        return all_[-self._place]

    def later(self, typed: str) -> str | None:
        """The question after, at last the draft; None when that is shown already."""
        if self._place == 0:
            return None
        self._place -= 1
        return (*self._offered, *self._entries)[-self._place] if self._place else self._draft
