"""The session as a tree of questions: editing one into a branch, going on from an answer, moving between branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from bookwheel.tui.rows.signs import ASCII, terminal_signs
from bookwheel.tui.screens.desk_parts import DeskParts

if TYPE_CHECKING:
    from bookwheel.assistant.open_session import OpenSession
    from bookwheel.transcript.run_tree import RunTree, TreeRow
    from bookwheel.tui.screens.pick import Choice

_IN_ASCII = str.maketrans({"├": "|", "└": "`", "│": "|", "─": "-"})


class BranchActions:
    """What the branch keys of the conversation ask for."""

    def __init__(self, desk: DeskParts) -> None:
        self._desk = desk
        self._follows: str | None = None
        self._edited = ""
        self._before_edit = ""

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {
            "branches": self.choose,
            "edit": self.edit,
            "fork": self.fork,
            "next_branch": partial(self.step, 1),
            "previous_branch": partial(self.step, -1),
        }

    @property
    def _session(self) -> OpenSession:
        return self._desk.assistant.sessions.current

    def edit(self) -> None:
        """Put the question being read into the prompt; once edited and sent, it begins a branch beside the old one."""
        run = self._desk.conversation.block_cursor.run
        question = self._session.question(run)
        if question is None:
            self._desk.say("No question here")
            return
        if self._follows is None or self._desk.prompt.text != self._edited:
            self._before_edit = self._desk.prompt.text
            self._desk.prompt.reset()  # Up brings it back, should the edited question be sent
        self._follows = self._session.tree.parent(run)
        self._desk.prompt.put(question[0])
        self._edited = self._desk.prompt.text
        self._desk.prompt.focus()
        self._desk.prompt_note.show("edited question: Enter asks it beside the old one, Ctrl+C drops it")

    def fork(self) -> None:
        """Go on from the answer that is being read: the questions after it stay in their branch."""
        run = self._desk.conversation.block_cursor.run
        if not run:
            self._desk.say("No answer here")
            return
        self._go_to(run)
        self._desk.prompt.focus()
        self._desk.prompt_note.show("your next question begins a branch here")

    def take_follows(self) -> str | None:
        """The run that the question sent now follows, as `edit` set it for this one question."""
        follows, self._follows = self._follows, None
        self._desk.prompt_note.show("")
        return follows

    def drop_edit(self) -> bool:
        """The next question is not the edited one, and what was typed before it is back; False where none is edited."""
        if self._follows is None:
            return False
        self.take_follows()
        if self._desk.prompt.text != self._edited:
            self._desk.prompt.reset()
        self._desk.prompt.put(self._before_edit)
        return True

    def leave_edit(self) -> None:
        """Drop the edit of a question in which nothing was changed."""
        if self._desk.prompt.text == self._edited:
            self.drop_edit()

    def step(self, step: int) -> None:
        """Show the next (1) or previous (-1) branch at the question being read, or at the last fork before it."""
        tree, run = self._session.tree, self._desk.conversation.block_cursor.run
        while run and len(tree.siblings(run)) < 2:
            run = tree.parent(run)
        siblings = tree.siblings(run)
        if not siblings:
            self._desk.say("This session has one branch here: e edits a question into another")
            return
        self._go_to(tree.leaf(siblings[(siblings.index(run) + step) % len(siblings)]))

    def choose(self) -> None:
        """Show all questions as a tree; the chosen one and what follows it is shown."""
        from bookwheel.tui.screens.pick import PickScreen

        tree, tip = self._session.tree, self._session.tip
        path = tree.path(tip)

        def chosen(run: str | None) -> None:
            if run is not None:
                self._show(run, None if run in path else tree.leaf(run))

        choices = [_choice(row, tree, is_shown=row.question.run in path) for row in tree.rows()]
        if not choices:
            self._desk.say("This session has no question yet")
            return
        self._desk.open_screen(PickScreen("The questions of this session", choices, start=tip), chosen)

    def _show(self, run: str, tip: str | None) -> None:
        """Put the question of this run at the top of the page, in the branch that ends with `tip` or in this one."""
        if tip is not None:
            self._go_to(tip)
        self._desk.conversation.go_to_run(run)

    def _go_to(self, run: str) -> None:
        self._desk.do(self._desk.assistant.sessions.go_to(run))


def _choice(row: TreeRow, tree: RunTree, *, is_shown: bool) -> Choice:
    from bookwheel.tui.screens.pick import Choice

    signs = terminal_signs()
    lead = row.lead.translate(_IN_ASCII) if signs is ASCII else row.lead
    siblings = tree.siblings(row.question.run)
    note = f"branch {siblings.index(row.question.run) + 1} of {len(siblings)}" if len(siblings) > 1 else ""
    mark = signs.done if is_shown else " "
    return Choice(value=row.question.run, label=f"{mark} {lead}{row.question.text}", note=note)
