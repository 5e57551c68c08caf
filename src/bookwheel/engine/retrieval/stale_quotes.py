"""Whether a quotation can still be found in its document: files are deleted and changed while a run reads them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bookwheel.engine.stores.store_protocol import Store, StoredDocument, passage_of

_DELETED = "the document was deleted after it was read"
_CHANGED = "the document was changed after it was read"


def why_stale(store: Store, node_id: str, quote: str) -> str:
    """Why a quotation from this passage no longer stands in its document; "" when it does, or when it is not known.

    Blocks on the disk. The text of a store that was brought up to date is compared; a file that has changed since the
    store read it counts as changed by any change.
    """
    passage = passage_of(node_id)
    if passage is None:
        return ""
    stored = store.find(passage[0])
    if stored is None:
        return _DELETED
    if reason := _on_disk(stored):
        return reason
    document = store.document(stored.ref)
    return "" if document is not None and quote in document.text else _CHANGED


def _on_disk(stored: StoredDocument) -> str:
    if not stored.path or not stored.mtime_ns:
        return ""  # not a file: a text made from a library's data, or given by a program
    file = Path(stored.path)
    try:
        status = file.stat()
        if (status.st_size, status.st_mtime_ns) == (stored.size, stored.mtime_ns):
            return ""
        if status.st_size != stored.size:
            return _CHANGED
        with file.open("rb") as content:
            # The stored text names the reader and the facts too.
            return "" if hashlib.file_digest(content, "sha256").hexdigest() in stored.sha256 else _CHANGED
    except FileNotFoundError:
        # A shared index names files of other machines: only a folder that is here can lack its file.
        return _DELETED if file.parent.is_dir() else ""
    except OSError:
        return ""  # a share that is away for a moment
