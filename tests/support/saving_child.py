"""A process that answers and prints what is saved, until it is killed: `python -m tests.support.saving_child DIR`.

Every line that it prints names a run whose end is on disk, as a front end would be told.
"""

import asyncio
import sys
from pathlib import Path

from tests.support.desk import MockLLM, MockReply, Workflows, desk, words


async def main(sessions: Path) -> None:
    workflows = Workflows(MockLLM([MockReply(thinking="Hm.", text=words(120), delay_s=0.0005)]))
    async with desk(sessions, workflows, resume_last=True) as assistant:
        while True:
            finished = await assistant.wait_finished(await assistant.ask("What is saved?"))
            if not assistant.status.not_saved:
                print(finished.run, finished.seq, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
