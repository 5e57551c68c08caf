"""Marks of the unsupported sentences of an answer: their reasons in words, and their ranges in its Markdown.

A mark goes through the Markdown parser as characters that no answer has (SignWriting's punctuation), which next to
emphasis do not change how it is parsed. `marked` puts them in; the code that draws the text removes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bookwheel.engine.events.run_events import RunFinished, UnsupportedSentence
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MAX_NAMED = 3

_OPEN, _SEPARATOR, _CLOSE = "\U0001da87", "\U0001da88", "\U0001da89"
_OWN = str.maketrans(dict.fromkeys((_OPEN, _SEPARATOR, _CLOSE), "\ufffd"))
_BORDER = lazy_regex(f"{_OPEN}(\\d+){_SEPARATOR}|{_CLOSE}")
_LINK = lazy_regex(r"!?\[([^\[\]]{1,500})\]\([^()\s]{1,500}\)")
_MARKUP = lazy_regex(r"[*`|]|(?m:^ {0,3}>)")
_CELL = lazy_regex(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence of an answer, `start` to `end`, that its sources do not support.

    `cited` are the numbers that it cites itself, `missing` what was in none of its sources; `text` is the sentence.
    """

    start: int
    end: int
    text: str
    cited: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The sentence without its Markdown, in one line."""
        return " ".join(_MARKUP.sub(" ", _LINK.sub(r"\1", self.text)).split())

    @property
    def reason(self) -> str:
        """Such as "not in [2]: 1,200"."""
        unknown = [f"[{number}]" for number in self.cited if f"[{number}]" in self.missing]
        known = [f"[{number}]" for number in self.cited if f"[{number}]" not in self.missing]
        words = [part for part in self.missing if part not in unknown]
        named = ", ".join(words[:MAX_NAMED]) + (f" and {len(words) - MAX_NAMED} more" if len(words) > MAX_NAMED else "")
        reasons = [f"there is no source {''.join(unknown)}"] if unknown else []
        if named and known:
            reasons.append(f"not in {''.join(known)}: {named}")
        elif named and not unknown:
            reasons.append(f"no source: {named}")
        return "; ".join(reasons) or "no source"


@dataclass(frozen=True, slots=True)
class Checked:
    """How many sentences of an answer had something to check, and how many of them no source supports."""

    sentences: int = 0
    unsupported: int = 0

    @property
    def summary(self) -> str:
        """Such as "4 sentences checked, 1 not supported"; empty when nothing could be checked."""
        if not self.sentences:
            return ""
        counted = f"{self.sentences} sentence{'s' if self.sentences > 1 else ''} checked"
        if not self.unsupported:
            return f"{counted}, all supported" if self.sentences > 1 else f"{counted}, supported"
        return f"{counted}, {self.unsupported} not supported"


def marks_from(finished: RunFinished) -> tuple[Mark, ...]:
    """The marks of a run's answer, in order; those outside of its text are left out."""
    if finished.check is None:
        return ()
    marks = [_mark(sentence, finished.response) for sentence in finished.check.unsupported]
    kept: list[Mark] = []
    for mark in sorted((mark for mark in marks if mark is not None), key=lambda mark: mark.start):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def checked_from(finished: RunFinished) -> Checked:
    """How many sentences of a run's answer were checked, and how many are not supported."""
    check = finished.check
    return Checked(check.supported_count + check.unsupported_count, check.unsupported_count) if check else Checked()


def marked(text: str, marks: Iterable[Mark], *, offset: int = 0, first: int = 0) -> str:
    """`text`, which begins at `offset` of the answer, with the borders of the marks in it; they count from `first`."""
    pieces: list[str] = []
    done = 0
    for number, mark in enumerate(marks, start=first):
        start, end = max(mark.start - offset, done), min(mark.end - offset, len(text))
        if start < end:
            pieces += (text[done:start].translate(_OWN), _enclosed(text[start:end].translate(_OWN), number))
            done = end
    return "".join(pieces) + text[done:].translate(_OWN) if pieces else text


def split_at_borders(text: str) -> Iterator[tuple[str, int | None]]:
    """The pieces of a text between borders, each with the number of the mark that begins before it; -1 ends one.

    None is for a piece without a border before it.
    """
    number: int | None = None
    done = 0
    for match in _BORDER.finditer(text):
        if match.start() > done or number is not None:
            yield text[done : match.start()], number
        number = int(match[1]) if match[1] else -1
        done = match.end()
    yield text[done:], number


def has_borders(text: str) -> bool:
    return not text.isascii() and (_OPEN in text or _CLOSE in text)


def without_borders(text: str) -> str:
    """The text as it was before `marked`."""
    return _BORDER.sub("", text) if has_borders(text) else text


def _enclosed(sentence: str, number: int) -> str:
    """The cells of a table's row are marked one by one."""
    before, after = f"{_OPEN}{number}{_SEPARATOR}", _CLOSE
    if not sentence.startswith("|"):
        return f"{before}{sentence}{after}"
    cells = ((cell, cell.strip()) for cell in _CELL.split(sentence))
    return "|".join(cell.replace(text, f"{before}{text}{after}", 1) if text else cell for cell, text in cells)


def _mark(sentence: UnsupportedSentence, response: str) -> Mark | None:
    start, end = sentence.start, sentence.end
    if not 0 <= start < end <= len(response):
        return None
    return Mark(start, end, response[start:end], sentence.cited, sentence.missing)
