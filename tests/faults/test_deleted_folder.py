"""A working folder that was deleted while a shell was in it keeps no command from documents that are elsewhere."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.program import environment


@pytest.mark.fault("S13")
@pytest.mark.parametrize(
    "command", [("ask", "How fast does the mill wheel turn?"), ("search", "mill")], ids=["ask", "search"]
)
async def test_a_deleted_working_folder_is_not_needed(tmp_path: Path, command: tuple[str, ...]) -> None:
    """To print the path of a source asked for it: "Internal error: ExceptionGroup" after the answer."""
    gone, notes = tmp_path / "gone", tmp_path / "notes"
    gone.mkdir()
    notes.mkdir()
    (notes / "mill.md").write_text("# The mill\n\nThe mill wheel turns at nine revolutions a minute.\n")
    line = 'cd "$1"; rmdir "$1"; shift; exec "$@"'
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", line, "sh", str(gone), sys.executable, "-m", "bookwheel", *command, str(notes),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert b"nine revolutions" in out
    assert str(notes / "mill.md") in out.decode()
