"""`python -m tests.support.index_once INDEX FOLDER`: a process that indexes, to be killed by a test."""

import asyncio
import sys
from pathlib import Path

from bookwheel.engine.index.library import Library


async def main(index: str, folder: str) -> None:
    """One line for each update."""
    async for update in Library(Path(index)).refresh([Path(folder)]):
        sys.stdout.write(f"{type(update).__name__}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
