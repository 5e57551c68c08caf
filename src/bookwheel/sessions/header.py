"""The small file `session.toml`: what the list of sessions shows. Unknown keys survive."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import field
from typing import cast

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.sessions.private_files import open_private, write_atomically

HEADER = "session.toml"
VERSION = 1

# tomllib takes seconds and gigabytes for a line of 20,000 dotted keys.
_MAX_BYTES = 64 << 10
_MAX_LINE = 16 << 10
_PLAIN_NAME = lazy_regex(r"[a-z_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """One line of the session list: what is known of a session without reading its events.

    `created` and `updated` are seconds since the epoch. `documents` are the files and folders of its library, `desk` is
    the named desk, `cost` what its runs have cost in dollars, as far as prices were known. `damaged` says in one line
    what is wrong with its files, `read_only` why it cannot be continued, `excerpt` is the text around the words of a
    search.
    """

    id: str
    title: str = ""
    created: float = 0.0
    updated: float = 0.0
    documents: tuple[str, ...] = ()
    model: str = ""
    desk: str = ""
    cost: float = 0.0
    damaged: str = ""
    read_only: str = ""
    excerpt: str = ""


@dataclass(slots=True, kw_only=True)
class Header:
    """The fields of the file; `created` and `updated` in seconds since the epoch, `other` holds unknown keys."""

    title: str = ""
    created: float = 0.0
    updated: float = 0.0
    documents: tuple[str, ...] = ()
    model: str = ""
    desk: str = ""
    cost: float = 0.0
    version: object = VERSION
    other: dict[str, object] = field(default_factory=dict[str, object])


def read_header(folder: int) -> Header:
    """Raises OSError when it cannot be read and ValueError when it is not a header."""
    import tomllib

    fd = open_private(HEADER, os.O_RDONLY, folder)
    with os.fdopen(fd, "rb") as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES or any(len(line) > _MAX_LINE for line in data.splitlines()):
        raise ValueError(f"{HEADER} is too long")
    try:
        return _from_table(tomllib.loads(data.decode("utf-8")))
    except RecursionError as error:
        raise ValueError(f"{HEADER} is nested too deeply") from error


def write_header(header: Header, folder: int) -> None:
    """Raises OSError; the old file is then as it was."""
    known: dict[str, object] = {
        "version": header.version,
        "title": header.title,
        "created": header.created,
        "updated": header.updated,
        "documents": list(header.documents),
        "model": header.model,
    }
    known |= {name: value for name, value in (("desk", header.desk), ("cost", header.cost)) if value}
    write_atomically(HEADER, as_toml({**known, **header.other}).encode("utf-8", "replace"), folder)


def as_toml(table: Mapping[str, object]) -> str:
    """The table as `tomli_w` writes it, which is imported only for what others have added: it takes 1.5 ms."""
    lines = [_line(name, value) for name, value in table.items()]
    if None not in lines:
        return "".join(line for line in lines if line is not None)
    import tomli_w

    return tomli_w.dumps(table)


def _line(name: str, value: object) -> str | None:
    """None for a name or a value that a plain header does not have."""
    if not _PLAIN_NAME.fullmatch(name):
        return None
    if isinstance(value, str):
        return f"{name} = {_quoted(value)}\n"
    if type(value) in (int, float):
        return f"{name} = {value!r}\n"
    if isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value)):
        items = "".join(f"    {_quoted(item)},\n" for item in cast("list[str]", value))
        return f"{name} = [\n{items}]\n" if items else f"{name} = []\n"
    return None


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but JSON leaves this one as it is, and TOML forbids it.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_only_reason(version: object) -> str:
    """Why a session of this version must not be written; "" when it may be."""
    if not isinstance(version, int) or version < 1:
        return "the version of its format is not known"
    if version > VERSION:
        return f"a newer Bookwheel wrote it (format {version}; this one writes {VERSION})"
    return ""


def _from_table(table: Mapping[str, object]) -> Header:
    header = Header(version=table.get("version", 0))
    for name, value in table.items():
        match name, value:
            case "title" | "model" | "desk", str():
                setattr(header, name, value)
            case "created" | "updated" | "cost", int() | float():
                setattr(header, name, float(value))
            case "documents", list():
                header.documents = tuple(str(item) for item in cast("list[object]", value))
            case "version" | "title" | "model" | "desk" | "cost" | "created" | "updated" | "documents", _:
                pass
            case _:
                header.other[name] = value
    return header
