"""A store: `index.store = "example:///home/ann/index"`. Every process of Bookwheel opens it by this address."""

from __future__ import annotations

from pathlib import Path

from bookwheel.engine.stores.embedded.store import EmbeddedStore


class FolderStore(EmbeddedStore):
    """The embedded store in the folder of an address. `Store` in `store_protocol` has all methods of a new one."""

    def __init__(self, address: str) -> None:
        super().__init__(Path(address.removeprefix("example://")))
