"""The day of a document that may change another one, and the series of papers that it belongs to."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.quotable.leaning_sentences import is_bare_day
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.dates import season_as_written
from bookwheel.engine.text.exact_things import OF_SEASON, Day, day_of_document
from bookwheel.lazy_regex import lazy_regex

LONGEST_TITLE = 80
MEMO_HEAD, LINES_OF_HEAD = 300, 6
_NUMBER_OF_NAME = lazy_regex(r"[\d\W_]+")


def day_of(passage: PassageView) -> Day | None:
    """The day of a document by its date, its names or its first lines; None without one."""
    return day_of_document(passage.date, *_names_with_day(passage))


def date_of(passage: PassageView) -> str:
    """The date of a document in ISO format, or its season in its own words; "" without one."""
    day = day_of(passage)
    if day is None:
        return ""
    year, month, number = day
    if number == OF_SEASON:
        return season_as_written("\n".join(_names_with_day(passage)))
    return "-".join(
        part for part in (f"{year:04}" if year else "", f"{month:02}", f"{number:02}" if number else "") if part
    )


def names_day(passage: PassageView) -> bool:
    """Whether its name, heading or first lines have its date, as those of minutes, or it is a mail."""
    return passage.is_mail or day_of_document(*_names_with_day(passage)) is not None


def _names_with_day(passage: PassageView) -> tuple[str, str, str, str]:
    # A note without a title begins with its date, a newsletter has it in the line below.
    is_below = len(passage.texts) > 1 and all(unit.kind == "heading" for unit in passage.units[:2])
    lines = "\n".join(passage.texts[: 1 + is_below]).splitlines()[:2]
    first = "\n".join(lines) if all(len(line) <= LONGEST_TITLE for line in lines) else ""
    if not passage.node.node.start_char_idx:
        # A memo names its day in a line of its own below whom it is from.
        head = passage.node.node.text[:MEMO_HEAD].splitlines()[:LINES_OF_HEAD]
        first += "".join(f"\n{line}" for line in head if is_bare_day(line.strip()))
    return passage.title, passage.file_name, passage.heading, first


def series_of(passage: PassageView) -> tuple[str, str]:
    """The folder of a document, and its name without numbers: "board-2025-06.md" is of the series of "board-"."""
    folder, _, name = (passage.node.node.path or passage.file_name).replace("\\", "/").rpartition("/")
    return folder, _NUMBER_OF_NAME.sub("", name.casefold())


def same_time(one: Day, other: Day) -> bool:
    """Whether two days may be the same, as far as both are known."""
    return all(a == b for a, b in zip(one, other, strict=True) if a > 0 and b > 0)
