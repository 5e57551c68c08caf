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
    "reading it takes too much memory",
    "The system refuses another thread.",
)


@pytest.mark.fault("P9")
@pytest.mark.parametrize("megabytes", [200, 300, 350, 400, 500, 600])
async def test_too_little_memory_for_the_index_is_said_and_is_no_missing_answer(notes: Path, megabytes: int) -> None:
    """Exit code 3 came where the one document had not been read, or a line about RUST_BACKTRACE."""
    limit = megabytes * 1_000_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bookwheel", "ask", QUESTION, str(notes),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
        preexec_fn=limited,
    )  # fmt: skip
    out, err = await process.communicate()
    if process.returncode == 0:
        assert b"nine" in out
    else:
        assert process.returncode == 1
        assert any(reason in err.decode() for reason in REASONS), err.decode()
    assert "RUST" not in err.decode()
