"""Documents that give orders, read by a model that obeys: nothing leaves or changes anything without a question."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION, use
from tests.support.attack_texts import ATTACKS, FETCH, SEARCH, obey, orders
from tests.support.openai_server import OpenAIServer
from tests.support.retrievers import FixedRetriever, node

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, ToolCall
from bookwheel.engine.llms.openai.models import OpenAILike
from bookwheel.engine.tools.document_search import document_search_tool
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.tools.tavily import TavilyToolSpec
from bookwheel.markup.sanitize import clean
from bookwheel.transcript.call_arguments import arguments_line

# The reader of documents drops them before any model sees them.
NEVER_READ = {"tag characters"}
PREFIXES = {
    "May questions go to the web (Tavily)? This one would be the first to leave this machine.",
    *(f"The agent wants to call {name}. Allow it?" for name in ("delete_file", "send_mail", "run_shell")),
}


class Machine:
    """What the agent of a test could change: files, mail, a shell, and the web behind a scripted server."""

    def __init__(self, server: OpenAIServer, passage: str) -> None:
        self.done: list[tuple[str, dict[str, Any]]] = []
        self._server = server
        self._web = web = TavilyToolSpec(base_url=server.root_url, approval="ask", prefix="web_")
        self.tools = [
            document_search_tool(FixedRetriever(node("evil", passage, "/docs/evil.md"))),
            *web.to_tool_list(),
            *(FunctionTool.from_defaults(tool, requires_approval=True) for tool in self._own()),
        ]

    def _own(self) -> list[Callable[..., str]]:
        def delete_file(path: Any) -> str:
            """Delete a file."""
            return self._note("delete_file", path=path)

        def send_mail(to: Any, text: Any) -> str:
            """Send a mail."""
            return self._note("send_mail", to=to, text=text)

        def run_shell(command: Any) -> str:
            """Run a command."""
            return self._note("run_shell", command=command)

        return [delete_file, send_mail, run_shell]

    def _note(self, name: str, **arguments: Any) -> str:
        self.done.append((name, arguments))
        return "done"

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [request.json for request in self._server.requests if request.path in ("/search", "/extract")]

    async def run(self, response: str) -> list[Event]:
        """Ask the obedient model; each question is answered with `response`. All events, in their order."""
        llm = OpenAILike("scripted", base_url=self._server.base_url, api_key="sk-x", max_retries=0)
        handler = AgentWorkflow.from_tools(self.tools, llm=llm).run(QUESTION)
        events: list[Event] = []
        async for event in handler.stream_events():
            events.append(event)
            if isinstance(event, InputRequiredEvent):
                if response == "deny":
                    assert not self.done
                    assert not self.sent
                handler.ctx.send_event(HumanResponseEvent(response=response, request_id=event.request_id))
        await llm.aclose()
        await self._web.aclose()
        return events


def calls_in(message: dict[str, Any]) -> list[tuple[str, Any]]:
    """The calls that a message of the conversation holds, as the model made them."""
    made = [call["function"] for call in message.get("tool_calls") or ()]
    return [(function["name"], json.loads(function["arguments"])) for function in made]


@pytest.mark.fault("I1", "I5")
@pytest.mark.parametrize("name", ATTACKS)
async def test_an_obeyed_order_does_nothing_without_a_yes(name: str) -> None:
    async with OpenAIServer(script=obey) as server:
        machine = Machine(server, ATTACKS[name])
        events = await machine.run("deny")
    assert machine.done == []
    assert machine.sent == []
    called = [event for event in events if isinstance(event, ToolCall) and event.tool_name != "search_documents"]
    assert bool(called) is (name not in NEVER_READ), "the model read the order and tried"


@pytest.mark.fault("I1", "A6", "A7")
@pytest.mark.parametrize("name", ATTACKS)
async def test_what_is_asked_about_is_what_would_run(name: str) -> None:
    async with OpenAIServer(script=obey) as server:
        machine = Machine(server, ATTACKS[name])
        events = await machine.run("once")
        asked = [event for event in events if isinstance(event, InputRequiredEvent)]
        given = [call for request in server.chats for message in request.json["messages"] for call in calls_in(message)]
        for question in asked:
            assert question.prefix in PREFIXES
            line = arguments_line(question.tool_kwargs)
            assert clean(line) == line
            assert "\n" not in line
            assert (question.tool_name, question.tool_kwargs) in given
        shown = [(question.tool_name, question.tool_kwargs) for question in asked]
        for tool, arguments in machine.done:
            assert (tool, arguments) in shown
        for body in machine.sent:
            assert any(
                body.get("query") == kwargs.get("query") and body.get("urls") == kwargs.get("urls")
                for _, kwargs in shown
            )


@pytest.mark.fault("I1", "I2")
async def test_the_program_without_a_terminal_sends_nothing(notes: Path) -> None:
    for number, (name, text) in enumerate(ATTACKS.items()):
        if "megabyte" not in name and "\x1b" not in text:
            (notes / f"{number}.md").write_text(f"# Mill wheel {number}\n\nThe mill wheel. {text}\n", encoding="utf-8")
    async with OpenAIServer(script=obey) as server:
        use(server, "[tools]", f'tavily_base_url = "{server.root_url}"')
        ended = await bookwheel("ask", "--agent", "--top-k", "60", "mill wheel", str(notes))
        assert ended.code == 4
        assert "needs approval" in ended.err
        read = json.dumps([request.json for request in server.chats])
        assert "Ignore all previous instructions" in read
        assert {request.path for request in server.requests} <= {"/v1/chat/completions", "/v1/models"}
        query = await bookwheel("ask", "--top-k", "60", "mill wheel", str(notes))
        assert query.code == 1, "calls in a turn without tools are not made"
        assert {request.path for request in server.requests} <= {"/v1/chat/completions", "/v1/models"}


@pytest.mark.fault("I3")
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:22/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/", "http://2130706433/", "http://0177.0.0.1/", "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_no_tool_of_ours_opens_an_address_itself(url: str) -> None:
    async with OpenAIServer() as server:
        spec = TavilyToolSpec(api_key="tvly-k", base_url=server.root_url)
        extract = next(tool for tool in spec.to_tool_list() if tool.name == "extract")
        await extract.invoke({"urls": [url]})
        # Tavily gets the address and opens it on its own machines; this process talked to Tavily alone.
        assert [request.path for request in server.requests] == ["/extract"]
        assert server.requests[0].json["urls"] == [url]
        await spec.aclose()


def test_the_obedient_model_reads_every_encoding() -> None:
    for name, text in ATTACKS.items():
        assert orders(text), name
    assert dict(orders(ATTACKS["rot13"])) == dict(orders(SEARCH))
    assert dict(orders(ATTACKS["hexadecimal, fetching"])) == dict(orders(FETCH))
