"""When the terminal is told that its user is needed, and what it is told."""

from dataclasses import replace

from tests.support.desk_app import Clock

from bookwheel.assistant.updates import DeskStatus
from bookwheel.config.desk_settings import UiSettings
from bookwheel.tui.attention import BELL, LONG_S, RESTORE_TITLE, Attention

WAITING = DeskStatus(phase="waiting", phase_detail="web_fetch\x07", waiting_requests=("q1",))


def test_a_request_calls_once_and_the_title_goes_back_when_it_is_answered() -> None:
    attention = Attention(clock=Clock())
    first = attention.follow(WAITING, is_looked_at=True)
    assert first.startswith(f"{BELL}\x1b]9;bookwheel: web_fetch")
    assert first.count("\x07") == 3, "the bell and the two ends: nothing of the tool's name ends a sequence"
    assert "bookwheel\x07" in first
    assert attention.follow(WAITING, is_looked_at=True) == ""
    assert attention.follow(replace(WAITING, waiting_requests=("q1", "q2")), is_looked_at=True).startswith(BELL)
    assert attention.follow(DeskStatus(phase="writing"), is_looked_at=True) == RESTORE_TITLE


def test_a_long_answer_calls_at_its_end_only_where_nobody_looks() -> None:
    for took, is_looked_at, is_called in ((LONG_S, False, True), (LONG_S, True, False), (LONG_S - 1, False, False)):
        clock = Clock()
        attention = Attention(clock=clock)
        assert attention.follow(DeskStatus(phase="writing"), is_looked_at=is_looked_at) == ""
        clock.now += took
        assert bool(attention.follow(DeskStatus(), is_looked_at=is_looked_at)) is is_called


def test_each_way_of_calling_is_switched_off_by_its_setting() -> None:
    silent = Attention(UiSettings(bell=False, message=False, title=False), Clock())
    assert silent.follow(WAITING, is_looked_at=False) == ""
    only_bell = Attention(UiSettings(message=False, title=False), Clock())
    assert only_bell.follow(WAITING, is_looked_at=False) == BELL


def test_the_title_is_given_back_at_the_end() -> None:
    attention = Attention(clock=Clock())
    attention.follow(WAITING, is_looked_at=True)
    assert attention.ended() == RESTORE_TITLE
    assert attention.ended() == ""
