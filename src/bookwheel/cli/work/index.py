"""Indexes and embeds documents, and prints a summary."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from bookwheel import wiring
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import shown
from bookwheel.cli.progress_bar import IngestSummary, megabytes, rate, refresh
from bookwheel.cli.work.embed import embed
from bookwheel.config.setting_tables import Config
from bookwheel.engine.index.library import Library
from bookwheel.errors import StoreError, UsageError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible
from bookwheel.markup.counted import counted

_MOST_NAMED = 20
# Of some small files "0.0 MB, 0.0 MB/s" would be said.
_LEAST_BYTES_OF_SPEED = 500_000


def index_documents(
    roots: Sequence[Path], options: Options, *, as_json: bool, embeds: bool, rebuilds: bool = False
) -> int:
    """Index the files below `roots`, embed them if wanted, and print a summary; the exit code."""
    config = options.load()
    console = make_console(no_color=options.no_color, is_data=as_json)
    console.notes(config)
    return run_interruptible(
        lambda _: _index(roots, config, console, as_json=as_json, embeds=embeds, rebuilds=rebuilds)
    )


async def _index(
    roots: Sequence[Path], config: Config, console: Console, *, as_json: bool, embeds: bool, rebuilds: bool
) -> int:
    library = wiring.build_library(config)
    try:
        if rebuilds:
            roots = roots or await _indexed_roots(library)
            # A damaged index is marked; the refresh sets it aside.
            await asyncio.to_thread(library.damage)
        summary = await refresh(library, roots, console, is_forced=rebuilds)
        for file in summary.failed:
            console.warn(f"{shown(file.path)}: {file.reason}")
        _warn_of_incomplete(summary, console)
        if not as_json:
            console.out.say(_sentence(summary))
        embedded = await embed(library, console) if embeds else None
    finally:
        await library.aclose()
    if as_json:
        console.out.say(json.dumps(_counts(summary) | (embedded.as_json() if embedded else {})))
    elif embedded is not None and embedded.is_counted:
        console.out.say(embedded.sentence())
    return ExitCode.OK if _is_useful(summary) else ExitCode.FAILED


async def _indexed_roots(library: Library) -> list[Path]:
    how = "Name the documents: bookwheel index --rebuild PATH..."
    try:
        roots = await library.aroots()
    except StoreError as error:
        raise StoreError(error.message, hint=how) from error
    if not roots:
        raise UsageError("Nothing was indexed yet.", hint=how)
    return await asyncio.to_thread(lambda: [root for root in roots if root.exists()])


def _warn_of_incomplete(summary: IngestSummary, console: Console) -> None:
    for file in summary.incomplete[:_MOST_NAMED]:
        console.warn(f"! {shown(file.path)}: {'; '.join(file.remarks)}")
    if len(summary.incomplete) > _MOST_NAMED:
        console.warn(f"! and {len(summary.incomplete) - _MOST_NAMED:,} more, listed by: bookwheel doctor")


def _is_useful(summary: IngestSummary) -> bool:
    done = summary.done
    return done is not None and (not summary.failed or done.indexed + summary.unchanged > 0)


def _counts(summary: IngestSummary) -> dict[str, object]:
    done = summary.done
    if done is None:
        return {}
    return {
        "indexed": done.indexed,
        "moved": done.moved,
        "unchanged": summary.unchanged,
        "removed": done.removed,
        "left_out": done.left_out,
        "passages": done.passages,
        "bytes": summary.bytes_done,
        "seconds": round(done.seconds, 3),
        "failed": [{"path": file.path, "reason": file.reason} for file in summary.failed],
        "incomplete": [{"path": file.path, "remarks": list(file.remarks)} for file in summary.incomplete],
    }


def _sentence(summary: IngestSummary) -> str:
    done = summary.done
    if done is None:
        return "Indexing was stopped."
    others = [
        f"{count} {what}"
        for count, what in (
            (summary.unchanged, "unchanged"),
            (done.moved, "moved"),
            (done.removed, "removed"),
            (done.left_out, "left out"),
            (len(summary.failed), "failed"),
            (len(summary.incomplete), "incomplete"),
        )
        if count
    ]
    has_speed = done.indexed and summary.bytes_done >= _LEAST_BYTES_OF_SPEED
    speed = f" ({megabytes(summary.bytes_done)} MB, {rate(summary.bytes_done, done.seconds)})" if has_speed else ""
    counts = ", ".join([f"{done.indexed} indexed", *others])
    return f"{counts}; {counted(done.passages, 'passage')} in {done.seconds:.1f} s{speed}"
