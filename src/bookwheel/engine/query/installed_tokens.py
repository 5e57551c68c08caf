"""The tokenizer of tiktoken, where it is installed and its table is on this machine already: nothing is downloaded."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from bookwheel.engine.query.tokens import Tokenizer

# The encoding of gpt-3.5-turbo, by which LlamaIndex counts unless it is given another tokenizer.
ENCODING = "cl100k_base"
_CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"
# The sha1 of the table's URL, which is the name of the file in tiktoken's cache, and the sha256 of the table itself.
_TABLE_FILE = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
_TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
_OWN_PLUGIN = "tiktoken_ext.openai_public"

_loading = threading.Lock()


def installed_tokenizer() -> Tokenizer | None:
    """tiktoken's function from a text to its tokens; None when tiktoken or its table is not here.

    Importing tiktoken and reading its table takes 0.2 s the first time.
    """
    from importlib.util import find_spec

    if find_spec("tiktoken") is None:
        return None
    with _loading:
        return _tokenizer()


def _tokenizer() -> Tokenizer | None:
    from tiktoken import get_encoding, registry

    folder = None
    if ENCODING not in registry.ENCODINGS and not _is_brought_by_a_plugin():
        folder = next((folder for folder in _folders() if _has_table(folder)), None)
        if folder is None:
            return None
    with _cache_folder(folder):
        encoding = get_encoding(ENCODING)
    return lambda text: encoding.encode(text, allowed_special="all")


def _is_brought_by_a_plugin() -> bool:
    """Whether a plug-in of tiktoken has the encoding, in place of the one that downloads its table."""
    from tiktoken import registry

    constructors = registry.ENCODING_CONSTRUCTORS if ENCODING in registry.list_encoding_names() else None
    return constructors is not None and constructors[ENCODING].__module__ != _OWN_PLUGIN


def _folders() -> Iterator[Path]:
    """Where the table may be: tiktoken's cache, then the one that LlamaIndex brings along."""
    import tempfile
    from importlib.util import find_spec

    named = os.environ.get(_CACHE_VARIABLE, os.environ.get("DATA_GYM_CACHE_DIR"))
    if named is None:
        yield Path(tempfile.gettempdir()) / "data-gym-cache"
    elif named:  # an empty name means that tiktoken keeps nothing
        yield Path(named)
    llama_index = find_spec("llama_index")
    for place in (llama_index.submodule_search_locations or ()) if llama_index is not None else ():
        yield Path(place) / "core" / "_static" / "tiktoken_cache"


def _has_table(folder: Path) -> bool:
    # tiktoken downloads a table whose bytes are not what it expects, so they are compared first.
    import hashlib

    try:
        table = (folder / _TABLE_FILE).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(table).hexdigest() == _TABLE_SHA256


@contextmanager
def _cache_folder(folder: Path | None) -> Generator[None]:
    before = os.environ.get(_CACHE_VARIABLE)
    if folder is not None:
        os.environ[_CACHE_VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is not None:
            os.environ[_CACHE_VARIABLE] = before
        elif folder is not None:
            del os.environ[_CACHE_VARIABLE]
