"""Subtitles: what is said as paragraphs, each under the time at which it begins."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from bookwheel.engine.index.readers.caption_forms import FORMS, Cue
from bookwheel.engine.index.readers.composer import clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_TIME = r"(?:(?P<{0}h>\d{{1,3}}):)?(?P<{0}m>\d{{1,2}}):(?P<{0}s>\d{{2}})(?:[.,](?P<{0}f>\d{{1,3}}))?"
# Programs that recognise speech set both times in brackets before what is said.
_CUE = lazy_regex(rf"[ \t]*\[?{_TIME.format('a')}[ \t]*(?:-->|,)[ \t]*{_TIME.format('b')}(?:\][ \t]*(?P<said>.*))?")
_SPEAKER = lazy_regex(r"([^\W\d_a-z][^:]{0,60}): ")
_NOT_SAID = lazy_regex(r"(?:\ufeff)?(?:WEBVTT|NOTE|STYLE|REGION)\b")
_VOICE = lazy_regex(r"<v(?:\.[^ >]*)?[ \t]+([^>]{1,80})>")
_TAG = lazy_regex(r"</?[a-zA-Z][^<>]{0,200}>|<[\d:.]{5,20}>|\{\\[^{}]{0,200}\}")
_SENTENCE_END = lazy_regex(r"[.!?…。！？][\"'”’»)\]]*$")
_WIDE = lazy_regex("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")

# A paragraph ends with a sentence, when it has this length or a pause follows; without sentences, at the second length.
_ENOUGH = 400
_TOO_LONG = 1_200
_PAUSE_S = 3.0
_LONG_PAUSE_S = 10.0
# Rolling captions repeat the last line in the next cue, which begins at once.
_AT_ONCE_S = 0.1
_LEAST_REPEATED_WORDS = 2


def read(source: Source) -> Document:
    """What is said; a file without times is read as plain text."""
    text = clean(decoded(source))
    cues = list(FORMS.get(source.suffix, _cues)(text))
    if not cues:
        source.remarks.append("no times are found in it: it is read as plain text")
        return made_document(source, text)
    return captions_document(source, cues)


def captions_document(source: Source, cues: Iterable[Cue]) -> Document:
    """What is said as paragraphs, each under the time at which it begins."""
    pieces: list[str] = []
    headings: list[Heading] = []
    length = 0
    for begin, said in _paragraphs(_without_repetition(cues, is_rolling=source.suffix == ".vtt")):
        headings.append(Heading(length, 1, _clock(begin)))
        pieces.append(said)
        length += len(said) + 2
    return made_document(source, "\n\n".join(pieces), locations=Locations(headings=headings))


def _cues(text: str) -> Iterator[Cue]:
    end_of_last: float | None = None
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.split("\n")
        times = [(number, match) for number, line in enumerate(lines) if (match := _CUE.match(line))]
        if not times:
            # A blank line inside what is said; before the first time stands the head of the file.
            said = [plain for line in lines if (plain := _plain(line))]
            if said and end_of_last is not None and not _NOT_SAID.match(block):
                yield Cue(end_of_last, end_of_last, said)
            continue
        # Some files have no blank line between cues: a number before a time belongs to the next cue.
        ends = [number for number, _ in times[1:]] + [len(lines)]
        for (number, match), end in zip(times, ends, strict=True):
            said = [*filter(None, [match["said"]]), *lines[number + 1 : end]]
            if end < len(lines) and said and said[-1].strip().isdecimal():
                said = said[:-1]
            end_of_last = _seconds(match, "b")
            yield Cue(_seconds(match, "a"), end_of_last, [plain for line in said if (plain := _plain(line))])


def _without_repetition(cues: Iterable[Cue], *, is_rolling: bool) -> Iterator[Cue]:
    """The cues, without the lines with which a cue repeats the end of the one before."""
    before = Cue(0, -1, ())
    for cue in cues:
        repeated = 0
        if is_rolling or cue.begin - before.end <= _AT_ONCE_S:
            repeated = next(
                (count for count in range(len(cue.lines), 0, -1) if before.lines[-count:] == cue.lines[:count]), 0
            )
        words = sum(len(line.split()) for line in cue.lines[:repeated])
        new = cue.lines[repeated:] if is_rolling or words >= _LEAST_REPEATED_WORDS else cue.lines
        if new:
            yield cue._replace(lines=new)
        before = cue


def _paragraphs(cues: Iterable[Cue]) -> Iterator[tuple[float, str]]:
    begin, end, said, speaker = 0.0, 0.0, "", ""
    for cue in cues:
        pause = cue.begin - end
        is_whole = _SENTENCE_END.search(said) is not None
        if said and (
            (is_whole and (len(said) >= _ENOUGH or pause >= _PAUSE_S))
            or len(said) >= _TOO_LONG
            or pause >= _LONG_PAUSE_S
        ):
            yield begin, said
            said = speaker = ""
        begin = begin if said else cue.begin
        for line in cue.lines:
            named = _SPEAKER.match(line)
            is_same = named is not None and named[1] == speaker
            said = _joined(said, line[named.end() :] if is_same and named else line)
            speaker = named[1] if named else speaker
        end = cue.end
    if said:
        yield begin, said


def _joined(said: str, line: str) -> str:
    if not said or (_WIDE.match(said[-1]) and _WIDE.match(line)):
        return said + line
    return f"{said}\n{line}" if line.startswith(("- ", "– ", "— ")) else f"{said} {line}"


def _plain(line: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", _VOICE.sub(r"\1: ", line))).split())


def _seconds(match: re.Match[str], side: str) -> float:
    hours, minutes, seconds = (int(match[side + part] or 0) for part in "hms")
    return hours * 3_600 + minutes * 60 + seconds + float(f"0.{match[f'{side}f'] or 0}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"
