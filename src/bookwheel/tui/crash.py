"""The report when the app breaks: one line, and a log without locals and without keys.

Textual's own crash screen prints the locals of every frame (an API key among them, twice) and can take minutes for
a nested one.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bookwheel import paths
from bookwheel.errors import BookwheelError
from bookwheel.kept_frame import FIRST_FRAME
from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.sanitize import clean, clean_line

LOG_NAME = "crash.log"
MAX_LOG = 200_000
MAX_MESSAGE = 300
MAX_FRAMES = 60

_SHAPES = lazy_regex(r"(?i)\b(sk|tvly|gsk|hf|ghp|xai|key)[-_][\w-]{8,}|(?<=bearer )\S+")
_KEY_VARIABLE = lazy_regex(r"(?i)(key|token|secret|password)s?\Z")
_MIN_SECRET = 6


def report(error: BaseException) -> None:
    """Write the lines to standard error, and the traceback of an internal error to the log."""
    FIRST_FRAME.forget()
    log = None if isinstance(error, BookwheelError) else write_crash_log(error)
    with suppress(OSError):  # the terminal may be gone
        sys.stderr.write(f"{crash_message(error, log)}\n")


def crash_message(error: BaseException, log: Path | None) -> str:
    """The lines for standard error."""
    if isinstance(error, BookwheelError):
        return f"bookwheel: {_redacted_line(error.message)}" + (f"\n{_redacted_line(error.hint)}" if error.hint else "")
    where = _place(error)
    text = _redacted_line(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
    saved = "Questions and answers are saved; bookwheel --continue opens them."
    details = f" Details: {clean_line(str(log))}" if log is not None else ""
    return f"bookwheel stopped on an internal error{where}: {text}\n{saved}{details}"


def write_crash_log(error: BaseException) -> Path | None:
    """Append the traceback, without locals; None where it cannot be written."""
    lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-MAX_FRAMES)
    entry = f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{redacted(clean(''.join(lines)))[-MAX_LOG:]}\n"
    try:
        file = paths.make_private_dir(paths.data_dir()) / LOG_NAME
        is_full = file.exists() and file.stat().st_size > MAX_LOG
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | (os.O_TRUNC if is_full else os.O_APPEND)
        with open(os.open(file, flags, paths.PRIVATE_FILE_MODE), "a", encoding="utf-8", errors="replace") as stream:
            stream.write(entry)
    except OSError:
        return None
    return file


def redacted(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """`text` without anything that looks like a key, and without the values of variables named like keys."""
    for name, value in environ.items():
        if _KEY_VARIABLE.search(name) and len(value) >= _MIN_SECRET:
            text = text.replace(value, "***")
    return _SHAPES.sub("***", text)


def _redacted_line(text: str) -> str:
    line = clean_line(redacted(text))
    return line if len(line) <= MAX_MESSAGE else f"{line[:MAX_MESSAGE]}…"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "bookwheel" in Path(frame.filename).parts]
    if not ours:
        return ""
    frame = ours[-1]
    parts = Path(frame.filename).parts
    inside = parts[len(parts) - parts[::-1].index("bookwheel") :]
    return f" ({'/'.join(inside)}, line {frame.lineno})"
