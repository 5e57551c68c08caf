"""Arguments that are refused; and a tool runs with exactly the arguments that were shown."""

import json
from typing import Any

import pytest

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.agents.model_call import read_call
from bookwheel.engine.events import AgentOutput, Event, HumanResponseEvent, InputRequiredEvent, ToolCall, ToolCallResult
from bookwheel.engine.llms.chat import ToolCallDelta
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.argument_limits import unfit_arguments
from bookwheel.engine.tools.function_tool import FunctionTool


class Mailer:
    """A tool that needs a yes, and remembers what it sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.tool = FunctionTool.from_defaults(self.send, requires_approval=True)

    def send(self, text: Any) -> str:
        """Send a text."""
        self.sent.append(text)
        return "sent"


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


UNFIT = {
    "tag characters": ("wheel\U000e0073\U000e0065", "invisible tag characters (U+E0073)"),
    "tag characters deep inside": ({"a": ["b", {"c\U000e0041": 1}]}, "invisible tag characters (U+E0041)"),
    "not a number": (float("nan"), "holds nan"),
    "infinity": ({"a": [float("-inf")]}, "holds -inf"),
    "a megabyte": ("x" * 1_000_000, "more than 200,000 characters"),
    "a megabyte in pieces": (["x" * 1000] * 1000, "more than 200,000 characters"),
    "half a character": ("\ud83d", "half of a character"),
    "deep nesting": (nested(60), "more than 50 levels"),
    "many values": ([0] * 50_000, "more than 20,000 values"),
}


@pytest.mark.fault("N24")
@pytest.mark.parametrize(("value", "reason"), UNFIT.values(), ids=UNFIT.keys())
def test_the_reason_names_the_invalid_argument(value: Any, reason: str) -> None:
    assert reason in unfit_arguments({"text": value})
    assert unfit_arguments({"text": "wheel", "more": [1, 2.5, None, {"ä": "😀"}]}) == ""


# JSON text cannot bring the others this far: they are refused when it is read.
FROM_A_MODEL = [value for name, value in UNFIT.items() if "infinity" not in name and "number" not in name]


@pytest.mark.fault("N24")
@pytest.mark.parametrize(("value", "reason"), FROM_A_MODEL)
async def test_invalid_arguments_are_refused_before_approval_is_asked(value: Any, reason: str) -> None:
    mailer = Mailer()
    calls = MockLLM([ToolSelection("c1", "send", {"text": value}), "I could not."])
    handler = AgentWorkflow.from_tools([mailer.tool], llm=calls).run("go")
    events: list[Event] = [event async for event in handler.stream_events()]
    assert not [event for event in events if isinstance(event, InputRequiredEvent)]
    result = next(event for event in events if isinstance(event, ToolCallResult))
    assert result.tool_output.is_error
    assert reason in result.tool_output.content
    assert mailer.sent == []
    assert str(await handler) == "I could not."


@pytest.mark.fault("N24")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": [-Infinity]}', "-Infinity is not a JSON number"),
        ('{"a": 1, "a": 2}', "occurs twice"),
        ('{"a": ' + "[" * 100_000, "not valid JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "not valid JSON"),
        ("[1]", "not a JSON object"),
    ],
)
def test_arguments_that_are_not_json_are_an_error_for_the_model(arguments: str, reason: str) -> None:
    call = read_call(ToolCallDelta(0, "c1", "send", arguments))
    assert reason in call.error
    assert call.selection.tool_kwargs == {}


@pytest.mark.fault("A6")
async def test_the_shown_arguments_run_though_the_events_are_changed_meanwhile() -> None:
    mailer = Mailer()
    llm = MockLLM([ToolSelection("c1", "send", {"text": {"to": ["me"]}}), "Done."])
    handler = AgentWorkflow.from_tools([mailer.tool], llm=llm).run("go")
    shown = ""
    async for event in handler.stream_events():
        match event:
            case InputRequiredEvent():
                shown = json.dumps(event.tool_kwargs)
                event.tool_kwargs["text"]["to"].append("a stranger")
                handler.ctx.send_event(HumanResponseEvent(response="once", request_id=event.request_id))
            case AgentOutput():
                for call in event.tool_calls:
                    call.tool_kwargs["text"]["to"].append("a stranger")
            case ToolCall():
                event.tool_kwargs["text"]["to"] = "a stranger"
            case _:
                pass
    if mailer.sent:
        assert [json.dumps({"text": text}) for text in mailer.sent] == [shown]
    assert mailer.sent
