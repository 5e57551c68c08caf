"""What `git log` prints: a line a commit, which names its author, its date and what it says."""

from __future__ import annotations

from collections.abc import Iterator

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded, without_terminal_codes
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_COMMIT = lazy_regex(r"commit ([0-9a-f]{7,64})(?: \([^)\n]{1,200}\))?[ \t]*")
_FIELD = lazy_regex(r"([A-Z][A-Za-z-]{2,20}):[ \t]+(\S.*)")
_INDENT = "    "
_SENTENCE_END = (".", "!", "?", ":", ";", ",")
# A longer message stands below the line of its commit.
_LONGEST_IN_LINE = 600


def read(source: Source) -> Document:
    """The commits in their order; what else is printed of one (changed files, differences) stands below its line."""
    text = without_terminal_codes(decoded(source))
    composer = Composer()
    block: list[str] = []
    for line in text.split("\n"):
        if _COMMIT.fullmatch(line):
            _write(composer, block)
            block = []
        block.append(line)
    _write(composer, block)
    return made_document(source, text) if composer.is_empty else composer.document(source)


def _write(composer: Composer, block: list[str]) -> None:
    commit = _COMMIT.fullmatch(block[0]) if block else None
    if commit is None:
        composer.paragraph("\n".join(block))
        return
    cells = [f"Commit: {commit[1]}"]
    at = 1
    while at < len(block) and (field := _FIELD.fullmatch(block[at])):
        cells.append(f"{field[1]}: {field[2].strip()}")
        at += 1
    rest = block[at:]
    said = [line.strip() for line in rest if line.startswith(_INDENT)]
    message = " ".join(_sentences(said))
    is_short = len(message) <= _LONGEST_IN_LINE
    cells.append(f"Message: {message if is_short else said[0]}")
    composer.line("; ".join(cells) if message else "; ".join(cells[:-1]))
    others = [line for line in rest if not line.startswith(_INDENT)]
    if not is_short:
        composer.paragraph("\n".join(said[1:]))
    if any(map(str.strip, others)):
        composer.paragraph("\n".join(others).strip("\n"))


def _sentences(lines: list[str]) -> Iterator[str]:
    """The lines of a message; the subject ends as a sentence where more follows."""
    filled = [line for line in lines if line]
    for number, line in enumerate(filled):
        is_subject = number == 0 and len(filled) > 1 and not line.endswith(_SENTENCE_END)
        yield f"{line}." if is_subject else line
