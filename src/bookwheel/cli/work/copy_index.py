"""Copies the index to another location without reading a document again."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel import wiring
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.progress_bar import ProgressBar, filled, megabytes, rate
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import Config
from bookwheel.config.store_address import shown_address
from bookwheel.engine.stores.store_registry import scheme_of
from bookwheel.errors import UsageError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible
from bookwheel.markup.counted import counted

if TYPE_CHECKING:
    from bookwheel.engine.index.copying import CopyProgress


def copy_index(target: str, roots: Sequence[Path], options: Options, *, as_json: bool) -> int:
    """Copy the index, or its part below `roots`, to `target` and print a summary; the exit code."""
    config = options.load()
    console = make_console(no_color=options.no_color, is_data=as_json)
    console.notes(config)
    location = target if scheme_of(target) else os.path.abspath(os.path.expanduser(target))
    return run_interruptible(lambda _: _copy(location, roots, config, console, as_json=as_json))


async def _copy(location: str, roots: Sequence[Path], config: Config, console: Console, *, as_json: bool) -> int:
    library = wiring.build_library(config)
    if location == library.location:
        raise UsageError("--to names the location where the index already is.", hint="Name another address or folder.")
    bar, started = ProgressBar(console.err), time.monotonic()
    last: CopyProgress | None = None
    try:
        async with aclosing(library.copy_to(location, roots)) as steps:
            async for last in steps:
                bar.draw(partial(_line, last))
    finally:
        bar.clear()
        await library.aclose()
    if last is not None:
        seconds = time.monotonic() - started
        console.out.say(json.dumps(_counts(last, seconds)) if as_json else _sentence(last, location, seconds))
    return ExitCode.OK


def _line(progress: CopyProgress, seconds: float) -> str:
    done = progress.copied + progress.unchanged
    vectors = f", {progress.vectors:,} vectors" if progress.vectors else ""
    return (
        f"Copying {filled(done, progress.total)} {done:,}/{progress.total:,} documents, "
        f"{megabytes(progress.bytes_done)} of {megabytes(progress.bytes_total)} MB{vectors}, "
        f"{rate(progress.bytes_done, seconds)}"
    )


def _counts(progress: CopyProgress, seconds: float) -> dict[str, object]:
    return {
        "copied": progress.copied,
        "unchanged": progress.unchanged,
        "passages": progress.passages,
        "vectors": progress.vectors,
        "bytes": progress.bytes_done,
        "seconds": round(seconds, 3),
    }


def _sentence(progress: CopyProgress, location: str, seconds: float) -> str:
    there = f", {progress.unchanged:,} there already" if progress.unchanged else ""
    vectors = f", {counted(progress.vectors, 'vector')}" if progress.vectors else ""
    speed = f" ({megabytes(progress.bytes_done)} MB, {rate(progress.bytes_done, seconds)})" if progress.copied else ""
    return (
        f"{counted(progress.copied, 'document')} copied to {shown_address(Secret(location))}{there}; "
        f"{counted(progress.passages, 'passage')}{vectors} in {seconds:.1f} s{speed}"
    )
