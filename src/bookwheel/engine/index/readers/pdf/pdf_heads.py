"""Headers of PDF tables in two rows: a name over a group of columns belongs to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.index.readers.pdf.pdf_layout import Lines, Rule, Words, columns_of
from bookwheel.engine.index.readers.tables.column_names import is_number, is_year

Span = tuple[float, float]

# A name over a group stands over its middle, give or take so many points.
_OFF_MIDDLE = 6.0
_LONGEST_NAME = 40
# The row of a group's names is at most so many heights above the names of its columns.
_NEXT_ROW = 2.0


def with_middle_labels(rows: Sequence[list[Words]]) -> list[list[Words]]:
    """The rows, labels that stand at half height beside two rows of names put into the lower one."""
    joined: list[list[Words]] = []
    waiting: list[Words] = []
    for number, row in enumerate(rows):
        if waiting:
            joined.append(sorted([*waiting, *row], key=lambda words: words.left))
            waiting = []
        elif 0 < number < len(rows) - 1 and _is_beside(row, rows[number - 1], rows[number + 1]):
            waiting = row
        else:
            joined.append(row)
    return joined


def is_group_row(row: Sequence[Words], below: Sequence[Sequence[Words]], drawn: Lines) -> bool:
    """Whether a name alone stands over two columns or more of the rows `below`, the first of which names columns."""
    if len(row) != 1 or len(below) < 2 or len(below[0]) < 3 or len(row[0].text) > _LONGEST_NAME:
        return False
    name, names = row[0], below[0]
    if not 0 < name.middle - names[0].middle < _NEXT_ROW * name.height or not _are_names(names, below[1:]):
        return False
    columns = columns_of([other for other in below if len(other) > 1])
    return len(_covered_by_one(name, columns, drawn)) > 1


def joined_heads(
    block: Sequence[Sequence[Words]], cells: Sequence[Sequence[str]], columns: Sequence[Span], drawn: Lines
) -> list[str]:
    """The names of the columns where the first two rows are groups and their columns; empty where they are not.

    Lines show how far a group reaches. Without them a name alone reaches over the only columns of which it has the
    middle, and several names over as many columns each, all but the first.
    """
    if len(block) < 3 or len(block[0]) >= len(block[1]) or not _are_names(block[1], block[2:]):
        return []
    names = block[0]
    if any(map(_is_value, names)):
        return []
    covered = [_within_lines(name, columns, drawn) for name in names]
    if not all(covered):
        covered = [_covered_by_one(names[0], columns, drawn)] if len(names) == 1 else _tiles(names, columns)
    owners = {number: name.text for name, group in zip(names, covered, strict=False) for number in group}
    if not owners or len(owners) < sum(map(len, covered)):
        return []
    joined = [f"{owners.get(number, '')} {cell}".strip() for number, cell in enumerate(cells[1])]
    return joined if all(joined[1:]) else []


def _is_beside(row: Sequence[Words], above: Sequence[Words], below: Sequence[Words]) -> bool:
    others = (*above, *below)
    if len(below) <= len(above) or (len(row) > 1 and len(below) < 2) or (len(row) == 1 and len(above) < 2):
        return False
    reaches = all(above[0].bottom < label.top and label.bottom < below[0].top for label in row)
    is_beside = not any(label.left < words.right and words.left < label.right for label in row for words in others)
    is_first = row[0].right < min(words.left for words in others)
    return reaches and is_first and is_beside and not any(is_number(words.text) for words in (*row, *below))


def _are_names(row: Sequence[Words], below: Sequence[Sequence[Words]]) -> bool:
    """Whether a row of texts, or years, is the last of a header: the next row of several cells has other numbers."""
    first = next((other for other in below if len(other) > 1), ())
    return not any(map(_is_value, row)) and any(map(_is_value, first))


def _is_value(words: Words) -> bool:
    """Whether a cell holds a number, or the dash of an account that has none: "$—"."""
    text = words.text.lstrip("$€£¥ ")
    return text in ("-", "–", "—") or (is_number(words.text) and not is_year(words.text))


def _covered_by_one(name: Words, columns: Sequence[Span], drawn: Lines) -> range:
    """The columns of a group whose name stands alone in its row; none where several groups are as likely."""
    if found := _within_lines(name, columns, drawn):
        return found
    middle = (name.left + name.right) / 2
    if any(left <= middle <= right for left, right in columns):
        return range(0)  # the first of two lines of the name of one column
    fits = [group for group in _groups(columns) if _is_over_middle(name, columns, group)]
    return fits[0] if len(fits) == 1 else range(0)


def _tiles(names: Sequence[Words], columns: Sequence[Span]) -> list[range]:
    """The columns of each of several groups that share all columns but the first; none where they do not."""
    middles = [(name.left + name.right) / 2 for name in names]
    nearest = [min(range(len(names)), key=lambda number: abs(middles[number] - sum(span) / 2)) for span in columns[1:]]
    groups = [
        range(nearest.index(number) + 1, nearest.index(number) + 1 + nearest.count(number))
        if number in nearest
        else range(0)
        for number in range(len(names))
    ]
    is_even = len(set(map(len, groups))) == 1 and len(groups[0]) > 1  # else they may be lines of names that wrap
    fits = (
        is_even
        and nearest == sorted(nearest)
        and all(group and _is_over_middle(name, columns, group) for name, group in zip(names, groups, strict=True))
    )
    return groups if fits else []


def _groups(columns: Sequence[Span]) -> Iterator[range]:
    """Each run of columns without the first, which has the labels of the rows."""
    for first in range(1, len(columns)):
        for last in range(first, len(columns)):
            yield range(first, last + 1)


def _is_over_middle(name: Words, columns: Sequence[Span], group: range) -> bool:
    middle = (columns[group[0]][0] + columns[group[-1]][1]) / 2
    return abs(middle - (name.left + name.right) / 2) <= _OFF_MIDDLE


def _within_lines(name: Words, columns: Sequence[Span], drawn: Lines) -> range:
    """The columns below a name in its ruled cell or over its line; none without lines, or where labels are below."""
    cell = _ruled_cell(name, drawn.upright)
    reach = cell or _underlined(name, drawn.level)
    if reach is None:
        return range(0)
    inside = [number for number, span in enumerate(columns) if reach[0] < sum(span) / 2 < reach[1]]
    # Some programs draw the line below a group in pieces, one for each column.
    is_clear = len(inside) > 1 or (len(inside) == 1 and cell is not None)
    return range(inside[0], inside[-1] + 1) if is_clear and inside[0] else range(0)


def _ruled_cell(name: Words, rules: Sequence[Rule]) -> Span | None:
    beside = [left for left, bottom, top in rules if bottom <= name.middle <= top]
    before = [left for left in beside if left <= name.left + 1]
    after = [left for left in beside if left >= name.right - 1]
    return (max(before), min(after)) if before and after else None


def _underlined(name: Words, rules: Sequence[Rule]) -> Span | None:
    # A line as long as the words only underlines them.
    middle = (name.left + name.right) / 2
    below = [
        (height, left, right)
        for height, left, right in rules
        if left <= middle <= right
        and right - left > name.right - name.left + _OFF_MIDDLE
        and name.bottom - name.height / 2 <= height <= name.bottom + name.height / 3
    ]
    return max(below)[1:] if below else None
