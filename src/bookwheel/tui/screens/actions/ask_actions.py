"""Questions and commands: sending what the prompt holds, answering the agent, completing names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui import messages
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.keymap import key_of
from bookwheel.tui.messages import app_of
from bookwheel.tui.screens.actions.branch_actions import BranchActions
from bookwheel.tui.screens.desk_parts import DeskParts
from bookwheel.tui.widgets.candidate_list import CandidateList, CandidateNote
from bookwheel.tui.widgets.completion_list import matching_names

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant
    from bookwheel.assistant.slash_commands.command_registry import Command, CommandRegistry
    from bookwheel.engine.schema import JsonValue
    from bookwheel.tui.widgets.prompt import Prompt


class AskActions:
    """What the prompt, the approval bar and the command line ask for."""

    def __init__(
        self,
        desk: DeskParts,
        branches: BranchActions,
        user_keys: Mapping[str, str],
        run_key: Callable[[str], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._run_key = run_key
        self._branches = branches
        self._user_keys = user_keys

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {"command_line": self.type_command, "retry_now": self.retry_now, "unqueue": self.unqueue}

    def supply(self, prompt: Prompt, candidates: CandidateList) -> None:
        """Give the prompt and the list above it the names that they offer."""
        candidates.set_notes(self.candidate_note)
        prompt.set_sources(documents=self.document_names, commands=self.command_lines)

    @cached_property
    def commands(self) -> CommandRegistry:
        """The slash commands; imported on first use, because the first frame needs none."""
        from bookwheel.assistant.slash_commands.command_registry import Command
        from bookwheel.assistant.slash_commands.server_commands import server_commands
        from bookwheel.assistant.slash_commands.standard_commands import standard_commands

        registry = standard_commands()
        for command in server_commands():
            registry.add(command)
        for name, (key_id, help_) in _SCREENS.items():
            registry.add(Command(id=key_id, name=name, help=help_, action=partial(self._open, key_id)))
        return registry

    async def _open(self, key_id: str, _assistant: Assistant, _argument: str) -> str:
        await self._run_key(key_id)
        return ""

    def take(self, message: messages.AskMessage) -> None:
        """Do what a widget asks for."""
        match message:
            case messages.QuestionSubmitted(text=text):
                self.submit(text)
            case messages.NothingSubmitted():
                self.retry_now("Type a question first")
            case messages.QuestionProposed(text=text):
                self._desk.prompt.put(text)
                self._desk.prompt.focus()
            case messages.TextPasted(text=text):
                self._desk.prompt.focus()
                self._desk.prompt.paste(text)
            case messages.EditorWanted(text=text):
                self._desk.do(self._edit(text))
            case messages.RequestAnswered():
                self._desk.do(self._respond(message))
            case messages.RequestEdited():
                self._desk.conversation.focus()
            case ConversationView.AskAgain(run=run):
                self._follow_answer()
                self._desk.do(self._desk.assistant.ask_again(run))
            case _:
                raise TypeError(f"not a question or command: {message}")

    def submit(self, text: str) -> None:
        """Ask a question or run a command; a text that is refused goes back into the prompt."""
        follows = self._branches.take_follows()
        if _is_command(text):
            call: Coroutine[object, object, object] = self.run_line(text)
        else:
            self._follow_answer()
            only = mentioned(text, self._desk.library.named)
            call = self._desk.assistant.ask(text, follows=follows, only=only)
        self._desk.do(call, on_error=lambda: self._give_back(text))

    def _follow_answer(self) -> None:
        # Who asks from further up the page wants to see the answer, and `r` after it means that answer. While another
        # one is being written the question is queued, and the page stays.
        if self._desk.assistant.status.phase == "idle":
            self._desk.conversation.action_bottom()

    def retry_now(self, otherwise: str = "No request is waiting to be sent again") -> None:
        """Send a request now that waits to be retried; `otherwise` is said where none does."""
        if not self._desk.assistant.retry_now():
            self._desk.remark(otherwise)

    def drop(self) -> bool:
        """Empty the prompt and end the editing of a question; False where there was neither."""
        return self._branches.drop_edit() or self._desk.prompt.reset()

    def unqueue(self) -> None:
        """Put the last queued question back into the prompt."""
        assistant = self._desk.assistant
        queued = assistant.status.queued
        text = assistant.unqueue(len(queued) - 1) if queued else None
        if text is None:
            self._desk.say("No queued question")
        else:
            self._give_back(text)
            self._desk.prompt.focus()

    def type_command(self) -> None:
        """Let the user type a command, with completion."""

        async def complete(typed: str) -> Sequence[str]:
            return [line.removeprefix("/") for line in self.command_lines(f"/{typed}")]

        def entered(typed: str) -> None:
            if typed:
                self._desk.do(self.run_line(f"/{typed}"))

        self._desk.ask_line(":", "", entered, complete=complete)

    def start_command(self, command: Command) -> None:
        """Run a command, or put its name into the prompt when it needs an argument."""
        if command.needs_argument:
            self._desk.prompt.put(f"/{command.name} ")
            self._desk.prompt.focus()
        else:
            self._desk.do(self.run_line(f"/{command.name}"))

    async def run_line(self, line: str) -> None:
        """Run a command line and show what it returns. Raises BookwheelError."""
        self._desk.assistant.sessions.export_theme = app_of(self._desk.screen).theme
        text = await self.commands.run(self._desk.assistant, line)
        if text:
            self._desk.say(text, timeout=max(4.0, len(text) * _READING_S))

    def command_lines(self, typed: str) -> Iterable[str]:
        """Command lines that begin as typed: names first, then the arguments that a command offers."""
        name, blank, argument = typed.removeprefix("/").partition(" ")
        for command in self._commands_like(name):
            if not blank:
                yield f"/{command.name}{' ' if command.argument else ''}"
            elif command.name == name and command.choices is not None:
                for choice in command.choices(self._desk.assistant):
                    if choice.startswith(argument):
                        yield f"/{name} {choice}"

    def candidate_note(self, candidate: str) -> CandidateNote:
        """The note beside a command or a document in the list above the prompt."""
        if candidate.startswith("@"):
            paths = self._desk.library.named.get(candidate[1:], ())
            return CandidateNote(about=paths[0].rpartition("/")[0] if len(paths) == 1 else f"in {len(paths)} folders")
        name, _, argument = candidate.removeprefix("/").partition(" ")
        command = next((command for command in self.commands.all() if command.name == name), None)
        if command is None or argument:
            return CandidateNote()
        key = command.id if command.name in _SCREENS else _COMMAND_KEYS.get(command.id)
        return CandidateNote(about=command.help, key=key_of(key, self._user_keys) if key is not None else "")

    def document_names(self, typed: str) -> list[str]:
        """The names of files and folders of the library that `typed` could become, best first."""
        return [clean_line(name) for name in matching_names(self._desk.library.named, typed)]

    def _commands_like(self, typed: str) -> list[Command]:
        """The commands whose names begin with `typed`, hold it, or hold its letters in order; the best first."""
        by_name = {command.name: command for command in self.commands.all()}
        return [by_name[name] for name in matching_names(by_name, typed)]

    def _give_back(self, text: str) -> None:
        """Put a refused question back, unless something else has been typed meanwhile."""
        if not self._desk.prompt.text:
            self._desk.prompt.put(text)

    async def _respond(self, event: messages.RequestAnswered) -> None:
        said: dict[str, JsonValue] = {"reason": event.reason, "rule": event.rule, "edited_kwargs": event.edited}
        fields = {name: value for name, value in said.items() if value}
        if not await self._desk.assistant.respond(event.request_id, event.response, **fields):
            self._desk.say("This request is no longer open")
        self._desk.conversation.focus()

    async def _edit(self, text: str) -> None:
        from bookwheel.tui.editor import edited

        prompt = self._desk.prompt
        prompt.put(await edited(app_of(prompt), text))
        prompt.focus()


# A letter, of what a command returns.
_READING_S = 0.06

_COMMAND_KEYS: Mapping[str, str] = {
    "session.new": "app.new_session",
    "session.open": "app.sessions",
    "session.export": "desk.export",
    "desk.open": "desk.desks",
    "desk.mode": "app.mode",
    "desk.model": "desk.model",
    "desk.web": "desk.web",
    "library.add": "library.add",
    "library.remove": "library.remove",
    "library.refresh": "library.refresh",
    "filter.in": "desk.scope",
    "filter.type": "desk.scope",
    "filter.tag": "desk.scope",
    "filter.since": "desk.scope",
    "filter.until": "desk.scope",
    "filter.clear": "desk.clear_filter",
    "run.stop": "app.stop",
    "run.again": "conversation.ask_again",
}
"""The key that does what a command does, by the command's id."""
_SCREENS: Mapping[str, tuple[str, str]] = {
    "settings": ("desk.all_settings", "Every setting of config.toml: what it does, its value, where it is from"),
    "allowed": ("desk.allowed", "See and delete the rules that let tools run without asking you"),
}
"""The commands that do what a key does: the key's id, and the help."""


def mentioned(text: str, named: Mapping[str, Sequence[str]]) -> list[str]:
    """The paths of the files and folders that `text` names as `@name`; of two names that fit, the longer counts."""
    paths: list[str] = []
    for found in _MENTION.finditer(text):
        rest = text[found.end() :]
        names = [name for name in named if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()]
        if names:
            paths += named[max(names, key=len)]
    return list(dict.fromkeys(paths))


_MENTION = lazy_regex(r"(?<!\S)@")


def _is_command(text: str) -> bool:
    """A line that begins with a slash is a command, unless it is a path."""
    first = text.split(maxsplit=1)[0]
    return first.startswith("/") and "/" not in first[1:] and "\n" not in text
