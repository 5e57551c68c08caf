"""The title of a document that names none: its first line, where that stands by itself or in larger letters."""

from __future__ import annotations

from bookwheel.engine.index.readers.pdf_layout import CharBoxes
from bookwheel.engine.text.text_blocks import KEY_VALUE, LONGEST_HEADING
from bookwheel.lazy_regex import lazy_regex

_LOOKED_AT = 2_000
# Two letters in a row, or a sign that is a word by itself.
_WORD = lazy_regex(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")
_UNDERLINE = lazy_regex(r"\n[ \t]*[=\-~*#_]{3,}[ \t]*\Z")
_FRAME = " \t=-~*#_"
# A greeting, the head of a mail, the number of a page, or the beginning of code, markup or data.
_NO_TITLE = lazy_regex(
    r"(?i:dear|hello|hi|hey|liebe[rs]?|hallo|guten tag|sehr geehrte[rs]?|bonjour|ch(?:er|ère)s?|madame|hola"
    r"|querid[oa]s?|estimad[oa]s?|car[oa]|gentile|beste|geachte)\b"
    r"|(?i:from|to|subject|date|re|von|an|betreff)\s?:|(?i:page|seite)\s\d|[\[<{(\"'@$/\\;%]"
)
# A title on a page has letters larger by this factor, in its first lines, below a line or two of a page's head.
_LARGER = 1.15
_HEAD_LINES, _FURNITURE = 6, 2
_SAMPLED, _LEAST_SAMPLED = 200, 20
_LONGEST = 200
_END_OF_SENTENCE = (".", ",", ";", ":", "!", "。", "、", "，", "：", "！")


def found_title(text: str) -> str | None:
    """The first line of `text` when a blank line or a rule follows it and it reads as a title; None otherwise."""
    head = text[:_LOOKED_AT].lstrip("\ufeff\n \t")
    first, _, rest = head.partition("\n")
    line = first.strip(_FRAME)
    if not 2 <= len(line) <= LONGEST_HEADING or not rest.strip() or not _WORD.search(line):
        return None
    if line.endswith(_END_OF_SENTENCE) or line[0].islower() or line[0].isdigit() or _NO_TITLE.match(line):
        return None
    below, _, after = rest.partition("\n")
    is_ruled = bool(below.strip()) and not below.strip(_FRAME)
    if below.strip() and not is_ruled:
        return None
    next_line = next((each for each in (after if is_ruled else rest).split("\n") if each.strip()), "")
    if KEY_VALUE.match(line) and KEY_VALUE.match(next_line):
        return None  # values in lines of their own
    return line


def drawn_title(text: str, boxes: CharBoxes) -> str | None:
    """The lines at the head of a page whose letters are larger than those of most of the page; None without such.

    `boxes` gives the box of each character of `text`.
    """
    from statistics import median  # late: it takes 5 ms, and this is for PDFs alone

    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    heights = [height for at in places[:: max(1, len(places) // _SAMPLED)] if (height := _height(boxes, at))]
    if len(heights) < _LEAST_SAMPLED:
        return None
    least = _LARGER * median(heights)
    lines, at = list[str](), 0
    for number, line in enumerate(text.split("\n")[:_HEAD_LINES]):
        first = next((index for index, letter in enumerate(line) if letter.isalnum()), None)
        is_large = first is not None and _height(boxes, at + first) >= least
        at += len(line) + 1
        if is_large:
            lines.append(line.strip())
        elif lines or number >= _FURNITURE:
            break
    title = " ".join(lines)
    return title if _WORD.search(title) and len(title) <= _LONGEST else None


def _height(boxes: CharBoxes, at: int) -> float:
    box = boxes(at)
    return 0.0 if box is None else box[3] - box[1]
