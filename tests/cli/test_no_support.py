"""Exit code 3: nothing in the documents supports an answer, by the embedded model and by a hosted one."""

from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION, events, use
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

NOT_STATED = "The passages don't say who paid for the wheel."


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (QUESTION, 0),
        ("How many apple trees are in the garden?", 0),
        ("How long does sourdough bread bake?", 3),
        ("Which garden in Versailles was designed for the king?", 3),
        ("How many revolutions were there in France?", 3),
    ],
)
async def test_the_embedded_model_ends_with_3_when_nothing_answers(notes: Path, question: str, code: int) -> None:
    ended = await bookwheel("ask", question, str(notes))
    assert ended.code == code
    assert ("nothing in the documents supports an answer" in ended.err) is (code == 3)


async def test_a_hosted_model_without_support_ends_with_3_and_hides_its_mark(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [say(f"[0] {NOT_STATED}"), say(f"[0] {NOT_STATED}")]
        ended = await bookwheel("ask", "Who paid for the mill wheel?", str(notes))
        logged = await bookwheel("ask", "--json", "Who paid for the mill wheel?", str(notes))
    assert (ended.code, logged.code) == (3, 3)
    assert ended.out.startswith(NOT_STATED)
    finished = events(logged)[-1]["data"]
    joined = "".join(event["data"]["delta"] for event in events(logged) if event["type"] == "AgentStream")
    assert finished["response"] == joined == NOT_STATED
    assert finished["supported"] is False
    shown = await bookwheel("sessions", "show", "last")
    assert "[0]" not in shown.out
    assert "Not found among the passages." in shown.out


async def test_a_hosted_model_that_forgets_to_cite_has_answered(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say("It turns at nine revolutions a minute."))
        ended = await bookwheel("ask", QUESTION, str(notes))
    assert ended.code == 0
