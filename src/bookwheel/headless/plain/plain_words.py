"""The words of the plain front end: each key of the app has one, and the slash commands are here too.

open 2          a word, alone or with a number
2               the key that does the same in the app
/find windows   with a slash also a word that takes a text
what is new?    anything else is a question
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeAlias

from bookwheel.assistant.slash_commands.command_registry import CommandRegistry
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass

Said: TypeAlias = Callable[[str], Awaitable[str]]
"""Does what a word asks for with its argument; returns what to say, "" for nothing. Raises BookwheelError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`key` is the app's key for it, `argument` a hint such as "N" or "[N]".

    `takes_number`: its argument may follow without a slash, when it is a number. `is_at_once`: it acts while an answer
    is written; the others wait for the end of it.
    """

    name: str
    help: str
    act: Said
    key: str = ""
    argument: str = ""
    takes_number: bool = False
    is_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """What a line means: a word with its argument, a command line for the registry, or a question (neither)."""

    word: Word | None = None
    argument: str = ""
    command: str = ""


class PlainWords:
    """All words, and what a line means; a slash command with the name of a word is that word."""

    def __init__(self, words: Iterable[Word], commands: CommandRegistry) -> None:
        self.commands = commands
        self._words: dict[str, Word] = {word.name: word for word in words}
        self._keys: Mapping[str, Word] = {word.key: word for word in self._words.values() if word.key}

    def meaning(self, line: str) -> Meant:
        """What the line means. Raises UsageError for a slash with no command behind it."""
        text = line.strip()
        if _is_slashed(text):
            return self._command(text)
        name, _, argument = text.partition(" ")
        argument = argument.strip()
        if text.isascii() and text.isdigit() and len(text) <= 2:
            return Meant(self._words["open"], text)
        if text in self._keys and not self._keys[text].argument.isupper():
            return Meant(self._keys[text])
        word = self._words.get(name.casefold())
        if word is None:
            return Meant()
        if not argument:
            return Meant(word) if not word.argument or word.argument.startswith("[") else Meant()
        return Meant(word, argument) if word.takes_number and argument.isdigit() else Meant()

    def _command(self, text: str) -> Meant:
        name, _, argument = text.removeprefix("/").partition(" ")
        word = self._words.get(name.casefold())
        if word is None:
            self.commands.parse(text)
            return Meant(command=text)
        if word.argument and not word.argument.startswith("[") and not argument.strip():
            raise UsageError(f"/{word.name} needs {word.argument}.", hint=word.help)
        return Meant(word, argument.strip())

    def help_text(self, name: str = "") -> str:
        """Every word and command with its help, or those whose names begin with `name`."""
        rows: list[tuple[str, str]] = []
        for word in self._words.values():
            slash = "/" if word.argument and not word.takes_number and not word.argument.startswith("[") else ""
            key = f" (key {word.key})" if word.key else ""
            rows.append((f"{slash}{word.name} {word.argument}".strip(), f"{word.help}{key}"))
        rows += [
            (f"/{command.name} {command.argument}".strip(), command.help)
            for command in self.commands.all()
            if command.name not in self._words
        ]
        found = [row for row in rows if row[0].removeprefix("/").startswith(name.removeprefix("/"))]
        return "\n".join([_HOW, *(f"{row[0]}: {row[1]}." for row in found)])


_HOW = "A line is a question, unless it is one of these words, alone or with a number. A slash makes any of them sure."


def _is_slashed(text: str) -> bool:
    """A line that begins with a slash is a command, unless it is a path."""
    first = text.split(maxsplit=1)[0] if text else ""
    return first.startswith("/") and "/" not in first[1:] and len(first) > 1
