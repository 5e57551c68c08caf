"""From the command to an answer out of 20 notes, alone and beside a PDF of 250 pages, with nothing indexed before.

The app is asked as soon as its first frame is there; the goal is an answer within a second of its start. `ask` reads
the PDF before it answers: its answer, and that nothing supports one (exit code 3), are about all documents. Where the
system allows it, the processes run in the real-time class: as fast as on a machine that does nothing else.
"""

import os
import pty
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.written_files import Section, pdf

from benchmarks.corpus import MadeUpLanguage
from benchmarks.harness import Case, Sample, interleaved, main, report
from benchmarks.startup import COLUMNS, DESK_SIGN, ROWS, clean_environment, read_until

ROUNDS = 7
NOTES, PAGES, PARAGRAPHS_OF_A_PAGE = 20, 250, 6
QUESTION = "How often does the water wheel turn in a minute?"
SAID = b"six times"
LIMIT_S = 60.0


def make_notes(folder: Path) -> None:
    """Made-up notes; one of them answers the question."""
    language = MadeUpLanguage(seed=1)
    folder.mkdir()
    for number in range(NOTES - 1):
        (folder / f"note{number:02}.md").write_text(language.document(2))
    (folder / "wheel.md").write_text("# The wheel\n\nThe water wheel turns six times in a minute.\n")


def make_pdf(file: Path) -> None:
    """Made-up pages of some 3,000 characters."""
    language = MadeUpLanguage(seed=3)
    pages = [language.document(PARAGRAPHS_OF_A_PAGE).split("\n\n") for _ in range(PAGES)]
    file.write_bytes(pdf([Section(paragraphs[0], 1, paragraphs[1:]) for paragraphs in pages]))


def answer(argv: Sequence[str], env: Mapping[str, str], *, is_app: bool) -> Case:
    """A case that stops the clock when the answer is seen in a pseudo-terminal; each begins with an empty home."""

    def run() -> Sample:
        for name in ("BOOKWHEEL_CONFIG_DIR", "BOOKWHEEL_DATA_DIR"):
            shutil.rmtree(env[name], ignore_errors=True)
        started = time.perf_counter()
        pid, terminal = pty.fork()
        if pid == 0:
            with suppress(OSError):
                os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5))
            os.execve(argv[0], list(argv), dict(env))
        ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        try:
            if is_app:
                read_until(DESK_SIGN, terminal, started + LIMIT_S)
                os.write(terminal, f"{QUESTION}\r".encode())
            read_until(SAID, terminal, started + LIMIT_S)
            wall = time.perf_counter() - started
        finally:
            os.kill(pid, signal.SIGKILL)
            _pid, _status, usage = os.wait4(pid, 0)
            os.close(terminal)
        return Sample(wall, usage.ru_utime + usage.ru_stime)

    return run


def run() -> None:
    command = str(Path(sys.executable).with_name("bookwheel"))
    with TemporaryDirectory() as folder:
        base = Path(folder)
        notes, both = base / "notes", base / "both"
        make_notes(notes)
        make_notes(both)
        make_pdf(both / "book.pdf")
        env = clean_environment(base / "home")
        cases = {
            "the app, notes alone": answer([command, str(notes)], env, is_app=True),
            "the app, beside the PDF": answer([command, str(both)], env, is_app=True),
            "ask, notes alone": answer([command, "ask", QUESTION, str(notes)], env, is_app=False),
            "ask, beside the PDF": answer([command, "ask", QUESTION, str(both)], env, is_app=False),
        }
        medians = interleaved(cases, rounds=ROUNDS)
        report("from the command to the answer", medians, baseline="the app, notes alone")
        print(f"  the app, beside the PDF, needs {medians['the app, beside the PDF'].wall:.2f} s (at most 1)")


if __name__ == "__main__":
    main("first_answer", run)
