"""The state of a workflow: values at dotted paths, edited atomically and kept from run to run in one context."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar, cast

StateT = TypeVar("StateT")

_MISSING = object()


class DictState(dict[str, Any]):
    """The default state: a dictionary whose values can be read and set as attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary of it."""
        return dict(self)


def new_state(workflow: object) -> Any:
    """A new state for `workflow`: of the class that its steps declare with `Context[...]`, else a `DictState`."""
    if workflow is None:
        return DictState()
    # Late: a question to the documents runs no steps.
    from bookwheel.engine.workflow.step_graph import state_type_of

    kind = state_type_of(workflow)
    return DictState() if kind is None else kind()


class StateStore(Generic[StateT]):
    """Holds one state object: a `DictState`, or an instance of the class declared with `Context[...]`.

    `get` returns the stored object itself, not a copy. A path such as `"user.name"` leads through dictionaries, lists
    (by index) and attributes.
    """

    def __init__(self, state: StateT) -> None:
        self._state = state
        self._lock = asyncio.Lock()

    async def get(self, path: str, default: Any = _MISSING) -> Any:
        """The value at `path`. Raises ValueError when there is no value and no default."""
        return self.peek(path, default)

    def peek(self, path: str, default: Any = _MISSING) -> Any:
        """`get` for synchronous code."""
        value: Any = self._state
        for key in path.split("."):
            value = _child(value, key)
            if value is _MISSING:
                if default is _MISSING:
                    raise ValueError(f"Path {path!r} not found in state.")
                return default
        return value

    async def set(self, path: str, value: Any) -> None:
        """Store `value` at `path`; creates missing dictionaries."""
        async with self._lock:
            self.put(path, value)

    def put(self, path: str, value: Any) -> None:
        """`set` for synchronous code; does not wait for an open `edit_state`."""
        parent: Any = self._state
        *parents, last = path.split(".")
        for key in parents:
            child = _child(parent, key)
            if child is _MISSING:
                child = DictState()
                _put_child(parent, key, child)
            parent = child
        _put_child(parent, last, value)

    @asynccontextmanager
    async def edit_state(self) -> AsyncGenerator[StateT, None]:
        """Lock the state for several changes, so that other steps see all of them or none."""
        async with self._lock:
            yield self._state

    async def get_state(self) -> StateT:
        """The whole state."""
        return self._state

    async def set_state(self, state: StateT) -> None:
        """Replace the whole state; an object of a parent class replaces only the fields it has."""
        async with self._lock:
            kind, own = type(state), type(self._state)
            if kind is not own and kind in own.__mro__ and not isinstance(state, DictState):
                for name, value in vars(state).items():
                    _put_child(self._state, name, value)
                return
            self._state = state

    async def clear(self) -> None:
        """Replace the state by an empty one of the same class."""
        async with self._lock:
            self._state = type(self._state)()

    @property
    def state(self) -> StateT:
        """The whole state, for synchronous code."""
        return self._state


InMemoryStateStore = StateStore


def _child(value: Any, key: str) -> Any:
    if isinstance(value, MutableMapping):
        return cast("MutableMapping[str, Any]", value).get(key, _MISSING)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return items[int(key)] if key.isdecimal() and int(key) < len(items) else _MISSING
    return getattr(value, key, _MISSING)


def _put_child(parent: Any, key: str, value: Any) -> None:
    if isinstance(parent, MutableMapping):
        cast("MutableMapping[str, Any]", parent)[key] = value
    elif isinstance(parent, list):
        cast("list[Any]", parent)[int(key)] = value
    else:
        setattr(parent, key, value)
