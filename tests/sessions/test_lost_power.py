"""Sessions after a crash, a lost power supply or an update: what was on disk is there, and writing goes on."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from bookwheel.engine.events.run_events import RunFinished
from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.blocks import AnswerBlock, NoticeBlock, QuestionBlock
from bookwheel.transcript.reducer import blocks_of

EVENTS = 200


def long_session(store: SessionStore) -> Path:
    records = [EventRecord(1, 1e9, "r1", "RunStarted", {"user_msg": "Long?", "mode": "query", "model": "m"})]
    for seq in range(2, EVENTS + 1):
        text = f"piece {seq} ü漢 " * (1 + seq % 40)
        records.append(EventRecord(seq, 1e9 + seq, "r1", "AgentStream", {"delta": text, "thinking_delta": ""}))
    session = store.create("Long?")
    session.append(records, durable=True)
    session.close()
    return store.root / session.id


@pytest.mark.fault("S2")
def test_every_prefix_with_a_lost_tail_loads_and_is_continued(tmp_path: Path) -> None:
    """S2: writes that were not synced may be lost from any byte on, here 0, 1, 512 or 4,096 bytes of each prefix."""
    store = SessionStore(tmp_path)
    folder = long_session(store)
    log = folder / "events.jsonl"
    whole = log.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == 10]
    assert len(ends) == EVENTS
    states = sorted({max(0, end - lost) for end in ends for lost in (0, 1, 512, 4096)})
    for size in states:
        log.write_bytes(whole[:size])
        session = store.open(folder.name, for_writing=size % 7 == 0)  # writing costs syncs: a seventh of them
        # A last line that lacks nothing but its newline is whole.
        kept = sum(end <= size + 1 for end in ends)
        assert [record.seq for record in session.records()] == list(range(1, kept + 1)), size
        if not session.read_only:
            assert session.next_seq == kept + 1
            session.append([EventRecord(kept + 1, 1.0, "r1", "Notice", {"text": "on"})], durable=True)
            assert [parse_line(line).seq for line in log.read_bytes().split(b"\n")[:-1]] == list(range(1, kept + 2))
        session.close()


@pytest.mark.fault("S14")
@pytest.mark.parametrize("failure", [errno.EXDEV, errno.EIO])
def test_a_header_that_cannot_be_put_in_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: int
) -> None:
    """S14: the rename fails; the old file is whole, no temporary file stays, and the next write makes up for it."""
    store = SessionStore(tmp_path)
    folder = long_session(store)
    before = (folder / "session.toml").read_bytes()

    def no_rename(*_args: object, **_kwargs: object) -> None:
        raise OSError(failure, os.strerror(failure))

    session = store.open(folder.name)
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", no_rename)
        session.describe(title="Renamed")
        with pytest.raises(Exception, match="could not be saved"):
            session.append(durable=True)
    assert (folder / "session.toml").read_bytes() == before
    assert not [file for file in folder.iterdir() if file.name.endswith(".tmp")]
    session.append(durable=True)
    session.close()
    assert store.list()[0].title == "Renamed"


@pytest.mark.fault("S15")
def test_a_crash_between_write_and_rename_leaves_the_old_header(tmp_path: Path) -> None:
    """S15: what a killed process left half-written is removed and never read."""
    store = SessionStore(tmp_path)
    folder = long_session(store)
    (folder / ".session.toml.tmp").write_text('title = "Never saved"')
    (folder / ".events.jsonl.tmp").write_bytes(b'{"seq": 1, "t": 1.0, "run": "r9", "type": "Notice", "data": {}}\n')
    session = store.open(folder.name)
    assert (session.info.title, session.info.damaged) == ("Long?", "")
    assert len(session.records()) == EVENTS
    session.close()
    assert sorted(file.name for file in folder.iterdir()) == ["events.jsonl", "session.toml"]


OLD_HEADER = 'version = 1\ntitle = "Old?"\ncreated = 1.0\nupdated = 2.0\ndocuments = ["/papers"]\nmodel = "m"\n'
OLD_LOG = """\
{"seq": 1, "t": 1.0, "run": "r1", "type": "RunStarted", "data": {"user_msg": "Old?", "mode": "query", "model": "m"}}
{"seq": 2, "t": 1.5, "run": "r1", "type": "Retrieval", "data": {"query": "Old?", "nodes": [{"number": 1, "text": "t"}]}}
{"seq": 3, "t": 2.0, "run": "r1", "type": "AgentStream", "data": {"delta": "Yes [1].", "thinking_delta": null}}
{"seq": 4, "t": 2.1, "run": "r1", "type": "AgentOutput", "data": {"response": {"role": "assistant", "content": "Yes"}}}
{"seq": 5, "t": 2.2, "run": "r1", "type": "RunFinished", "data": {"status": "completed", "response": "Yes [1]."}}
{"seq": 6, "t": 3.0, "run": "r2", "type": "RunStarted", "data": {"user_msg": "And now?"}}
"""


@pytest.mark.fault("S22")
def test_a_session_of_the_first_release_opens_and_is_continued(tmp_path: Path) -> None:
    """S22: without the fields that came later (cut, supported, times), and with a run that was killed."""
    store = SessionStore(tmp_path)
    folder = tmp_path / "20250101-0900-old-abcd"
    folder.mkdir(mode=0o700)
    (folder / "session.toml").write_text(OLD_HEADER)
    (folder / "events.jsonl").write_text(OLD_LOG)
    session = store.open(folder.name)
    assert (session.info.title, session.info.damaged, session.read_only) == ("Old?", "", "")
    records = session.records()
    finished = records[4].event
    assert isinstance(finished, RunFinished)
    assert (finished.cut, finished.duration_s, finished.check) == (None, None, None)
    blocks = blocks_of(records)
    assert [block.text for block in blocks if isinstance(block, QuestionBlock)] == ["Old?", "And now?"]
    assert [block.text for block in blocks if isinstance(block, AnswerBlock)] == ["Yes [1]."]
    assert not [block for block in blocks if isinstance(block, NoticeBlock)]
    session.append([EventRecord(session.next_seq, 4.0, "r2", "Notice", {"text": "on"})], durable=True)
    session.close()
    assert (folder / "events.jsonl").read_text().startswith(OLD_LOG)


def test_a_loose_folder_of_sessions_is_private_again_after_the_next_save(tmp_path: Path) -> None:
    root = tmp_path / "sessions"
    root.mkdir()
    root.chmod(0o777)
    long_session(SessionStore(root))
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


def test_a_folder_that_many_users_share_keeps_its_rights(tmp_path: Path) -> None:
    root = tmp_path / "shared"
    root.mkdir()
    root.chmod(0o1777)
    long_session(SessionStore(root))
    assert stat.S_IMODE(root.stat().st_mode) == 0o1777
