"""What an export says of branches, and the colours of an HTML page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.transcript.export import exported


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
