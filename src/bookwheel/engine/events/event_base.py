"""The base of all events: declared and dynamic fields, read as attributes or by key."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Iterator, KeysView
from typing import Any, ClassVar

from bookwheel.engine.schema import JsonObject, jsonable

_REQUIRED = object()
_COPIED = (list, dict, set)


class Event:
    """Something that happened in a run, or that a step hands to the next one.

    A subclass declares its fields by annotations (`msg: str`, `n: int = 0`); any further keyword becomes a field too.
    Read them as `event.msg`, `event["msg"]` or `event.get("msg")`. A declared field without a default must be given:
    TypeError when it is not.
    """

    _declared: ClassVar[dict[str, object]] = {}
    _not_dumped: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declared: dict[str, object] = {}
        for base in reversed(cls.__bases__):
            declared.update(getattr(base, "_declared", {}))
        for name in _annotated_names(cls):
            declared[name] = cls.__dict__.get(name, _REQUIRED)
        cls._declared = declared

    def __init__(self, **values: Any) -> None:
        fields = self.__dict__
        for name, default in self._declared.items():
            if name in values:
                fields[name] = values.pop(name)
            elif default is _REQUIRED:
                raise TypeError(f"{type(self).__name__} needs the field {name!r}.")
            else:
                fields[name] = copy.copy(default) if type(default) in _COPIED else default
        fields.update(values)

    def __getattr__(self, name: str) -> Any:
        # Only reached for names that are not there; it tells type checkers that there are dynamic fields.
        raise AttributeError(f"{type(self).__name__} has no field {name!r}.")

    def _fields(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}

    def __getitem__(self, name: str) -> Any:
        return self._fields()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def __contains__(self, name: object) -> bool:
        return name in self._fields()

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields())

    def __bool__(self) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """The field `name`, or `default` when the event has no such field."""
        return self._fields().get(name, default)

    def keys(self) -> KeysView[str]:
        """The names of all fields."""
        return self._fields().keys()

    def values(self) -> list[Any]:
        """The values of all fields."""
        return list(self._fields().values())

    def items(self) -> list[tuple[str, Any]]:
        """All fields, declared ones first."""
        return list(self._fields().items())

    def model_dump(self) -> JsonObject:
        """The fields as plain JSON data: what the event log stores."""
        hidden = self._not_dumped
        return {name: jsonable(value) for name, value in self._fields().items() if name not in hidden}

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._fields().items())
        return f"{type(self).__name__}({fields})"


def _annotated_names(cls: type) -> list[str]:
    if sys.version_info >= (3, 14):
        import annotationlib

        annotations = annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    else:
        annotations = inspect.get_annotations(cls)
    return [name for name, kind in annotations.items() if not name.startswith("_") and "ClassVar" not in str(kind)]


class SideEvent(Event):
    """An event that changes neither the answer nor what the run is doing: it is only logged and shown."""
