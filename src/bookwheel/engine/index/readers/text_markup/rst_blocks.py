"""The blocks of reStructuredText that its marks hide: literal text in fences, notes as paragraphs, no comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.lazy_regex import lazy_regex

_DIRECTIVE = lazy_regex(r"(?P<indent>[ \t]*)\.\. (?P<name>[\w:+.-]{1,40})::(?:[ \t]+(?P<rest>.*))?")
# ".. [1] A note", ".. _name: target", ".. |name| image:: …" are no comments.
_COMMENT = lazy_regex(r"[ \t]*\.\.(?:[ \t]+(?![\[_|]|[\w:+.-]{1,40}::(?:[ \t]|\Z)).*)?")
_OPTION = lazy_regex(r"[ \t]+:[\w-]{1,30}:(?:[ \t].*)?")
_CODE = frozenset("code code-block sourcecode parsed-literal highlight prompt".split())
_NOTES = frozenset("attention caution danger error hint important note seealso tip warning".split())
_FENCE = "```"
# Notes within notes are seldom deeper.
_DEEPEST = 8


def with_marked_blocks(text: str) -> str:
    """The text with literal blocks between fences and notes ("Warning: …") as paragraphs, without comments."""
    if "::" not in text and ".." not in text:
        return text
    return "\n".join(_written(text.split("\n"), _DEEPEST))


def _written(lines: Sequence[str], deepest: int) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        end = _end_of_block(lines, at)
        block = lines[at + 1 : end]
        directive = _DIRECTIVE.fullmatch(line)
        if directive is not None and directive["name"] in _CODE and end > at + 1:
            yield from _fenced(block, directive["rest"] or "", _indent(line))
        elif directive is not None and directive["name"] in _NOTES and deepest:
            inner = [directive["rest"] or "", *block]
            yield from _note(directive["name"], inner, _indent(line), deepest - 1)
        elif directive is None and _COMMENT.fullmatch(line):
            # A mark alone above an empty line ends a block; nothing belongs to it.
            if line.strip() == ".." and (at + 1 == len(lines) or not lines[at + 1].strip()):
                end = at + 1
            yield ""
        elif directive is None and line.rstrip().endswith("::") and end > at + 1 and not lines[at + 1].strip():
            if line.strip() != "::":
                yield line.rstrip()[:-1]
            yield from _fenced(block, "", _indent(line))
        else:
            yield line
            end = at + 1
        at = end


def _end_of_block(lines: Sequence[str], at: int) -> int:
    """The number of the line after the block that is indented below line `at`, without blank lines at its end."""
    end = at + 1
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


def _note(name: str, inner: Sequence[str], indent: int, deepest: int) -> Iterator[str]:
    depth = min((_indent(line) for line in inner[1:] if line.strip()), default=0)
    written = [inner[0], *(line[depth:] for line in inner[1:] if not _OPTION.fullmatch(line))]
    while len(written) > 1 and not written[0].strip():
        written.pop(0)
    label = "See also" if name == "seealso" else name.capitalize()
    margin = " " * indent
    yield ""
    for line in _written([f"{label}: {written[0].strip()}", *written[1:]], deepest):
        yield f"{margin}{line}" if line else ""
    yield ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
