"""Paragraphs whose kind is seen without looking at each line: prose without marks, and runs of log lines.

`text_blocks` decides about every line by a dozen patterns. Most text is prose, which passes a few searches over the
whole paragraph; what does not pass is left to those patterns, so that the result is the same at four times the speed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bookwheel.engine.text.code_lines import is_prose
from bookwheel.engine.text.languages import count_unsegmented
from bookwheel.engine.text.sentences import sentence_ends
from bookwheel.lazy_regex import lazy_regex

# A blank line ends a paragraph.
_PARAGRAPH_END = lazy_regex(r"\n(?:[^\S\n]*\n)+")
FENCE = lazy_regex(r" {0,3}(`{3,}|~{3,})")
# Marks of rows, code and headings, and white space that a line may end with.
_ASCII_MARKS = b"|\t={}@[;`~\\\r\f\v\x1c\x1d\x1e\x1f"
_OTHER_MARK = lazy_regex("[\x85\xa0\u2028\u2029\u3000：]")
# "Day ticket ........ 14.50".
LEADER = lazy_regex(r"[^.…_\n]{2,80}?(?:\.{4,}|(?:\. ){4,}|…{2,}|_{4,}) *\S")
_CALL = lazy_regex(r"\((?<=\w\()")
# A line of prose begins with two letters, not with a word of code or of a log.
_ODD_START = (
    r"(?:[\W\d_]|[^\W\d_](?:[\W\d_]|\Z)|(?:import|from|class|def|return|const|let|var|end|else|try|func|fn|struct"
    r"|TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b|[A-Z][a-z]{2} [ \d]\d )"
)
_ODD_FIRST = lazy_regex(_ODD_START)
_ODD_LATER = lazy_regex(r"\n" + _ODD_START)
# As `text_blocks.LOG`, of the kinds that begin with a digit, with at least three words and nothing of a row or of code.
_LOG_RUN = lazy_regex(
    r"(?:[\[(]?(?:\d{4}-\d\d-\d\d[ T,]|\d{1,2}[./]\d{1,2}[./]\d{2,4}[ ,]+\d{1,2}:\d\d|\d\d:\d\d(?::\d\d)?\b)"
    r"[^\n|\t;{}\r]*+(?<! )(?:\n|\Z))++"
)
TERMINAL = lazy_regex(r"[.!?…:;。！？：；।॥؟۔][\"'”’»)\]*_`」』）]*\Z")
# The share of intended breaks in a paragraph from which all of them count as intended.
PURPOSE_SHARE = 0.6
# Longer ones than so many usual lines are two in one; full lines are nearly as long as the longest of the others.
_JOINED_LENGTH, _FULL_SHARE = 1.35, 0.8
_FEWEST_FULL, _SHORTEST_WIDTH = 5, 35
# The embedded model and the splitter take such a share of lines "name: value" for a list of values.
_NAMED_SHARE = 0.8
_KEY_REACH = 80
_NUMBERED = lazy_regex(r"\(?(\d{1,3}|[a-zA-Z])[.)]\s")
# A number that begins the line below goes on with a sentence on a line as long as this.
FULL_LINE = 90
# The first letter of what is marked as a link, as code or as important; a line that no sentence ends with.
_MARKED_WORD = lazy_regex(
    r"\s*(?:\[(?![\^ ])(?=[^\]\n]{2,}(?:\][(\[]|\Z))|\*{1,2}(?=\w)|`{1,2}(?=[^`\s]))+[\"'“(~/.$<-]*([^\W_])"
)
_UNFINISHED = lazy_regex(
    r"(?i)(?:,|(?<=\S )(?:and|or|nor|but|the|an?|of|to|in|on|at|by|for|from|with|as|than|that|this|these|those|your|our"
    r"|its|their|if|via|see|using|is|are|be|use|called|und|oder|der|die|das|den|dem|des|ein(?:e[nrms]?)?|von|vom|zu|zum|zur|im"
    r"|in|auf|mit|für|durch|als|bei|et|ou|le|la|les|des?|du|un|une|dans|pour|par|avec|sur|aux?|y|o|el|los|las|del|en|con"
    r"|para|por|e|il|lo|gli|di|da|per))\Z"
)
# A name or two that were wrapped, not a sentence.
SHORTEST_SENTENCE, HALF_LINE = 2, 60
# A line is full when the next word would reach so near to the longest line; shorter ones are headings.
_FULL_TO = 8
_SHORTEST_FULL = 40

_TITLE_END = lazy_regex(r"[^.!…:;,。！：；、।](?:[\"'”’»)\]*_`]*)\Z")
_NO_TITLE = lazy_regex(
    r"[^\W\d_]{3}[.!?] +[^\W\d_]|, [^\W\d_]{3,20}: \S|\A(\*\*|__)[^*:\n]+(?::\1|\1:) *\S"
    r"|\A(?i:released?|published|updated|modified|stand|veröffentlicht|publié|publicado)(?: \w+){0,2} [\d-]{4,10}\Z"
)


def paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges between blank lines, without white space at their ends; each begins with its line."""
    borders = [match.span() for match in _PARAGRAPH_END.finditer(text, start, end)]
    for stop, following in (*borders, (end, end)):
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if stop > start:
            yield start, stop
        start = following


