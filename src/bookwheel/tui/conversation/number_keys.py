"""Reads digits pressed in quick succession as one number: `1`, then `2`, is twelve."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

SECOND_DIGIT_S = 0.6


class NumberKeys:
    """Calls `chosen` with the number: at once when no longer known number begins with these digits."""

    def __init__(self, chosen: Callable[[int], None], set_timer: Callable[[float, Callable[[], None]], Timer]) -> None:
        self._chosen = chosen
        self._set_timer = set_timer
        self._digits = ""
        self._timer: Timer | None = None

    def press(self, digit: int, known: Collection[int]) -> None:
        """One digit; a lone 0 is ten."""
        self._digits += str(digit) if self._digits or digit else "10"
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if any(len(str(number)) > len(self._digits) and str(number).startswith(self._digits) for number in known):
            self._timer = self._set_timer(SECOND_DIGIT_S, self._choose)
        else:
            self._choose()

    def _choose(self) -> None:
        number, self._digits, self._timer = int(self._digits), "", None
        self._chosen(number)
