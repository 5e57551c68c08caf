"""The embedded store: the record is the truth, the index follows it, damage is healed, nothing private is readable."""

import contextlib
import fcntl
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest
import tantivy

from bookwheel.engine.schema import Document
from bookwheel.engine.stores.embedded.documents_writer import DocumentsWriter
from bookwheel.engine.stores.embedded.lexical_index import TantivyIndex
from bookwheel.engine.stores.embedded.sqlite_file import SqliteFile
from bookwheel.engine.stores.embedded.store import INDEX_NAME, EmbeddedStore
from bookwheel.engine.stores.store_protocol import (
    DamagedStoreError,
    LexicalQuery,
    NewDocument,
    QueryTerm,
    StoredDocument,
    document_ref,
    node_id,
)
from bookwheel.errors import StoreError


def new(name: str, text: str) -> NewDocument:
    path = f"/desk/{name}"
    stored = StoredDocument(ref=document_ref(path), path=path, language="english")
    return NewDocument(stored, Document(text=text), [(0, len(text))])


def put(store: EmbeddedStore, *documents: NewDocument) -> None:
    with store.writer() as writer:
        for document in documents:
            writer.put(document)


def found(store: EmbeddedStore, word: str = "wheel") -> list[str]:
    return sorted(node.text for node in store.search(LexicalQuery((QueryTerm("body", word),)), 100_000))


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path / "index")
    put(store, new("a", "first wheel"), new("b", "second wheel"))
    return store


def test_passages_longer_than_a_block_of_the_record_are_whole(tmp_path: Path) -> None:
    texts = [f"{word} {'größer – ' * 1_100}end of {word}" for word in ("wheel", "dam", "rim")]
    whole = new("a", "".join(texts))
    starts = [whole.document.text.index(text) for text in texts]
    long = NewDocument(whole.stored, whole.document, [(at, at + len(texts[n])) for n, at in enumerate(starts)])
    store = EmbeddedStore(tmp_path / "index")
    put(store, long)
    assert [found(store, word) for word in ("wheel", "dam", "rim")] == [[text] for text in texts]


def test_files_and_folders_are_private_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        put(EmbeddedStore(tmp_path / "x" / "index"), new("a", "wheel"))
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "x").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_a_lost_lexical_index_is_built_from_the_record(store: EmbeddedStore, tmp_path: Path) -> None:
    store.close()
    shutil.rmtree(tmp_path / "index/library.tantivy")
    assert store.needs_repair()
    with pytest.raises(StoreError, match="rebuilt"):
        found(store)
    with store.writer():
        pass
    assert not store.needs_repair()
    assert found(store) == ["first wheel", "second wheel"]


def test_an_index_deleted_while_it_is_in_use_is_an_error_until_it_is_made_again(tmp_path: Path) -> None:
    """As with `rm -r ~/.local/share/bookwheel` while the app runs: it answered that nothing matches."""
    store = EmbeddedStore(tmp_path / "index")
    assert found(store) == []
    put(store, new("a", "first wheel"), new("b", "second wheel"))
    assert found(store) == ["first wheel", "second wheel"]
    shutil.rmtree(tmp_path / "index")
    for _ in range(2):
        with pytest.raises(StoreError, match="no longer there"):
            found(store)
    put(store, new("b", "another wheel"))
    assert found(store) == ["another wheel"]


def test_a_reader_of_an_index_of_an_earlier_version_searches_the_new_one(store: EmbeddedStore, tmp_path: Path) -> None:
    folder = tmp_path / "index/library.tantivy"
    shutil.rmtree(folder)
    folder.mkdir()
    earlier = tantivy.SchemaBuilder().add_unsigned_field("id").add_unsigned_field("document", indexed=True).build()
    tantivy.Index(earlier, str(folder))
    reader = EmbeddedStore(tmp_path / "index")
    assert reader.needs_repair()
    with store.writer():
        pass
    assert not reader.needs_repair()
    assert found(reader) == ["first wheel", "second wheel"]


