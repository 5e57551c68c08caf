"""The options that most commands share; they are allowed before the command's name and after it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import click

from bookwheel import paths
from bookwheel.cli.given_options import Options, address_as_path

F = TypeVar("F", bound="Callable[..., object] | click.Command")
Completer: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[str]]"

MAX_TOP_K = 100
FILTER = ("only_in", "types", "tags", "since", "until")
"""The shared options that choose among the documents."""


class Decorator(Protocol):
    """Adds an option to a command."""

    def __call__(self, command: F, /) -> F: ...


class PathArgument(click.Path):
    """A file, a folder or a web address (see `address_of`).

    An empty name (of an unset variable) is refused: it would mean the working folder.
    """

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if value == "":
            self.fail("it is empty; name a file or folder.", param, ctx)
        if isinstance(value, str) and value.lower().startswith(("http://", "https://")):
            value = address_as_path(value)
        return super().convert(value, param, ctx)


def options_of(context: click.Context) -> Options:
    return context.ensure_object(Options)


def shared_options(*names: str) -> Decorator:
    """A decorator that adds the shared options called `names` to a command, in this order."""

    def decorate(command: F, /) -> F:
        for name in reversed(names):
            command = _SHARED[name](command)
        return command

    return decorate


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    # An option that is not given here keeps its value from before the command's name.
    if value and parameter.name:
        setattr(options_of(context), parameter.name, value)


def _complete_themes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    folders = (paths.shipped_themes_dir(), paths.user_themes_dir())
    return _stems((file for folder in folders for file in folder.glob("*.toml")), incomplete)


def _complete_desks(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    return _stems((paths.config_dir() / "desks").glob("*.toml"), incomplete)


def _complete_profiles(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from bookwheel.config.load import read_settings_file
    from bookwheel.errors import ConfigError

    try:
        source = read_settings_file(paths.config_file())
    except ConfigError:  # no completions; the command itself reports the error
        return []
    return [name for name in (source.settings.profiles if source else ()) if name.startswith(incomplete)]


def _complete_types(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from bookwheel.engine.index.readers.reader_registry import format_names

    return [name for name in format_names() if name.startswith(incomplete)]


def _stems(files: Iterable[Path], incomplete: str) -> list[str]:
    return sorted({file.stem for file in files if file.stem.startswith(incomplete)})


def complete_sessions(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ids of the saved sessions."""
    return sorted(path.name for path in paths.sessions_dir().glob(f"{incomplete}*") if path.is_dir())


def complete_deleted(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ids of the deleted sessions that can be restored."""
    from bookwheel.sessions.deleted_sessions import deleted_ids

    return [name for name in deleted_ids(paths.sessions_dir()) if name.startswith(incomplete)]


def _declared(flag: str, name: str) -> tuple[str, ...]:
    return (flag, name) if name else (flag,)


def _flag(flag: str, help_: str, name: str = "") -> Decorator:
    return click.option(*_declared(flag, name), is_flag=True, expose_value=False, callback=_remember, help=help_)


class NumberRange(click.FloatRange):
    """A range of numbers without "nan", with which no comparison is true: a limit of it would never hold."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"'{value}' is not a number.", param, ctx)
        return number


def _value(
    flag: str,
    metavar: str,
    help_: str,
    *,
    name: str = "",
    complete: Completer | None = None,
    type_: click.IntRange | click.FloatRange | click.Path | None = None,
    multiple: bool = False,
) -> Decorator:
    return click.option(
        *_declared(flag, name),
        metavar=metavar,
        type=type_,
        multiple=multiple,
        expose_value=False,
        callback=_remember,
        shell_complete=complete,
        help=help_,
    )


_SHARED: dict[str, Decorator] = {
    "resume_last": _flag("--continue", "Continue the last session.", "resume_last"),
    "session_id": _value("--session", "ID", "Continue this session.", name="session_id", complete=complete_sessions),
    "desk": _value("--desk", "NAME", "Open this named desk, or make it of PATH.", complete=_complete_desks),
    "agent": _flag("--agent", "Answer with the agent and its tools rather than the query engine."),
    "model": _value("--model", "NAME", "The model that answers: its name at the endpoint, or a model file (.gguf)."),
    "profile": _value("--profile", "NAME", "Use the settings of this profile.", complete=_complete_profiles),
    "max_cost": _value(
        "--max-cost",
        "DOLLARS",
        "Stop an answer that has cost more, by the list price of the model or that in the settings.",
        type_=NumberRange(0, min_open=True),
    ),
    "top_k": _value(
        "--top-k", "N", "How many passages to find; an answer is based on them.", type_=click.IntRange(1, MAX_TOP_K)
    ),
    "only_in": _value(
        "--in",
        "PATH",
        "Search only this file or folder; may be given several times.",
        name="only_in",
        type_=PathArgument(),
        multiple=True,
    ),
    "types": _value(
        "--type",
        "TYPE",
        "Search only documents of this type (pdf, markdown, .md); may be given several times.",
        name="types",
        complete=_complete_types,
        multiple=True,
    ),
    "tags": _value(
        "--tag",
        "TAG",
        "Search only documents with this tag or in this collection; may be given several times.",
        name="tags",
        multiple=True,
    ),
    "since": _value("--since", "DATE", "Search only documents of this year, month or day (2024-03), and later ones."),
    "until": _value("--until", "DATE", "Search only documents of this year, month or day (2024-03), and earlier ones."),
    "allow_env_endpoint": _flag(
        "--allow-env-endpoint", "Use the endpoint that the .env of this folder names, without asking."
    ),
    "theme": _value(
        "--theme",
        "NAME",
        "The theme of the app; printed text takes its accent colour.",
        complete=_complete_themes,
    ),
    "plain": _flag("--plain", "Only lines of text, for screen readers and serial lines."),
    "no_color": _flag("--no-color", "No colours (NO_COLOR in the environment does the same)."),
    "debug": _flag("--debug", "Show the traceback of a failure; API keys are left out."),
}
