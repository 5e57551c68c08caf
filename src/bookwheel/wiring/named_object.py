"""Imports an object by its name, `MODULE:OBJECT` or `file.py:OBJECT`, and calls it if it is a class or a factory."""

from __future__ import annotations

import inspect
import os
import sys
from difflib import get_close_matches
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from bookwheel.errors import UsageError


def load_runnable(name: str) -> object:
    """The object called `name`, which has a `run()`; a class or function is called without arguments to make it.

    Modules are looked for as `python -m` does: in the working directory first. This runs the user's own code, so
    `name` must be what the user has typed. Raises UsageError, which names what is missing or failed.
    """
    module_name, _, path = name.rpartition(":")
    if not module_name or not path:
        raise UsageError(
            f"'{name}' does not name an object in a module.",
            hint="Write MODULE:OBJECT, such as: bookwheel run my_flow:agent",
        )
    found: object = _imported(module_name)
    for part in path.split("."):
        found = _member(found, part, module_name)
    return _made(found, name)


def _imported(module_name: str) -> ModuleType:
    try:
        if module_name.endswith(".py"):
            return _module_in(Path(module_name))
        sys.path.insert(0, os.getcwd())
        return import_module(module_name)
    except UsageError:
        raise
    except ModuleNotFoundError as error:
        if f"{module_name}.".startswith(f"{error.name}."):
            where = "It was searched for in this folder and among the installed packages."
            raise UsageError(f"There is no module '{module_name}'.", hint=where) from error
        raise _not_importable(module_name, error) from error
    except (Exception, SystemExit) as error:
        raise _not_importable(module_name, error) from error


def _module_in(file: Path) -> ModuleType:
    if not file.is_file():
        raise UsageError(f"There is no file '{file}'.", hint=f"It was expected at {file.absolute()}.")
    # As `python file.py` does; the module's own name must not hide an installed one (`json.py`, `openai.py`).
    sys.path.insert(0, str(file.absolute().parent))
    spec = spec_from_file_location(f"_bookwheel_run_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _not_importable(module_name: str, error: BaseException) -> UsageError:
    return UsageError(
        f"'{module_name}' cannot be imported: {type(error).__name__}: {error}", hint="--debug shows where it happened."
    )


def _member(owner: object, part: str, module_name: str) -> object:
    try:
        return getattr(owner, part)
    except AttributeError as error:
        near = get_close_matches(part, dir(owner), n=1)
        hint = f"Did you mean '{near[0]}'?" if near else "Write the name of the workflow after the colon."
        raise UsageError(f"There is no '{part}' in '{module_name}'.", hint=hint) from error


def _made(found: object, name: str) -> object:
    if not isinstance(found, type) and _has_run(found):
        return found
    if not callable(found):
        raise UsageError(f"'{name}' has no run(): it is a {type(found).__name__}.", hint=_WANTED)
    try:
        made: object = found()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(f"'{name}' cannot be called without arguments: {reason}", hint=_WANTED) from error
    if inspect.iscoroutine(made):
        made.close()
    if not _has_run(made):
        raise UsageError(f"'{name}' returned a {type(made).__name__}, which has no run().", hint=_WANTED)
    return made


_WANTED = "Name an object with run(user_msg=…), or a class or function without arguments that returns one."


def _has_run(found: object) -> bool:
    return callable(getattr(found, "run", None))
