"""The numbers of lists and headings of OpenDocument texts, which the file keeps as rules and not as text.

The rules are those of ISO/IEC 26300-1, sections 5.3 and 16.30 (lists) and 16.34 (outlines).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.office.list_numbers import written_number
from bookwheel.engine.index.readers.office.open_document import TEXT, Members
from bookwheel.engine.index.readers.xml_parts import parsed_xml
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NEW = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_PLACE = lazy_regex(r"%(\d{1,2})%")
_LEVELS = 10
# A list of these numbers is one without any help.
PLAIN = lazy_regex(r"\d+\.")


@dataclass(frozen=True, slots=True)
class _Rule:
    number_format: str
    start: int
    text: str
    """How a number is written: `%1%.%2%` has those of two levels."""


class ListNumbers:
    """The number of each item and heading that has one, by the identity of its element."""

    def __init__(self, members: Members, body: Element) -> None:
        self._styles, outline = _styles(members)
        self._counts: dict[str, dict[int, int]] = {}
        self.labels: dict[int, str] = {}
        self._number_headings(body, outline)
        self._number_lists(body)

    def _number_lists(self, body: Element) -> None:
        lists = list(body.iter(f"{TEXT}list"))
        inner = {id(below) for each in lists for item in each for below in item.findall(f"{TEXT}list")}
        for each in lists:
            if id(each) not in inner:
                self._number(each)

    def _number(self, outermost: Element) -> None:
        name = outermost.get(f"{TEXT}style-name", "")
        goes_on = outermost.get(f"{TEXT}continue-numbering") == "true" or f"{TEXT}continue-list" in outermost.keys()
        counts = self._counts.setdefault(name, {}) if goes_on else {}
        self._counts[name] = counts
        # With an explicit stack: a deeply nested file would exhaust that of Python.
        waiting = [(outermost, 0, self._styles.get(name, {}))]
        while waiting:
            element, level, style = waiting.pop()
            if element.tag == f"{TEXT}list":
                style = self._styles.get(element.get(f"{TEXT}style-name", ""), style)
                waiting += [(child, level, style) for child in reversed(element)]
                continue
            if element.tag == f"{TEXT}list-item":
                self._count(element, level, style, counts)
            waiting += [(child, level + 1, style) for child in reversed(element) if child.tag == f"{TEXT}list"]

    def _count(self, item: Element, level: int, style: Mapping[int, _Rule], counts: dict[int, int]) -> None:
        if is_frame(item):
            return
        rule = style.get(level)
        given = item.get(f"{TEXT}start-value", "")
        before = counts.get(level, (rule.start if rule else 1) - 1)
        counts[level] = int(given) if given.isdecimal() else before + 1
        for deeper in [deeper for deeper in counts if deeper > level]:
            del counts[deeper]
        if rule is not None and (label := _label(rule, style, counts)):
            self.labels[id(item)] = label

    def _number_headings(self, body: Element, outline: Mapping[int, _Rule]) -> None:
        counts: dict[int, int] = {}
        for heading in body.iter(f"{TEXT}h") if outline else ():
            written = heading.get(f"{TEXT}outline-level", "1")
            if heading.get(f"{TEXT}is-list-header") != "true":
                self._count(heading, int(written) - 1 if written.isdecimal() else 0, outline, counts)


def is_frame(item: Element) -> bool:
    """Whether an item has no text of its own, only the list of a deeper level."""
    return next(iter(item), item).tag == f"{TEXT}list"


def _label(rule: _Rule, style: Mapping[int, _Rule], counts: Mapping[int, int]) -> str:
    if not rule.number_format:
        return ""

    def number(place: int) -> str:
        named = style.get(place)
        count = counts.get(place, named.start if named else 1)
        return written_number(count, _FORMATS.get(named.number_format if named else "1", "decimal"))

    return _PLACE.sub(lambda match: number(int(match[1]) - 1), rule.text).strip()


def _styles(members: Members) -> tuple[dict[str, dict[int, _Rule]], dict[int, _Rule]]:
    """The levels of each list style by its name, and those of the outline."""
    lists: dict[str, dict[int, _Rule]] = {}
    outline: dict[int, _Rule] = {}
    for part in ("styles.xml", "content.xml"):
        data = members.read(part)
        if data is None or (b"list-style" not in data and b"outline-style" not in data):
            continue
        root = parsed_xml(data)
        for style in root.iter(f"{TEXT}list-style"):
            lists[style.get(f"{_STYLE}name", "")] = dict(_levels(style))
        for style in root.iter(f"{TEXT}outline-style"):
            outline = {number: level for number, level in _levels(style) if level.number_format}
    return lists, outline


def _levels(style: Element) -> Iterator[tuple[int, _Rule]]:
    for element in style:
        written, start = element.get(f"{TEXT}level", ""), element.get(f"{TEXT}start-value", "1")
        if not written.isdecimal() or not 0 < int(written) <= _LEVELS:
            continue
        number, is_bullet = int(written), element.tag == f"{TEXT}list-level-style-bullet"
        yield (
            number - 1,
            _Rule(
                "" if is_bullet else element.get(f"{_STYLE}num-format", ""),
                int(start) if start.isdecimal() else 1,
                _written_as(element, number),
            ),
        )


def _written_as(element: Element, number: int) -> str:
    whole = element.get(f"{_STYLE}num-list-format") or element.get(f"{_NEW}num-list-format")
    if whole is not None:
        return whole
    shown = element.get(f"{TEXT}display-levels", "1")
    count = int(shown) if shown.isdecimal() else 1
    places = ".".join(f"%{place}%" for place in range(max(1, number - count + 1), number + 1))
    return f"{element.get(f'{_STYLE}num-prefix', '')}{places}{element.get(f'{_STYLE}num-suffix', '')}"
