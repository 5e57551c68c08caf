"""The numbers of numbered paragraphs of a DOCX (`7.3`, `b)`), which the file keeps as rules and not as text.

The rules are those of ISO/IEC 29500-1, section 17.9: a paragraph names a list and a level, the list an abstract list,
and that the format, the start and the text of each level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.office.list_numbers import written_number
from bookwheel.engine.index.readers.xml_parts import parsed_xml
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_PLACE = lazy_regex(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    number_format: str
    start: int
    text: str
    is_legal: bool
    """Whether the numbers of all levels are shown as digits."""


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict[int, int])


class Numbering:
    """Gives each numbered paragraph its number; ask for the paragraphs in the order of the document."""

    def __init__(self, archive: Archive) -> None:
        self._by_id = _lists(archive)
        self._by_style = _styles(archive)
        self._plain: _List | None = None  # the list whose last item was the paragraph before, and its place in it
        self._place = 0

    def next_number(self, paragraph: Element) -> str | None:
        """The number as it is printed.

        None for a paragraph without one, and for a plain list (`1.`, `2.`), which stays a list.
        """
        found = self._list_and_level(paragraph)
        if found is None:
            self._plain = None
            return None
        numbered, number_of_level = found
        level = numbered.levels.get(number_of_level)
        if level is None or level.number_format in ("bullet", "none"):
            if not number_of_level:
                self._plain = None  # a list of its own, not one inside the item above
            return None
        counts = numbered.counts
        counts[number_of_level] = counts.get(number_of_level, level.start - 1) + 1
        for deeper in [deeper for deeper in counts if deeper > number_of_level]:
            del counts[deeper]
        if number_of_level > 0:
            self._plain = None  # its number is text, which ends the list around it
            return self._text(numbered, level)
        is_plain = level.number_format == "decimal" and level.text.strip() in ("%1.", "%1") and _is_plain(paragraph)
        self._place = self._place + 1 if self._plain is numbered else 1
        self._plain = numbered if is_plain else None
        # A list that goes on after a paragraph, or begins with another number, would be counted from 1 again.
        return None if is_plain and counts[0] == self._place else self._text(numbered, level)

    def _text(self, numbered: _List, level: _Level) -> str:
        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            named = numbered.levels.get(place)
            count = numbered.counts.get(place, named.start if named else 1)
            return written_number(count, named.number_format if named and not level.is_legal else "decimal")

        return _PLACE.sub(shown, level.text).strip()

    def _list_and_level(self, paragraph: Element) -> tuple[_List, int] | None:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        listed = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        list_id, level = _of(listed) if listed is not None else (None, None)
        if style is not None and (of_style := self._by_style.get(style.get(f"{W}val", ""))):
            list_id = list_id or of_style[0]
            level = of_style[1] if level is None else level
        numbered = self._by_id.get(list_id or "")
        return None if numbered is None else (numbered, level or 0)


def _is_plain(paragraph: Element) -> bool:
    """Whether a paragraph is an item of a list and not a numbered heading or clause of its own style."""
    properties = paragraph.find(f"{W}pPr")
    style = None if properties is None else properties.find(f"{W}pStyle")
    return style is None or "list" in style.get(f"{W}val", "").lower()


def _lists(archive: Archive) -> dict[str, _List]:
    data = archive.read("word/numbering.xml")
    if data is None:
        return {}
    root = parsed_xml(data)
    abstract = {
        element.get(f"{W}abstractNumId", ""): {
            int(level.get(f"{W}ilvl", "0")): _level(level)
            for level in element.iter(f"{W}lvl")
            if level.get(f"{W}ilvl", "0").isdecimal()
        }
        for element in root.iter(f"{W}abstractNum")
    }
    shared: dict[str, _List] = {}
    found: dict[str, _List] = {}
    for element in root.iter(f"{W}num"):
        named = _value(element, "abstractNumId")
        levels = abstract.get(named, {})
        changed = dict(_overrides(element, levels))
        numbered = _List({**levels, **changed}) if changed else shared.setdefault(named, _List(levels))
        found[element.get(f"{W}numId", "")] = numbered
    return found


def _overrides(element: Element, levels: Mapping[int, _Level]) -> Iterator[tuple[int, _Level]]:
    """The levels that a list changes: another start, or a level of its own."""
    for override in element.iter(f"{W}lvlOverride"):
        number = override.get(f"{W}ilvl", "0")
        place = int(number) if number.isdecimal() else 0
        own, start = override.find(f"{W}lvl"), _value(override, "startOverride")
        level = levels.get(place) if own is None else _level(own)
        if level is not None:
            yield place, replace(level, start=int(start)) if start.isdecimal() else level


def _styles(archive: Archive) -> dict[str, tuple[str | None, int | None]]:
    data = archive.read("word/styles.xml")
    if data is None:
        return {}
    own: dict[str, tuple[str | None, int | None]] = {}
    above: dict[str, str] = {}
    for style in parsed_xml(data).iter(f"{W}style"):
        name, listed = style.get(f"{W}styleId", ""), style.find(f"{W}pPr/{W}numPr")
        own[name] = (None, None) if listed is None else _of(listed)
        above[name] = _value(style, "basedOn")
    found = {name: _inherited(name, own, above) for name in own}
    return {name: listed for name, listed in found.items() if listed[0] is not None}


def _inherited(
    name: str, own: Mapping[str, tuple[str | None, int | None]], above: Mapping[str, str]
) -> tuple[str | None, int | None]:
    """The list and the level of a style: its own, else those of the styles that it is based on."""
    list_id, level = own[name]
    for _ in range(_LEVELS):
        name = above.get(name, "")
        if name not in own or (list_id is not None and level is not None):
            break
        list_id, level = list_id or own[name][0], own[name][1] if level is None else level
    return list_id, level


def _of(listed: Element) -> tuple[str | None, int | None]:
    level = _value(listed, "ilvl")
    return _value(listed, "numId") or None, int(level) if level.isdecimal() and int(level) < _LEVELS else None


def _level(element: Element) -> _Level:
    start = _value(element, "start")
    return _Level(
        _value(element, "numFmt") or "decimal",
        int(start) if start.isdecimal() else 1,
        _value(element, "lvlText"),
        is_legal=(legal := element.find(f"{W}isLgl")) is not None and legal.get(f"{W}val", "1") not in ("0", "false"),
    )


def _value(element: Element, name: str) -> str:
    child = element.find(f"{W}{name}")
    return "" if child is None else child.get(f"{W}val", "")
