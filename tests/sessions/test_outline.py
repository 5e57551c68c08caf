"""The outline of a log: only what begins runs or changes the brief, and the lines that cannot be read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.support.long_session import long_records, save_long_session

from bookwheel.sessions.log_reader import read_part
from bookwheel.sessions.session_store import SessionStore


def log_of(tmp_path: Path, session: str) -> Path:
    return tmp_path / session / "events.jsonl"


def test_it_has_every_question_and_the_brief(tmp_path: Path) -> None:
    session = save_long_session(tmp_path, list(long_records(50)))
    opened = SessionStore(tmp_path).open(session, for_writing=False)
    outline = opened.outline(log_of(tmp_path, session).stat().st_size)
    wanted = [record for record in long_records(50) if record.type in ("RunStarted", "BriefChanged")]
    assert outline.records == wanted
    assert outline.damaged == 0
    opened.close()


def test_it_ends_where_it_is_asked_to(tmp_path: Path) -> None:
    session = save_long_session(tmp_path, list(long_records(50)))
    opened = SessionStore(tmp_path).open(session, for_writing=False)
    end = opened.tail(10).start
    assert [record.run for record in opened.outline(end).records if record.run] == [f"r{n}" for n in range(1, 41)]
    assert opened.outline(0).records == []
    opened.close()


@pytest.mark.fault("S4")
@pytest.mark.parametrize(
    ("line", "damaged"),
    [
        ("garbage", 1),
        ('{"seq": 5, "t": 1.0, "run": "r2", "type": "RunStarted", "data": {"user_msg"', 1),
        ("\0" * 300, 1),
        ("", 0),
        ("   ", 0),
        # As another program may write it.
        ('{"type":"AgentStream","seq":5,"t":1.0,"run":"r2","data":{"delta":"x"}}', 0),
    ],
)
def test_lines_that_are_not_records_are_counted(tmp_path: Path, line: str, damaged: int) -> None:
    session = save_long_session(tmp_path, list(long_records(50)))
    log = log_of(tmp_path, session)
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join([*lines[:7], f"{line}\n", *lines[7:]]))
    opened = SessionStore(tmp_path).open(session, for_writing=False)
    outline = opened.outline(log.stat().st_size)
    assert outline.damaged == damaged
    assert len(outline.records) == 51
    assert ("one line" in opened.info.damaged) == bool(damaged)
    opened.close()


class GrowingFile(io.FileIO):
    """A log to which another window appends `more` as soon as its end was read."""

    def __init__(self, path: Path, more: bytes) -> None:
        super().__init__(path, "r+")
        self._path = path
        self._more = more

    def readinto(self, buffer: object) -> int:
        count = super().readinto(buffer)  # type: ignore[arg-type] - a writable buffer
        if not count and self._more:
            with self._path.open("ab") as log:
                log.write(self._more)
            self._more = b""
        return count


@pytest.mark.fault("S16")
def test_a_log_that_grows_while_it_is_read_has_no_gap(tmp_path: Path) -> None:
    """The copy of a session lacked a line that the other window was just writing (one of 8,000 kills)."""
    log = tmp_path / "events.jsonl"
    lines = [f"{record.to_line()}\n".encode() for record in long_records(6)]
    whole = b"".join(lines)
    cut = len(b"".join(lines[:8])) + 30
    log.write_bytes(whole[:cut])
    with io.BufferedReader(GrowingFile(log, whole[cut:])) as growing:
        part = read_part(growing)
    assert [record.seq for record in part.records] == list(range(1, 9))