@pytest.mark.parametrize("suffix", ["meta.json", ".term", ".idx", ".store"])
def test_a_damaged_lexical_index_is_one_of_our_errors(
    store: EmbeddedStore, tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    store.close()
    for path in (tmp_path / "index/library.tantivy").iterdir():
        if path.name.endswith(suffix):
            path.write_bytes(b"\0" * 7)
    fresh = EmbeddedStore(tmp_path / "index")
    with pytest.raises(StoreError):
        found(fresh)
    assert fresh.needs_repair()
    with fresh.writer():
        pass
    assert found(fresh) == ["first wheel", "second wheel"]
    assert capfd.readouterr().err == ""  # Rust would write there of its panic, over the app's screen


@pytest.mark.fault("S19")
def test_an_index_cut_while_it_is_open_is_an_error_and_ends_no_process(tmp_path: Path) -> None:
    """Its files are mapped: reading behind the new end of one is a bus error."""
    run_in_process(
        tmp_path,
        f"""
        import os
        index = Path({str(tmp_path / "index" / INDEX_NAME)!r})
        words = " ".join("wheel" + str(number) for number in range(40_000))
        put(store, new("a", words + " wheel"))
        assert len(names["found"](store)) == 1
        for file in index.glob("*.[!j]*"):
            os.truncate(file, min(file.stat().st_size, 100))
        try:
            names["found"](store, "wheel39999")
        except names["DamagedStoreError"] as error:
            assert "has been cut" in error.message
        else:
            raise AssertionError("searched what is gone")
        put(store, new("b", "second wheel"))
        assert len(names["found"](store)) == 2
        """,
    )


@pytest.mark.fault("S19")
def test_nothing_found_while_the_index_is_rebuilt_is_an_error(store: EmbeddedStore, tmp_path: Path) -> None:
    """The app answered "Nothing in the documents matches" in the seconds of a rebuild."""
    put(store, new("c", "third wheel"))
    shutil.rmtree(tmp_path / "index" / INDEX_NAME)
    rebuilt = TantivyIndex(tmp_path / "index" / INDEX_NAME)
    rebuilt.open_writer()
    rebuilt.commit(0)  # the first batch, and the word is in none of it yet
    rebuilt.close_writer()
    with pytest.raises(StoreError, match="being rebuilt"):
        found(store)
    put(store, new("d", "fourth wheel"))
    assert len(found(store)) == 4
    assert found(store, "windmill") == []


def test_an_index_that_is_behind_the_record_catches_up(store: EmbeddedStore, tmp_path: Path) -> None:
    """Killed between the two commits: the record has what the index has not."""
    behind = tmp_path / "behind"
    shutil.copytree(tmp_path / "index/library.tantivy", behind)
    put(store, new("c", "third wheel"), new("a", "changed wheel"))
    with store.writer() as writer:
        writer.remove(document_ref("/desk/b"))
    store.close()
    shutil.rmtree(tmp_path / "index/library.tantivy")
    shutil.copytree(behind, tmp_path / "index/library.tantivy")
    fresh = EmbeddedStore(tmp_path / "index")
    assert fresh.needs_repair()
    with fresh.writer():
        pass
    assert found(fresh) == ["changed wheel", "third wheel"]
    assert found(fresh, "first") == []


def test_an_index_that_is_ahead_of_the_record_is_built_anew(store: EmbeddedStore, tmp_path: Path) -> None:
    """Power was lost: the record fell back to an earlier commit than the index."""
    store.close()
    shutil.copy(tmp_path / "index/library.sqlite3", tmp_path / "earlier")
    put(store, new("c", "third wheel"))
    store.close()
    for name in ("library.sqlite3-wal", "library.sqlite3-shm"):
        (tmp_path / "index" / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "earlier", tmp_path / "index/library.sqlite3")
    fresh = EmbeddedStore(tmp_path / "index")
    with fresh.writer():
        pass
    assert found(fresh) == ["first wheel", "second wheel"]


@pytest.mark.fault("S19")
@pytest.mark.parametrize("damage", ["garbage", "zeros", "cut", "old version"])
def test_a_damaged_record_is_set_aside(store: EmbeddedStore, tmp_path: Path, damage: str) -> None:
    store.close()
    path = tmp_path / "index/library.sqlite3"
    data = path.read_bytes()
    match damage:
        case "garbage":
            path.write_bytes(b"this is no database" * 500)
        case "zeros":
            path.write_bytes(b"\0" * len(data))
        case "cut":
            path.write_bytes(data[:5_000])
        case _:
            path.write_bytes(data[:60] + (77).to_bytes(4, "big") + data[64:])
    fresh = EmbeddedStore(tmp_path / "index")
    with pytest.raises(DamagedStoreError):
        fresh.documents()
    assert fresh.needs_repair()
    put(fresh, new("d", "new wheel"))
    assert found(fresh) == ["new wheel"]
    assert (tmp_path / "index/library.sqlite3.damaged").exists()


@pytest.mark.fault("S19")
@pytest.mark.parametrize("value", ["wheel", "english"])
def test_random_bytes_inside_a_value_are_found_without_reading_it(
    store: EmbeddedStore, tmp_path: Path, value: str
) -> None:
    store.close()
    path = tmp_path / "index/library.sqlite3"
    data = path.read_bytes()
    assert store.damage() == ""
    path.write_bytes(data.replace(value.encode(), b"\xff\x9d\x80\xfe\xfd\xfc\xfb"[: len(value)]))
    assert "decode" in EmbeddedStore(tmp_path / "index").damage()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE documents SET metadata = '{'",
        "UPDATE documents SET date = '2026-77-01'",
        "UPDATE texts SET text = x'FF9D'",
        "UPDATE vectors SET data = x'0102030405'",
    ],
)
def test_a_value_that_was_not_written_there_is_damage(tmp_path: Path, change: str) -> None:
    store = EmbeddedStore(tmp_path / "index")
    put(store, new("a", "first wheel"))
    store.put_vectors("small", {node_id(document_ref("/desk/a"), 0, 11): [0.5, 0.5, 0.1]})
    store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "index/library.sqlite3")) as connection, connection:
        assert connection.execute(change).rowcount == 1
    reads = (
        store.documents,
        lambda: store.document(document_ref("/desk/a")),
        lambda: store.nearest("small", [1, 1, 1], 1),
    )
    with pytest.raises(DamagedStoreError):
        assert not [read() for read in reads]
    assert store.needs_repair()


