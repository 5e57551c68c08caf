"""Draws the steps of a workflow and the events between them: as Mermaid text, or as a page with an SVG."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from bookwheel.engine.workflow.step_graph import StepGraph, graph_of
from bookwheel.lazy_dataclass import dataclass

_OUTSIDE = "human"
_COLUMN, _ROW, _BOX_WIDTH, _BOX_HEIGHT = 260, 90, 170, 40


@dataclass(frozen=True, slots=True)
class _Arrow:
    """An event from one box to another; `start` and `stop` are boxes too."""

    source: str
    target: str
    event: str


def draw_all_possible_flows_mermaid(workflow: object, filename: str | Path | None = None) -> str:
    """The flow as a Mermaid flowchart, also written to `filename` if given.

    `workflow` is an instance or a class. Raises WorkflowValidationError for one without steps.
    """
    lines = ["flowchart TD"]
    lines += [f'    {_mermaid_id(box)}(["{box}"])' for box in _boxes(workflow)]
    lines += [
        f'    {_mermaid_id(arrow.source)} -->|"{arrow.event}"| {_mermaid_id(arrow.target)}'
        for arrow in _arrows(_graph(workflow))
    ]
    text = "\n".join(lines) + "\n"
    if filename is not None:
        Path(filename).write_text(text, encoding="utf-8")
    return text


def draw_all_possible_flows(workflow: object, filename: str | Path = "workflow_all_flows.html") -> None:
    """Write a page with a picture of the flow; the page works without scripts and without a network."""
    name = html.escape(_graph(workflow).name)
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title></head>'
        f"<body><h1>{name}</h1>{_svg(workflow)}<pre>{html.escape(draw_all_possible_flows_mermaid(workflow))}</pre>"
        "</body></html>"
    )
    Path(filename).write_text(page, encoding="utf-8")


def _graph(workflow: object) -> StepGraph:
    if not isinstance(workflow, type):
        return graph_of(workflow)
    # Steps belong to the class. The arguments of its constructor are not known, so skip it.
    return graph_of(object.__new__(cast("type[object]", workflow)))


def _arrows(graph: StepGraph) -> list[_Arrow]:
    arrows: list[_Arrow] = []
    for spec in graph.steps.values():
        arrows += [
            _Arrow(source, spec.name, kind.__name__) for kind in spec.accepts for source in _senders(graph, kind)
        ]
        for kind in spec.returns:
            if issubclass(kind, StopEvent):
                arrows.append(_Arrow(spec.name, "stop", kind.__name__))
            elif issubclass(kind, InputRequiredEvent):
                arrows.append(_Arrow(spec.name, _OUTSIDE, kind.__name__))
    return list(dict.fromkeys(arrows))


def _senders(graph: StepGraph, kind: type[Event]) -> Iterator[str]:
    if issubclass(kind, StartEvent):
        yield "start"
    elif issubclass(kind, HumanResponseEvent):
        yield _OUTSIDE
    yield from (spec.name for spec in graph.steps.values() if kind in spec.returns)


def _boxes(workflow: object) -> list[str]:
    arrows = _arrows(_graph(workflow))
    return list(dict.fromkeys(box for arrow in arrows for box in (arrow.source, arrow.target)))


def _mermaid_id(box: str) -> str:
    return f"box_{box}"


def _svg(workflow: object) -> str:
    arrows = _arrows(_graph(workflow))
    columns = _columns(arrows)
    places: dict[str, tuple[int, int]] = {}
    for box, column in columns.items():
        row = sum(columns[other] == column for other in places)
        places[box] = (20 + column * _COLUMN, 20 + row * _ROW)
    width = 40 + (max(columns.values(), default=0) + 1) * _COLUMN
    height = 60 + len(columns) * _ROW
    parts = [_arrow_svg(arrow, places) for arrow in arrows]
    parts += [_box_svg(box, x, y) for box, (x, y) in places.items()]
    marker = (
        '<defs><marker id="tip" markerWidth="10" markerHeight="8" refX="9" refY="4" orient="auto">'
        '<path d="M0,0 L10,4 L0,8 z"/></marker></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
        f'font-size="12">{marker}{"".join(parts)}</svg>'
    )


def _columns(arrows: list[_Arrow]) -> dict[str, int]:
    """Each box's distance from the start, in steps."""
    columns = {"start": 0}
    waiting = ["start"]
    while waiting:
        box = waiting.pop(0)
        for arrow in arrows:
            if arrow.source == box and arrow.target not in columns:
                columns[arrow.target] = columns[box] + 1
                waiting.append(arrow.target)
    last = max(columns.values()) + 1
    return columns | {box: last for arrow in arrows for box in (arrow.source, arrow.target) if box not in columns}


def _arrow_svg(arrow: _Arrow, places: dict[str, tuple[int, int]]) -> str:
    x1, y1 = places[arrow.source]
    x2, y2 = places[arrow.target]
    begin, end = (x1 + _BOX_WIDTH, y1 + _BOX_HEIGHT // 2), (x2, y2 + _BOX_HEIGHT // 2)
    if x2 <= x1:
        begin, end = (x1 + _BOX_WIDTH // 2, y1 + _BOX_HEIGHT), (x2 + _BOX_WIDTH // 2, y2 + _BOX_HEIGHT)
    middle = ((begin[0] + end[0]) // 2, (begin[1] + end[1]) // 2 - 4)
    return (
        f'<path d="M{begin[0]},{begin[1]} L{end[0]},{end[1]}" stroke="#666" fill="none" marker-end="url(#tip)"/>'
        f'<text x="{middle[0]}" y="{middle[1]}" text-anchor="middle" fill="#333">{html.escape(arrow.event)}</text>'
    )


def _box_svg(box: str, x: int, y: int) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="8" fill="#eef" stroke="#669"/>'
        f'<text x="{x + _BOX_WIDTH // 2}" y="{y + 25}" text-anchor="middle">{html.escape(box)}</text>'
    )
