"""Standard output that fails: a full disk is one line of error, a closed pipe ends the program quietly."""

import asyncio
import sys
from pathlib import Path

import pytest
from tests.cli.program import TIMEOUT_S, bookwheel, environment

from bookwheel import paths

COMMANDS = {
    "version": ("--version",),
    "help": ("--help",),
    "ask": ("ask", "How fast does the mill wheel turn?", "."),
    "ask as JSON": ("ask", "--json", "How fast does the mill wheel turn?", "."),
    "search": ("search", "wheel", "."),
    "sessions": ("sessions", "list"),
    "settings": ("config", "show"),
    "replay": ("replay", "last", "--print"),
    "replay as JSON": ("replay", "last", "--json"),
}


async def run_into(output: Path, *arguments: str, cwd: Path) -> tuple[int, str]:
    with await asyncio.to_thread(output.open, "wb") as stream:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bookwheel", *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=stream, stderr=asyncio.subprocess.PIPE,
            env=environment(), cwd=cwd,
        )  # fmt: skip
        async with asyncio.timeout(TIMEOUT_S):
            _, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, err.decode()


@pytest.mark.fault("P13")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS.keys())
async def test_a_full_disk_is_said_in_one_line_and_ends_with_1(notes: Path, arguments: tuple[str, ...]) -> None:
    if arguments[0] in ("sessions", "replay"):
        await bookwheel("ask", "How fast does the mill wheel turn?", str(notes))
    code, err = await run_into(Path("/dev/full"), *arguments, cwd=notes)
    assert (code, err) == (1, "bookwheel: No space left on device.\n")


@pytest.mark.fault("S27")
async def test_folders_that_stand_open_to_others_are_closed_and_it_is_said(notes: Path) -> None:
    def open_up() -> None:
        for folder in (paths.config_dir(), paths.data_dir()):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o777)

    await asyncio.to_thread(open_up)
    ended = await bookwheel("ask", "How fast does the mill wheel turn?", str(notes))
    assert ended.code == 0
    for folder in (paths.config_dir(), paths.data_dir()):
        assert f"{folder} was open to other users" in ended.err
        assert folder.stat().st_mode & 0o777 == 0o700
    again = await bookwheel("ask", "How fast does the mill wheel turn?", str(notes))
    assert "open to other users" not in again.err


@pytest.mark.fault("S27")
async def test_a_folder_that_others_share_by_its_sticky_bit_is_left_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    ended = await bookwheel("config", "check", env={"BOOKWHEEL_CONFIG_DIR": str(shared)})
    assert ended.code == 0
    assert shared.stat().st_mode & 0o7777 == 0o1777
