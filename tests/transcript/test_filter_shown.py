"""A question that asked only some documents says so, wherever it is shown; what the log holds cannot harm."""

from pathlib import Path

import pytest

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonValue
from bookwheel.transcript.blocks import QuestionBlock
from bookwheel.transcript.event_rows import EventRows
from bookwheel.transcript.export import write_export
from bookwheel.transcript.reducer import Transcript

HOSTILE = "\x1b]52;c;x\x07</p><script>\u202e[x](http://x)"


def asked(data: JsonValue) -> list[EventRecord]:
    started = {"user_msg": "What?", "mode": "query", "model": "m", "filter": data}
    return [EventRecord(seq=1, t=1.0, run="r1", type="RunStarted", data=started)]


def block_of(data: JsonValue) -> QuestionBlock:
    transcript = Transcript()
    for record in asked(data):
        transcript.apply(record)
    (block,) = transcript.blocks
    assert isinstance(block, QuestionBlock)
    return block


def test_a_question_carries_its_filter_in_words() -> None:
    assert block_of({"in": ["/p/a/"], "types": ["pdf"], "since": "2024-01-01"}).filter == "in a/ · pdf · since 2024"
    assert block_of(None).filter == block_of("all").filter == block_of({"in": 7}).filter == ""


def test_the_event_log_names_the_filter_of_a_run() -> None:
    event_rows = EventRows()
    for record in asked({"types": ["pdf"]}):
        event_rows.apply(record)
    assert [row.summary for row in event_rows.rows] == ["What? · query · m · only pdf"]


@pytest.mark.parametrize("format_", ["md", "html"])
def test_an_export_names_the_filter_of_a_question(format_: str, tmp_path: Path) -> None:
    page = tmp_path / f"out.{format_}"
    write_export(format_, page, "T", asked({"types": ["pdf"], "in": [f"/p/{HOSTILE}"]}))
    text = page.read_text(encoding="utf-8")
    assert "only in" in text
    assert not any(sign in text for sign in ("\x1b", "\x07", "\u202e", "<script>"))
