"""The title of a document that names none: its first line, where that stands by itself."""

from __future__ import annotations

from bookwheel.engine.text.text_blocks import KEY_VALUE, LONGEST_HEADING
from bookwheel.lazy_regex import lazy_regex

_LOOKED_AT = 2_000
# Two letters in a row, or a sign that is a word by itself.
A_WORD = lazy_regex(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")
_FRAME = " \t=-~*#_"
# A greeting, the head of a mail, the number of a page, or the beginning of code, markup or data.
_NO_TITLE = lazy_regex(
    r"(?i:dear|hello|hi|hey|liebe[rs]?|hallo|guten tag|sehr geehrte[rs]?|bonjour|ch(?:er|ère)s?|madame|hola"
    r"|querid[oa]s?|estimad[oa]s?|car[oa]|gentile|beste|geachte)\b"
    r"|(?i:from|to|subject|date|re|von|an|betreff)\s?:|(?i:page|seite)\s\d|[\[<{(\"'@$/\\;%]"
)
_END_OF_SENTENCE = (".", ",", ";", ":", "!", "。", "、", "，", "：", "！")


def found_title(text: str) -> str | None:
    """The first line of `text` when a blank line or a rule follows it and it reads as a title; None otherwise."""
    head = text[:_LOOKED_AT].lstrip("\ufeff\n \t")
    first, _, rest = head.partition("\n")
    line = first.strip(_FRAME)
    if not 2 <= len(line) <= LONGEST_HEADING or not rest.strip() or not A_WORD.search(line):
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
