"""Raw bytes of a paste, sent through a pseudo-terminal to the real program."""

import time
from pathlib import Path

import pytest
from tests.cli.scenes import use
from tests.journeys.terminal import ENTER, Terminal
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

pytestmark = pytest.mark.journey

LOG_LINE = "\x1b[31mERROR\x1b[0m \x1b[1mmill\x1b[22m wheel \x1b]0;owned\x07stopped at \x1b[32mnine\x1b[0m\r"
ANSWERS_WITHIN_S = 10.0  # 9 kB used to take 29 s; a busy machine needs some of it


@pytest.mark.fault("P16")
@pytest.mark.parametrize("size", [9_000, 39_000])
async def test_a_pasted_coloured_log_is_one_text_and_sends_nothing(notes: Path, size: int) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say("The log says nine."))
        async with Terminal(str(notes)) as terminal:
            await terminal.shows("● mill.md")
            start = time.monotonic()
            await terminal.paste(LOG_LINE * (size // len(LOG_LINE)))
            terminal.press("and then?")
            await terminal.shows("ERROR mill wheel stopped at nine", "and then?", "ASK")
            assert time.monotonic() - start < ANSWERS_WITHIN_S
            assert server.chats == []
            terminal.press(ENTER)
            await terminal.shows("The log says nine.")
            assert len(server.chats) == 1
            await terminal.quit()
