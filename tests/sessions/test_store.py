"""Saved sessions: private, append-only, readable even when damaged."""

import errno
import json
import os
import resource
import shutil
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError
from bookwheel.sessions import journal
from bookwheel.sessions.session_store import SessionStore


def started(seq: int, run: str = "r1", question: str = "What is attention?") -> EventRecord:
    data = {"user_msg": question, "mode": "query", "model": "mock"}
    return EventRecord(seq, 1763807344.0 + seq, run, "RunStarted", data)


def delta(seq: int, text: str, run: str = "r1") -> EventRecord:
    return EventRecord(seq, 1763807344.0 + seq, run, "AgentStream", {"delta": text})


def finished(seq: int, response: str, run: str = "r1") -> EventRecord:
    data = {"status": "completed", "response": response}
    return EventRecord(seq, 1763807344.0 + seq, run, "RunFinished", data)


def run(first: int, run_id: str, question: str, answer: str) -> list[EventRecord]:
    return [started(first, run_id, question), delta(first + 1, answer, run_id), finished(first + 2, answer, run_id)]


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "sessions")


def saved(store: SessionStore, *questions: str) -> str:
    session = store.create(questions[0], documents=["/papers"], model="mock")
    for index, question in enumerate(questions):
        session.append(run(3 * index + 1, f"r{index + 1}", question, f"Answer {index + 1}."), durable=True)
    session.close()
    return session.id


