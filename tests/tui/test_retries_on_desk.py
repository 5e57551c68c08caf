"""A request that the endpoint refused for now: when it is asked again, Enter now, and another model in its place."""

from collections import deque
from pathlib import Path

from tests.engine.research.conftest import model_at
from tests.support.desk import Workflows
from tests.support.desk_app import AppDriver, running_app
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Reply, error, say


def _refused_at_first(*answers: str) -> deque[Reply]:
    replies = (
        reply for answer in answers for reply in (error(429, "slow", headers={"retry-after": "50"}), say(answer))
    )
    return deque(replies)


async def _waits(desk: AppDriver) -> None:
    await desk.until(lambda: desk.app.desk.status.retry_at is not None, "a request waits")
    await desk.until_sees("asking again in")


async def test_enter_sends_a_refused_request_at_once_and_another_model_takes_its_question(tmp_path: Path) -> None:
    async with OpenAIServer() as server, model_at(server) as llm:
        server.replies = _refused_at_first("Cheaper [1].", "Dearer [1].", "Never sent [1].")
        async with running_app(tmp_path, Workflows(llm=llm)) as desk:
            await desk.press("enter")
            await desk.until_sees("Type a question first")
            await desk.ask("What is cheaper?")
            await _waits(desk)
            assert desk.sees("Enter now  Esc m other model  Ctrl+C stop")
            await desk.press("x")
            await desk.until(lambda: not desk.sees("Enter now"))  # Enter would send the x
            await desk.press("backspace", "enter")
            await desk.until_sees("Cheaper [1].")
            assert desk.app.desk.status.retry_at is None
            assert not desk.sees("asking again in 5 ")
            await desk.ask("What is dearer?")
            await _waits(desk)
            await desk.press("escape", "enter")
            await desk.until_sees("Dearer [1].")
            await desk.until(lambda: desk.app.desk.status.phase == "idle")
            await desk.press("i")
            await desk.ask("What does full attention cost?")
            await _waits(desk)
            await desk.press("escape", "m")
            await desk.until_sees("other")
            await desk.press("down", "enter")
            await desk.until_sees("Other.")
            assert desk.sees("Stopped by you")
        asked = [request for request in server.requests if request.path.endswith("/chat/completions")]
        assert len(asked) == 5
