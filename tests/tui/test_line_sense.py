"""How fast the line to the terminal is, by its answer, by late writes and by the setting."""

from bookwheel.tui.line_sense import (
    LOCAL_FRAME_S,
    MAX_LATE,
    REMOTE_FRAME_S,
    SLOW_FOR_S,
    SLOW_FRAME_S,
    UNANSWERED_S,
    LineSense,
)


class Now:
    def __init__(self) -> None:
        self.t = 0.0

    def __call__(self) -> float:
        return self.t


def test_a_local_line_is_fast_and_ssh_is_half_as_fast() -> None:
    assert LineSense("auto", Now(), {}).frame_s == LOCAL_FRAME_S
    assert LineSense("auto", Now(), {"SSH_CONNECTION": "a b"}).frame_s == REMOTE_FRAME_S


def asked(line: LineSense, now: Now, trip_s: float) -> None:
    """The terminal is asked, and answers after this time."""
    line.asked()
    now.t += trip_s
    line.answered(now.t)


def test_the_first_answer_of_the_terminal_decides() -> None:
    for trip_s, frame_s, text in ((0.02, LOCAL_FRAME_S, "link 20 ms"), (0.18, SLOW_FRAME_S, "link 180 ms, slow line")):
        now = Now()
        line = LineSense("auto", now, {})
        assert line.text == ""
        asked(line, now, trip_s)
        line.answered(now.t + 0.05)  # nothing was asked
        assert (line.frame_s, line.text) == (frame_s, text)


def test_two_slow_answers_make_a_line_slow_and_a_fast_one_fast_again() -> None:
    now = Now()
    line = LineSense("auto", now, {})
    asked(line, now, 0.02)
    asked(line, now, 0.9)
    assert not line.is_slow
    asked(line, now, 0.8)
    assert (line.is_slow, line.text) == (True, "link 800 ms, slow line")
    asked(line, now, 0.03)
    assert not line.is_slow


def test_a_line_is_jammed_while_an_answer_is_much_later_than_the_fastest() -> None:
    now = Now()
    line = LineSense("auto", now, {})
    asked(line, now, 0.2)
    line.asked()
    now.t += 0.3
    assert not line.is_jammed
    now.t += 0.3
    assert line.is_jammed
    line.answered(now.t)
    assert not line.is_jammed
    line.asked()
    assert line.is_jammed  # the answer before was late


def test_a_terminal_that_no_longer_answers_is_not_asked_again() -> None:
    now = Now()
    line = LineSense("auto", now, {})
    assert not line.may_ask  # whether it answers at all is not known
    asked(line, now, 0.02)
    assert line.may_ask
    line.asked()
    now.t += UNANSWERED_S / 2
    assert not line.may_ask
    assert line.is_slow
    now.t += UNANSWERED_S
    assert (line.waits_for_s, line.may_ask, line.is_slow) == (None, False, False)


def test_late_writes_in_succession_make_a_line_slow_for_a_while() -> None:
    now = Now()
    line = LineSense("auto", now, {})
    for is_late in (*[True] * (MAX_LATE - 1), False, True):
        line.wrote(is_late=is_late)
    assert not line.is_slow
    for _ in range(MAX_LATE):
        line.wrote(is_late=True)
    assert line.is_slow
    now.t = SLOW_FOR_S
    assert not line.is_slow


def test_the_setting_overrides_what_was_measured() -> None:
    now = Now()
    slow, fast = LineSense("on", now, {}), LineSense("off", now, {"SSH_CONNECTION": "a b"})
    asked(fast, now, 2.0)
    assert (slow.frame_s, fast.frame_s) == (SLOW_FRAME_S, LOCAL_FRAME_S)
