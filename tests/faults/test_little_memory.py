"""A limit of memory for the whole program, as batch systems set it: the reason is said, and no exit code lies."""

import asyncio
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.program import environment
from tests.cli.scenes import QUESTION

REASONS = (
    "The indexing process needs more memory than it may have.",
    "needs more memory or threads than this process may have.",
    "The system refuses another thread.",
    "There is not enough memory.",
)


@pytest.mark.fault("P9")
@pytest.mark.parametrize("megabytes", [150, 200, 300, 400, 500, 600])
async def test_too_little_memory_for_the_index_is_said_and_is_no_missing_answer(notes: Path, megabytes: int) -> None:
    """A line about RUST_BACKTRACE or an internal error came; where the memory ends differs from run to run."""
    limit = megabytes * 1_000_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bookwheel", "ask", QUESTION, str(notes),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
        preexec_fn=limited,
    )  # fmt: skip
    out, err = await process.communicate()
    said = err.decode()
    match process.returncode:
        case 0:
            assert b"nine" in out
        case 3:
            assert "1 document cannot be read" in said
        case code:
            assert code == 1
            assert any(reason in said for reason in REASONS), said
    assert not any(sign in said for sign in ("RUST", "Traceback", "Internal error")), said
