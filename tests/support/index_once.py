"""Indexes once; `python -m tests.support.index_once INDEX FOLDER` is a process to be killed while it indexes."""

import asyncio
import sys
from pathlib import Path

from bookwheel import paths
from bookwheel.engine.index.library import Library


async def index_before(folder: Path) -> None:
    """Fill the index that `bookwheel` uses here: on a busy machine its first answer rests on some documents only."""
    library = Library(paths.index_dir())
    try:
        async for _ in library.refresh([folder]):
            pass
    finally:
        await library.aclose()


async def main(index: str, folder: str) -> None:
    """One line for each update."""
    async for update in Library(Path(index)).refresh([Path(folder)]):
        sys.stdout.write(f"{type(update).__name__}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
