"""JSON as rows that fold: objects, lists and long texts, each under its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bookwheel.engine.schema import JsonValue
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import reveal, reveal_line
from bookwheel.tui.rows.wrapping import wrap

MAX_ITEMS = 500
MAX_TEXT_ROWS = 5_000
OPEN_TEXT = 600
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRow:
    """One row; `path` names the value, `is_open` is None for what does not fold. Texts are cleaned."""

    path: tuple[str, ...]
    label: str = ""
    text: str = ""
    is_open: bool | None = None
    is_text: bool = False

    @property
    def depth(self) -> int:
        return len(self.path) - 1


def json_rows(
    name: str, value: JsonValue, folded: Mapping[tuple[str, ...], bool], width: int, path: tuple[str, ...] = ()
) -> Iterator[JsonRow]:
    """The rows of `value`; `folded` says what the user folded or unfolded, the rest unfolds when it is short."""
    path = (*path, name)
    label = reveal_line(name)
    room = max(20, width - 2 * len(path) - 5)
    if isinstance(value, str):
        yield from _text_rows(label, value, folded, room, path)
    elif isinstance(value, Mapping):
        pairs = [(str(key), item) for key, item in value.items()]
        yield from _group_rows(label, "{}", pairs, folded, width, path)
    elif isinstance(value, Sequence):
        pairs = [(str(index), item) for index, item in enumerate(value)]
        yield from _group_rows(label, "[]", pairs, folded, width, path)
    else:
        yield JsonRow(path=path, label=label, text=_plain(value))


def _group_rows(
    label: str,
    brackets: str,
    pairs: Sequence[tuple[str, JsonValue]],
    folded: Mapping[tuple[str, ...], bool],
    width: int,
    path: tuple[str, ...],
) -> Iterator[JsonRow]:
    if not pairs or len(path) > MAX_DEPTH:
        yield JsonRow(path=path, label=label, text=brackets if not pairs else "nested too deeply to show")
        return
    is_open = not folded.get(path, len(path) > 3)
    count = f"{len(pairs)} {'entry' if len(pairs) == 1 else 'entries'}"
    yield JsonRow(path=path, label=label, text="" if is_open else count, is_open=is_open)
    if is_open:
        for name, item in pairs[:MAX_ITEMS]:
            yield from json_rows(name, item, folded, width, path)
        if len(pairs) > MAX_ITEMS:
            yield JsonRow(path=(*path, "…"), text=f"and {len(pairs) - MAX_ITEMS} more: y copies all")


def _text_rows(
    label: str, value: str, folded: Mapping[tuple[str, ...], bool], room: int, path: tuple[str, ...]
) -> Iterator[JsonRow]:
    text = reveal(value)
    if "\n" not in text and len(text) <= room - len(label):
        yield JsonRow(path=path, label=label, text=text)
        return
    is_open = not folded.get(path, len(text) > OPEN_TEXT)
    first = reveal_line(text[:room])
    yield JsonRow(path=path, label=label, text="" if is_open else first, is_open=is_open)
    if is_open:
        shown = text[: MAX_TEXT_ROWS * room]
        spans = wrap(shown, room)[:MAX_TEXT_ROWS]
        for number, (start, end) in enumerate(spans):
            yield JsonRow(path=(*path, str(number)), text=shown[start:end].expandtabs(4), is_text=True)
        if (missing := len(text) - spans[-1][1]) > 0:
            yield JsonRow(path=(*path, "…"), text=f"and {missing:,} more characters: y copies all", is_text=True)


def _plain(value: bool | float | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case _:
            return str(value)
