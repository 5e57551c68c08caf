"""The commands that narrow what is searched: to a folder, types, tags or days."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.documents.document_filter import day_from, path_from, tags_from, type_from
from bookwheel.assistant.slash_commands.command_registry import Command
from bookwheel.engine.selection import EVERYTHING, Selection

_MOST_FOLDERS = 200


def filter_commands() -> tuple[Command, ...]:
    """Each sets one part of the filter, and clears it when it is given no argument."""
    return (
        Command(
            id="filter.in",
            name="in",
            argument="[PATH]",
            help="Search only this folder or file of the library",
            action=_in,
            choices=_folders,
        ),
        Command(
            id="filter.type",
            name="type",
            argument="[TYPE…]",
            help="Search only documents of these types, such as pdf or markdown",
            action=_type,
            choices=types_present,
        ),
        Command(
            id="filter.tag",
            name="tag",
            argument="[TAG…]",
            help="Search only documents with these tags or in these collections, separated by commas",
            action=_tag,
            choices=tags_present,
        ),
        Command(
            id="filter.since",
            name="since",
            argument="[DATE]",
            help="Search only documents of this day, month or year, and later ones",
            action=_since,
        ),
        Command(
            id="filter.until",
            name="until",
            argument="[DATE]",
            help="Search only documents of this day, month or year, and earlier ones",
            action=_until,
        ),
        Command(
            id="filter.clear", name="clear-filter", help="Search all documents of the library again", action=_clear
        ),
    )


def types_present(assistant: Assistant) -> list[str]:
    """The types of the documents in the library."""
    return sorted({file.format.removeprefix(".") for file in assistant.documents.state.files if file.format})


def tags_present(assistant: Assistant) -> list[str]:
    """The tags and collections of the documents in the library."""
    return sorted({tag for file in assistant.documents.state.files for tag in file.tags})


async def _in(assistant: Assistant, path: str) -> str:
    roots = list(map(str, assistant.documents.roots))
    scope = (await asyncio.to_thread(path_from, path, roots),) if path else None
    return await _search_only(assistant, replace(assistant.status.selection, scope=scope))


async def _type(assistant: Assistant, names: str) -> str:
    wanted = [name for name in re.split(r"[,\s]+", names) if name]
    types = await asyncio.to_thread(lambda: tuple(dict.fromkeys(map(type_from, wanted))))
    return await _search_only(assistant, replace(assistant.status.selection, types=types))


async def _tag(assistant: Assistant, names: str) -> str:
    tags = tags_from(names) if names else ()
    return await _search_only(assistant, replace(assistant.status.selection, tags=tags))


async def _since(assistant: Assistant, day: str) -> str:
    return await _search_only(assistant, replace(assistant.status.selection, since=day_from(day) if day else None))


async def _until(assistant: Assistant, day: str) -> str:
    until = day_from(day, is_last=True) if day else None
    return await _search_only(assistant, replace(assistant.status.selection, until=until))


async def _clear(assistant: Assistant, _argument: str) -> str:
    return await _search_only(assistant, EVERYTHING)


async def _search_only(assistant: Assistant, selection: Selection) -> str:
    await assistant.documents.set_filter(selection)
    if assistant.status.selection == EVERYTHING:
        return "Searching all documents"
    return assistant.documents.filter_problem or f"Searching only: {assistant.status.filter}"


def _folders(assistant: Assistant) -> Iterator[str]:
    """The folders of the library, the outer ones first."""
    state = assistant.documents.state
    yield from state.roots
    folders = {str(PurePath(file.path).parent) for file in state.files} - set(state.roots)
    yield from sorted(folders, key=lambda folder: (folder.count("/"), folder))[:_MOST_FOLDERS]
