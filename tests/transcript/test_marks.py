"""Marks on unsupported sentences: the same in a live run and a reopened one, and wherever the answer is drawn."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.events.logged_events import decoded
from bookwheel.engine.events.run_events import RunFinished
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.transcript.blocks import AnswerBlock, Change, Replaced, SourcesBlock
from bookwheel.transcript.export import exported
from bookwheel.transcript.marks import (
    Checked,
    Mark,
    has_borders,
    marked,
    marks_from,
    split_at_borders,
    without_borders,
)
from bookwheel.transcript.reducer import Transcript

ANSWER = "It is so [1]. It cost 1,300 [1].\n\n| a | b |\n|---|---|\n| x | 7 [9] |\n"
NODE: JsonObject = {"number": 1, "node_id": "n1", "path": "/p.md", "page": None, "start_char_idx": 0, "text": "1,200"}


def place(sentence: str, cited: list[int], missing: list[str]) -> JsonObject:
    start = ANSWER.index(sentence)
    return {"start": start, "end": start + len(sentence), "cited": cited, "missing": missing}


UNSUPPORTED = [place("It cost 1,300 [1].", [1], ["1,300"]), place("| x | 7 [9] |", [9], ["[9]", "7"])]
FINISHED: JsonObject = {
    "status": "completed", "response": ANSWER, "citations": [{**NODE, "support": []}], "unsupported": UNSUPPORTED,
    "sentences": {"supported": 1, "unsupported": 2, "unchecked": 0},
}  # fmt: skip


def records(finished: JsonObject = FINISHED) -> list[EventRecord]:
    events: list[tuple[str, JsonObject]] = [
        ("RunStarted", {"user_msg": "Q?", "mode": "query", "model": "m"}),
        ("Retrieval", {"query": "q", "nodes": [NODE]}),
        ("AgentInput", {"input": []}),
        ("AgentStream", {"delta": ANSWER}),
        ("AgentOutput", {"response": {}}),
        ("RunFinished", finished),
    ]
    return [EventRecord(seq, 1e9 + seq, "r1", type_, data) for seq, (type_, data) in enumerate(events, start=1)]


def blocks(finished: JsonObject = FINISHED) -> tuple[AnswerBlock, SourcesBlock, list[Change]]:
    transcript = Transcript()
    changes = [change for record in records(finished) for change in transcript.apply(record)]
    answer = next(block for block in transcript.blocks if isinstance(block, AnswerBlock))
    sources = next(block for block in transcript.blocks if isinstance(block, SourcesBlock))
    return answer, sources, changes


def test_the_end_of_a_run_marks_its_answer_once_and_its_sources() -> None:
    answer, sources, changes = blocks()
    assert [mark.reason for mark in answer.marks] == ["not in [1]: 1,300", "there is no source [9]"]
    assert [mark.text for mark in answer.marks] == ["It cost 1,300 [1].", "| x | 7 [9] |"]
    assert answer.text == ANSWER
    assert [change.block for change in changes if isinstance(change, Replaced)] == [answer]
    assert (sources.marks, sources.checked) == (answer.marks, Checked(3, 2))
    assert sources.checked.summary == "3 sentences checked, 2 not supported"


def test_a_run_without_a_check_has_no_marks() -> None:
    answer, sources, changes = blocks({"status": "completed", "response": ANSWER, "citations": [NODE]})
    assert answer.marks == ()
    assert sources.checked.summary == ""
    assert not [change for change in changes if isinstance(change, Replaced)]


def test_marks_of_another_text_are_not_put_on_this_one() -> None:
    answer, _, _ = blocks({**FINISHED, "response": "Something else that is long enough, to be sure of it all."})
    assert answer.marks == ()


@pytest.mark.parametrize(
    "damaged",
    [
        {"start": "1", "end": 5}, {"start": 5, "end": 5}, {"start": -1, "end": 5}, {"start": 0, "end": 10**9},
        {"start": True, "end": 3}, "x", None,
    ],
)  # fmt: skip
def test_a_damaged_mark_is_left_out(damaged: object) -> None:
    unsupported = [damaged, UNSUPPORTED[0], UNSUPPORTED[0]]
    finished = cast("JsonObject", {"response": ANSWER, "unsupported": unsupported})
    ended = decoded("RunFinished", finished)
    assert isinstance(ended, RunFinished)
    assert [mark.text for mark in marks_from(ended)] == ["It cost 1,300 [1]."]


@pytest.mark.parametrize(
    ("cited", "missing", "reason"),
    [
        ((2,), ("1,200",), "not in [2]: 1,200"),
        ((2, 3), ("a", "b", "c", "d", "e"), "not in [2][3]: a, b, c and 2 more"),
        ((9,), ("[9]", "7"), "there is no source [9]"),
        ((2, 9), ("[9]",), "there is no source [9]"),
        ((2, 9), ("[9]", "7"), "there is no source [9]; not in [2]: 7"),
        ((), ("7",), "no source: 7"),
        ((), (), "no source"),
    ],
)
def test_the_reason_names_the_missing_claim_and_its_passage(
    cited: tuple[int, ...], missing: tuple[str, ...], reason: str
) -> None:
    assert Mark(0, 1, "x", cited, missing).reason == reason


@pytest.mark.parametrize(
    ("checked", "summary"),
    [
        (Checked(), ""),
        (Checked(1, 0), "1 sentence checked, supported"),
        (Checked(4, 0), "4 sentences checked, all supported"),
        (Checked(4, 1), "4 sentences checked, 1 not supported"),
    ],
)
def test_the_summary_counts_the_checked_sentences(checked: Checked, summary: str) -> None:
    assert checked.summary == summary


def test_the_words_of_a_mark_are_without_markdown() -> None:
    assert Mark(0, 1, "| **x** | `7`\n> [z](http://a.b/c) [1] |").words == "x 7 z [1]"


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=4))
def test_a_text_is_the_same_after_its_borders_are_removed(text: str, places: list[tuple[int, int]]) -> None:
    marks = [Mark(min(pair), max(pair), "") for pair in sorted(places)]
    shown = marked(text, marks)
    if not has_borders(text):
        assert without_borders(shown) == text
        assert "".join(piece for piece, _ in split_at_borders(shown)) == text


def test_an_answer_cannot_make_marks_of_its_own() -> None:
    forged = f"a {marked('b', [Mark(0, 1, '')])} c [1]."
    shown = marked(forged, [Mark(0, 1, "a")])
    assert [number for _, number in split_at_borders(shown) if number is not None] == [0, -1]


def test_an_export_gives_the_reason_after_each_marked_sentence() -> None:
    markdown = exported("md", "T", records())
    assert "It cost 1,300 [1]. *(not in \\[1\\]: 1,300)*\n" in markdown
    assert "| x | 7 [9] *(there is no source \\[9\\])* |" in markdown
    assert "*3 sentences checked, 2 not supported*" in markdown
    page = exported("html", "T", records())
    assert "It is so" in page
    assert "<u>It cost 1,300 </u>" in page
    assert "(not in [1]: 1,300)</small>" in page
    assert page.count("there is no source [9]") == 1
    assert "3 sentences checked, 2 not supported" in page
    for out in (markdown, page):
        assert not has_borders(out)


def test_emphasis_around_a_marked_sentence_stays_emphasis() -> None:
    text = "**One is so.** _Two is_ *“not”* so. **Three.**"
    finished: JsonObject = {
        "status": "completed",
        "response": text,
        "unsupported": [{"start": 0, "end": 14}, {"start": 15, "end": 35}, {"start": 36, "end": len(text)}],
        "sentences": {"unsupported": 3},
    }
    events = records(finished)
    events[3] = EventRecord(4, 1e9, "r1", "AgentStream", {"delta": text})
    page = exported("html", "T", events)
    assert page.count("<strong>") == 2
    assert page.count("<em>") == 2
    assert not {"**", "_Two", "*“"} & {part for part in ("**", "_Two", "*“") if part in page}
