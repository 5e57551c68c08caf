"""`dataclass` of the standard library, with an `__init__` that is written when several objects were made.

The standard one writes each method as text and compiles it: 0.3 to 0.6 ms a class, 100 ms of a start for all 270 of
Bookwheel. Here a class takes 0.04 ms and each of its first objects 0.01 ms. To write its `__init__` takes 0.1 ms, which
pays only where more are made.

`fields`, `replace` and `match` read attributes that the standard decorator sets and that are not documented. They are
taken from a class that it has made (`_Sample`), and a test compares both kinds on each version of Python.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast, get_origin

_T = TypeVar("_T")
_Field: TypeAlias = "tuple[object, Callable[[], object] | object, bool, bool, dataclasses.Field[object] | None]"
"""The default, the factory of defaults, whether `__init__` takes it, whether by name alone; its `Field`, if known."""
_Fields: TypeAlias = "dict[str, _Field]"
_ABSENT = object()
_MISSING = dataclasses.MISSING
_NOT_FIELDS = ("ClassVar", "InitVar", "KW_ONLY")
_FIRST_OBJECTS = 60
_SPEC = "__bookwheel_fields__"

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
    # Where it is missing the standard library writes the signature there, which takes 0.1 ms.
    if not cls.__doc__:
        cls.__doc__ = cls.__name__
    # The methods are made before a class with slots is, because each that is set later takes as long again.
    owner: list[type] = []
    attributes = _methods(owner, init=init, eq=eq, frozen=frozen, slots=slots)
    if is_ordinary := _is_ordinary(cls):
        made, fields = cls, _fields_of(cls, kw_only=kw_only)
        attributes |= _DESCRIBED
        attributes[_SPEC] = fields
    else:
        made, fields = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls), {}
    # What the class writes itself stays; one that defines `__eq__` gets a `__hash__` of None from Python.
    own = vars(cls)
    for name in attributes.keys() & own.keys():
        if name != "__hash__" or own[name] is not None:
            del attributes[name]
    if is_ordinary and slots:
        made = _with_slots(cls, fields, attributes)
    else:
        for name, value in attributes.items():
            setattr(made, name, value)
    owner.append(made)
    return made


def _methods(owner: Sequence[type], *, init: bool, eq: bool, frozen: bool, slots: bool) -> dict[str, object]:
    """What is made for the class that will be in `owner`."""
    methods: dict[str, object] = {"__repr__": _shown}
    if init:
        methods["__init__"] = _late_init(owner, is_frozen=frozen)
    if eq:
        methods["__eq__"] = _eq_of(owner)
        methods["__hash__"] = _hash_of(owner) if frozen else None
    if frozen:
        methods["__setattr__"], methods["__delattr__"] = _refusing(owner)
    if frozen and slots:
        methods["__getstate__"], methods["__setstate__"] = _state, _set_state
    return methods


def _is_ordinary(cls: type) -> bool:
    """Whether all its annotations are text and name fields: of such classes less has to be examined."""
    kinds = vars(cls).get("__annotations__")
    # To ask a class that has none takes longer than all the rest.
    if kinds is None or (type(cls) is not type and hasattr(cls, "__abstractmethods__")):
        return False
    try:
        said = " ".join(kinds.values())
    except TypeError:
        return False
    return not any(word in said for word in _NOT_FIELDS)


def _fields_of(cls: type, *, kw_only: bool) -> _Fields:
    """The fields, those of its parents first; their defaults are left in `cls`. Without `Field`s in half the time."""
    fields: _Fields = {}
    for base in cls.__mro__[-2:0:-1]:
        fields |= _known_fields(base)
    for name in vars(cls)["__annotations__"]:
        given: object = vars(cls).get(name, _MISSING)
        if not isinstance(given, dataclasses.Field):
            fields[name] = given, _MISSING, True, kw_only, None
        else:
            field = cast("dataclasses.Field[object]", given)
            by_name = kw_only if field.kw_only is _MISSING else bool(field.kw_only)
            fields[name] = field.default, field.default_factory, field.init, by_name, field
            given = field.default
            if given is _MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, given)
        if type(given).__hash__ is None:
            raise ValueError(f"{cls.__name__}.{name} has a default that can change: use default_factory.")
    return fields


def _known_fields(cls: type) -> _Fields:
    """The fields of a class that is a dataclass already, this one or the standard one."""
    attributes = vars(cls)
    if _SPEC in attributes:
        return attributes[_SPEC]
    fields: dict[str, dataclasses.Field[object]] = attributes.get("__dataclass_fields__", {})
    return {
        name: (field.default, field.default_factory, field.init, bool(field.kw_only), field)
        for name, field in fields.items()
        if getattr(field, "_field_type", None) is _FIELD
    }


class _Late:
    """An attribute of all classes that is made for one of them when something asks that one for it."""

    def __init__(self, name: str, make: Callable[[type], object]) -> None:
        self._name = name
        self._make = make

    def __get__(self, instance: object, asking: type) -> object:
        owner = next(cls for cls in asking.__mro__ if vars(cls).get(self._name) is self)
        value = self._make(owner)
        setattr(owner, self._name, value)
        return value


def _standard_fields(cls: type) -> dict[str, dataclasses.Field[object]]:
    made: dict[str, dataclasses.Field[object]] = {}
    kinds = {name: kind for base in cls.__mro__[::-1] for name, kind in vars(base).get("__annotations__", {}).items()}
    for name, (default, _, _, kw_only, given) in _known_fields(cls).items():
        field = given or cast("dataclasses.Field[object]", dataclasses.field(default=default))
        made[name] = field
        if getattr(field, "_field_type", None) is not _FIELD:  # not complete yet
            field.name, field.type, field.kw_only = name, kinds[name], kw_only
            setattr(field, "_field_type", _FIELD)  # noqa: B010 - the standard library reads it
    return made


def _match_args(cls: type) -> tuple[str, ...]:
    return tuple([name for name, (_, _, init, kw_only, _) in _known_fields(cls).items() if init and not kw_only])


def _with_slots(cls: type[_T], fields: Iterable[str], attributes: Mapping[str, object]) -> type[_T]:
    namespace = {
        name: value
        for name, value in vars(cls).items()
        if name not in fields and name not in ("__dict__", "__weakref__")
    }
    inherited = {name for base in cls.__mro__[1:-1] for name in vars(base).get("__slots__", ())}
    namespace["__slots__"] = tuple([name for name in fields if name not in inherited])
    namespace |= attributes
    namespace["__qualname__"] = cls.__qualname__
    return cast("type[_T]", type(cls)(cls.__name__, cls.__bases__, namespace))


def _late_init(owner: Sequence[type], *, is_frozen: bool) -> Callable[..., None]:
    left = _FIRST_OBJECTS
    fill: Callable[[object, tuple[object, ...], dict[str, object]], bool] | None = None

    def __init__(self: object, *args: object, **kwargs: object) -> None:  # noqa: N807
        nonlocal left, fill
        left -= 1
        if left >= 0:
            fill = fill or _filling(owner[0], object.__setattr__ if is_frozen else setattr)
            if fill(self, args, kwargs):
                return
        init = _init_of(owner[0], is_frozen=is_frozen)
        setattr(owner[0], "__init__", init)  # noqa: B010 - a type checker sees no assignable method
        init(self, *args, **kwargs)

    return __init__


def _filling(
    cls: type, put: Callable[[object, str, object], None]
) -> Callable[[object, tuple[object, ...], dict[str, object]], bool]:
    """Sets every field as the written `__init__` does; False for wrong arguments, which that one refuses."""
    fields = _known_fields(cls)
    positional = _match_args(cls)
    wanted = [(name, init, default, factory) for name, (default, factory, init, _, _) in fields.items()]
    finish: Callable[[object], None] | None = getattr(cls, "__post_init__", None)

    def fill(self: object, args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
        given = _by_name(positional, args, kwargs) if args else kwargs
        if given is None:
            return False
        used = 0
        for name, is_argument, default, factory in wanted:
            if is_argument and name in given:
                used += 1
                put(self, name, given[name])
            elif factory is not _MISSING:
                put(self, name, cast("Callable[[], object]", factory)())
            elif default is not _MISSING:
                put(self, name, default)
            elif is_argument:
                return False
        if used != len(given):
            return False
        if finish is not None:
            finish(self)
        return True

    return fill


def _by_name(positional: Sequence[str], args: Sequence[object], kwargs: dict[str, object]) -> dict[str, object] | None:
    """All arguments by their names; None when there are too many, or one is given twice."""
    given = dict(zip(positional, args, strict=False))
    if len(args) > len(positional) or not given.keys().isdisjoint(kwargs):
        return None
    return given | kwargs


def _init_of(cls: type, *, is_frozen: bool) -> Callable[..., None]:
    scope: dict[str, object] = {"_put_": object.__setattr__, "_absent_": _ABSENT}
    body = ["pass"]
    positional, by_name = ["_self_"], ["*"]
    for field in dataclasses.fields(cls):
        value = name = field.name
        default = f"_{name}_default_"
        if field.default_factory is not dataclasses.MISSING:
            # `dict[str, int]()` takes five times as long as `dict()`.
            scope[default] = get_origin(field.default_factory) or field.default_factory
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
# The attributes by which the standard library knows a dataclass.
_DESCRIBED: dict[str, object] = {
    "__dataclass_fields__": _Late("__dataclass_fields__", _standard_fields),
    "__dataclass_params__": _SAMPLE["__dataclass_params__"],
    "__match_args__": _Late("__match_args__", _match_args),
    # From Python 3.13 on.
    **({"__replace__": _SAMPLE["__replace__"]} if "__replace__" in _SAMPLE else {}),
}


@recursive_repr()
def _shown(self: DataclassInstance) -> str:
    names = [field.name for field in dataclasses.fields(self) if field.repr]
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def _eq_of(owner: Sequence[type]) -> Callable[[object, object], bool]:
    values: Callable[[object], object] | None = None

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        nonlocal values
        if type(self) is not type(other):
            return NotImplemented
        if values is None:
            names = [field.name for field in dataclasses.fields(owner[0]) if field.compare]
            values = attrgetter(*names) if names else type
        return values(self) == values(other)

    return __eq__


def _hash_of(owner: Sequence[type]) -> Callable[[object], int]:
    names: list[str] | None = None

    def __hash__(self: object) -> int:  # noqa: N807
        nonlocal names
        if names is None:
            fields = dataclasses.fields(owner[0])
            names = [field.name for field in fields if (field.compare if field.hash is None else field.hash)]
        return hash(tuple([getattr(self, name) for name in names]))

    return __hash__


def _refusing(owner: Sequence[type]) -> tuple[Callable[[object, str, object], None], Callable[[object, str], None]]:
    # Read when an attribute is set, which is an error but for subclasses that are not dataclasses.
    def names() -> set[str]:
        return {field.name for field in dataclasses.fields(owner[0])}

    def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807
        if type(self) is owner[0] or name in names():
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self: object, name: str) -> None:  # noqa: N807
        if type(self) is owner[0] or name in names():
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return __setattr__, __delattr__


def _state(self: DataclassInstance) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: DataclassInstance, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
