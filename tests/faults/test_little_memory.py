"""A limit of memory for the whole program, as batch systems set it: the reason is said, and no exit code lies."""

import asyncio
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.program import environment
from tests.cli.scenes import QUESTION

from bookwheel.assistant.outcome import run_error

REASONS = (
    "The indexing process needs more memory than it may have.",
    "needs more memory or threads than this process may have.",
    "The system refuses another thread.",
    "There is not enough memory.",
)


async def asked(notes: Path, megabytes: int) -> tuple[int | None, bytes, str]:
    """The exit code, the answer and standard error of a question with so much memory."""
    limit = megabytes * 1_000_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bookwheel", "ask", QUESTION, str(notes),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
        preexec_fn=limited,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out, err.decode()


@pytest.mark.fault("P9")
@pytest.mark.parametrize("megabytes", [200, 300, 350, 400, 600])
async def test_a_question_is_answered_with_little_memory(notes: Path, megabytes: int) -> None:
    """The heaps that glibc makes for each thread left none for the index, at 350 MB and not at 150."""
    code, out, said = await asked(notes, megabytes)
    assert code == 0, said
    assert b"nine" in out


@pytest.mark.fault("P9")
@pytest.mark.parametrize("megabytes", [60, 90, 100, 110])
async def test_too_little_memory_for_the_index_is_said_and_is_no_missing_answer(notes: Path, megabytes: int) -> None:
    """A line about RUST_BACKTRACE or an internal error came; where the memory ends differs from run to run."""
    returncode, out, said = await asked(notes, megabytes)
    match returncode:
        case 0:
            assert b"nine" in out
        case 3:
            assert "1 document cannot be read" in said
        case code:
            assert code == 1
            assert any(reason in said for reason in REASONS), said
    assert not any(sign in said for sign in ("RUST", "Traceback", "Internal error")), said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "There is not enough memory."),
        (ImportError("/lib/x.so: failed to map segment from shared object"), "There is not enough memory."),
        (RuntimeError("can't start new thread"), "The system refuses another thread."),
    ],
)
def test_a_run_that_got_no_memory_says_what_to_do(error: Exception, said: str) -> None:
    reported = run_error(error)
    assert (reported.type, reported.message) == (type(error).__name__, said)
    assert "ulimit" in reported.hint
