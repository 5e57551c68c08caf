"""The base of all events: declared and dynamic fields, read as attributes or by key.

The engine's own event classes are plain classes: an answer has thousands of `AgentStream`s, and a program that does
not declare events does not import pydantic. A class derived from one of them outside Bookwheel is a pydantic model and
a subclass of the plain class.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator, KeysView, Mapping
from typing import Any, ClassVar, Self

from bookwheel.engine.model_like import ModelLike

_REQUIRED = object()
_COPIED = (list, dict, set)
_OWN = "bookwheel"


class EventType(type):
    """The metaclass of events: makes a pydantic model of each event class declared outside Bookwheel."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, plain: bool = False, **options: Any
    ) -> Any:
        package = str(namespace.get("__module__", "")).partition(".")[0]
        if cls is not EventType or package == _OWN or plain:
            return super().__new__(cls, name, bases, namespace, **options)
        if any(vars(base).get("_is_always_plain") for base in bases):
            return super().__new__(cls, name, bases, namespace, **options)
        from bookwheel.engine.events.event_models import model_class

        return model_class(EventType, name, bases, namespace, options)


class _OfTheModel:
    """A class attribute of a plain event class, taken from its pydantic model."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, event: object, owner: type) -> Any:
        from bookwheel.engine.events.event_models import event_model

        return getattr(event_model(owner), self._name)


class Event(ModelLike, metaclass=EventType):
    """Something that happened in a run, or that a step passes to the next one.

    A subclass declares its fields by annotations (`msg: str`, `n: int = 0`) and is a pydantic model: `Field`,
    validators, `PrivateAttr`, and `pydantic.ValidationError`, a ValueError, for a value that is missing or does not
    fit. Any further keyword becomes a field too. Read them as `event.msg`, `event["msg"]` or `event.get("msg")`.
    """

    _declared: ClassVar[dict[str, object]] = {}
    __not_dumped__: ClassVar[frozenset[str]] = frozenset()

    model_fields = _OfTheModel()
    model_json_schema = _OfTheModel()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declared: dict[str, object] = {}
        for base in reversed(cls.__bases__):
            declared.update(getattr(base, "_declared", {}))
        for name in _annotated_names(cls):
            declared[name] = cls.__dict__.get(name, _REQUIRED)
        cls._declared = declared

    def __init__(self, **values: Any) -> None:
        fields = vars(self)
        for name, default in self._declared.items():
            if name in values:
                fields[name] = values.pop(name)
            elif default is _REQUIRED:
                raise self._missing(name, values)
            else:
                fields[name] = copy.copy(default) if type(default) in _COPIED else default
        fields.update(values)

    def _missing(self, name: str, values: Mapping[str, Any]) -> ValueError:
        from bookwheel.engine.events.event_models import event_model

        try:
            event_model(type(self))(**vars(self), **values)
        except ValueError as error:
            return error
        return ValueError(f"{type(self).__name__} needs the field {name!r}.")

    def __getattr__(self, name: str) -> Any:
        # Called only for missing names; it also shows type checkers that there are dynamic fields.
        raise AttributeError(f"{type(self).__name__} has no field {name!r}.")

    @property
    def _data(self) -> dict[str, Any]:
        # LlamaIndex keeps the fields that are not declared here, and programs read them there.
        return {name: value for name, value in self._fields().items() if name not in self._declared}

    def _fields(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def __model_fields__(self) -> dict[str, Any]:
        hidden = self.__not_dumped__
        return {name: value for name, value in self._fields().items() if name not in hidden}

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> Self:
        if not cls._declared:
            return cls(**values)
        from bookwheel.engine.events.event_models import event_model

        # The model validates the values; the event itself is of the plain class.
        return cls(**event_model(cls)(**values)._fields())

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # pyright: ignore[reportAssignmentType] - as pydantic's models, which compare by value too

    def __getitem__(self, name: str) -> Any:
        return self._fields()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def __contains__(self, name: object) -> bool:
        return name in self._fields()

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields())

    def __len__(self) -> int:
        return len(self._fields())

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

    def to_dict(self) -> dict[str, Any]:
        """All fields by name."""
        return self._fields()

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._fields().items())
        return f"{type(self).__name__}({fields})"

    def __str__(self) -> str:
        return " ".join(f"{name}={value!r}" for name, value in self._fields().items())


def event_fields(event: Event) -> dict[str, Any]:
    """The dumped fields of an event, by name. `event.items()` is not used, because `items` may be a field."""
    return {name: event[name] for name in Event.__iter__(event) if name not in event.__not_dumped__}


def _annotated_names(cls: type) -> list[str]:
    if sys.version_info >= (3, 14):
        import annotationlib

        annotations = annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    else:
        annotations: dict[str, object] = vars(cls).get("__annotations__", {})
    return [name for name, kind in annotations.items() if not name.startswith("_") and "ClassVar" not in str(kind)]


class SideEvent(Event):
    """An event that is only logged and shown: it does not change the answer or the state of the run."""


class ResearchEvent(SideEvent):
    """The base of all events of research mode, which are imported when there are some."""
