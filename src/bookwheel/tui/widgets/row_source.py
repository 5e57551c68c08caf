"""The items that a row view shows: walked from row to row without knowing how many rows there are.

A position is an item and the number of a row in it. Only items that are walked through are laid out.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import Row

Item = TypeVar("Item")

COUNTING_S = 0.05
"""How long the hits of a search may be counted: rows far away are laid out for it."""


class Page(Protocol):
    """The page that rows are laid out for: its width in cells and its styles."""

    @property
    def page_width(self) -> int: ...

    @property
    def look(self) -> Look: ...


@dataclass(frozen=True, slots=True)
class HitPlace:
    """The hit of a search that is shown, from 1, of `count`; 0 where it lies beyond what was counted in the time."""

    number: int
    count: int
    is_all: bool

    def __str__(self) -> str:
        count = f"{self.count}{'' if self.is_all else '+'}"
        return f"{self.number} of {count}" if self.number else f"{count} {'hit' if count == '1' else 'hits'}"


@dataclass(frozen=True, slots=True)
class Line(Generic[Item]):
    """A line of the screen: the row with this number of this item."""

    item: Item
    number: int
    row: Row


class RowSource(ABC, Generic[Item]):
    """Items in order, and the rows of each; `page` is set by the view that shows them."""

    page: Page

    @abstractmethod
    def first_item(self) -> Item | None: ...

    @abstractmethod
    def last_item(self) -> Item | None: ...

    @abstractmethod
    def item_after(self, item: Item) -> Item | None: ...

    @abstractmethod
    def item_before(self, item: Item) -> Item | None: ...

    @abstractmethod
    def rows_of(self, item: Item) -> Sequence[Row]:
        """The rows of `item` for the page; kept until `drop_rows`."""

    @abstractmethod
    def drop_rows(self) -> None:
        """Forget every row, because the width or the look has changed."""

    @abstractmethod
    def progress_of(self, item: Item, number: int) -> float:
        """About how much of everything is above this row, from 0 to 1."""

    def item_now(self, item: Item) -> Item:
        """The item that is now where `item` was; it may have been replaced."""
        return item

    def may_hold(self, item: Item, pattern: str) -> bool:
        """Whether `item` must be laid out to search it for `pattern`, which is case-folded."""
        return True

    def lines_from(self, position: tuple[Item, int], height: int) -> list[Line[Item]]:
        """At most `height` lines from a position on."""
        lines: list[Line[Item]] = []
        item: Item | None
        item, number = position
        while item is not None and len(lines) < height:
            rows = self.rows_of(item)
            lines += [
                Line(item, index, rows[index]) for index in range(number, min(len(rows), number + height - len(lines)))
            ]
            item, number = self.item_after(item), 0
        return lines

    def top_for_end(self, height: int) -> tuple[Item, int] | None:
        """The first position of a page of `height` rows that ends with the last row."""
        last = self.last_item()
        return None if last is None else self.moved((last, len(self.rows_of(last))), -height)

    def moved(self, position: tuple[Item, int], count: int) -> tuple[Item, int]:
        """The position `count` rows further on, or as far as there are rows."""
        item, number = position
        number += count
        while number < 0:
            before = self.item_before(item)
            if before is None:
                return item, 0
            item = before
            number += len(self.rows_of(item))
        while number >= (size := len(self.rows_of(item))):
            after = self.item_after(item)
            if after is None:
                return item, max(0, size - 1)
            item = after
            number -= size
        return item, number

    def is_before(self, position: tuple[Item, int], other: tuple[Item, int]) -> bool:
        if position[0] == other[0]:
            return position[1] < other[1]
        return self.progress_of(*position) < self.progress_of(*other)

    def is_last(self, line: Line[Item]) -> bool:
        return line.item == self.last_item() and line.number == len(self.rows_of(line.item)) - 1

    def next_hit(self, pattern: str, item: Item, number: int, step: int) -> tuple[Item, int] | None:
        """The nearest row after (1) or before (-1) this one that holds `pattern`; wraps at the ends."""
        for index in self._hits_in(pattern, item, step):
            if (index - number) * step > 0:
                return item, index
        other = self._neighbour(item, step)
        while other is not None and other != item:
            for index in self._hits_in(pattern, other, step):
                return other, index
            other = self._neighbour(other, step)
        hits = list(self._hits_in(pattern, item, step))
        return (item, hits[0]) if hits else None

    def place_of(self, pattern: str, hit: tuple[Item, int]) -> HitPlace:
        """Which of the rows that hold `pattern` this one is; counting ends after `COUNTING_S`."""
        end = time.monotonic() + COUNTING_S
        number = count = 0
        item = self.first_item()
        while item is not None:
            for row_number in self._hits_in(pattern, item, 1):
                count += 1
                number = count if (item, row_number) == hit else number
            if time.monotonic() > end:
                return HitPlace(number, count, is_all=False)
            item = self.item_after(item)
        return HitPlace(number, count, is_all=True)

    def _neighbour(self, item: Item, step: int) -> Item | None:
        if step > 0:
            return _or(self.item_after(item), self.first_item)
        return _or(self.item_before(item), self.last_item)

    def _hits_in(self, pattern: str, item: Item, step: int) -> Iterator[int]:
        if self.may_hold(item, pattern):
            numbers = [number for number, row in enumerate(self.rows_of(item)) if pattern in row.text.casefold()]
            yield from numbers if step > 0 else reversed(numbers)


def _or(item: Item | None, other: Callable[[], Item | None]) -> Item | None:
    return item if item is not None else other()
