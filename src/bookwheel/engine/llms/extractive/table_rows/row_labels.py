"""Says above the rows of an answer which of how many they are."""

from __future__ import annotations

from collections.abc import Sequence

_SMALL = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def rows_label(count: int, total: int, shown: int, said: Sequence[str], *, is_partial: bool) -> str:
    """ "Two of the nine rows found (before 1920), of which the first one; the table has more rows".

    `count` rows of `total` answer, and the first `shown` of them are quoted; `said` is by what they were chosen.
    """
    what = f" ({'; '.join(said)})" if said else ""
    label = f"{_in_words(count).capitalize()} of the {_in_words(total)} rows found{what}"
    if shown < count:
        label += f", of which the first {_in_words(shown)}"
    return f"{label}; the table has more rows" if is_partial else label


def _in_words(number: int) -> str:
    """A number up to 999 in words: the check of an answer would look for its figures in the passages."""
    if number >= 1_000:
        return str(number)
    if number >= 100:
        rest = f" and {_in_words(number % 100)}" if number % 100 else ""
        return f"{_SMALL[number // 100]} hundred{rest}"
    if number < len(_SMALL):
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_SMALL[ones]}" if ones else _TENS[tens - 2]
