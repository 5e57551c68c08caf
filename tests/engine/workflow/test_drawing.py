"""The picture of a workflow's steps."""

from pathlib import Path

import pytest

from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from bookwheel.engine.workflow.drawing import draw_all_possible_flows, draw_all_possible_flows_mermaid
from bookwheel.engine.workflow.step_decorator import step
from bookwheel.engine.workflow.workflow import Workflow
from bookwheel.errors import WorkflowValidationError


class Draft(Event):
    """A text."""


class Writer(Workflow):
    @step
    async def write(self, ev: StartEvent) -> Draft:
        return Draft()

    @step
    async def ask(self, ev: Draft) -> InputRequiredEvent:
        return InputRequiredEvent()

    @step
    async def judge(self, ev: HumanResponseEvent) -> Draft | StopEvent:
        return StopEvent()


def test_a_flowchart_has_each_step_and_each_event_between_them(tmp_path: Path) -> None:
    text = draw_all_possible_flows_mermaid(Writer, tmp_path / "flow.mmd")
    assert text.splitlines()[0] == "flowchart TD"
    assert {line.strip() for line in text.splitlines() if "-->" in line} == {
        'box_start -->|"StartEvent"| box_write',
        'box_write -->|"Draft"| box_ask',
        'box_judge -->|"Draft"| box_ask',
        'box_ask -->|"InputRequiredEvent"| box_human',
        'box_human -->|"HumanResponseEvent"| box_judge',
        'box_judge -->|"StopEvent"| box_stop',
    }
    assert (tmp_path / "flow.mmd").read_text(encoding="utf-8") == text


def test_the_page_needs_no_network(tmp_path: Path) -> None:
    draw_all_possible_flows(Writer(), filename=str(tmp_path / "flow.html"))
    page = (tmp_path / "flow.html").read_text(encoding="utf-8")
    assert page.count("<rect") == 6
    assert "<script" not in page
    assert "src=" not in page


def test_a_workflow_without_steps_cannot_be_drawn() -> None:
    with pytest.raises(WorkflowValidationError, match="no steps"):
        draw_all_possible_flows_mermaid(Workflow())
