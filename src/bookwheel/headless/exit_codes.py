"""The exit codes of commands."""

from __future__ import annotations

import signal
from enum import IntEnum

from bookwheel.errors import BookwheelError


class ExitCode(IntEnum):
    """The codes that scripts rely on; a command stopped by a signal ends with `128 + signal`, as in a shell."""

    OK = 0
    FAILED = 1
    WRONG_USAGE = 2
    NO_SUPPORT = 3
    STOPPED_BY_LIMIT = 4
    INTERRUPTED = 130


def for_error(error: BookwheelError) -> ExitCode:
    """The exit code of a command that ended with `error`."""
    return for_error_name(type(error).__name__)


def for_error_name(name: str) -> ExitCode:
    """The exit code of a run whose log says that it ended with an error of this class."""
    match name:
        case "UsageError" | "ConfigError" | "MissingExtraError" | "PluginError":
            return ExitCode.WRONG_USAGE
        case "LimitReachedError":
            return ExitCode.STOPPED_BY_LIMIT
        case _:
            return ExitCode.FAILED


def for_signal(number: signal.Signals) -> int:
    """The exit code of a command that a signal stopped: 130 for Ctrl+C, 143 for TERM, 129 for a lost terminal."""
    return 128 + number
