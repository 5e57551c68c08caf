"""pydantic's methods for plain classes: values that are made by the thousand, and need no validation to be right.

Importing pydantic takes longer than starting the rest of the engine, so that it is imported only where a method needs
it. Also plain JSON data, into which any value can be made.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Literal, Protocol, Self, TypeAlias, cast, runtime_checkable

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

DumpMode: TypeAlias = Literal["python", "json"] | str
Names: TypeAlias = Collection[str] | Mapping[str, Any]


class ModelLike:
    """What a pydantic model has besides its fields, for a class that is not one.

    `__model_fields__` gives the fields of the dump, `__from_model_fields__` makes an instance of them.
    """

    __slots__ = ()

    def __model_fields__(self) -> dict[str, Any]:
        """The fields as `model_dump` gives them, not yet dumped themselves."""
        return {item.name: getattr(self, item.name) for item in fields(cast("Any", self))}

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> Self:
        return cls(**values)

    def model_dump(
        self,
        *,
        mode: DumpMode = "python",
        include: Names | None = None,
        exclude: Names | None = None,
        exclude_none: bool = False,
        **options: Any,
    ) -> dict[str, Any]:
        """The fields as a dictionary; `mode="json"`: as plain JSON data. Other options of pydantic's have no effect."""
        kept = {
            name: value
            for name, value in self.__model_fields__().items()
            if (include is None or name in include)
            and (exclude is None or name not in exclude)
            and (value is not None or not exclude_none)
        }
        if mode == "json":
            return cast("dict[str, Any]", jsonable(kept))
        return {name: dumped(value) for name, value in kept.items()}

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """The fields as JSON text."""
        separators = (",", ":") if indent is None else None
        data = self.model_dump(mode="json", **options)
        return json.dumps(data, indent=indent, separators=separators, ensure_ascii=False)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """An instance of a dictionary of fields, or the instance itself; ValueError for anything else."""
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise ValueError(f"{cls.__name__} is made of a dictionary, not of a {type(obj).__name__}.")
        try:
            return cls.__from_model_fields__(cast("Mapping[str, Any]", obj))
        except TypeError as error:
            raise ValueError(f"{cls.__name__}: {error}") from error

    @classmethod
    def model_validate_json(cls, json_data: str | bytes, **options: Any) -> Self:
        """An instance of a JSON object; ValueError for anything else."""
        return cls.model_validate(json.loads(json_data))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with the fields of `update` changed."""
        copied = copy.deepcopy(self) if deep else copy.copy(self)
        for name, value in (update or {}).items():
            setattr(copied, name, value)
        return copied

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls.model_validate,
            serialization=core_schema.plain_serializer_function_ser_schema(_dump_for_pydantic, info_arg=True),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "object", "title": cls.__name__}


def known_fields(cls: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that are fields of the dataclass `cls`, without empty lists, which are defaults."""
    names = {item.name for item in fields(cls)}
    return {name: value for name, value in values.items() if name in names and value != []}


class _DumpInfo(Protocol):
    @property
    def mode(self) -> str: ...


def _dump_for_pydantic(value: ModelLike, info: _DumpInfo) -> dict[str, Any]:
    return value.model_dump(mode=info.mode)


def dumped(value: Any) -> Any:
    """`value` with the models in it as dictionaries, as pydantic's `model_dump` does it."""
    if isinstance(value, (str, int, float, bytes)) or value is None:
        return value
    if isinstance(value, Dumpable):
        return value.model_dump()
    if isinstance(value, Mapping):
        return {key: dumped(item) for key, item in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list):
        return [dumped(item) for item in cast("list[Any]", value)]
    return value


def jsonable(value: object, *, depth: int = 64) -> JsonValue:
    """`value` as plain JSON data: models by their fields, paths and enums by their value, exceptions by their text.

    What JSON has no form for (not a number, infinity) becomes None; an object of an unknown kind its `str()`, and so
    does what is nested more than `depth` deep.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth <= 0:
        return str(value)
    if isinstance(value, Mapping):
        return {
            str(key): jsonable(item, depth=depth - 1) for key, item in cast("Mapping[object, object]", value).items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [jsonable(item, depth=depth - 1) for item in cast("Iterable[object]", value)]
    return _jsonable_object(value, depth - 1)


@runtime_checkable
class Dumpable(Protocol):
    """A pydantic model, or a class with its methods."""

    def model_dump(self) -> object: ...


def _jsonable_object(value: object, depth: int) -> JsonValue:
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, Dumpable):
        return jsonable(value.model_dump(), depth=depth)
    if isinstance(value, Enum):
        return jsonable(value.value, depth=depth)
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    if is_dataclass(value):
        return {item.name: jsonable(getattr(value, item.name), depth=depth) for item in fields(value)}
    isoformat: Callable[[], str] | None = getattr(value, "isoformat", None)
    return isoformat() if callable(isoformat) else str(value)
