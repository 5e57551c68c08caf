"""Collects the events that a step waits for: one event, one per parameter, or all events of a group.

A step that returns a list opens a group: the members, and the events that result from them, belong to it until no step
works on one of them. Then a step with a `list[...]` parameter is called once, with the events that reached it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, cast

from bookwheel.engine.events import Event
from bookwheel.engine.schema import JsonObject, new_id
from bookwheel.engine.workflow.saved import restore_event, save_event
from bookwheel.engine.workflow.step_graph import StepGraph, StepSpec
from bookwheel.lazy_dataclass import dataclass

Inputs = Mapping[str, Event | Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The origin of an event: its groups, outermost first, and how often each error step has run."""

    groups: tuple[str, ...] = ()
    recoveries: Mapping[str, int] = field(default_factory=dict[str, int])

    def inside(self, group: str) -> Lineage:
        """The lineage with one more group inside."""
        return Lineage((*self.groups, group), self.recoveries)

    def outside(self) -> Lineage:
        """The lineage without the innermost group."""
        return Lineage(self.groups[:-1], self.recoveries)

    def recovered_by(self, step: str) -> Lineage:
        """The lineage after one more call of the error step `step`."""
        return Lineage(self.groups, {**self.recoveries, step: self.recoveries.get(step, 0) + 1})

    def to_json(self) -> JsonObject:
        """As plain JSON."""
        return {"groups": list(self.groups), "recoveries": dict(self.recoveries)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Lineage:
        """The lineage restored from the JSON of `to_json`; an empty one from the JSON of an older version."""
        return cls(tuple(data.get("groups", ())), dict(data.get("recoveries", {})))


@dataclass(slots=True)
class _Group:
    """One returned list; `at_work` counts the steps that work on its members, and the routing of the list."""

    producer: str
    lineage: Lineage
    at_work: int = 0
    served: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class _Kept:
    """The events that wait for a step, by parameter."""

    lineage: Lineage
    events: dict[str, list[Event]] = field(default_factory=dict[str, list[Event]])


class FanIn:
    """The events of one run that wait for other events; `begin` starts a step with its complete inputs."""

    def __init__(self, graph: StepGraph, begin: Callable[[StepSpec, Inputs, Lineage], None]) -> None:
        self._graph = graph
        self._begin = begin
        self._groups: dict[str, _Group] = {}
        self._kept: dict[tuple[str, str], _Kept] = {}

    def take(self, spec: StepSpec, event: Event, lineage: Lineage) -> None:
        """Start the step with the event, or keep the event for it."""
        group = lineage.groups[-1] if lineage.groups else ""
        if spec.gathers and group and spec.name in self._groups[group].served:
            return
        if not spec.gathers and len(spec.event_parameters) == 1:
            ((parameter, _),) = spec.event_parameters.items()
            self._begin(spec, {parameter: event}, lineage)
            return
        kept = self._kept.setdefault((spec.name, group), _Kept(lineage))
        if spec.gathers:
            self._gather(spec, group, kept, event)
        else:
            self._pair(spec, group, kept, event)

    def open_group(self, producer: str, lineage: Lineage) -> Lineage:
        """The lineage of the members of a list that `producer` returned; `close_list` must follow."""
        group = new_id()
        self._groups[group] = _Group(producer, lineage, at_work=1)
        return lineage.inside(group)

    def close_list(self, lineage: Lineage) -> None:
        """Note that all members of a list have been passed to their steps."""
        self._leave(lineage.groups[-1])

    def enter(self, lineage: Lineage) -> None:
        """Note that a step works on a member of these groups."""
        for group in lineage.groups:
            self._groups[group].at_work += 1

    def leave(self, lineage: Lineage) -> None:
        """Note that a step has ended; a group without running steps is passed to the steps that gather it."""
        for group in reversed(lineage.groups):
            self._leave(group)

    def begin_idle(self) -> bool:
        """Start the steps that gather events outside groups; called when no running step can send another."""
        found = False
        for name, spec in self._graph.steps.items():
            kept = self._kept.pop((name, ""), None) if spec.gathers else None
            if kept is not None:
                found = True
                self._call_gatherer(spec, next(iter(kept.events.values())), kept.lineage)
        return found

    def snapshot(self) -> JsonObject:
        """The groups and the events that wait, as plain JSON."""
        groups: dict[str, Any] = {
            name: {"producer": group.producer, "served": sorted(group.served), **group.lineage.to_json()}
            for name, group in self._groups.items()
        }
        kept: list[Any] = [
            {
                "step": step,
                "group": group,
                "lineage": item.lineage.to_json(),
                "events": {name: [save_event(event) for event in events] for name, events in item.events.items()},
            }
            for (step, group), item in self._kept.items()
        ]
        return {"groups": groups, "kept": kept}

    def restore(self, data: Mapping[str, Any], known: Mapping[str, type[Event]]) -> None:
        """Restore the JSON of `snapshot`; the restarted steps enter their groups again."""
        for name, saved in cast("Mapping[str, Any]", data.get("groups", {})).items():
            group = _Group(saved["producer"], Lineage.from_json(saved), served=set(saved["served"]))
            self._groups[name] = group
        for saved in cast("Sequence[Any]", data.get("kept", ())):
            events = {name: [restore_event(event, known) for event in items] for name, items in saved["events"].items()}
            self._kept[saved["step"], saved["group"]] = _Kept(Lineage.from_json(saved["lineage"]), events)

    def settle(self) -> None:
        """Pass the restored groups without running steps to the steps that gather them.

        A context may have been saved after the last step of a group returned and before `leave` was called.
        """
        for name in reversed(list(self._groups)):
            if self._groups[name].at_work == 0:
                self._groups[name].at_work = 1
                self._leave(name)

    def _gather(self, spec: StepSpec, group: str, kept: _Kept, event: Event) -> None:
        events = kept.events.setdefault("", [])
        events.append(event)
        if spec.take is not None and len(events) == spec.take:
            del self._kept[spec.name, group]
            if group:
                self._groups[group].served.add(spec.name)
            self._call_gatherer(spec, events, kept.lineage)

    def _pair(self, spec: StepSpec, group: str, kept: _Kept, event: Event) -> None:
        free = [name for name, kinds in spec.event_parameters.items() if spec.fits(event, kinds)]
        # The parameter with the fewest kept events; among equals, the one with the most specific class.
        fullest = {name: len(kept.events.get(name, ())) for name in free}
        name = min(free, key=lambda name: (fullest[name], -len(spec.event_parameters[name][0].__mro__)))
        kept.events.setdefault(name, []).append(event)
        if any(not kept.events.get(parameter) for parameter in spec.event_parameters):
            return
        inputs = {parameter: kept.events[parameter].pop(0) for parameter in spec.event_parameters}
        if not any(kept.events.values()):
            del self._kept[spec.name, group]
        self._begin(spec, inputs, kept.lineage)

    def _call_gatherer(self, spec: StepSpec, events: list[Event], lineage: Lineage) -> None:
        ((parameter, _),) = spec.event_parameters.items()
        self._begin(spec, {parameter: events}, lineage.outside())

    def _leave(self, name: str) -> None:
        group = self._groups[name]
        group.at_work -= 1
        if group.at_work:
            return
        del self._groups[name]
        bound = self._graph.gatherers(group.producer)
        for step, spec in self._graph.steps.items():
            kept = self._kept.pop((step, name), None)
            if not spec.gathers or step in group.served:
                continue
            if kept is not None or step in bound:
                events = kept.events.get("", []) if kept is not None else []
                self._call_gatherer(spec, events, group.lineage.inside(name))
