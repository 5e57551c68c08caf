"""How fast the line to the terminal is, by its answer, by late writes and by the setting."""

from bookwheel.tui.line_sense import (
    LOCAL_FRAME_S,
    MAX_LATE,
    REMOTE_FRAME_S,
    SLOW_FOR_S,
    SLOW_FRAME_S,
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


def test_the_first_answer_of_the_terminal_decides() -> None:
    for trip_s, frame_s, text in ((0.02, LOCAL_FRAME_S, "link 20 ms"), (0.18, SLOW_FRAME_S, "link 180 ms, slow line")):
        line = LineSense("auto", Now(), {})
        assert line.text == ""
        line.answered(trip_s)
        line.answered(0.05)
        assert (line.frame_s, line.text) == (frame_s, text)


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
    slow, fast = LineSense("on", Now(), {}), LineSense("off", Now(), {"SSH_CONNECTION": "a b"})
    fast.answered(2.0)
    assert (slow.frame_s, fast.frame_s) == (SLOW_FRAME_S, LOCAL_FRAME_S)
