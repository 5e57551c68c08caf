"""Opens texts in the user's editor and pager; a run continues meanwhile."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual.app import SuspendNotSupported

from bookwheel.config.keys import named_key_variables, without_keys
from bookwheel.errors import UsageError
from bookwheel.markup.sanitize import clean, clean_line

if TYPE_CHECKING:
    from textual.app import App

Result = TypeVar("Result")

MAX_BYTES = 1_000_000
TAKES_LINE = frozenset(
    {"less", "more", "most", "vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "kak", "joe"}
)
"""Programs that take `+LINE` before the file."""


async def edited(app: App[object], text: str) -> str:
    """`text` as the user left it in $VISUAL or $EDITOR.

    Raises UsageError when there is no editor, or it fails; the text stays unchanged then.
    """
    command = editor_command(os.environ)
    return clean(await _outside(app, "An editor", partial(_edit, command, text))).rstrip("\n")


async def edit_file(app: App[object], file: Path) -> None:
    """Let the user edit a file in $VISUAL or $EDITOR. Raises UsageError when there is no editor, or it fails."""
    command = editor_command(os.environ)
    await _outside(app, "An editor", partial(_run, [*command, str(file)], "editor"))


async def read_outside(app: App[object], name: str, text: str, offset: int) -> None:
    """Show a document in $PAGER, else $VISUAL, $EDITOR or less, at the line of the character `offset`.

    The program gets a copy of the cleaned text that cannot be written: a document's control sequences would reach the
    terminal, and its own format (a PDF) would not be read. Raises UsageError when it cannot be started, or fails.
    """
    command = pager_command(os.environ)
    line = text.count("\n", 0, offset) + 1
    await _outside(app, "A pager", partial(show_copy, command, clean_line(name), clean(text), line))


async def _outside(app: App[object], what: str, call: Callable[[], Result]) -> Result:
    """Run `call` in a thread while the terminal is not the app's.

    Its error is raised only afterwards: Textual does not take the terminal back after an error.
    """
    done: list[Result] = []
    failure: UsageError | None = None
    try:
        with app.suspend(), app.batch_update():
            try:
                done.append(await asyncio.to_thread(call))
            except UsageError as error:
                failure = error
    except SuspendNotSupported as error:
        raise UsageError(
            f"{what} cannot be opened in this terminal.",
            hint="Run Bookwheel in a terminal of your own, not in a browser.",
        ) from error
    if failure is not None:
        raise failure
    return done[0]


def pager_command(environ: Mapping[str, str]) -> list[str]:
    """The user's pager with its arguments, else the editor, else less. Raises UsageError for quotes left open."""
    for name in ("PAGER", "VISUAL", "EDITOR"):
        if wanted := environ.get(name, "").strip():
            return _split(name, wanted)
    return ["less"]


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The user's editor with its arguments. Raises UsageError when none is set."""
    wanted = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if not wanted:
        raise UsageError("No editor is set.", hint="Set one: export EDITOR=nano")
    return _split("EDITOR", wanted)


def _split(name: str, command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(f"${name} cannot be read: {error}.", hint=f"Such as: export {name}='less -S'") from error


def show_copy(command: list[str], name: str, text: str, line: int) -> None:
    """Show `text` to `command` as a file called `name` that cannot be written; blocks until the pager is left."""
    with tempfile.TemporaryDirectory(prefix="bookwheel-") as folder:
        file = Path(folder, f"{name.replace('/', '_').lstrip('.-') or 'document'}.txt")
        file.write_text(text, encoding="utf-8")
        file.chmod(0o400)
        at_line = [f"+{line}"] if Path(command[0]).name in TAKES_LINE else []
        _run([*command, *at_line, str(file)], "pager")


def _run(command: list[str], what: str) -> None:
    """Run it without the keys in its environment: a pager runs other programs (LESSOPEN), an editor plug-ins."""
    try:
        done = subprocess.run(command, env=without_keys(extra=named_key_variables()), check=False)
    except OSError as error:
        raise UsageError(
            f"The {what} {command[0]} cannot be started: {error.strerror}.",
            hint="Name another one in VISUAL, EDITOR or PAGER.",
        ) from error
    if done.returncode:
        raise UsageError(f"The {what} {command[0]} ended with {done.returncode}.")


def _edit(command: list[str], text: str) -> str:
    """Blocks until the editor is left."""
    with tempfile.TemporaryDirectory(prefix="bookwheel-") as folder:
        file = Path(folder, "question.md")
        file.write_text(text, encoding="utf-8")
        _run([*command, str(file)], "editor")
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES).decode("utf-8", "replace")
