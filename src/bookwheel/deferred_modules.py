"""Modules of the standard library that are imported when they are first used, not where others name them.

asyncio imports TLS and logging, dataclasses import the module that reads source code, pathlib imports network
addresses. A start and most questions use none of that; to import it takes 20 ms, more than a bare interpreter.
"""

from __future__ import annotations

import sys
from types import ModuleType

# `typing` has it too, and takes 2 ms, which `--version` does not pay.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What each module uses inside of functions alone, itself or through a module that it imports.
_USED_LATE = {
    "pathlib": ("fnmatch", "ipaddress", "ntpath", "urllib.parse"),
    "dataclasses": ("inspect",),
    "asyncio": (
        *("asyncio.sslproto", "asyncio.staggered", "inspect", "linecache", "locale", "logging"),
        *("ssl", "subprocess", "textwrap", "tokenize", "traceback"),
    ),
}


def import_lightly(name: str) -> None:
    """Import a module of the standard library; of those that it names, some only when it uses them.

    To be called before there are threads: until it returns, others would find the stand-ins too.
    """
    if name in sys.modules:
        return
    stand_ins = [_StandIn(late) for late in _USED_LATE[name] if late not in sys.modules]
    for stand_in in stand_ins:
        vars(stand_in).update(_USED_AT_ONCE.get(stand_in.__name__, {}))
    sys.modules.update((late.__name__, late) for late in stand_ins)
    try:
        __import__(name)
    finally:
        _take_out(stand_ins)


class _StandIn(ModuleType):
    """Has the attributes of the module of its name, which is imported when the first of them is asked for."""

    def __getattr__(self, attribute: str) -> object:
        # Python's import asks for such names, as `__path__`, of a module that it finds.
        if attribute.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {attribute!r}")
        from importlib import import_module

        _take_out([self])
        return getattr(import_module(self.__name__), attribute)


class _LateLogger:
    """Has the attributes of the logger of its name, which is made when the first of them is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, message: str, *values: object) -> None:
        # Each event loop says what it waits with; without `logging` there is nobody who wants to see it.
        if "logging" in sys.modules:
            self.__getattr__("debug")(message, *values)

    def __getattr__(self, attribute: str) -> Callable[..., object]:
        import logging

        return getattr(logging.getLogger(self._name), attribute)


def _extract_stack() -> object:
    import traceback

    stack = traceback.extract_stack()
    stack.pop()  # the frame of this function
    return stack


def _quote_from_bytes(given: bytes) -> str:
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(given)


# What pathlib, asyncio and concurrent.futures take from such modules while they are imported.
_USED_AT_ONCE: dict[str, dict[str, object]] = {
    "logging": {"DEBUG": 10, "getLogger": _LateLogger},
    "subprocess": {"PIPE": -1, "STDOUT": -2, "DEVNULL": -3},
    "traceback": {"extract_stack": _extract_stack},
    "urllib.parse": {"quote_from_bytes": _quote_from_bytes},
}


def _take_out(stand_ins: Iterable[_StandIn]) -> None:
    """Have who imports these names from now on get the modules themselves."""
    for stand_in in stand_ins:
        if sys.modules.get(stand_in.__name__) is not stand_in:
            continue
        del sys.modules[stand_in.__name__]
        package, _, name = stand_in.__name__.rpartition(".")
        # A package that has imported a module has it as an attribute, and others rely on that.
        if package in sys.modules and not hasattr(sys.modules[package], name):
            setattr(sys.modules[package], name, stand_in)
