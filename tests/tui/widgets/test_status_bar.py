"""The status line at every width."""

import pytest

from bookwheel.assistant.updates import DeskStatus, EmbeddingState
from bookwheel.tui.rows.signs import UNICODE
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.widgets.status_bar import StatusFacts, status_line

STATUS = DeskStatus(
    session_id="s", mode="agent", model="gpt-4o-mini-2024-07-18", web="ask", phase="writing", prompt_tokens=3100,
    completion_tokens=412, ttft_s=0.62, tokens_per_s=44.2,
)  # fmt: skip
FACTS = StatusFacts(
    key_mode="READ", documents=214, searchable=38, hints=(("Enter", "open"), ("y", "copy"), ("i", "ask"), ("?", "help"))
)


def line(width: int, status: DeskStatus = STATUS) -> str:
    return "".join(text for text, _ in status_line(status, FACTS, width, UNICODE))


def test_wide_line_says_everything() -> None:
    text = line(200)
    for word in ("READ", "gpt-4o-mini", "writing", "agent", "web ask", "38/214 docs", "3.1k in 412 out", "first 0.6 s",
                 "44 tok/s", "saved ✓", "Enter open", "? help"):  # fmt: skip
        assert word in text


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_line_never_exceeds_the_width_and_keeps_the_important_parts(width: int) -> None:
    text = line(width)
    assert cells(text) <= width
    assert "READ" in text
    assert "gpt-4o-mi" in text


def test_help_is_the_last_hint_to_go() -> None:
    assert "? help" in line(60)


def test_unsaved_is_said_at_every_width() -> None:
    for width in (60, 80, 140):
        assert "not saved" in line(width, DeskStatus(model="m", not_saved="disk full"))


def test_estimates_are_marked() -> None:
    assert "~1.2k in" in line(140, DeskStatus(model="m", prompt_tokens=1200, completion_tokens=1, estimated=True))


def test_the_share_of_embedded_passages_shows_until_all_are() -> None:
    assert "embedding 34%" in line(140, DeskStatus(model="m", embedding=EmbeddingState(34, 100)))
    assert "embedding" not in line(140, DeskStatus(model="m", embedding=EmbeddingState(100, 100)))
    assert "embedding" not in line(140, DeskStatus(model="m"))
    down = EmbeddingState(34, 100, "No connection to http://127.0.0.1:9/v1:\x1b[31m refused\nStart the server.")
    assert "words only: No connection to http://127.0.0.1:9/v1" in line(200, DeskStatus(model="m", embedding=down))
    for width in (60, 80, 100, 140):
        assert "! words only" in line(width, DeskStatus(model="m", web="ask", embedding=down))
    assert "\x1b" not in line(160, DeskStatus(model="m", embedding=down))


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_hints_that_have_no_room_once_all_is_known_are_not_shown_before(width: int) -> None:
    hints = (("Enter", "send"), ("Ctrl+J", "newline"), ("Esc", "read"), ("F1", "help"))

    def said(status: DeskStatus, *, is_loading: bool) -> str:
        facts = StatusFacts(hints=hints, is_loading=is_loading, documents=0 if is_loading else 17)
        return "".join(text for text, _ in status_line(status, facts, width, UNICODE))

    first = said(DeskStatus.unknown(), is_loading=True)
    known = said(DeskStatus(model="extractive"), is_loading=False)
    assert first.rpartition("   ")[2] == known.rpartition("   ")[2]
    assert "query" not in first
    assert "web" not in first
    assert "doc" not in first
