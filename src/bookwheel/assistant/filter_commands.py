"""The commands that choose which documents are asked: `/in`, `/type`, `/since`, `/until`, `/clear-filter`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.command import Command
from bookwheel.assistant.document_filter import day_from, place_from, type_from
from bookwheel.engine.selection import EVERYTHING, Selection

_MOST_FOLDERS = 200


def filter_commands() -> tuple[Command, ...]:
    """Each takes its part of the filter back when it is given nothing."""
    return (
        Command(
            id="filter.in",
            name="in",
            argument="[PATH]",
            help="Ask only what is in this folder or file of the desk",
            action=_in,
            choices=_places,
        ),
        Command(
            id="filter.type",
            name="type",
            argument="[TYPE…]",
            help="Ask only documents of these types, such as pdf or markdown",
            action=_type,
            choices=types_present,
        ),
        Command(
            id="filter.since",
            name="since",
            argument="[DATE]",
            help="Ask only documents of this day, month or year, and later ones",
            action=_since,
        ),
        Command(
            id="filter.until",
            name="until",
            argument="[DATE]",
            help="Ask only documents of this day, month or year, and earlier ones",
            action=_until,
        ),
        Command(id="filter.clear", name="clear-filter", help="Ask all documents of the desk again", action=_clear),
    )


def types_present(assistant: Assistant) -> list[str]:
    """The types of the documents on the desk."""
    return sorted({file.format.removeprefix(".") for file in assistant.library.files if file.format})


async def _in(assistant: Assistant, path: str) -> str:
    roots = list(map(str, assistant.roots))
    scope = (await asyncio.to_thread(place_from, path, roots),) if path else None
    return await _ask_only(assistant, replace(assistant.status.selection, scope=scope))


async def _type(assistant: Assistant, names: str) -> str:
    wanted = [name for name in re.split(r"[,\s]+", names) if name]
    types = await asyncio.to_thread(lambda: tuple(dict.fromkeys(map(type_from, wanted))))
    return await _ask_only(assistant, replace(assistant.status.selection, types=types))


async def _since(assistant: Assistant, day: str) -> str:
    return await _ask_only(assistant, replace(assistant.status.selection, since=day_from(day) if day else None))


async def _until(assistant: Assistant, day: str) -> str:
    until = day_from(day, is_last=True) if day else None
    return await _ask_only(assistant, replace(assistant.status.selection, until=until))


async def _clear(assistant: Assistant, _argument: str) -> str:
    return await _ask_only(assistant, EVERYTHING)


async def _ask_only(assistant: Assistant, selection: Selection) -> str:
    await assistant.set_filter(selection)
    if assistant.status.selection == EVERYTHING:
        return "All documents are asked"
    return assistant.filter_problem or f"Only asked: {assistant.status.filter}"


def _places(assistant: Assistant) -> Iterator[str]:
    """The folders of the desk, the outer ones first."""
    state = assistant.library
    yield from state.roots
    folders = {str(PurePath(file.path).parent) for file in state.files} - set(state.roots)
    yield from sorted(folders, key=lambda folder: (folder.count("/"), folder))[:_MOST_FOLDERS]
