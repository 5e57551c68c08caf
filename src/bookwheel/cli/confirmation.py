"""Asks a yes-or-no question in the terminal; Ctrl+C leaves it at any moment."""

from __future__ import annotations

import os
import select
import signal
import sys

import click


def confirmed(question: str) -> bool:
    """The user's answer, no by default. Raises click.Abort for Ctrl+C and for the end of the input."""
    while True:
        sys.stderr.write(f"{question} [y/N]: ")
        sys.stderr.flush()
        try:
            answer = _line().strip().lower()
        except KeyboardInterrupt as error:
            raise click.Abort from error
        if answer in ("y", "yes"):
            return True
        if answer in ("", "n", "no"):
            return False
        sys.stderr.write("Please answer y or n.\n")


def _line() -> str:
    # A signal that comes just before the read would wait for the next key: Python looks for signals only before and
    # after the call. The pipe wakes the wait at once.
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        keyboard = sys.stdin.fileno()
        while keyboard not in select.select([keyboard, reading], [], [])[0]:
            os.read(reading, 64)
        text = os.read(keyboard, 4096).decode(errors="replace")
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)
    if not text:
        raise click.Abort
    return text
