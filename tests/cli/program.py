"""The real program in a child process, with its own home."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bookwheel import paths

TIMEOUT_S = 50


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has come to its end."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The test's own clean environment; the program looks for no local server outside of it."""
    return {**os.environ, "PYTHONWARNINGS": "error", "COLUMNS": "100", **(more or {})}


async def start(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Process:
    """Start `bookwheel` with pipes at all three ends."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bookwheel",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(env),
        cwd=cwd,
        start_new_session=True,
    )


async def bookwheel(
    *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Ended:
    """Run `bookwheel` to its end."""
    process = await start(*arguments, env=env, cwd=cwd)
    return await finish(process, stdin)


async def finish(process: Process, stdin: str = "") -> Ended:
    """Wait for the end of a program; its output is in `Ended`."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            out, err = await process.communicate(stdin.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


def write_settings(text: str) -> None:
    """Write the program's settings file."""
    file = paths.config_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
