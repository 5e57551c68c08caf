"""The lines of a settings file (TOML, INI, YAML): each setting with the comment above it, below its section's name.

Read as Markdown, a comment of such a file is a heading, and `[night]` and `target = 15.0` have nothing in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Literal

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

FEWEST_SETTINGS = 2
_SETTINGS_SHARE = 0.9
_LINES = lazy_regex(r"[^\n]*\S[^\n]*")
_COMMENT = lazy_regex(r"\s*[#;]+!?[ \t]*(?P<words>[^\n]*)")
_SECTION = lazy_regex(r"\s*\[{1,2}(?P<name>[\w .:\"'/-]{1,60})\]{1,2}\s*(?:[#;].*)?\Z")
_KEY = r"[\"']?[^\W\d][\w.-]{0,40}[\"']?"
_OPENS = lazy_regex(rf"\s*(?:- )?(?P<name>{_KEY}):\s*(?:#.*)?\Z")
_SETTING = lazy_regex(rf"\s*(?:(?:export|set) )?{_KEY}\s*(?::(?=\s)|=)\s*\S")
_ITEM = lazy_regex(r"\s*- \S")
# The first setting of an entry of a list of entries: its value names the entry.
_ENTRY = lazy_regex(rf"\s*- (?P<name>{_KEY}:\s+[^\n]{{1,60}})\Z")
# A switch without a value, or the name of a computer with its settings on one line.
_BARE = lazy_regex(r"\s*[\w.-]+(?: [\w.-]+=\S+)*\Z")
_MAY_BE_SETTINGS = lazy_regex(r"(?m)^\s*(?:\[[\w .:\"'/-]+\]\s*|[\w-]+:\s*)$|^(?:export )?[A-Z][A-Z\d_]+=")
# The settings of an environment have no sections.
_VARIABLE = lazy_regex(r"(?:export )?[A-Z][A-Z\d_]*=")
# A value that goes on below its key: a list in brackets, a text in quotes, lines with a deeper indent.
_OPENED = lazy_regex(
    rf"\s*{_KEY}\s*[:=]\s*(?:[^#\n]*(?P<bracket>[\[{{])\s*(?:#.*)?|(?P<quotes>\"{{3}}|'{{3}})[^\n]*)\Z"
)
_GOES_ON = lazy_regex(rf"\s*{_KEY}(?:\s*=|:\s*[|>][+-]?\d?)\s*\Z")
_CLOSING = {"[": "]", "{": "}"}
MOST_LINES = 100

# The indents of the comment at the top, and of `[section]`: all keys are below them.
_OF_FILE, _OF_SECTION = -2, -1

PartKind = Literal["heading", "line", "item", "sentence"]


@dataclass(frozen=True, slots=True)
class SettingsPart:
    """A part of a settings file, `text[start:end]`, below the sections `path`; `block` counts the sections from 0."""

    kind: PartKind
    start: int
    end: int
    block: int
    path: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class _SettingsLine:
    start: int
    end: int
    text: str
    gap: bool

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @property
    def is_comment(self) -> bool:
        return _COMMENT.match(self.text) is not None


def is_section(line: str) -> bool:
    """Whether a line, with comments above it or not, is the name of a section: "[night]", "motor:"."""
    last = line.rpartition("\n")[2]
    return (_SECTION.match(last) or _OPENS.match(last)) is not None


def settings_parts(text: str) -> list[SettingsPart] | None:
    """The parts of a settings file in order; None for a text that is none, or one without sections."""
    if _MAY_BE_SETTINGS.search(text) is None:
        return None
    lines = _with_whole_values(text, list(_lines_of(text)))
    return list(_SettingsReader(lines).run()) if _are_settings(lines) else None


def _lines_of(text: str) -> Iterator[_SettingsLine]:
    last = None
    for match in _LINES.finditer(text):
        gap = last is None or text.count("\n", last, match.start()) > 1
        last = match.end()
        yield _SettingsLine(match.start(), match.start() + len(match[0].rstrip()), match[0].rstrip(), gap)


def _with_whole_values(text: str, lines: Sequence[_SettingsLine]) -> list[_SettingsLine]:
    """The lines, those of one value joined with the line of its key."""
    found: list[_SettingsLine] = []
    at = 0
    while at < len(lines):
        first, last = lines[at], _last_of_value(lines, at)
        end = lines[last].end
        joined = text[first.start : end] if last > at else first.text
        found.append(_SettingsLine(first.start, end, joined, first.gap))
        at = last + 1
    return found


def _last_of_value(lines: Sequence[_SettingsLine], at: int) -> int:
    """The last line of the value that begins on the line `at`."""
    line, following = lines[at], range(at + 1, min(len(lines), at + MOST_LINES))
    if (opened := _OPENED.match(line.text)) is not None:
        bracket, quotes = opened["bracket"], opened["quotes"]
        if bracket is not None:
            is_end = (lines[other].text.strip().startswith(_CLOSING[bracket]) for other in following)
        elif line.text.count(quotes) > 1:
            return at
        else:
            is_end = (quotes in lines[other].text for other in following)
        return next((other for other, ends in zip(following, is_end, strict=True) if ends), at)
    if _GOES_ON.match(line.text) is not None:
        deeper = takewhile(lambda other: lines[other].indent > line.indent, following)
        return max(deeper, default=at)
    return at


def _are_settings(lines: Sequence[_SettingsLine]) -> bool:
    rest = [line for line in lines if not line.is_comment]
    settings = sum(_SETTING.match(line.text) is not None for line in rest)
    sections = sum(_SECTION.match(line.text) is not None for line in rest)
    nested = [(_OPENS.match(one.text) is not None and _is_below(one, other)) for one, other in pairwise(rest)]
    items = sum(_ITEM.match(line.text) is not None for line in rest)
    bare = sum(_BARE.match(line.text) is not None for line in rest) if sections else 0
    known = settings + sections + sum(nested) + items + bare
    has_names = bool(sections or any(nested)) or all(_VARIABLE.match(line.text) for line in rest)
    return settings >= FEWEST_SETTINGS and has_names and known >= _SETTINGS_SHARE * len(rest)


def _is_below(above: _SettingsLine, line: _SettingsLine) -> bool:
    """Whether a line belongs to `name:` above it; the items of a list may have its indent."""
    return line.indent > above.indent or (line.indent == above.indent and _ITEM.match(line.text) is not None)


class _SettingsReader:
    def __init__(self, lines: Sequence[_SettingsLine]) -> None:
        self._lines = lines
        self._at = 0
        self._block = 0
        # The indent and name of each section that is open, and the line above its items where it is a list.
        self._path: list[tuple[int, str, str]] = []
        self._list = ""

    def run(self) -> Iterator[SettingsPart]:
        while self._at < len(self._lines):
            first = self._at
            while self._at < len(self._lines) and self._lines[self._at].is_comment:
                self._at += 1
            is_apart = self._at == len(self._lines) or self._lines[self._at].gap or not first
            if first < self._at and (is_apart or self._opens_section(self._at)):
                yield self._remark(first)
                continue
            yield self._setting(first)

    def _remark(self, first: int) -> SettingsPart:
        """A comment that belongs to no setting; at the top of a file it says what the file is."""
        if first:
            return self._part("sentence", first, self._at)
        part = self._heading(first)
        words = (_COMMENT.match(line.text) for line in self._lines[: self._at])
        self._path.append((_OF_FILE, " ".join(found["words"].strip() for found in words if found), ""))
        return part

    def _opens_section(self, at: int) -> bool:
        return _SECTION.match(self._lines[at].text) is not None or self._opens_list_or_section(at)

    def _opens_list_or_section(self, at: int) -> bool:
        is_last = at + 1 >= len(self._lines)
        return not is_last and bool(_OPENS.match(self._lines[at].text)) and _is_below(*self._lines[at : at + 2])

    def _setting(self, first: int) -> SettingsPart:
        """The next setting with the comments above it from `first`, or the name of the next section."""
        line = self._lines[self._at]
        self._at += 1
        if (section := _SECTION.match(line.text)) is not None:
            self._enter(_OF_SECTION, section["name"])
            return self._heading(first)
        is_item = _ITEM.match(line.text) is not None
        if is_item and self._list:
            self._leave(line.indent + 1, keeps_list=True)
        else:
            self._leave(line.indent)
        if self._opens_list_or_section(self._at - 1) and (opened := _OPENS.match(line.text)) is not None:
            below = self._lines[self._at]
            self._list = line.text.strip() if _ITEM.match(below.text) else ""
            self._enter(line.indent, opened["name"])
            return self._heading(first)
        part = self._part("item" if is_item and self._list else "line", first, self._at)
        is_last = self._at == len(self._lines)
        if (
            (entry := _ENTRY.match(line.text)) is not None
            and not is_last
            and self._lines[self._at].indent > line.indent
        ):
            self._path.append((line.indent + 1, entry["name"], ""))
        return part

    def _enter(self, indent: int, name: str) -> None:
        self._leave(indent)
        self._path.append((indent, name.strip("\"' "), self._list))

    def _leave(self, indent: int, *, keeps_list: bool = False) -> None:
        """Leave the sections, and the entries of a list, that a line with this indent is not in."""
        while self._path and self._path[-1][0] >= indent:
            self._path.pop()
            self._block += 1
            self._list = self._path[-1][2] if keeps_list and self._path else ""

    def _heading(self, first: int) -> SettingsPart:
        """A heading has a block of its own."""
        self._block += 1
        part = self._part("heading", first, self._at)
        self._block += 1
        return part

    def _part(self, kind: PartKind, first: int, end: int) -> SettingsPart:
        lines = self._lines[first:end]
        path = " ".join(name for _, name, _ in self._path)
        lead = self._list if kind == "item" else ""
        return SettingsPart(kind, lines[0].start + lines[0].indent, lines[-1].end, self._block, path, lead)
