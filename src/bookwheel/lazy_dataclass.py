"""`dataclass` of the standard library, with an `__init__` that is written when several objects were made.

The standard one writes each method as text and compiles it: 0.3 to 0.6 ms a class, 100 ms of a start for all 270 of
Bookwheel. Here a class takes 0.04 ms and each of its first objects 0.01 ms. To write its `__init__` takes 0.1 ms, which
pays only where more are made.

`fields`, `replace` and `match` read attributes that the standard decorator sets and that are not documented. They are
taken from a class that it has made (`_Sample`), and a test compares both kinds on each version of Python.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, TypeVar, cast

_T = TypeVar("_T")
_ABSENT = object()
_NOT_FIELDS = ("ClassVar", "InitVar", "KW_ONLY")
_FIRST_OBJECTS = 20

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass

    from _typeshed import DataclassInstance
else:

    def dataclass(cls=None, /, **options):
        """What `dataclasses.dataclass` does, with those of its options that `_made` names.

        `fields`, `replace`, `asdict`, `copy`, `pickle` and `match` work as with the standard one. To an ordinary
        dataclass that inherits from it, a frozen class does not look frozen.
        """
        return partial(_made, **options) if cls is None else _made(cls, **options)


def _made(
    cls: type[_T],
    *,
    init: bool = True,
    eq: bool = True,
    frozen: bool = False,
    slots: bool = False,
    kw_only: bool = False,
) -> type[_T]:
    # What the class writes itself stays; one that defines `__eq__` gets a `__hash__` of None from Python.
    own = frozenset(name for name, value in vars(cls).items() if name != "__hash__" or value is not None)
    # Where it is missing the standard library writes the signature there, which takes 0.1 ms.
    cls.__doc__ = cls.__doc__ or cls.__name__
    if _is_ordinary(cls):
        made = _with_fields(cls, slots=slots, kw_only=kw_only)
    else:
        made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
    methods: dict[str, object] = {"__repr__": _shown}
    if init:
        methods["__init__"] = _late_init(made, is_frozen=frozen)
    if eq:
        methods["__eq__"] = _eq_of(made)
        methods["__hash__"] = _hash_of(made) if frozen else None
    if frozen:
        methods["__setattr__"], methods["__delattr__"] = _refusing(made)
    if frozen and slots:
        methods["__getstate__"], methods["__setstate__"] = _state, _set_state
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made


def _is_ordinary(cls: type) -> bool:
    """Whether all its annotations are text and name fields: of such classes less has to be examined."""
    kinds = vars(cls).get("__annotations__")
    return (
        kinds is not None
        and not hasattr(cls, "__abstractmethods__")
        and all(type(kind) is str and not any(word in kind for word in _NOT_FIELDS) for kind in kinds.values())
    )


def _with_fields(cls: type[_T], *, slots: bool, kw_only: bool) -> type[_T]:
    """What `dataclasses.dataclass` makes of a class without writing methods, in half its time."""
    fields: dict[str, dataclasses.Field[object]] = {}
    for base in cls.__mro__[-1:0:-1]:
        fields |= getattr(base, "__dataclass_fields__", {})
    for name, kind in vars(cls)["__annotations__"].items():
        given: object = vars(cls).get(name, dataclasses.MISSING)
        if isinstance(given, dataclasses.Field):
            field = cast("dataclasses.Field[object]", given)
            if field.default is dataclasses.MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, field.default)
        else:
            field = cast("dataclasses.Field[object]", dataclasses.field(default=given))
        if type(field.default).__hash__ is None:
            raise ValueError(f"{cls.__name__}.{name} has a default that can change: use default_factory.")
        field.name, field.type = name, kind
        setattr(field, "_field_type", _FIELD)  # noqa: B010 - the standard library reads it
        if field.kw_only is dataclasses.MISSING:
            field.kw_only = kw_only
        fields[name] = field
    made = _with_slots(cls, fields) if slots else cls
    values: dict[str, object] = {
        "__dataclass_fields__": fields,
        "__dataclass_params__": _SAMPLE["__dataclass_params__"],
        "__match_args__": tuple([name for name, field in fields.items() if field.init and not field.kw_only]),
    }
    if "__replace__" in _SAMPLE:  # from Python 3.13 on
        values["__replace__"] = _SAMPLE["__replace__"]
    for name, value in values.items():
        if name not in vars(made):
            setattr(made, name, value)
    return made


def _with_slots(cls: type[_T], fields: Iterable[str]) -> type[_T]:
    namespace = {
        name: value
        for name, value in vars(cls).items()
        if name not in fields and name not in ("__dict__", "__weakref__")
    }
    inherited = {name for base in cls.__mro__[1:] for name in vars(base).get("__slots__", ())}
    namespace["__slots__"] = tuple([name for name in fields if name not in inherited])
    made = cast("type[_T]", type(cls)(cls.__name__, cls.__bases__, namespace))
    made.__qualname__ = cls.__qualname__
    return made


def _late_init(cls: type, *, is_frozen: bool) -> Callable[..., None]:
    left = _FIRST_OBJECTS

    def __init__(self: object, *args: object, **kwargs: object) -> None:  # noqa: N807
        nonlocal left
        left -= 1
        if left >= 0 and _is_filled(self, cls, args, kwargs, object.__setattr__ if is_frozen else setattr):
            return
        init = _init_of(cls, is_frozen=is_frozen)
        setattr(cls, "__init__", init)  # noqa: B010 - a type checker sees no assignable method
        init(self, *args, **kwargs)

    return __init__


def _is_filled(
    self: object,
    cls: type,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    put: Callable[[object, str, object], None],
) -> bool:
    """Set every field as the written `__init__` does; False for wrong arguments, which that one refuses."""
    fields = dataclasses.fields(cls)
    positional = [field.name for field in fields if field.init and not field.kw_only]
    given = dict(zip(positional, args, strict=False))
    if len(args) > len(positional) or not given.keys().isdisjoint(kwargs):
        return False
    given |= kwargs
    for field in fields:
        if field.init and field.name in given:
            value = given.pop(field.name)
        elif field.default_factory is not dataclasses.MISSING:
            value = field.default_factory()
        elif field.default is not dataclasses.MISSING:
            value = field.default
        elif field.init:
            return False
        else:
            continue
        put(self, field.name, value)
    if given:
        return False
    finish = getattr(self, "__post_init__", None)
    if finish is not None:
        finish()
    return True


def _init_of(cls: type, *, is_frozen: bool) -> Callable[..., None]:
    scope: dict[str, object] = {"_put_": object.__setattr__, "_absent_": _ABSENT}
    body = ["pass"]
    positional, by_name = ["_self_"], ["*"]
    for field in dataclasses.fields(cls):
        value = name = field.name
        default = f"_{name}_default_"
        if field.default_factory is not dataclasses.MISSING:
            scope[default] = field.default_factory
            value = f"{default}() if {name} is _absent_ else {name}" if field.init else f"{default}()"
            parameter = f"{name}=_absent_"
        elif field.default is not dataclasses.MISSING:
            scope[default] = field.default
            value = name if field.init else default
            parameter = f"{name}={default}"
        elif not field.init:
            continue
        else:
            parameter = name
        if field.init:
            (by_name if field.kw_only else positional).append(parameter)
        body.append(f"_put_(_self_, '{name}', {value})" if is_frozen else f"_self_.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("_self_.__post_init__()")
    parameters = positional + (by_name if len(by_name) > 1 else [])
    # The text holds names of fields and nothing else from outside.
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body), scope)
    init = cast("Callable[..., None]", scope["__init__"])
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


@dataclasses.dataclass(init=False, repr=False, eq=False)
class _Sample:
    """A sample."""

    field: int = 0


_SAMPLE = vars(_Sample)
_FIELD: object = getattr(dataclasses.fields(_Sample)[0], "_field_type", None)


@recursive_repr()
def _shown(self: DataclassInstance) -> str:
    names = [field.name for field in dataclasses.fields(self) if field.repr]
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def _eq_of(cls: type) -> Callable[[object, object], bool]:
    values: Callable[[object], object] | None = None

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        nonlocal values
        if type(self) is not type(other):
            return NotImplemented
        if values is None:
            names = [field.name for field in dataclasses.fields(cls) if field.compare]
            values = attrgetter(*names) if names else type
        return values(self) == values(other)

    return __eq__


def _hash_of(cls: type) -> Callable[[object], int]:
    names: list[str] | None = None

    def __hash__(self: object) -> int:  # noqa: N807
        nonlocal names
        if names is None:
            fields = dataclasses.fields(cls)
            names = [field.name for field in fields if (field.compare if field.hash is None else field.hash)]
        return hash(tuple([getattr(self, name) for name in names]))

    return __hash__


def _refusing(cls: type) -> tuple[Callable[[object, str, object], None], Callable[[object, str], None]]:
    # Read when an attribute is set, which is an error but for subclasses that are not dataclasses.
    def names() -> set[str]:
        return {field.name for field in dataclasses.fields(cls)}

    def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807
        if type(self) is cls or name in names():
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self: object, name: str) -> None:  # noqa: N807
        if type(self) is cls or name in names():
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return __setattr__, __delattr__


def _state(self: DataclassInstance) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: DataclassInstance, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
