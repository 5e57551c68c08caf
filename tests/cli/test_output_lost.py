"""Outputs that fail: a full disk is one line of error, a closed pipe ends the program quietly, a slow one waits."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.program import TIMEOUT_S, bookwheel, environment

from bookwheel import paths

COMMANDS = {
    "version": ("--version",),
    "help": ("--help",),
    "help of a command": ("ask", "--help"),
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


def closed_pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


@pytest.mark.fault("P13")
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS.keys())
async def test_a_closed_pipe_ends_every_command_quietly(notes: Path, arguments: tuple[str, ...]) -> None:
    """`bookwheel --version | true` ended with 1."""
    if arguments[0] in ("sessions", "replay"):
        await bookwheel("ask", "How fast does the mill wheel turn?", str(notes))
    output = closed_pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bookwheel", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=asyncio.subprocess.PIPE,
        env=environment(), cwd=notes,
    )  # fmt: skip
    os.close(output)
    async with asyncio.timeout(TIMEOUT_S):
        _, err = await process.communicate()
    # The replay says on standard error which question it plays.
    assert (process.returncode, err if arguments[0] != "replay" else b"") == (0, b"")


@pytest.mark.fault("P13")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("lost", [closed_pipe, full_disk])
async def test_messages_that_nobody_takes_change_neither_answer_nor_exit_code(
    notes: Path, lost: Callable[[], int]
) -> None:
    """With a warning to print there was no answer, and behind a pipe the exit code was 0 all the same."""
    cases = ((("ask", "How fast does the mill wheel turn?", "."), 0, b"nine"), (("--no-such",), 2, b""))
    for arguments, code, said in cases:
        paths.config_dir().mkdir(parents=True, exist_ok=True)
        paths.config_dir().chmod(0o777)  # it is warned of
        messages = lost()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bookwheel", *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=messages,
            env=environment(), cwd=notes,
        )  # fmt: skip
        os.close(messages)
        async with asyncio.timeout(TIMEOUT_S):
            out, _ = await process.communicate()
        assert process.returncode == code
        assert said in out


@pytest.mark.fault("S11")
@pytest.mark.parametrize("options", [(), ("-u",)], ids=["buffered", "unbuffered"])
async def test_an_output_that_another_program_has_set_not_to_block_gets_everything(
    notes: Path, options: tuple[str, ...]
) -> None:
    """As a terminal that it shares: what did not fit into the pipe at once was dropped, and the exit code was 0."""
    sections = (f"# Wheel {n}\n\n" + f"The wheel of the mill at mile {n} turns all the year. " * 30 for n in range(100))
    (notes / "long.md").write_text("\n\n".join(sections), encoding="utf-8")
    whole = await bookwheel("search", "--json", "--top-k", "100", "wheel", str(notes))
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *options, "-m", "bookwheel", "search", "--json", "--top-k", "100", "wheel", str(notes),
        stdin=asyncio.subprocess.DEVNULL, stdout=writing, stderr=asyncio.subprocess.PIPE, env=environment(),
    )  # fmt: skip
    os.close(writing)

    def read_slowly() -> bytes:
        with open(reading, "rb") as pipe:
            pieces = [pipe.read(1)]
            time.sleep(0.2)  # the pipe fills meanwhile
            return b"".join([*pieces, pipe.read()])

    out = await asyncio.to_thread(read_slowly)
    _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert len(whole.out) > 100_000
    assert out.decode() == whole.out


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
