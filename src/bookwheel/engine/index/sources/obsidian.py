"""Obsidian vaults: notes as they are shown, their tags, and the notes that they link to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from bookwheel.engine.index.readers.text_markup.front_matter import front_matter
from bookwheel.engine.index.sources.document_source import SOURCE, Catalogue
from bookwheel.engine.schema import JsonObject
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import re

VAULT = "vault"
"""The key of a note's facts with the folder of its vault, for the reader only."""

_MOST_TAGS = 50
_MOST_LINKS = 500
_MOST_FILES = 50_000
_HEAD = 4_000  # bytes of a note that may hold its aliases
# What is not changed inside: fences and code within a line.
_CODE = lazy_regex(r"(?ms)^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)|`[^`\n]+`")
_COMMENT = lazy_regex(r"(?s)%%.*?%%")
_LINK = lazy_regex(r"!?\[\[(?P<target>[^\[\]|#^\n]*)(?P<part>#[^\[\]|\n]*)?(?:\|(?P<shown>[^\[\]\n]*))?\]\]")
_MARK = lazy_regex(r"==(?=\S)([^=\n]+?)(?<=\S)==")
_CALLOUT = lazy_regex(r"(?m)^([ \t]*(?:>[ \t]*)+)\[!(?P<kind>[\w-]+)(?:\|[^\]\n]*)?\][+-]?[ \t]*(?P<title>[^\n]*)$")
_BLOCK_ID = lazy_regex(r"(?m)[ \t]+\^[A-Za-z0-9-]+[ \t]*$")
_TAG = lazy_regex(r"(?<![\w/#&])#(?P<tag>[\w/-]*[^\W\d][\w/-]*)")
_SIZE = lazy_regex(r"\d+(?:x\d+)?")


class ObsidianVault:
    """A folder with `.obsidian`."""

    name = "Obsidian"
    marker = ".obsidian"

    def catalogue(self, folder: str, files: list[str]) -> Catalogue:
        facts: JsonObject = {SOURCE: "obsidian", VAULT: folder}
        return Catalogue(facts={path: facts for path in files if path.lower().endswith(".md")})


def shown_text(text: str) -> str:
    """A note as Obsidian shows it: links by their words, without comments, marks and the ids of blocks."""
    return "".join(part if is_code else _shown(part) for part, is_code in _parts(text))


def tags_in(text: str) -> list[str]:
    """The tags `#…` in the text of a note, each once, in the order of the text."""
    plain = (_LINK.sub(" ", part) for part, is_code in _parts(text) if not is_code)
    found = (match["tag"].strip("/-") for part in plain for match in _TAG.finditer(part))
    return list(dict.fromkeys(filter(None, found)))[:_MOST_TAGS]


def links_in(text: str, vault: str, note: str) -> list[str]:
    """The files of the vault that a note links to or embeds, absolute, each once. Blocks."""
    targets = (
        match["target"].strip() for part, is_code in _parts(text) if not is_code for match in _LINK.finditer(part)
    )
    names = vault_names(vault)
    found = (names.path_of(target) for target in dict.fromkeys(targets) if target)
    return list(dict.fromkeys(path for path in found if path is not None and path != note))[:_MOST_LINKS]


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is code."""
    end = 0
    for code in _CODE.finditer(text):
        yield text[end : code.start()], False
        yield code[0], True
        end = code.end()
    yield text[end:], False


def _shown(text: str) -> str:
    text = _LINK.sub(_words_of_link, _COMMENT.sub("", text))
    text = _CALLOUT.sub(lambda match: match[1] + (match["title"] or match["kind"].capitalize()), text)
    return _BLOCK_ID.sub("", _MARK.sub(r"\1", text))


def _words_of_link(link: re.Match[str]) -> str:
    shown, part = (link["shown"] or "").strip(), (link["part"] or "").lstrip("#").strip()
    if shown and not _SIZE.fullmatch(shown):  # `![[picture.png|300]]` gives a width
        return shown
    names = [link["target"].strip(), *(name for name in part.split("#") if name and not name.startswith("^"))]
    return " > ".join(filter(None, names))


class VaultNames:
    """Finds the file that a link names: by its path or name, with or without `.md`, else by an alias.

    Of several files of a name the one with the shortest path is taken, as Obsidian does.
    """

    def __init__(self, vault: str, files: Iterable[str]) -> None:
        self._notes: list[str] = []
        self._by_name: dict[str, str] = {}
        self._by_alias: Mapping[str, str] | None = None
        for path in sorted(files, key=lambda path: (path.count("/"), len(path), path)):
            below = os.path.relpath(path, vault).lower()
            names = [below, os.path.basename(below)]
            if below.endswith(".md"):
                self._notes.append(path)
                names += [name.removesuffix(".md") for name in names]
            for name in names:
                self._by_name.setdefault(name, path)

    def path_of(self, target: str) -> str | None:
        """The file, absolute; None for a link to a note that does not exist."""
        name = target.strip("/").lower()
        if name in self._by_name:
            return self._by_name[name]
        if self._by_alias is None:
            self._by_alias = dict(_aliases(self._notes))
        return self._by_alias.get(name)


@lru_cache(maxsize=1)
def vault_names(vault: str) -> VaultNames:
    """The names in a vault, found once a process: indexing works in a process of its own for each scan."""
    return VaultNames(vault, _files_of(vault))


def _files_of(vault: str) -> Iterator[str]:
    given = 0
    for folder, folders, files in os.walk(vault):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            given += 1
            if given > _MOST_FILES:
                return
            if not name.startswith("."):
                yield os.path.join(folder, name)


def _aliases(notes: Iterable[str]) -> Iterator[tuple[str, str]]:
    for note in reversed(list(notes)):  # the first notes win
        try:
            with open(note, "rb") as file:
                head = file.read(_HEAD)
        except OSError:
            continue
        if head.startswith(b"---"):
            for alias in front_matter(head.decode("utf-8", "replace")).aliases:
                yield alias.lower(), note
