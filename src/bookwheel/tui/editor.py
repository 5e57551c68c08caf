"""A text edited in the user's own editor, while the run goes on behind it."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from bookwheel.config.keys import named_key_variables, without_keys
from bookwheel.errors import UsageError
from bookwheel.transcript.sanitize import clean

if TYPE_CHECKING:
    from textual.app import App

MAX_BYTES = 1_000_000


async def edited(app: App[object], text: str) -> str:
    """`text` as the user left it in $VISUAL or $EDITOR.

    Raises UsageError when there is no editor, or it fails; the text stays unchanged then.
    """
    command = editor_command(os.environ)
    try:
        with app.suspend(), app.batch_update():
            return clean(await asyncio.to_thread(_edit, command, text)).rstrip("\n")
    except SuspendNotSupported as error:
        raise UsageError("An editor cannot be opened in this terminal.") from error


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The user's editor with its arguments. Raises UsageError when none is set."""
    wanted = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if not wanted:
        raise UsageError("No editor is set.", hint="Set one: export EDITOR=nano")
    try:
        return shlex.split(wanted)
    except ValueError as error:
        raise UsageError(f"$EDITOR cannot be read: {error}.", hint="Such as: export EDITOR='vim -n'") from error


def _edit(command: list[str], text: str) -> str:
    """Blocks until the editor is left."""
    with tempfile.TemporaryDirectory(prefix="bookwheel-") as folder:
        file = Path(folder, "question.md")
        file.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run([*command, str(file)], env=without_keys(extra=named_key_variables()), check=False)
        except OSError as error:
            raise UsageError(f"The editor {command[0]} cannot be started: {error.strerror}.") from error
        if done.returncode:
            raise UsageError(f"The editor {command[0]} ended with {done.returncode}; the question is unchanged.")
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES).decode("utf-8", "replace")
