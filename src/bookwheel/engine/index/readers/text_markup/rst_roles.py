"""The roles and links inside lines of reStructuredText, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.lazy_regex import lazy_regex

# ":ref:`the guide <guide>`", ":option:`--all`", ":py:func:`~os.path.join`".
_ROLE = lazy_regex(r"(?<![\w:`]):(?P<name>[a-zA-Z][\w-]{0,30}(?::[a-zA-Z][\w-]{0,30}){0,2}):`(?P<text>[^`]{1,300})`")
# "`The guide <https://a.example>`__"
_LINK = lazy_regex(r"(?<![\w:`])`(?P<text>[^`<>]{0,200}?)\s*<(?P<target>[^`<>\s]{1,300})>`__?(?!\w)")
# "`The guide`_": where it leads stands elsewhere.
_NAMED = lazy_regex(r"(?<![\w:`])`(?P<text>[^`<>]{1,200})`__?(?!\w)")
_TITLED = lazy_regex(r"(?P<title>.+?)\s*<[^<>]{1,300}>", re.DOTALL)
_BLANK_LINE = lazy_regex(r"\n[ \t]*\n")
# What they name is a text or a term, not code.
_OF_TEXT = frozenset(
    "ref doc numref term any abbr abbreviation dfn emphasis strong title sub sup subscript superscript menuselection"
    " guilabel rfc pep download title-reference t".split()
)
_FENCE = "```"


def with_plain_roles(text: str) -> str:
    """The text with roles and links by what they show: the title of a reference, a name of code in its marks."""
    if "`" not in text:
        return text
    return "\n".join(_shown(text))


def _shown(text: str) -> Iterator[str]:
    """The text in pieces: what is between fences stays as it is."""
    piece: list[str] = []
    is_code = False
    for line in text.split("\n"):
        is_fence = line.lstrip().startswith(_FENCE)
        if is_fence and not is_code and piece:
            yield _replaced("\n".join(piece))
            piece = []
        if is_fence or is_code:
            yield line
            is_code ^= is_fence
        else:
            piece.append(line)
    if piece:
        yield _replaced("\n".join(piece))


def _replaced(piece: str) -> str:
    if "`" not in piece:
        return piece
    piece = _ROLE.sub(_of_role, piece)
    return _NAMED.sub(_of_named, _LINK.sub(_of_link, piece))


def _of_role(match: re.Match[str]) -> str:
    text = match["text"]
    if _BLANK_LINE.search(text) is not None:
        return match[0]
    titled = _TITLED.fullmatch(text)
    shown = titled["title"] if titled is not None else text.lstrip("!").rpartition(".")[2] if text[:1] == "~" else text
    shown = shown.lstrip("!")
    return shown if match["name"].rpartition(":")[2].lower() in _OF_TEXT else f"``{shown}``"


def _of_link(match: re.Match[str]) -> str:
    text = match["text"].strip()
    if _BLANK_LINE.search(text) is not None:
        return match[0]
    return f"{text} <{match['target']}>" if text else match["target"]


def _of_named(match: re.Match[str]) -> str:
    return match[0] if _BLANK_LINE.search(match["text"]) is not None else match["text"]