@contextmanager
def no_room() -> Generator[None]:
    """No file can grow, as on a full disk; a file that is empty can be made."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.fault("S7")
def test_a_new_session_that_cannot_be_written_leaves_nothing_behind(store: SessionStore) -> None:
    session = store.create("What is attention?")
    with no_room(), pytest.raises(SessionError, match="could not be saved"):
        session.append(run(1, "r1", "What is attention?", "A weighted mean."), durable=True)
    session.close()
    assert list(store.root.iterdir()) == []

    late = store.create("What is attention?")
    with no_room(), pytest.raises(SessionError):
        late.append(run(1, "r1", "What is attention?", "A weighted mean."), durable=True)
    late.append(durable=True)
    late.close()
    assert [info.damaged for info in store.list()] == [""]


def test_sessions_that_may_not_be_read_are_not_said_to_be_none(store: SessionStore) -> None:
    assert store.unreadable == ""
    session_id = saved(store, "What is attention?")
    assert store.unreadable == ""
    if os.geteuid() != 0:  # everything is readable to root
        (store.root / session_id).chmod(0)
        assert "Permission denied" in store.list()[0].damaged
        (store.root / session_id).chmod(0o700)
    other = SessionStore(store.root / session_id / "events.jsonl")
    assert other.unreadable == "Not a directory"
    assert other.list() == []


@pytest.mark.fault("S7")
def test_a_saved_session_survives_a_write_that_failed(store: SessionStore) -> None:
    session_id = saved(store, "What is attention?")
    session = store.open(session_id)
    with no_room(), pytest.raises(SessionError):
        session.append(run(4, "r2", "And its cost?", "Quadratic."), durable=True)
    session.close()
    assert [len(store.open(session_id).records())] == [3]


@pytest.mark.parametrize("removed", ["", "sessions", "sessions/ID", "sessions/ID/events.jsonl"])
def test_an_open_session_is_written_again_whose_files_were_deleted(tmp_path: Path, removed: str) -> None:
    """As with `rm -r ~/.config/bookwheel` while the app runs: what was asked before is in it again too."""
    store = SessionStore(tmp_path / "settings" / "sessions")
    session = store.create("What is attention?", documents=["/papers"], model="mock")
    before = run(1, "r1", "What is attention?", "A weighted mean.")
    session.append(before, durable=True)
    path = tmp_path / "settings" / removed.replace("ID", session.id)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()

    after = run(4, "r2", "And cost?", "Less.")
    session.append(after, durable=True)
    assert store.open(session.id).read_only == "it is open in another window"
    session.append(last := run(7, "r3", "And time?", "Less too."), durable=True)
    session.close()
    again = store.open(session.id)
    assert again.records() == [*before, *after, *last]
    assert (again.info.title, again.info.documents) == ("What is attention?", ("/papers",))
    again.close()


def test_a_session_is_read_as_it_was_written(store: SessionStore) -> None:
    session_id = saved(store, "What is attention?", "And its cost?")
    session = store.open(session_id)
    assert [record.seq for record in session.records()] == [1, 2, 3, 4, 5, 6]
    assert session.next_seq == 7
    assert not session.read_only
    info = session.info
    assert (info.title, info.documents, info.model, info.damaged) == ("What is attention?", ("/papers",), "mock", "")
    session.close()


def test_nothing_is_on_disk_before_the_first_event(store: SessionStore) -> None:
    store.create("A question").close()
    assert not store.root.exists()
    assert store.list() == []


def test_ids_sort_by_date_and_can_be_read(store: SessionStore) -> None:
    session_id = store.create("What makes sliding-window attention cheaper?").id
    assert session_id[:9].rstrip("-").isdigit()
    assert "what-makes-sliding-window" in session_id
    assert store.create("什么是注意力？").id


@pytest.mark.fault("S27")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_folders_are_0700_and_files_0600_with_any_umask(store: SessionStore, umask: int) -> None:
    before = os.umask(umask)
    try:
        session_id = saved(store, "A question")
    finally:
        os.umask(before)
    folder = store.root / session_id
    assert stat.S_IMODE(store.root.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_loose_permissions_are_tightened_when_a_session_is_opened(store: SessionStore) -> None:
    folder = store.root / saved(store, "A question")
    folder.chmod(0o777)
    (folder / "events.jsonl").chmod(0o644)
    store.open(folder.name).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "events.jsonl").stat().st_mode) == 0o600


@pytest.mark.fault("S3")
def test_every_torn_tail_loads_and_is_kept_aside(store: SessionStore) -> None:
    """S3: wherever the file was cut, the whole lines before are there, and writing continues after them."""
    folder = store.root / saved(store, "What is attention?", "Ünïcode 漢字?")
    events = folder / "events.jsonl"
    whole = events.read_bytes()
    line_ends = [index + 1 for index, byte in enumerate(whole) if byte == 10]
    for cut in range(len(whole) + 1):
        events.write_bytes(whole[:cut])
        (folder / "events.torn").unlink(missing_ok=True)
        session = store.open(folder.name)
        complete = sum(end <= cut or end == cut + 1 for end in line_ends)
        assert len(session.records()) == complete
        session.append([delta(session.next_seq, "more")], durable=True)
        session.close()
        lines = events.read_text("utf-8").splitlines()
        assert [json.loads(line)["seq"] for line in lines] == list(range(1, complete + 2))
        torn = cut > 0 and cut not in line_ends and cut + 1 not in line_ends
        assert (folder / "events.torn").exists() == torn
        assert bool(session.info.damaged) == (torn or cut == 0)


@pytest.mark.fault("S4")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(min_size=1, max_size=60), at=st.integers(0, 10_000))
def test_garbage_in_the_middle_is_skipped_and_stays_in_the_file(tmp_path: Path, garbage: bytes, at: int) -> None:
    store = SessionStore(tmp_path / "garbage")
    folder = store.root / saved(store, "One?", "Two?", "Three?")
    events = folder / "events.jsonl"
    whole = events.read_bytes()
    position = whole.index(b"\n", at % (len(whole) - 1)) + 1
    damaged = whole[:position] + garbage + b"\n" + whole[position:]
    events.write_bytes(damaged)
    session = store.open(folder.name)
    assert [record.seq for record in session.records()] == list(range(1, 10))
    session.append([delta(session.next_seq, "more")])
    session.close()
    assert events.read_bytes().startswith(damaged)


@pytest.mark.fault("S5")
def test_a_file_of_nul_bytes_is_a_torn_tail(store: SessionStore) -> None:
    folder = store.root / saved(store, "One?")
    other = saved(store, "Two?")
    events = folder / "events.jsonl"
    events.write_bytes(b"\0" * events.stat().st_size)
    session = store.open(folder.name)
    assert session.records() == []
    assert "torn" in session.info.damaged
    session.close()
    assert len(store.open(other, for_writing=False).records()) == 3


@pytest.mark.fault("S6")
def test_damaged_sessions_are_listed_with_their_damage(store: SessionStore) -> None:
    good = saved(store, "Good?")
    no_header = saved(store, "No header?")
    bad_header = saved(store, "Bad header?")
    no_events = saved(store, "No events?")
    folder_as_events = saved(store, "A folder?")
    (store.root / no_header / "session.toml").unlink()
    (store.root / bad_header / "session.toml").write_bytes(b"title = [[[")
    (store.root / no_events / "events.jsonl").unlink()
    (store.root / folder_as_events / "events.jsonl").unlink()
    (store.root / folder_as_events / "events.jsonl").mkdir()
    (store.root / "20260101-0000-empty-abcd").mkdir()
    (store.root / "a file").write_text("x")
    infos = {info.id: info for info in store.list()}
    assert set(infos) == {good, no_header, bad_header, no_events, folder_as_events}
    assert infos[good].damaged == ""
    assert infos[no_header].title == "No header?"
    assert infos[bad_header].title == "Bad header?"
    assert "session.toml" in infos[bad_header].damaged
    assert "missing" in infos[no_events].damaged
    assert "not a plain file" in infos[folder_as_events].damaged
    store.open(bad_header).close()
    assert (store.root / bad_header / "session.toml.damaged").read_bytes() == b"title = [[["
    with pytest.raises(SessionError, match="cannot be read"):
        store.open(folder_as_events).tail(1)


@pytest.mark.fault("S16")
def test_a_second_instance_reads_and_may_continue_in_a_copy(store: SessionStore) -> None:
    session_id = saved(store, "Mine?")
    first = store.open(session_id)
    second = store.open(session_id)
    assert "another window" in second.read_only
    with pytest.raises(SessionError, match="another window"):
        second.append([delta(4, "x")])
    copy = second.fork()
    copy.append(run(copy.next_seq, "r2", "Forked?", "Yes."), durable=True)
    assert len(copy.records()) == 6
    assert len(first.records()) == 3
    for session in (first, second, copy):
        session.close()
    assert {info.id for info in store.list()} == {session_id, copy.id}


@pytest.mark.fault("S23")
def test_a_session_of_a_newer_version_is_only_read_and_its_unknown_keys_survive(store: SessionStore) -> None:
    session_id = saved(store, "Future?")
    header = store.root / session_id / "session.toml"
    header.write_text(header.read_text().replace("version = 1", "version = 2"))
    before = header.read_bytes()
    session = store.open(session_id)
    assert "newer" in session.read_only
    assert len(session.records()) == 3
    session.close()
    assert header.read_bytes() == before

    header.write_text(header.read_text().replace("version = 2", 'version = 1\ncolour = "blue"\n[nested]\nx = 1'))
    store.rename(session_id, "Renamed")
    assert 'colour = "blue"' in header.read_text()
    assert "x = 1" in header.read_text()
    assert store.list()[0].title == "Renamed"


@pytest.mark.fault("S23")
def test_unknown_events_are_kept_verbatim(store: SessionStore) -> None:
    session = store.create("Q")
    record = EventRecord(1, 1.5, "r1", "Tomorrow", {"deep": {"list": [1, None, "ü"]}})
    session.append([record], durable=True)
    assert session.records() == [record]
    session.close()


@pytest.mark.fault("S28")
def test_links_are_not_followed_to_files(store: SessionStore, tmp_path: Path) -> None:
    folder = store.root / saved(store, "Link?")
    target = tmp_path / "elsewhere"
    target.write_text("")
    (folder / "events.jsonl").unlink()
    (folder / "events.jsonl").symlink_to(target)
    session = store.open(folder.name)
    assert "cannot be written" in session.read_only
    with pytest.raises(SessionError):
        session.records()
    session.close()
    assert target.read_text() == ""


@pytest.mark.parametrize("bad", ["../x", "a/b", ".", "..", "", "a\0b", "-x" * 100, "~root"])
def test_an_id_never_leaves_the_folder(store: SessionStore, bad: str) -> None:
    for method in (store.open, store.delete):
        with pytest.raises(SessionError):
            method(bad)


def test_search_finds_words_in_titles_questions_and_answers(store: SessionStore) -> None:
    session = store.create("Sliding windows?")
    session.append(run(1, "r1", "Sliding windows?", "They cost O(n·w), see Größe."), durable=True)
    session.close()
    saved(store, "Something else?")
    (found,) = store.search("größe SLIDING")
    assert found.id == session.id
    assert "Größe" in found.excerpt
    assert store.search("größe nowhere") == []
    assert len(store.search("")) == 2


def test_deleting_removes_everything_unless_it_is_open_elsewhere(store: SessionStore) -> None:
    session_id = saved(store, "Gone?")
    session = store.open(session_id)
    with pytest.raises(SessionError, match="another window"):
        store.delete(session_id)
    session.close()
    store.delete(session_id)
    assert store.list() == []
    with pytest.raises(SessionError, match="no session"):
        store.open(session_id)


@pytest.mark.fault("S7", "S9", "S11")
def test_a_failed_write_leaves_no_half_line_and_is_repeated_later(
    store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S7, S9, S11: short writes go on, a full disk takes the half-written line back, the next call writes it all."""
    session = store.create("Full?")
    session.append([started(1)], durable=True)
    events = store.root / session.id / "events.jsonl"
    before = events.read_bytes()
    real_write = os.write
    room = 30

    def write(fd: int, data: memoryview) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real_write(fd, data[: min(room, 7)])
        room -= written
        return written

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(SessionError, match="No space left"):
        session.append([delta(2, "an answer that does not fit")], durable=True)
    assert events.read_bytes() == before
    assert [record.seq for record in session.records()] == [1, 2]
    room = 100_000
    session.append([delta(3, "more")], durable=True)
    session.close()
    assert [json.loads(line)["seq"] for line in events.read_text().splitlines()] == [1, 2, 3]