def may_be_fenced(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` has the mark of a fence anywhere."""
    # One character is found a hundred times as fast as three.
    if text.find("`", start, end) >= 0 and text.find("```", start, end) >= 0:
        return True
    return text.find("~", start, end) >= 0 and text.find("~~~", start, end) >= 0


def open_fence(mark: str, text: str, start: int, end: int) -> str:
    """The mark of the fence that is open behind a paragraph, where `mark` was open above it."""
    if not mark and not may_be_fenced(text, start, end):
        return ""
    for line in text[start:end].split("\n"):
        if mark:
            mark = "" if line.strip().startswith(mark) else mark
        elif (opened := FENCE.match(line)) is not None:
            mark = opened[1]
    return mark


def is_plain_prose(text: str, start: int, end: int, longest_heading: int) -> bool:
    """Whether the paragraph `text[start:end]` is prose in one piece: no heading, no marks, no intended line breaks."""
    if _has_mark(text[start:end]) or _ODD_FIRST.match(text, start, end):
        return False
    # One character is found a hundred times as fast as two, or as a pattern.
    if text.find("/", start, end) >= 0 and text.find("//", start, end) >= 0:
        return False
    if text.find("(", start, end) >= 0 and _CALL.search(text, start, end):
        return False
    if text.find("\n", start, end) < 0:
        return end - start > longest_heading and text.find(":", start, start + _KEY_REACH) < 0
    return _ODD_LATER.search(text, start, end) is None and _is_wrapped(text[start:end].split("\n"))


def _has_mark(paragraph: str) -> bool:
    # To delete the marks and to compare the lengths takes a third of the time of a search for a class of characters.
    data = paragraph.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _ASCII_MARKS)) < len(data):
        return True
    return len(data) > len(paragraph) and _OTHER_MARK.search(paragraph) is not None


def _is_wrapped(lines: list[str]) -> bool:
    """Whether every line is full: the first word of the next one would not have fitted on it."""
    named = [":" in line for line in lines]
    # The first line of a list of values may be its title.
    if sum(named) >= _NAMED_SHARE * len(lines) or (len(lines) > 2 and all(named[1:])):
        return False
    if "...." in lines[-1] and LEADER.match(lines[-1]):
        return False
    width = max(map(len, lines))
    for line, below in pairwise(lines):
        if len(line) + 1 + len(below.split(None, 1)[0]) <= width or line[-1] == " ":
            return False
    return True


def is_log(text: str, start: int, end: int) -> bool:
    """Whether each of the lines of `text[start:end]`, two at least, is an entry of a log."""
    if text.find("\n", start, end) < 0 or _LOG_RUN.fullmatch(text, start, end) is None:
        return False
    lines = text[start:end].split("\n")
    return sum(line.count(" ") < 2 for line in lines) < 0.5 * len(lines)


def is_wrapped_number(text: str, above: int, line: tuple[int, int], width: int, below: Sequence[str]) -> bool:
    """Whether a line of prose begins with a number only because it was wrapped: "in room\\n12. The rent".

    `above` is where the line above begins, `line` where this one is; `width` is that of the longest line around, and
    `below` are the next lines: a list goes on there.
    """
    number = _NUMBERED.match(text, *line)
    whole = text[above : line[0]].rstrip()
    if number is None or len(whole) < _SHORTEST_FULL or len(whole) + 1 + len(number[0]) <= width - _FULL_TO:
        return False
    following = _number_after(number[1])
    if any((later := _NUMBERED.match(each)) is not None and later[1] == following for each in below):
        return False
    return whole[-1] not in ":;" and above + len(whole) not in sentence_ends(text, above, line[1])


def _number_after(number: str) -> str:
    return str(int(number) + 1) if number.isdecimal() else chr(ord(number) + 1)


# "3.11, 3.12 and 3.13" of one sentence.
_OF_SEVERAL = lazy_regex(r"\s*\d[\d.]*(?:, | (?:and|or|to|und|oder|bis|et|ou|y|o|e) )\d")


def may_go_on(above: str, below: str) -> bool:
    """Whether a line may go on with the sentence of the one above: "the first fifteen at", "240 degrees"."""
    if (marked := _MARKED_WORD.match(below)) is not None:
        # "you may get\n[dental insurance](…), you must": a list of links or of names in code is not told in words.
        return _UNFINISHED.search(above) is not None or (is_prose(above) and marked[1].islower())
    first = below.lstrip()[:1]
    if first.isdigit() and len(above) > FULL_LINE:
        return is_prose(above) or _OF_SEVERAL.match(below) is not None
    if first.isupper() and len(above) > HALF_LINE and below.rstrip().endswith("."):
        # "It was repaired in May by Ada", "Rook."
        return len(below.split()) <= SHORTEST_SENTENCE and above[-1:].isalpha() and is_prose(above)
    return first.islower()


def is_a_word_a_line(lines: Sequence[str]) -> bool:
    """Whether there is a line break after each word, as in some PDFs; a list of names has no full stops."""
    short = sum(len(line.split()) <= 2 for line in lines)
    return short >= PURPOSE_SHARE * len(lines) and TERMINAL.search(lines[-1]) is not None


def reads_as_title(text: str) -> bool:
    """Whether a line ends as a title does and holds no whole sentence, no label and no date of a release."""
    return not text[:1].islower() and _TITLE_END.search(text) is not None and _NO_TITLE.search(text) is None


def would_fit(line: str, below: str, width: int) -> bool:
    """Whether the next word would have fitted on the line; in scripts without spaces, the next character."""
    first = below.split(None, 1)[0]
    return len(line) + 1 + (1 if count_unsegmented(first[:1]) else len(first)) <= width


def that_would_fit(lines: Sequence[str]) -> list[bool]:
    """For each line but the last, whether the next word would have fitted on it."""
    width = _line_width(list(map(len, lines)))
    return [would_fit(line, below, width) for line, below in pairwise(lines)]


def _line_width(lengths: Sequence[int]) -> int:
    """How long a full line is: that of most lines, where a few are two lines that a hyphen has joined."""
    longest, usual = max(lengths), sorted(lengths)[len(lengths) // 2]
    single = [length for length in lengths if length <= _JOINED_LENGTH * usual]
    width = max(single)
    are_full = sum(length >= _FULL_SHARE * width for length in single)
    is_clear = len(lengths) >= _FEWEST_FULL and width >= _SHORTEST_WIDTH and 2 * are_full >= len(lengths)
    return width if is_clear else longest
