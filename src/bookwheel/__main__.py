"""`python -m bookwheel` and the command `bookwheel`."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

_NEXT_TRY_S = 0.01


def main() -> NoReturn:
    """The entry point of the command; Ctrl+C ends it quietly also while its modules are imported."""
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    # Importing click alone takes as long as four bare interpreters.
    if arguments in (["--version"], ["-V"]) and sys.stdout is not None:
        from bookwheel import __version__

        # A full disk or a closed pipe is for the program below to report.
        with suppress(OSError):
            sys.stdout.write(f"bookwheel {__version__}\n")
            sys.stdout.flush()
            return 0
    import signal

    signal.signal(signal.SIGINT, _interrupt)
    from bookwheel.cli.main import run

    return run(arguments)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise `KeyboardInterrupt`, but never inside an import: half a module and an open file would be left."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            import os
            import threading

            again = threading.Timer(_NEXT_TRY_S, os.kill, (os.getpid(), number))
            again.daemon = True
            again.start()
            return
        frame = frame.f_back
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
