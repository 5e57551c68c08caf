"""Where a passage stands in its document: its page, the headings above it, the columns of its table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_dataclass import dataclass

HEADING_SEPARATOR = " › "
COLUMN_SEPARATOR = " | "
LONGEST_COLUMNS = 1_000
Location: TypeAlias = tuple[int | None, str | None, str | None]
"""The page, the path of headings and the column names of a table, each only when known."""

PAGE_STARTS = "page_starts"
HEADINGS = "headings"
TABLES = "tables"
# In a passage found for its document's outline: where the titles of sections stand in it, as [start, end].
SECTIONS = "sections"
_OF_THE_TEXT = (PAGE_STARTS, HEADINGS, TABLES)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `start` is the character offset at which its section begins, `level` 1 is the outermost."""

    start: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table: one line each in `text[start:end]`, below the header row; `columns` are its names."""

    start: int
    end: int
    columns: tuple[str, ...]

    @property
    def context(self) -> str:
        """The column names as a passage carries them, at most `LONGEST_COLUMNS` characters."""
        return COLUMN_SEPARATOR.join(self.columns)[:LONGEST_COLUMNS]


@dataclass(frozen=True, slots=True)
class Locations:
    """The pages, headings and tables of one document, in the order of the text."""

    page_starts: Sequence[int] = ()
    headings: Sequence[Heading] = ()
    tables: Sequence[Table] = ()

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, that holds the character at `offset`."""
        return bisect_right(self.page_starts, offset) or 1 if self.page_starts else None

    def heading_at(self, offset: int) -> str | None:
        """The path of headings over the character at `offset`, outermost first."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start) - 1
        path: list[str] = []
        level = 1_000
        for number in range(index, -1, -1):
            heading = self.headings[number]
            if heading.level < level:
                path.append(heading.title)
                level = heading.level
            if level <= 1:
                break
        return HEADING_SEPARATOR.join(reversed(path)) or None

    def columns_at(self, offset: int) -> str | None:
        """The column names over the character at `offset`; None outside tables and in a header row."""
        index = bisect_right(self.tables, offset, key=lambda table: table.start) - 1
        return self.tables[index].context if index >= 0 and offset < self.tables[index].end else None

    def heading_paths(self) -> Iterator[tuple[int, str | None]]:
        """Each offset at which the path of headings changes, with the path that holds from there on."""
        path: list[Heading] = []
        for heading in self.headings:
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
            yield heading.start, HEADING_SEPARATOR.join([above.title for above in path]) or None

    def in_order(self, offsets: Iterable[int]) -> Iterator[Location]:
        """The page, headings and columns at each of these offsets, which must be in the order of the text."""
        changes = iter(self.heading_paths())
        change = next(changes, None)
        heading = None
        for offset in offsets:
            while change is not None and change[0] <= offset:
                heading = change[1]
                change = next(changes, None)
            yield self.page_at(offset), heading, self.columns_at(offset)

    def metadata_at(self, offset: int) -> JsonObject:
        """What a passage that begins at `offset` carries: `page`, `heading` and `columns`, each only when known."""
        return location_metadata(self.page_at(offset), self.heading_at(offset), self.columns_at(offset))

    def to_metadata(self) -> JsonObject:
        """The form in which a document's metadata carries its locations."""
        data: JsonObject = {}
        if self.page_starts:
            data[PAGE_STARTS] = list(self.page_starts)
        if self.headings:
            data[HEADINGS] = [[heading.start, heading.level, heading.title] for heading in self.headings]
        if self.tables:
            data[TABLES] = [[table.start, table.end, list(table.columns)] for table in self.tables]
        return data


def location_metadata(page: int | None, heading: str | None, columns: str | None = None) -> JsonObject:
    """`page`, `heading` and `columns`, each only when known."""
    found: JsonObject = {}
    if page is not None:
        found["page"] = page
    if heading is not None:
        found["heading"] = heading
    if columns is not None:
        found["columns"] = columns
    return found


def locations_of(metadata: Mapping[str, JsonValue]) -> Locations:
    """The locations in a document's metadata; malformed ones count as absent."""
    return Locations(
        page_starts=[start for start in _items(metadata.get(PAGE_STARTS)) if isinstance(start, int)],
        headings=[heading for row in _items(metadata.get(HEADINGS)) if (heading := _heading(row)) is not None],
        tables=tuple(table for row in _items(metadata.get(TABLES)) if (table := _table(row)) is not None),
    )


def without_locations(metadata: Mapping[str, JsonValue]) -> JsonObject:
    """The metadata that every passage of the document shares."""
    return {key: value for key, value in metadata.items() if key not in _OF_THE_TEXT}


def locations_alone(metadata: Mapping[str, JsonValue]) -> JsonObject:
    """The locations in the metadata, as they are there."""
    return {key: value for key, value in metadata.items() if key in _OF_THE_TEXT}


def _items(value: JsonValue) -> Sequence[JsonValue]:
    return cast("Sequence[JsonValue]", value) if isinstance(value, (list, tuple)) else ()


def _heading(row: JsonValue) -> Heading | None:
    if not isinstance(row, (list, tuple)) or len(row) != 3:
        return None
    start, level, title = cast("Sequence[JsonValue]", row)
    if isinstance(start, int) and isinstance(level, int) and isinstance(title, str):
        return Heading(start, level, title)
    return None


def _table(row: JsonValue) -> Table | None:
    match row:
        case [int(start), int(end), [*names]]:
            return Table(start, end, tuple(name for name in names if isinstance(name, str)))
        case _:
            return None
