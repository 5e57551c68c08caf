"""The cues of captions in other forms than SubRip's: SubStation Alpha, TTML, SAMI, MicroDVD, and the lines of songs."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.xml_parts import parsed_xml
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_CLOCK = lazy_regex(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,:](\d{1,3}))?")
_OFFSET = lazy_regex(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t)")
_UNITS = {"h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "f": 1 / 25, "t": 1e-7}
_OVERRIDE = lazy_regex(r"\{[^{}]{0,400}\}")
# Between these marks shapes are drawn: "m 0 0 l 100 0".
_DRAWING = lazy_regex(r"\{[^{}]{0,400}\\p[1-9][^{}]{0,400}\}[^{}]*")
_ASS_BREAK = lazy_regex(r"\\[Nnh]")
_FRAMES = lazy_regex(r"\{(\d+)\}\{(\d*)\}(.*)")
_FRAMES_A_SECOND = 25.0
_LYRIC = lazy_regex(r"((?:\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\])+)(.*)")
_SYNC = lazy_regex(r"<sync\s[^>]{0,80}?start\s*=\s*[\"']?(\d+)[^>]{0,80}>", re.IGNORECASE)
_BREAK_TAG = lazy_regex(r"<(?:br|p)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = lazy_regex(r"<[^<>]{1,300}>")
_WORD_TIME = lazy_regex(r"<\d{1,3}:\d{2}(?:[.:]\d{1,3})?>")
# A line of a song or a picture stays until the next one; the last one for so long.
_LAST_S = 5.0


class Cue(NamedTuple):
    """What is said between two times, in seconds."""

    begin: float
    end: float
    lines: Sequence[str]


Form: TypeAlias = Callable[[str], Iterator[Cue]]


def substation_cues(text: str) -> Iterator[Cue]:
    """The dialogue of SubStation Alpha (.ass, .ssa) in the order of its times; comments are not said."""
    columns = ["start", "end", "text"]
    cues: list[Cue] = []
    for line in text.split("\n"):
        kind, _, values = line.partition(":")
        if kind.strip().lower() == "format":
            columns = [name.strip().lower() for name in values.split(",")]
        elif kind.strip().lower() == "dialogue":
            given = dict(zip(columns, values.split(",", len(columns) - 1), strict=False))
            said = _OVERRIDE.sub("", _DRAWING.sub("", given.get("text", "")))
            begin, end = seconds_of(given.get("start", "")), seconds_of(given.get("end", ""))
            if begin is not None:
                cues.append(Cue(begin, begin if end is None else end, _plain_lines(_ASS_BREAK.split(said))))
    yield from sorted(cues, key=lambda cue: cue.begin)


def timed_text_cues(text: str) -> Iterator[Cue]:
    """The paragraphs of TTML (.ttml, .dfxp). Raises DocumentError for broken XML."""
    root = parsed_xml(text.removeprefix("\ufeff").encode("utf-8"), is_utf8=True)
    if _name(root) != "tt":
        raise DocumentError("it is not timed text")
    for paragraph in root.iter():
        if _name(paragraph) != "p":
            continue
        begin = seconds_of(_attributes(paragraph).get("begin", ""))
        if begin is None:
            continue
        end = seconds_of(_attributes(paragraph).get("end", ""))
        length = seconds_of(_attributes(paragraph).get("dur", ""))
        until = end if end is not None else begin + (length or 0.0)
        yield Cue(begin, until, _plain_lines("".join(_said(paragraph)).split("\v")))


def sami_cues(text: str) -> Iterator[Cue]:
    """The times of SAMI (.smi): each one's text is shown until the next one."""
    starts = list(_SYNC.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    said = ((int(match[1]) / 1_000, text[match.end() : end]) for match, end in zip(starts, ends, strict=False))
    yield from _until_next(
        (begin, _plain_lines(_TAG.sub("", line) for line in _BREAK_TAG.split(markup))) for begin, markup in said
    )


def frame_cues(text: str) -> Iterator[Cue]:
    """The lines of MicroDVD (.sub); the frame rate is not in the file: 25 a second."""
    for line in text.split("\n"):
        match = _FRAMES.match(line)
        if match is not None:
            begin = int(match[1]) / _FRAMES_A_SECOND
            end = int(match[2]) / _FRAMES_A_SECOND if match[2] else begin
            yield Cue(begin, end, _plain_lines(_OVERRIDE.sub("", match[3]).split("|")))


def lyric_cues(text: str) -> Iterator[Cue]:
    """The lines of a song (.lrc); one with several times is sung as often."""
    sung: list[tuple[float, Sequence[str]]] = []
    for line in text.split("\n"):
        if (match := _LYRIC.match(line.strip())) is not None:
            words = _plain_lines([_WORD_TIME.sub("", match[2])])
            times = (seconds_of(time) for time in match[1].strip("[]").split("]["))
            sung.extend((time, words) for time in times if time is not None)
    yield from _until_next(sorted(sung, key=lambda line: line[0]))


FORMS: Mapping[str, Form] = {
    ".ass": substation_cues,
    ".ssa": substation_cues,
    ".ttml": timed_text_cues,
    ".dfxp": timed_text_cues,
    ".smi": sami_cues,
    ".sub": frame_cues,
    ".lrc": lyric_cues,
}


def seconds_of(time: str) -> float | None:
    """The seconds of `1:02:03.5`, `02:03`, `3.5s` or `40f`; None for another text."""
    time = time.strip()
    if (clock := _CLOCK.fullmatch(time)) is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups()[:3])
        # A colon before the last part counts frames.
        fraction = int(clock[4]) / 25 if clock[4] and time[-len(clock[4]) - 1] == ":" else float(f"0.{clock[4] or 0}")
        return hours * 3_600 + minutes * 60 + seconds + fraction
    offset = _OFFSET.fullmatch(time)
    return None if offset is None else float(offset[1]) * _UNITS[offset[2]]


def _until_next(said: Iterable[tuple[float, Sequence[str]]]) -> Iterator[Cue]:
    shown = list(said)
    for (begin, lines), (end, _) in pairwise([*shown, (shown[-1][0] + _LAST_S, ())] if shown else []):
        if lines:
            yield Cue(begin, end, lines)


def _plain_lines(lines: Iterable[str]) -> Sequence[str]:
    return [plain for line in lines if (plain := " ".join(html.unescape(line).split()))]


def _said(element: Element) -> Iterator[str]:
    """The text of a paragraph; a vertical tab stands for each break."""
    yield element.text or ""
    for child in element:
        if _name(child) == "br":
            yield "\v"
        elif _name(child) != "metadata":
            yield from _said(child)
        yield child.tail or ""


def _attributes(element: Element) -> Mapping[str, str]:
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def _name(element: Element) -> str:
    # A comment has a function in place of a name.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]
