"""Changelogs, whose headings say when and in which version, and records of names and values."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

CHANGES = """# Changes of Otterbox

## [1.8.0] - 2024-06-11

### Added

- Labels in three languages.

### Fixed

- Crash when the tray is empty.

## [1.7.2] - 2024-01-30

- Otterbox needs Node 18 or newer.
- Dropped the old barcode format.
"""
LEDGER = (
    "Datum: 02.04.2025; Empfänger: Gerda Lohn; Betrag: 48,20\nDatum: 09.04.2025; Empfänger: Max Kehr; Betrag: 12,00"
)
EVENTS = (
    "line 1\ndevice: mixer 3\nstatus: failed\ndetail: belt torn\n\nline 2\ndevice: mixer 4\nstatus: ok\ndetail: cleaned"
)
HUTS = "huts[0]\nplace: Elm Pass\nwarden: Ada Rook\nheight: 1840\n\nhuts[1]\nplace: Fir Ridge\nwarden: Bo L\nheight: 99"


def answer(question: str, *texts: str, **metadata: str) -> str | None:
    nodes = [
        NumberedNode(at, TextNode(text, {"file_name": "notes.md", **metadata}, ref_doc_id="notes"), 6.0 - at)
        for at, text in enumerate(texts, 1)
    ]
    quoted = quoted_answer(question, (), nodes)
    return quoted.text if quoted.is_supported else None


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Since when does Otterbox need Node 18?", "2024-01-30"),
        ("Which version added labels in three languages?", "1.8.0"),
        ("In which release was the crash fixed when the tray is empty?", "1.8.0"),
        ("When was the old barcode format dropped?", "2024-01-30"),
        ("What was fixed in version 1.8.0?", "tray is empty"),
        ("What is new in 1.7.2?", "barcode"),
    ],
)
def test_a_change_is_quoted_with_the_version_and_the_day_above_it(question: str, quoted: str) -> None:
    assert quoted in (answer(question, CHANGES) or "")


@pytest.mark.parametrize(
    "question", ["Which version added a dark theme?", "What is new in 1.9.0?", "When was the ink printer dropped?"]
)
def test_a_change_that_no_release_has_is_not_found(question: str) -> None:
    assert answer(question, CHANGES) is None


def test_the_heading_of_a_release_says_when_it_was_released() -> None:
    assert "2024-01-30" in (answer("On what day was 1.7.2 released?", CHANGES) or "")
    assert answer("On what day was 1.7.9 released?", CHANGES) is None


UNDERLINED = """Version 2.2.1
-------------

Released 2022-08-03

-   Trays may be empty.


Version 2.2.0
-------------

Released 2022-08-01

-   Update the feeder to >= 2.2.
"""


def of_underlined(question: str, text: str = UNDERLINED) -> str | None:
    return answer(question, text, heading="Version 2.2.1", title="Changes of Otterbox")


def test_a_line_below_the_version_says_when_it_was_released() -> None:
    assert of_underlined("When was Otterbox 2.2.0 released?") == "Released 2022-08-01 [1]"
    assert of_underlined("When was Otterbox 2.2.1 released?") == "Released 2022-08-03 [1]"
    assert of_underlined("When was Otterbox 2.2.3 released?") is None


def test_a_version_that_is_needed_is_not_a_day() -> None:
    text = UNDERLINED.replace("Released 2022-08-01\n\n", "")
    assert of_underlined("When was Otterbox 2.2.0 released?", text) is None


def test_only_the_changes_of_the_kind_that_is_asked_for_are_quoted() -> None:
    assert "languages" not in (answer("What was fixed in version 1.8.0?", CHANGES) or "languages")


def test_the_release_is_named_although_its_heading_is_in_an_earlier_passage() -> None:
    text = "### Removed\n\n- The paper feed.\n- The old door."
    quoted = answer("When was the paper feed removed?", text, heading="Changes › 3.1.0 (2022-05-04) › Removed")
    assert quoted is not None
    assert quoted.startswith("3.1.0 (2022-05-04):\n")


def test_a_program_that_only_the_beginning_of_its_changelog_names_is_known_below() -> None:
    below = "## 2.0.0 - 2023-03-09\n\n- First release with the web page."
    quoted = answer("When did Otterbox get a web page?", "# Changes\n\nThis is Otterbox.", below)
    assert "2023-03-09" in (quoted or "")


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Why did mixer 3 fail?", EVENTS, "belt torn"),
        ("Who is the warden at Elm Pass?", HUTS, "Ada Rook"),
        ("What is the height of the hut at Fir Ridge?", HUTS, "99"),
        ("Wie viel zahlte Gerda Lohn?", LEDGER, "48,20"),
        ("How much did we pay to Max Kehr?", LEDGER.replace("Betrag", "Amount"), "12,00"),
    ],
)
def test_a_record_answers_with_the_line_that_says_it(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why did mixer 4 fail?", EVENTS),
        ("Why did mixer 9 fail?", EVENTS),
        ("Wie viel zahlte Olga Stein?", LEDGER),
        ("What is the height of the hut at Oak Gap?", HUTS),
    ],
)
def test_a_record_of_another_thing_does_not_answer(question: str, text: str) -> None:
    assert answer(question, text) is None
