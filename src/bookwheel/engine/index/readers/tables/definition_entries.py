"""Terms with their meanings, written as one form of all formats: the term, and its meaning indented below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.lazy_regex import lazy_regex

INDENT = "    "
LONGEST_TERM = 90
# What a meaning may hold besides paragraphs: lists, fences, tables, further marks, and fields of a directive.
_NO_PARAGRAPH = lazy_regex(
    r"\s*(?:[-*+•]\s|\(?(?:\d{1,3}|[a-zA-Z#])[.)]\s|```|~~~|\||\+[-=]|\.\. |:[\w-]{1,30}:(?:\s|$)|[>#=])"
)
# `term` and the first line of its meaning in Markdown; the blank line between them may be missing.
_OF_MARKDOWN = lazy_regex(r" {0,2}:[ \t]+(?=\S)")
_NO_TERM = lazy_regex(r"\s|[-*+>|#=:~]\s|\d+[.)]\s|```|~~~|\||.*\|\s*$")
_FENCE = lazy_regex(r" {0,3}(```+|~~~+)")


def entry_lines(term: str, meaning: Sequence[str]) -> Iterator[str]:
    """The lines of one entry; what follows the first paragraphs of its meaning stands below it, not indented."""
    yield term.strip()
    at = 0
    while at < len(meaning):
        end = next((other for other in range(at, len(meaning)) if not meaning[other].strip()), len(meaning))
        paragraph = meaning[at:end]
        if paragraph and not _is_paragraph(paragraph, is_first=at == 0):
            break
        yield from (f"{INDENT}{line.strip()}" for line in paragraph)
        at = end + 1
    if any(line.strip() for line in meaning[at:]):
        yield ""
        yield from meaning[at:]
    yield ""


def _is_paragraph(lines: Sequence[str], *, is_first: bool) -> bool:
    """Whether the lines are prose that stands alone: no list, no entry inside, no line over a list."""
    is_level = len({len(line) - len(line.lstrip()) for line in lines}) == 1
    return is_level and not _NO_PARAGRAPH.match(lines[0]) and (is_first or not lines[-1].rstrip().endswith(":"))


def with_entries_of_markdown(text: str) -> str:
    """The text with each definition of a list of terms ("Term" over ": its meaning") as an entry."""
    if "\n:" not in text and "\n  :" not in text and "\n :" not in text:
        return text
    lines = text.split("\n")
    written: list[str] = []
    at, fence = 0, ""
    while at < len(lines):
        mark = _FENCE.match(lines[at])
        if mark is not None:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        first = _first_of_meaning(lines, at) if not fence else None
        if first is None:
            written.append(lines[at])
            at += 1
            continue
        meaning, end = _meaning_of(lines, first)
        written += entry_lines(lines[at], meaning)
        at = end
    return "\n".join(written)


def _first_of_meaning(lines: Sequence[str], at: int) -> int | None:
    """The number of the line with which the meaning of a term on line `at` begins; None where it is not a term."""
    term = lines[at]
    is_apart = at == 0 or not lines[at - 1].strip() or _OF_MARKDOWN.match(lines[at - 1]) is not None
    if not is_apart or not term.strip() or len(term) > LONGEST_TERM or _NO_TERM.match(term):
        return None
    first = at + 1
    if first < len(lines) and not lines[first].strip():
        first += 1
    return first if first < len(lines) and _OF_MARKDOWN.match(lines[first]) else None


def _meaning_of(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """The lines of the meaning that begins on line `at`, and the number of the line after it."""
    found: list[str] = []
    while at < len(lines):
        line = lines[at]
        is_next = _OF_MARKDOWN.match(line) is not None
        if is_next and found and found[-1].strip():
            found.append("")
        if is_next:
            found.append(_OF_MARKDOWN.sub("", line))
        elif not line.strip():
            found.append("")
        elif found[-1].strip() or line.startswith((INDENT, "\t")):
            if _first_of_meaning(["", *lines[at : at + 3]], 1) is not None:
                break  # the next term
            found.append(line.removeprefix("\t").removeprefix(INDENT))
        else:
            break
        at += 1
    while found and not found[-1].strip():
        found.pop()
    return found, at
