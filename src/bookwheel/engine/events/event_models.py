"""Makes pydantic models of event classes declared outside Bookwheel; imports pydantic only for the first one."""

from __future__ import annotations

from typing import Any, cast

_MODEL = "__bookwheel_event_model__"
# Methods that a model takes from the plain base class instead of pydantic's.
_FROM_EVENT = ("__iter__", "__repr__", "__str__", "__len__")


def model_class(
    metaclass: type, name: str, bases: tuple[type, ...], namespace: dict[str, Any], options: dict[str, Any]
) -> type:
    """The class that `class name(bases)` defines, as a pydantic model; plain bases are replaced by their models."""
    models = tuple(event_model(base) if type(base) is metaclass else base for base in bases)
    return _model_metaclass(metaclass)(name, models, namespace, **options)


def event_model(plain: type) -> type:
    """The pydantic model of a plain event class, and a subclass of it."""
    model = vars(plain).get(_MODEL)
    if model is None:
        model = _make_model(plain)
        setattr(plain, _MODEL, model)
    return cast("type", model)


def _make_model(plain: type) -> type:
    from pydantic import BaseModel, ConfigDict, PrivateAttr

    metaclass = type(plain)
    parents = [base for base in plain.__bases__ if type(base) is metaclass]
    namespace: dict[str, Any] = {
        "__module__": plain.__module__,
        "__qualname__": plain.__qualname__,
        "__doc__": plain.__doc__,
        "__annotations__": {},
    }
    for name, default in _private_fields(plain).items():
        namespace["__annotations__"][name] = Any
        namespace[name] = PrivateAttr(default=default)
    if parents:
        # The plain class first, so that its overrides come before pydantic's methods.
        bases: tuple[type, ...] = (plain, *map(event_model, parents))
    else:
        bases = (BaseModel, plain)
        namespace["model_config"] = ConfigDict(arbitrary_types_allowed=True, extra="allow", protected_namespaces=())
        namespace["_fields"] = _fields
        namespace |= {name: vars(plain)[name] for name in _FROM_EVENT}
    return _model_metaclass(metaclass)(plain.__name__, bases, namespace)


def _private_fields(plain: type) -> dict[str, Any]:
    annotated: dict[str, Any] = vars(plain).get("__annotations__", {})
    return {
        name: vars(plain).get(name)
        for name, kind in annotated.items()
        if name.startswith("_") and "ClassVar" not in str(kind)
    }


def _fields(self: Any) -> dict[str, Any]:
    return {**self.__dict__, **(self.__pydantic_extra__ or {})}


def _model_metaclass(metaclass: type) -> Any:
    made = vars(metaclass).get(_MODEL)
    if made is None:
        from pydantic import BaseModel

        made = type("EventModelType", (type(BaseModel), metaclass), {})
        setattr(metaclass, _MODEL, made)
    return made
