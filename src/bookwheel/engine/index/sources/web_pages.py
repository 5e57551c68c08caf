"""Web pages that the user gave as documents: saved as fetched, in one folder, with a list of their addresses."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from bookwheel import paths
from bookwheel.engine.index.sources.document_source import SOURCE, Catalogue
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import DocumentError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.own_files import replace_file

_SUFFIXES = {"text/plain": ".txt", "text/markdown": ".md"}
_NOT_IN_NAMES = lazy_regex(r"[^\w.-]+")
_LONGEST_NAME = 60
_MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page on this disk; `url` is the address it came from after redirects, `day` the ISO day of fetching."""

    file: str
    url: str
    day: str


class WebPages:
    """The folder of saved pages."""

    name = "Web page"
    marker = ".addresses.json"

    def catalogue(self, folder: str, files: list[str]) -> Catalogue:
        facts = dict[str, JsonObject]()
        for page in read_addresses(Path(folder)).values():
            facts[os.path.join(folder, page.file)] = {"url": page.url, "fetched": page.day, SOURCE: "web"}
        return Catalogue(facts=facts)


def pages_dir() -> Path:
    """Where pages are saved."""
    return paths.data_dir() / "pages"


def read_addresses(folder: Path) -> Mapping[str, SavedPage]:
    """The saved pages by the addresses that the user gave. Raises DocumentError for a damaged list."""
    try:
        with open(folder / WebPages.marker, "rb") as file:
            data = cast("object", json.loads(file.read(_MOST_BYTES)))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"the list of saved pages is damaged ({type(error).__name__})") from error
    rows = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    pages: dict[str, SavedPage] = {}
    for address, row in rows.items():
        match row:
            case [str(file), str(url), str(day)] if file == os.path.basename(file) and file not in ("", ".", ".."):
                pages[address] = SavedPage(file, url, day)
            case _:
                raise DocumentError("the list of saved pages is damaged")
    return pages


def saved_page(address: str, folder: Path) -> Path | None:
    """The file of a page that was saved before; None when there is none. Raises as `read_addresses`."""
    page = read_addresses(folder).get(address)
    file = folder / page.file if page is not None else None
    return file if file is not None and file.exists() else None


def save_page(address: str, url: str, media_type: str, text: str, *, day: str, folder: Path) -> Path:
    """Save a fetched page, in place of an earlier one of the same address. Raises DocumentError when that fails."""
    parts = urlsplit(url)
    words = _NOT_IN_NAMES.sub("-", f"{parts.hostname or ''}{parts.path}").strip("-.")[:_LONGEST_NAME].rstrip("-.")
    from hashlib import blake2b

    digest = blake2b(address.encode("utf-8", "replace"), digest_size=4).hexdigest()
    name = f"{words}-{digest}{_SUFFIXES.get(media_type, '.html')}"
    try:
        paths.make_private_dir(folder)
        # With a mark of its encoding: the page itself may name the one that it had.
        replace_file(folder / name, text.encode("utf-8-sig", "replace"))
        known = {**read_addresses(folder), address: SavedPage(name, url, day)}
        rows = {key: [page.file, page.url, page.day] for key, page in known.items()}
        replace_file(folder / WebPages.marker, json.dumps(rows, indent=1).encode())
    except OSError as error:
        raise DocumentError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return folder / name
