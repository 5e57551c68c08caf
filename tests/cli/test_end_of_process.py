"""The process ends without taking its modules apart, but only after all else that Python does at the end."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
class TakenApart:
    def __del__(self):
        print("taken apart")

last = TakenApart()
import atexit, sys, threading
import bookwheel.__main__ as program

def printed_at_the_end():
    threading.main_thread().join()
    print("a thread")

def extended(arguments):
    threading.Thread(target=printed_at_the_end).start()
    atexit.register(print, "a callback")
    return run(arguments) or 5

run, program._run = program._run, extended
sys.argv[1:] = ["--version"]
program.main()
"""
MEASUREMENT = "import atexit\natexit.register(print, 'a measurement')\n"


@pytest.mark.parametrize(
    ("before", "last"), [("", []), (MEASUREMENT, ["a measurement", "taken apart"])], ids=["alone", "measured"]
)
def test_threads_and_callbacks_are_done_before_the_process_ends(before: str, last: list[str]) -> None:
    ended = subprocess.run([sys.executable, "-c", before + PROGRAM], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (5, "")
    version, *others = ended.stdout.splitlines()
    assert version.startswith("bookwheel ")
    assert others == ["a thread", "a callback", *last]
