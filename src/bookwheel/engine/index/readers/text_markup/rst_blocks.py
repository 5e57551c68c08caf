"""The blocks of reStructuredText that its marks hide: literal text in fences, notes, entries, no comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.index.readers.tables.definition_entries import LONGEST_TERM, entry_lines
from bookwheel.lazy_regex import lazy_regex

_DIRECTIVE = lazy_regex(r"(?P<indent>[ \t]*)\.\. (?P<name>[\w:+.-]{1,40})::(?:[ \t]+(?P<rest>.*))?")
# ".. _name:", above what it names.
_TARGET = lazy_regex(r"[ \t]*\.\. _[^\n]{1,200}:[ \t]*")
# ".. [1] A note", ".. _name: target", ".. |name| image:: …" are not comments.
_COMMENT = lazy_regex(r"[ \t]*\.\.(?:[ \t]+(?![\[_|]|[\w:+.-]{1,40}::(?:[ \t]|\Z)).*)?")
_OPTION = lazy_regex(r"[ \t]+:[\w-]{1,30}:(?:[ \t].*)?")
_CODE = frozenset("code code-block sourcecode parsed-literal highlight prompt".split())
_NOTES = {
    **{name: name.capitalize() for name in "attention caution danger error hint important note tip warning".split()},
    "seealso": "See also",
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
# Directives that say how a page is built and show no text of their own; those that only lay out the text in them.
_HIDDEN = frozenset(
    "toctree contents index meta role default-role default-domain currentmodule program sectionauthor codeauthor"
    " tabularcolumns include highlight raw".split()
)
_LAYOUT = frozenset("class container rst-class compound".split())
_ELSEWHERE = frozenset("latex man texinfo epub".split())
# Directives that describe nothing: what they name is shown, included or left out, or is a version.
_NO_ENTRIES = frozenset(
    "image figure literalinclude math class table csv-table list-table glossary replace unicode date title rubric"
    " module only".split()
)
_NO_TERM = lazy_regex(
    r"\s*(?:[-*+•|>:]\s|[-*+•]\Z|\(?(?:\d{1,3}|[a-zA-Z#])[.)]\s|\.\.(?:\s|\Z)|:[\w-]{1,30}:|\+[-=]|[=\-~^]{3,}|```|>>>|\|)"
)
_FENCE = "```"
LONGEST_NAME = 60
# Notes within notes are seldom deeper.
_DEEPEST = 8


def with_marked_blocks(text: str) -> str:
    """The text with literal blocks between fences and notes ("Warning: …") as paragraphs, without comments."""
    if "::" not in text and ".." not in text and "\n " not in text and "\n\t" not in text:
        return text
    return "\n".join(_written(text.split("\n"), _DEEPEST))


def _written(lines: Sequence[str], deepest: int) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        end = _end_of_block(lines, at)
        block = lines[at + 1 : end]
        directive = _DIRECTIVE.fullmatch(line)
        if _TARGET.fullmatch(line) or (
            directive is not None and _is_hidden(directive["name"], directive["rest"] or "")
        ):
            yield ""
            end = end if directive is not None else at + 1
        elif directive is not None and (
            found := _of_directive(directive["name"], directive["rest"] or "", block, deepest)
        ):
            yield from _indented(found, _indent(line))
        elif directive is None and _COMMENT.fullmatch(line):
            # A mark alone above an empty line ends a block; nothing belongs to it.
            if line.strip() == ".." and (at + 1 == len(lines) or not lines[at + 1].strip()):
                end = at + 1
            yield ""
        elif directive is None and block and line.rstrip().endswith("::") and not block[0].strip():
            if line.strip() != "::":
                yield line.rstrip()[:-1]
            yield from _fenced(block, "", _indent(line))
        elif deepest and directive is None and block and _is_term(lines, at):
            yield from _indented(list(_entry(line, block, deepest - 1)), _indent(line))
        else:
            yield line
            end = at + 1
        at = end


def _is_hidden(name: str, rest: str) -> bool:
    """Whether a directive shows nothing on a screen."""
    return name in _HIDDEN or (name == "only" and rest.strip() in _ELSEWHERE)


def _of_directive(name: str, rest: str, block: Sequence[str], deepest: int) -> list[str]:
    """What a directive shows: code in a fence, a note, an entry; none where its lines stay as they are."""
    if name in _CODE and block:
        return list(_fenced(block, rest, 0))
    if deepest and ((name in _LAYOUT and block) or name == "only"):
        depth = min((_indent(line) for line in block if line.strip()), default=0)
        return ["", *_written([line[depth:] for line in block if not _OPTION.fullmatch(line)], deepest - 1), ""]
    if name in _NOTES and deepest:
        is_version = _NOTES[name].endswith("version")
        label = f"{_NOTES[name]} {rest.strip()}" if is_version else _NOTES[name]
        return list(_note(label, ["" if is_version else rest, *block], deepest - 1))
    if block and deepest and rest and len(rest) <= LONGEST_TERM and name not in _NO_ENTRIES:
        # `.. option:: --all`, `.. py:function:: read(path)` describe what they name.
        names = _names(rest, block)
        return list(_entry(", ".join(names), block[len(names) - 1 :], deepest - 1))
    return []


def _indented(lines: Sequence[str], indent: int) -> Iterator[str]:
    margin = " " * indent
    is_code = False
    for line in lines:
        is_fence = line.startswith(_FENCE)
        # The lines of code have their own indent.
        yield f"{margin}{line}" if line and (is_fence or not is_code) else line
        is_code ^= is_fence


def _end_of_block(lines: Sequence[str], at: int) -> int:
    """The number of the line after the block that is indented below line `at`, without blank lines at its end."""
    end = at + 1
    if not lines[at].strip():
        return end  # or 20,000 blank lines in a row take ten seconds
    for number in range(at + 1, len(lines)):
        if not lines[number].strip():
            continue
        if _indent(lines[number]) <= _indent(lines[at]):
            break
        end = number + 1
    return end


def _fenced(block: Sequence[str], language: str, indent: int) -> Iterator[str]:
    """The lines between fences, indented as they are: a line of dashes in them underlines no heading."""
    body = list(block)
    while body and (not body[0].strip() or _OPTION.fullmatch(body[0])):
        body.pop(0)
    if not body:
        return
    margin = " " * indent
    yield from ("", f"{margin}{_FENCE}{language.strip()}", *body, f"{margin}{_FENCE}")


def _note(label: str, inner: Sequence[str], deepest: int) -> Iterator[str]:
    depth = min((_indent(line) for line in inner[1:] if line.strip()), default=0)
    written = [inner[0], *(line[depth:] for line in inner[1:] if not _OPTION.fullmatch(line))]
    while len(written) > 1 and not written[0].strip():
        written.pop(0)
    yield ""
    yield from _written([f"{label}: {written[0].strip()}", *written[1:]], deepest)
    yield ""


def _names(first: str, block: Sequence[str]) -> list[str]:
    """What a directive describes: its argument, and the short lines right below it."""
    names = [first]
    for line in block:
        if (
            not line.strip()
            or len(line) > LONGEST_NAME
            or _OPTION.fullmatch(line)
            or line.rstrip().endswith((".", ":"))
        ):
            break
        names.append(line.strip())
    return names


def _is_term(lines: Sequence[str], at: int) -> bool:
    """Whether line `at` is a term whose meaning is indented right below it."""
    line = lines[at]
    is_apart = at == 0 or not lines[at - 1].strip() or _indent(lines[at - 1]) > _indent(line)
    is_above = bool(lines[at + 1].strip()) and not line.rstrip().endswith("::")
    return is_apart and is_above and 0 < len(line.strip()) <= LONGEST_TERM and not _NO_TERM.match(line)


def _entry(term: str, block: Sequence[str], deepest: int) -> Iterator[str]:
    """An entry, its meaning read as text of its own; the fields of a directive come behind the first paragraphs."""
    depth = min((_indent(line) for line in block if line.strip()), default=0)
    fields = [line.strip() for line in block if _indent(line) == depth and _OPTION.fullmatch(line)]
    body = [line[depth:] for line in block if line.strip() not in fields]
    while body and not body[0].strip():
        body.pop(0)
    meaning = [*_written(body, deepest), *(["", *fields] if fields else [])]
    while meaning and not meaning[0].strip():
        meaning.pop(0)
    yield from entry_lines(term, meaning)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
