"""`python -m bookwheel` and the command `bookwheel`."""

from __future__ import annotations

import _imp
import _thread
import atexit
import gc
import os
import sys
import time

# `typing`, which has it too, takes half a bare interpreter; --version needs none of it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from types import FrameType
    from typing import NoReturn
else:
    # Importing `signal`, with its enums, takes milliseconds, in which Python's own handler would be in force.
    import _signal as signal

_NEXT_TRY_S = 0.01
_HELP_COLUMNS = 80
# With Python's own (700, 10, 10) importing all modules collects garbage some hundred times, 30 ms in all; with 50,000
# the one collection of a question over unchanged documents takes 6 ms.
COLLECT_AT = (200_000, 20, 20)


def main() -> NoReturn:
    """The entry point of the command; Ctrl+C ends it quietly also while its modules are imported."""
    end = _quick_end()
    try:
        # First of all: Python's own handler raises `KeyboardInterrupt` wherever it is. Each import ends with the call
        # of a weak reference, and what is raised there is printed and lost: the question would be answered.
        signal.signal(signal.SIGINT, _interrupt)
        code = 130 if _was_interrupted() else _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    # All is saved and printed, and Python would report where in its own end it was interrupted.
    if signal.getsignal(signal.SIGINT) is _interrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    end(code)
    sys.exit(code)


def _was_interrupted() -> bool:
    """Whether Ctrl+C came while Python started, and left its lock of imports taken: each thread would wait for it."""
    try:
        _imp.release_lock()
    except RuntimeError:
        return False
    return True


def _quick_end() -> Callable[[int], None]:
    """Takes the exit code with which the process then ends, without taking its modules apart: 6 ms of a question.

    All else that Python does at the end is done before: it waits for threads, runs what others registered, and flushes.
    For that `end` has to run last of what is registered, so the first one registered.
    """
    codes: list[int] = []

    def end() -> None:
        if not codes:
            return
        # What cannot be written is for Python to report.
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
        except (OSError, ValueError):
            return
        os._exit(codes[0])

    # What was registered earlier, as by a measurement of coverage, would run after `end`, and so not at all. Only this
    # function, which is not public, says whether there is something: where Python lacks it, the usual end is taken.
    if getattr(atexit, "_ncallbacks", lambda: 1)() == 0:
        atexit.register(end)
    return codes.append


def _run(arguments: list[str]) -> int:
    # Importing click alone takes as long as four bare interpreters.
    if sys.stdout is not None and (text := _known_text(arguments)):
        data = text.encode()
        # A full disk or a closed pipe is for the program below to report.
        try:
            # Not through `sys.stdout`: its buffer would keep what it could not write, and print it once more.
            if os.write(sys.stdout.fileno(), data) == len(data):
                return 0
        except OSError:
            pass
    gc.set_threshold(*COLLECT_AT)
    from bookwheel.deferred_modules import import_lightly

    import_lightly("pathlib")
    from bookwheel.kept_frame import FIRST_FRAME

    try:
        FIRST_FRAME.show(arguments)
        import_lightly("dataclasses")
        from bookwheel.cli.main import run

        return run(arguments)
    finally:
        FIRST_FRAME.forget()


def _known_text(arguments: list[str]) -> str:
    """What `--version` and `--help` print; "" for other arguments, and where the help must be narrower."""
    if arguments in (["--version"], ["-V"]):
        from bookwheel import __version__

        return f"bookwheel {__version__}\n"
    if arguments in (["--help"], ["-h"]) and _columns() >= _HELP_COLUMNS:
        # `make docs` writes it from the options themselves; a test compares the two.
        with open(os.path.join(os.path.dirname(__file__), "cli", "help.txt"), encoding="utf-8") as file:
            return file.read()
    return ""


def _columns() -> int:
    """The width of the output, as click finds it."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _HELP_COLUMNS
    except (OSError, ValueError):
        return _HELP_COLUMNS


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise `KeyboardInterrupt`, but never inside an import: half a module and an open file would be left."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib") or _is_of_import(frame):
            # Not by `threading`: it may be the module that is imported just now.
            _thread.start_new_thread(_send_again, (number,))
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def _is_of_import(frame: FrameType) -> bool:
    """Whether a module other than the program is being made: not all are imported by Python's own import."""
    return frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") != "__main__"


def _send_again(number: int) -> None:
    time.sleep(_NEXT_TRY_S)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    main()
