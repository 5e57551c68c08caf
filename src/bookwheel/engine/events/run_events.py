"""The events that frame a run in the log, and those that any workflow may send beside an agent's."""

from __future__ import annotations

from bookwheel.engine.events.event_base import Event
from bookwheel.engine.schema import NumberedNode


class Retrieval(Event):
    """Passages were searched for: `query` is what was asked, `nodes` what was found, best first.

    Sent before the model is asked, so that the sources are known before the first word of the answer.
    """

    query: str
    nodes: list[NumberedNode] = []


class Notice(Event):
    """A line for whoever waits, such as "asking again in 4 s"; never a part of the answer."""

    text: str