@pytest.mark.fault("S10")
def test_after_a_failed_fsync_everything_is_written_into_a_fresh_file(
    store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S10: after EIO the kernel may have dropped the pages, and a second fsync would report success."""
    session = store.create("Doubt?")
    session.append([started(1)], durable=True)
    events = store.root / session.id / "events.jsonl"
    old_inode = events.stat().st_ino
    real_fsync = os.fsync
    failures = [OSError(errno.EIO, "Input/output error")]

    def fsync(fd: int) -> None:
        if failures:
            raise failures.pop()
        real_fsync(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    session.append([delta(2, "kept")], durable=True)
    assert events.stat().st_ino != old_inode
    assert [record.seq for record in session.records()] == [1, 2]
    session.append([delta(3, "on")], durable=True)
    session.close()
    assert [json.loads(line)["seq"] for line in events.read_text().splitlines()] == [1, 2, 3]
    assert not list((store.root / session.id).glob(".*"))


@pytest.mark.fault("S25")
def test_a_session_stops_growing_at_its_limit(store: SessionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MAX_BYTES", 500)
    session = store.create("Endless?")
    session.append([started(1)])
    with pytest.raises(SessionError, match="limit"):
        session.append([delta(2, "x" * 1000)])
    session.close()


@pytest.mark.fault("S15")
def test_a_half_written_temporary_file_is_removed_and_never_read(store: SessionStore) -> None:
    folder = store.root / saved(store, "Stale?")
    (folder / ".session.toml.tmp").write_text('title = "wrong"')
    (folder / ".events.jsonl.tmp").write_text("wrong")
    session = store.open(folder.name)
    assert session.info.title == "Stale?"
    session.close()
    assert sorted(file.name for file in folder.iterdir()) == ["events.jsonl", "session.toml"]


def test_the_tail_of_a_long_session_begins_at_a_question(store: SessionStore) -> None:
    session_id = saved(store, *[f"Question {index}?" for index in range(300)])
    session = store.open(session_id)
    part = session.tail(runs=5)
    assert [record.run for record in part.records if record.type == "RunStarted"] == [f"r{n}" for n in range(296, 301)]
    earlier = session.before(part.start, runs=1000)
    assert session.before(part.start, runs=2).records == earlier.records[-6:]
    assert [record.seq for record in (*earlier.records, *part.records)] == list(range(1, 901))
    assert session.tail(runs=1000).start == 0
    session.close()


def test_a_last_line_longer_than_any_block_is_found(store: SessionStore) -> None:
    session = store.create("Long?")
    session.append([started(1), delta(2, "x" * 3_000_000)], durable=True)
    session.close()
    session = store.open(session.id)
    assert session.next_seq == 3
    assert len(session.tail(1).records) == 2
    session.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"\0" * 4096, "the beginning of its events.jsonl cannot be read")],
    ids=["empty", "all NULs"],
)
def test_a_log_without_a_readable_beginning_is_listed_with_a_mark(
    store: SessionStore, content: bytes, words: str
) -> None:
    """S5 and S6: such a session was listed like any other."""
    session_id = saved(store, "Lost?")
    (store.root / session_id / "events.jsonl").write_bytes(content)
    (listed,) = store.list()
    assert (listed.title, words in listed.damaged) == ("Lost?", True)
    session = store.open(session_id)
    assert words in session.info.damaged
    assert session.read_only == ""
    session.append(run(session.next_seq, "r1", "Again?", "Yes."), durable=True)
    session.close()
    session = store.open(session_id, for_writing=False)
    assert [record.type for record in session.records()] == ["RunStarted", "AgentStream", "RunFinished"]
    session.close()


def test_deleting_a_session_that_is_a_link_keeps_its_target(store: SessionStore, tmp_path: Path) -> None:
    """It could not be deleted: None."""
    session_id = saved(store, "Linked?")
    target = tmp_path / "elsewhere"
    (store.root / session_id).rename(target)
    (store.root / session_id).symlink_to(target)
    store.delete(session_id)
    assert store.list() == []
    assert (target / "events.jsonl").exists()


def test_a_session_that_cannot_be_deleted_has_a_reason(store: SessionStore) -> None:
    session_id = saved(store, "Kept?")
    session = store.open(session_id)
    with pytest.raises(SessionError, match=r"cannot be deleted: .*another window"):
        store.delete(session_id)
    session.close()


def test_search_follows_each_change_of_the_sessions(store: SessionStore) -> None:
    session_id = saved(store, "Ramelli?", "He built a bookwheel.")
    other = saved(store, "Other?")
    assert [info.id for info in store.search("bookwheel")] == [session_id]
    store.rename(session_id, "Renamed")
    (found,) = store.search("renamed bookwheel")
    assert (found.title, found.excerpt) == ("Renamed", "He built a bookwheel.")
    session = store.open(other)
    session.append(run(session.next_seq, "r2", "And the bookwheel?", "Later."), durable=True)
    session.close()
    assert {info.id for info in store.search("bookwheel")} == {session_id, other}
    store.delete(session_id)
    assert [info.id for info in store.search("bookwheel")] == [other]


def test_nothing_of_a_deleted_session_stays_in_the_search_file(store: SessionStore) -> None:
    session_id = saved(store, "Secret?", "xylophone " * 500)
    assert store.search("xylophone")
    copied = store.root / ".search.sqlite3"
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    assert b"xylophone" in copied.read_bytes()
    store.delete(session_id)
    assert b"xylophone" not in copied.read_bytes()


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 8192])
def test_a_damaged_search_file_is_made_anew(store: SessionStore, content: bytes) -> None:
    saved(store, "Ramelli?", "He built a bookwheel.")
    (store.root / ".search.sqlite3").write_bytes(content)
    assert len(store.search("bookwheel")) == 1
    assert len(store.search("bookwheel")) == 1


def test_search_works_where_nothing_can_be_written(store: SessionStore) -> None:
    saved(store, "Ramelli?", "He built a bookwheel.")
    (store.root / ".search.sqlite3").mkdir()
    assert len(store.search("bookwheel")) == 1


def test_a_deleted_session_can_be_restored_for_a_week(store: SessionStore) -> None:
    first, second = saved(store, "First?"), saved(store, "Second?")
    store.delete(first)
    store.delete(second)
    assert (store.list(), set(store.deleted())) == ([], {first, second})
    store.restore(first)
    assert [info.id for info in store.list()] == [first]
    with pytest.raises(SessionError, match="no deleted session"):
        store.restore(first)
    aside = store.root.with_name("deleted_sessions") / second
    assert stat.S_IMODE(aside.parent.stat().st_mode) == 0o700
    nine_days_ago, two_days_ago = (time.time() - days * 24 * 3600 for days in (9, 2))
    os.utime(aside, (nine_days_ago, nine_days_ago))
    store.list()
    assert aside.exists(), "one look is not enough"
    os.utime(aside.parent / ".last_look", (two_days_ago, two_days_ago))
    store.list()
    assert not aside.exists()


@pytest.mark.fault("S21")
def test_a_clock_that_jumps_removes_no_deleted_session(store: SessionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleted while the clock was behind, it was gone at the next look; so was all when the clock was ahead once."""
    behind, ahead = saved(store, "Behind?"), saved(store, "Ahead?")
    now = time.time()

    def clock(days: float) -> None:
        monkeypatch.setattr("time.time", lambda: now + days * 24 * 3600)

    for session_id, days in ((behind, -30), (ahead, 0)):
        clock(days)
        store.delete(session_id)
    for days in (0, 30, 30.5, 0, -10_000, 0, 0.5):
        clock(days)
        store.list()
        assert set(store.deleted()) == {behind, ahead}
    store.restore(behind)
    for days in (7.9, 9.1):
        clock(days)
        store.list()
    assert store.deleted() == []


def test_a_session_deleted_for_good_leaves_nothing(store: SessionStore) -> None:
    session_id = saved(store, "Gone?")
    store.delete(session_id, for_good=True)
    assert store.deleted() == []
    assert list(store.root.parent.rglob("events.jsonl")) == []


def test_a_fork_is_a_session_of_its_own_with_the_same_records(store: SessionStore) -> None:
    session_id = saved(store, "What?", "And then?")
    copy = store.fork(session_id)
    assert copy.id != session_id
    original, forked = store.open(session_id), store.open(copy.id)
    assert forked.records() == original.records()
    forked.append(run(7, "r3", "More?", "More."), durable=True)
    assert len(original.records()) == 6
    original.close()
    forked.close()


def test_the_records_of_an_event_log_become_a_session(store: SessionStore) -> None:
    info = store.add([*run(40, "r1", "What?", "That."), *run(50, "r2", "And?", "This.")])
    session = store.open(info.id)
    assert (info.title, info.model) == ("What?", "mock")
    assert [record.seq for record in session.records()] == [1, 2, 3, 4, 5, 6]
    assert session.next_seq == 7
    session.close()
    with pytest.raises(SessionError, match="no question"):
        store.add([delta(1, "text")])
