"""A home on a file system of another machine, where SQLite's shared memory does not work."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bookwheel.engine.schema import Document
from bookwheel.engine.stores.embedded import file_system
from bookwheel.engine.stores.embedded.file_system import is_remote
from bookwheel.engine.stores.embedded.sqlite_file import SqliteFile
from bookwheel.engine.stores.embedded.store import DATABASE_NAME, EmbeddedStore
from bookwheel.engine.stores.store_protocol import LexicalQuery, NewDocument, QueryTerm, StoredDocument, document_ref

Mount = Callable[[Path, str], None]


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mount:
    """Have the system say that a folder is a mounted file system of this type."""

    def mounted(folder: Path, kind: str) -> None:
        table = tmp_path / "mountinfo"
        point = str(folder).replace(" ", "\\040")
        table.write_text(
            "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
            f"40 22 0:40 / {point} rw,noatime shared:2 - {kind} server:/export rw,vers=4\n"
        )
        monkeypatch.setattr(file_system, "MOUNTS", table)

    return mounted


def put(store: EmbeddedStore, number: int) -> None:
    path, text = f"/desk/{number}.md", f"The wheel number n{number} turns. "
    stored = StoredDocument(ref=document_ref(path), path=path, language="english")
    with store.writer() as writer:
        writer.put(NewDocument(stored, Document(text=text, metadata={"file_path": path}), [(0, len(text))]))


def found(store: EmbeddedStore) -> set[str | None]:
    return {each.node.path for each in store.search(LexicalQuery((QueryTerm("body", "wheel"),)), 100)}


def journal_of(folder: Path) -> str:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


@pytest.mark.fault("S20")
@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_an_index_on_a_remote_home_has_a_rollback_journal(tmp_path: Path, mount: Mount, kind: str) -> None:
    home = tmp_path / "a home"
    mount(home, kind)
    store, other = EmbeddedStore(home / "index"), EmbeddedStore(home / "index")
    put(store, 1)
    put(other, 2)
    assert found(store) == found(other) == {"/desk/1.md", "/desk/2.md"}
    assert journal_of(home / "index") == "delete"
    assert not list(home.rglob("*-wal")) + list(home.rglob("*-shm"))


@pytest.mark.fault("S20")
def test_an_index_that_was_moved_to_a_remote_home_keeps_what_was_in_its_log(tmp_path: Path, mount: Mount) -> None:
    local, home = EmbeddedStore(tmp_path / "local"), tmp_path / "home"
    put(local, 1)
    with local.writer():
        shutil.copytree(tmp_path / "local", home / "index")
    mount(home, "nfs")
    moved = EmbeddedStore(home / "index")
    put(moved, 2)
    assert found(moved) == {"/desk/1.md", "/desk/2.md"}
    assert journal_of(home / "index") == "delete"


def test_a_local_index_has_a_write_ahead_log(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "index")
    put(store, 1)
    assert journal_of(tmp_path / "index") == "wal"


@pytest.mark.fault("S20")
@pytest.mark.parametrize(("kind", "is_mapped"), [("ext4", True), ("nfs4", False)])
def test_only_a_local_file_is_mapped(tmp_path: Path, mount: Mount, kind: str, is_mapped: bool) -> None:
    home = tmp_path / "home"
    mount(home, kind)
    put(EmbeddedStore(home / "index"), 1)
    file = SqliteFile(home / "index" / DATABASE_NAME)
    with file.reading() as connection:
        (mapped,) = connection.execute("PRAGMA mmap_size").fetchone()
    file.close()
    assert (mapped > 0) == is_mapped


def test_the_closest_mount_counts(tmp_path: Path, mount: Mount) -> None:
    mount(tmp_path / "mnt", "nfs4")
    assert is_remote(tmp_path / "mnt" / "deep" / "er")
    assert is_remote(tmp_path / "mnt")
    assert not is_remote(tmp_path / "mnt2")
    assert not is_remote(tmp_path)
