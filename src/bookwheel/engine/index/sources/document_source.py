"""The interface of a source: it knows more of the documents in a folder than their files say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from bookwheel.engine.schema import JsonObject
from bookwheel.lazy_dataclass import dataclass

SOURCE = "source"
"""The key of a document's metadata with the name of its source."""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A document that the source makes from its own data: the bytes of a file that is not on disk."""

    text: str
    facts: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a source knows of the documents in one folder, by absolute paths.

    `facts` are metadata that replace what the reader finds in the file (`title`, `author`, `date`, `citekey`, `doi`,
    `url`), or are added to it (`tags`). `left_out` gives a reason for each file that the source does not count as a
    document. With `holds_all` a file without facts is left out. `generated` are documents without a file.
    """

    facts: Mapping[str, JsonObject]
    generated: Mapping[str, GeneratedFile] = field(default_factory=dict[str, GeneratedFile])
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])
    holds_all: bool = False


class DocumentSource(Protocol):
    """Finds and describes the documents of another program. It reads only; every method blocks."""

    @property
    def name(self) -> str:
        """The program's name, which `metadata["source"]` carries in lower case."""
        ...

    @property
    def marker(self) -> str:
        """The name of the file or folder by which a folder of this source is recognised."""
        ...

    def catalogue(self, folder: str, files: list[str]) -> Catalogue:
        """What is known of the `files` (absolute paths) of the folder with the marker, and of what it keeps besides.

        Raises DocumentError with the reason alone ("its version 99 is not known").
        """
        ...


def facts_key(facts: JsonObject, text: str = "") -> str:
    """A short text that changes with the facts and the generated text; "" without any."""
    if not facts and not text:
        return ""
    from hashlib import blake2b

    return blake2b(json.dumps([facts, text], sort_keys=True).encode(), digest_size=6).hexdigest()
