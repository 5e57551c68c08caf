"""The formats of an export, what it says of branches, and the colours of an HTML page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest

from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.transcript.export import exported
from bookwheel.transcript.formats import FORMATS


def branched() -> list[EventRecord]:
    """Two questions that follow the same answer, and one without another beside it."""
    asked = [("r1", "Why?", None), ("r2", "How often?", None), ("r3", "How much?", "r1")]
    lines: list[EventRecord] = []
    for run, text, parent in asked:
        started = {"user_msg": text, "mode": "query"} | ({"parent": parent} if parent else {})
        for type_, data in (("RunStarted", started), ("RunFinished", {"status": "completed", "response": "So."})):
            line = {"seq": len(lines) + 1, "t": 100.0, "run": run, "type": type_, "data": data}
            lines.append(parse_line(json.dumps(line)))
    return lines


def records_of(data: Mapping[str, object]) -> list[EventRecord]:
    """One event of each type, of one run."""
    return [
        parse_line(json.dumps({"seq": number, "t": 1.0, "run": "r1", "type": type_, "data": fields}))
        for number, (type_, fields) in enumerate(data.items(), start=1)
    ]


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "pdf"])  # an extra
def test_each_format_that_is_offered_is_written_and_names_the_source(format_: str) -> None:
    cited = {
        "number": 1,
        "node_id": "n",
        "path": "/papers/wheel.md",
        "start_char_idx": 0,
        "end_char_idx": 5,
        "text": "Wheel",
    }
    finished = {"status": "completed", "response": "So [1].", "citations": [cited]}
    records = records_of({"RunStarted": {"user_msg": "Why?", "mode": "query"}, "RunFinished": finished})
    assert "wheel.md" in str(exported(format_, "Talk", records))


@pytest.mark.parametrize("format_", ["md", "html"])
def test_an_export_says_which_branch_a_question_begins(format_: str) -> None:
    page = str(exported(format_, "Talk", branched()))
    assert page.count("branch ") == 2
    assert "branch 1 of 2 after “Why?”" in page.partition("How often?")[2].partition("How much?")[0]
    assert "branch 2 of 2 after “Why?”" in page.partition("How much?")[2]


def test_a_page_is_dark_or_light_as_its_reader_wishes_and_light_on_paper() -> None:
    page = str(exported("html", "Talk", branched()))
    assert "--background: #fbf9f4" in page
    assert re.search(r"prefers-color-scheme: dark\) \{ :root \{ --background: #[01]", page)
    assert re.search(r"@media print \{ :root \{[^}]*--background: #fff", page)
    assert "://" not in page.partition("<body>")[0]


def test_a_page_has_the_colours_of_the_theme_that_was_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BOOKWHEEL_CONFIG_DIR", str(tmp_path))
    (tmp_path / "themes").mkdir()
    colors = 'background = "#010203"\nforeground = "#fafbfc"\naccent = "#00ff00"\n'
    (tmp_path / "themes" / "mine.toml").write_text(f'name = "mine"\n[colors]\n{colors}')
    page = str(exported("html", "Talk", branched(), theme="mine"))
    assert "--background: #010203" in page
    assert "--muted: #fafbfc" in page
    assert "prefers-color-scheme" not in page
    # A theme of the terminal's own colours has none for a page.
    assert "prefers-color-scheme" in str(exported("html", "Talk", branched(), theme="ansi"))


def test_a_pdf_indents_a_quotation_and_parts_it_from_the_table_below() -> None:
    pytest.importorskip("fpdf")
    answer = "It is so:\n\n> Word for word.\n\n| reach | cost |\n|---|---|\n| far | dear |\n"
    data = {
        "RunStarted": {"user_msg": "Why?", "mode": "query"},
        "AgentStream": {"delta": answer, "current_agent_name": ""},
        "RunFinished": {"status": "completed", "response": answer},
    }
    lines = records_of(data)
    page = exported("pdf", "Talk", lines)
    assert isinstance(page, bytes)
    text = pypdfium2.PdfDocument(page)[0].get_textpage()

    def box(words: str) -> tuple[float, float, float, float]:
        """The left, bottom, right and top edge of its first letter, from below."""
        found = text.search(words).get_next()
        assert found is not None, f"{words} is on the page"
        return text.get_charbox(found[0])

    said, quoted, head = box("It is so"), box("Word for word"), box("reach")
    assert quoted[0] > said[0] + 10
    assert quoted[1] > head[3] + 5


@pytest.mark.parametrize("format_", ["md", "html"])
def test_an_export_gives_the_reason_of_a_denial(format_: str) -> None:
    asked = {"request_id": "q", "prefix": "Search the web?", "choices": ["once", "deny"], "tool_name": "web_search"}
    data = {
        "RunStarted": {"user_msg": "Why?", "mode": "agent"},
        "InputRequiredEvent": asked,
        "HumanResponseEvent": {"request_id": "q", "response": "deny", "reason": "stay with the papers"},
    }
    lines = records_of(data)
    assert "→ deny: stay with the papers" in str(exported(format_, "Talk", lines))
