"""Copies text and reports where it is now: in the terminal's clipboard, in tmux's buffer or in a file.

Inside tmux only its own buffer works with tmux's defaults (`load-buffer -w` also passes the text to the outer
terminal); elsewhere OSC 52 is used. Where neither works, the text is written to a file.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from bookwheel import paths
from bookwheel.config.keys import named_key_variables, without_keys
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean

# Bytes before base64: terminals drop longer OSC 52 sequences, most of them silently.
MAX_OSC52 = 74_000
TMUX_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Copied:
    """`report` is for the user; `for_terminal` is the text that the app must still send to the terminal by OSC 52."""

    report: str
    for_terminal: str = ""


def copy(text: str, what: str, *, environ: Mapping[str, str] = os.environ) -> Copied:
    """Copy `text`. Blocks: call it in a thread. Raises OSError when not even a file can be written."""
    text = clean(text)
    size = _size(text)
    if environ.get("TMUX") and _to_tmux(text):
        return Copied(f"{what} copied to the tmux buffer, {size}")
    if _has_osc52(environ) and len(text.encode("utf-8", "replace")) <= MAX_OSC52:
        return Copied(f"{what} sent to the terminal's clipboard, {size}", text)
    file = _to_file(text)
    return Copied(f"{what} written to {file}, {size}: this terminal has no clipboard")


def _to_tmux(text: str, run: Callable[..., subprocess.CompletedProcess[bytes]] = subprocess.run) -> bool:
    try:
        done = run(
            ["tmux", "load-buffer", "-w", "-"],
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TMUX_TIMEOUT_S,
            env=without_keys(extra=named_key_variables()),
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _has_osc52(environ: Mapping[str, str]) -> bool:
    """Screen and the Linux console drop the sequence; in tmux its buffer was tried first."""
    term = environ.get("TERM", "")
    return not (environ.get("TMUX") or environ.get("STY") or term in {"linux", "dumb", "vt100"})


def _to_file(text: str) -> Path:
    folder = paths.make_private_dir(paths.data_dir())
    file = folder / "clipboard.txt"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, paths.PRIVATE_FILE_MODE)
    with open(descriptor, "w", encoding="utf-8", errors="replace") as stream:
        stream.write(text)
    return file


def _size(text: str) -> str:
    return counted(len(text), "character") if len(text) < 1000 else f"{len(text) / 1000:.1f}k characters"
