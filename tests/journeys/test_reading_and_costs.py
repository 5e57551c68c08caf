"""The real program on a real terminal: a source read beside its answer and in a pager; what a question costs."""

import stat
from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION, use
from tests.journeys.terminal import CTRL_C, ENTER, ESCAPE, Terminal
from tests.journeys.test_first_day import leave
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Reply, say, usage_chunk

pytestmark = pytest.mark.journey

PRICES = ("price_per_million_prompt_tokens = 100.0", "price_per_million_completion_tokens = 200.0")
PAGER = """#!/bin/sh
trap 'touch "$0.interrupted"' INT
echo "in the pager: $1"
while ! [ -e "$0.interrupted" ]; do sleep 0.05; done
exit 3
"""


def costing(text: str) -> Reply:
    """An answer for which the endpoint counts 3,000 tokens in and 500 out."""
    usage = usage_chunk(3_000, 500)
    return Reply([usage if isinstance(part, dict) and part.get("usage") else part for part in say(text).parts])


def pager_in(folder: Path) -> Path:
    """A pager that stays until it is interrupted, and fails then."""
    file = folder / "pager"
    file.write_text(PAGER)
    file.chmod(stat.S_IRWXU)
    return file


async def test_a_source_is_read_beside_its_answer_and_costs_are_shown_and_limited(notes: Path, tmp_path: Path) -> None:
    """Parts 5 and 6."""
    async with OpenAIServer() as server:
        use(server, *PRICES, "[limits]", "max_session_cost = 0.35")
        server.replies += [costing("The wheel makes nine revolutions a minute [1].")]
        async with Terminal(str(notes), env={"PAGER": str(pager_in(tmp_path))}) as terminal:
            await terminal.shows("1 document in notes", "scripted")
            terminal.press(QUESTION)
            await terminal.shows("k in, $0.")
            terminal.press(ENTER)
            await terminal.shows("nine revolutions a minute [1]", "3.0k in 500 out", "ctx ", "$0.4000")

            terminal.press(ESCAPE)
            await terminal.shows("READ")
            terminal.press("1")
            await terminal.shows("The wheel makes nine revolutions", "▌The mill wheel turns at nine", "[1] of 1")
            terminal.press("v")
            await terminal.shows("1/1  The wheel makes nine revolutions")
            terminal.press("Z")
            await terminal.shows("Z has no effect here")
            terminal.press("O")
            await terminal.until(lambda: b"in the pager" in terminal.raw, "the pager")
            begin = len(terminal.raw)
            terminal.press(CTRL_C)
            await terminal.until(lambda: b"[1] of 1" in terminal.raw[begin:], "the source again")
            terminal.press("q", "i")
            await terminal.shows("ASK")

            await terminal.ask("And the garden?")
            await terminal.until(lambda: b"max_session_cost" in terminal.raw, "the limit")
            await leave(terminal)
        assert len(server.chats) == 1
    listed = await bookwheel("sessions", "list")
    assert "$0.4" in listed.out