def test_an_error_of_the_caller_is_no_damage(store: EmbeddedStore, tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "index/library.sqlite3")
    with contextlib.closing(DocumentsWriter(file)) as writer, pytest.raises(ValueError, match="argument 2"):
        writer.put(new("c", "third wheel"), [])  # a passage without its location
    file.close()
    assert not store.needs_repair()
    assert len(found(store)) == 2


def test_a_folder_of_an_odd_name_is_used(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "ü ?#%41[/x]")
    put(store, new("a", "wheel"))
    assert found(store) == ["wheel"]


def test_a_folder_whose_name_is_not_utf8_is_refused_with_a_hint(tmp_path: Path) -> None:
    store = EmbeddedStore(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")))
    with pytest.raises(StoreError, match="BOOKWHEEL_DATA_DIR"):
        put(store, new("a", "wheel"))


def test_a_reader_sees_the_commits_of_another_process(store: EmbeddedStore, tmp_path: Path) -> None:
    assert len(found(store)) == 2
    run_in_process(tmp_path, "put(store, new('c', 'third wheel'))")
    assert len(found(store)) == 3


def test_a_second_writer_waits_and_gets_the_name_of_the_first(store: EmbeddedStore, tmp_path: Path) -> None:
    holders: list[str] = []
    other = start_process(tmp_path, "w = store.writer(); w.__enter__(); print('held', flush=True); input()")
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"

    def let_go(holder: str) -> None:
        holders.append(holder)
        if holder:
            other.communicate("\n", timeout=20)

    with store.writer(let_go) as writer:
        writer.put(new("c", "third wheel"))
    assert holders == [f"process {other.pid}", ""]


def test_a_writer_that_lets_another_write_continues_afterwards(store: EmbeddedStore, tmp_path: Path) -> None:
    with store.writer() as writer:
        writer.put(new("c", "third wheel"))
        other = start_process(tmp_path, "put(store, new('d', 'fourth wheel')); print('done', flush=True)")
        while not lock_is_wanted(tmp_path / "index"):
            assert other.poll() is None
        writer.give_way()
        assert other.stdout is not None
        assert other.stdout.readline() == "done\n"
        writer.put(new("e", "fifth wheel"))
    other.communicate(timeout=20)
    assert len(found(store)) == 5


def test_a_killed_writer_leaves_lock_and_store_in_order(store: EmbeddedStore, tmp_path: Path) -> None:
    """SIGKILL at many moments: what was committed is there, the rest is not, and the next writer goes on."""
    code = """
        import itertools
        for number in itertools.count():
            with store.writer() as writer:
                for part in range(5):
                    writer.put(new(f"k{number}-{part}", f"killed wheel {number}"))
            print(number, flush=True)
    """
    committed = -1
    for round_number in range(6):
        other = start_process(tmp_path, code)
        assert other.stdout is not None
        last = -1
        for _ in range(1 + round_number % 3):
            last = int(other.stdout.readline())
        time.sleep(0.003 * round_number)  # any moment will do
        other.send_signal(signal.SIGKILL)
        rest = other.communicate()[0].split()
        committed = max(committed, last, *map(int, rest)) if rest else max(committed, last)
        with store.writer():
            pass
        assert not store.needs_repair()
        names = {Path(stored.path or "").name for stored in store.documents()}
        assert {f"k{number}-{part}" for number in range(committed + 1) for part in range(5)} <= names
        assert len(found(store, "kill")) == len([name for name in names if name.startswith("k")])


def test_files_of_a_writer_killed_during_a_commit_do_not_block_the_next(store: EmbeddedStore, tmp_path: Path) -> None:
    """Tantivy names them after the number of changes since the index was made: the same changes, the same names."""
    later = shutil.copytree(tmp_path / "index", tmp_path / "later")
    put(EmbeddedStore(later), new("c", "third wheel"))
    for path in [*(later / "library.tantivy").glob("*.del"), later / "library.tantivy/.managed.json"]:
        shutil.copy(path, tmp_path / "index/library.tantivy")
    assert list((tmp_path / "index/library.tantivy").glob("*.del"))
    after = EmbeddedStore(tmp_path / "index")
    put(after, new("c", "third wheel"))
    assert found(after) == ["first wheel", "second wheel", "third wheel"]


@pytest.mark.fault("S8")
def test_a_full_disk_keeps_indexed_documents(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    store = EmbeddedStore(folder / "index")
    try:
        put(store, new("a", "first wheel"))
        with pytest.raises(StoreError, match="disk is full") as caught:
            put(store, *(new(f"b{number}", os.urandom(30_000).hex()) for number in range(100)))
        assert str(folder) in caught.value.message
        assert found(store) == ["first wheel"]
    finally:
        store.close()
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.fault("S8")
def test_a_disk_too_full_for_a_new_index_is_called_full_wherever_it_ends(tmp_path: Path) -> None:
    """Not "[Errno 28]" from the note of who writes, nor "disk I/O error" from the shared memory of SQLite's log."""
    disk = tmp_path / "small"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        for free_kb in range(0, 100, 8):
            (disk / "filler").write_bytes(bytes((200 - free_kb) * 1_024))
            store = EmbeddedStore(disk / "index")
            with pytest.raises(StoreError, match="disk is full"):
                put(store, new("a", os.urandom(60_000).hex()))
            store.close()
            shutil.rmtree(disk / "index")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_an_index_on_a_read_only_disk_is_searched() -> None:
    """As another user, since rights do not hold for root: neither SQLite nor tantivy can make its files there."""
    folder = Path(tempfile.mkdtemp())
    try:
        put(EmbeddedStore(folder / "index"), new("a", "first wheel"))
        folder.chmod(0o755)
        for path in (folder / "index").rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        (folder / "index").chmod(0o555)
        # The other user may not be allowed to read Python's own modules.
        code = (
            "import os, urllib.parse; os.getuid() or os.setuid(65534); "
            "print(names['found'](store), store.documents()[0].passages)"
        )
        process = start_process(folder, code)
        assert process.communicate(timeout=30)[0] == "['first wheel'] 1\n"
    finally:
        for path in (folder, folder / "index", *(folder / "index").rglob("*")):
            path.chmod(0o700)
        shutil.rmtree(folder)


def lock_is_wanted(folder: Path) -> bool:
    fd = os.open(folder / "waiting.lock", os.O_RDWR)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(fd)


def start_process(tmp_path: Path, code: str) -> "subprocess.Popen[str]":
    here = Path(__file__)
    prelude = f"""
import sys, runpy
from pathlib import Path
names = runpy.run_path({str(here)!r})
new, put, EmbeddedStore = names["new"], names["put"], names["EmbeddedStore"]
store = EmbeddedStore(Path({str(tmp_path / "index")!r}))
"""
    return subprocess.Popen(
        [sys.executable, "-c", prelude + textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_in_process(tmp_path: Path, code: str) -> None:
    process = start_process(tmp_path, code)
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_an_index_of_other_terms_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The terms of a text change between versions of Bookwheel; the id of the marker identifies them."""
    with monkeypatch.context() as earlier:
        earlier.setattr("bookwheel.engine.stores.embedded.lexical_index._MARKER", (1 << 62) + 1)
        put(EmbeddedStore(tmp_path / "index"), new("a", "first wheel"))
    store = EmbeddedStore(tmp_path / "index")
    assert store.needs_repair()
    with store.writer():
        pass
    assert not store.needs_repair()
    assert found(store) == ["first wheel"]


def test_an_index_is_replaced_while_another_program_opens_it(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each program that opens the index makes tantivy's lock file in its folder; seen once in 7,000 kills."""
    store.close()
    folder, rmdir = tmp_path / "index" / INDEX_NAME, os.rmdir

    def rmdir_beside_a_reader(path: str, *, dir_fd: int | None = None) -> None:
        if folder.exists():
            (folder / ".tantivy-meta.lock").touch()
        rmdir(path, dir_fd=dir_fd)

    with monkeypatch.context() as later:
        later.setattr("bookwheel.engine.stores.embedded.lexical_index._MARKER", (1 << 62) + 1)
        later.setattr(os, "rmdir", rmdir_beside_a_reader)
        with EmbeddedStore(tmp_path / "index").writer():
            pass
    with store.writer():
        pass
    assert found(store) == ["first wheel", "second wheel"]
    assert not list((tmp_path / "index").glob("*.gone"))
