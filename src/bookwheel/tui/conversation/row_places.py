"""Places in a long list of items that have rows: walking from row to row without knowing how many there are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bookwheel.tui.rows.row_text import Row

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Line(Generic[Item]):
    """A line of the screen: the row with this number of this item."""

    item: Item
    number: int
    row: Row


class RowPlaces(Generic[Item]):
    """A place is an item and the number of a row in it; only items that are walked through are laid out."""

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
        """The rows of `item` at the page's width; kept by the subclass until `drop_rows`."""

    @abstractmethod
    def drop_rows(self) -> None:
        """Forget every row: the width or the look has changed."""

    @abstractmethod
    def progress_of(self, item: Item, number: int) -> float:
        """About how much of everything is above this row, from 0 to 1."""

    def item_now(self, item: Item) -> Item:
        """The item that stands where `item` stood, which may have been replaced since."""
        return item

    def may_hold(self, item: Item, pattern: str) -> bool:
        """Whether it is worth laying `item` out to search it for `pattern` (which is case-folded)."""
        return True

    def lines_from(self, place: tuple[Item, int], height: int) -> list[Line[Item]]:
        lines: list[Line[Item]] = []
        item: Item | None
        item, number = place
        while item is not None and len(lines) < height:
            rows = self.rows_of(item)
            lines += [
                Line(item, index, rows[index]) for index in range(number, min(len(rows), number + height - len(lines)))
            ]
            item, number = self.item_after(item), 0
        return lines

    def top_for_end(self, height: int) -> tuple[Item, int] | None:
        last = self.last_item()
        return None if last is None else self.moved((last, len(self.rows_of(last))), -height)

    def moved(self, place: tuple[Item, int], count: int) -> tuple[Item, int]:
        """The place `count` rows further on, or as far as there are rows."""
        item, number = place
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

    def is_before(self, place: tuple[Item, int], other: tuple[Item, int]) -> bool:
        if place[0] == other[0]:
            return place[1] < other[1]
        return self.progress_of(*place) < self.progress_of(*other)

    def is_last(self, line: Line[Item]) -> bool:
        return line.item == self.last_item() and line.number == len(self.rows_of(line.item)) - 1

    def next_hit(self, pattern: str, item: Item, number: int, step: int) -> tuple[Item, int] | None:
        """The nearest row after (1) or before (-1) this one that holds `pattern`; round at the ends."""
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
