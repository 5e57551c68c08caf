"""SVG: the words of a drawing in the order in which they are drawn, those on one line joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Comment, Element, ParseError, TreeBuilder, XMLParser, fromstring

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.xml_parts import text_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

# Entities of the document type are not expanded: drawing programs name their namespaces by them.
_BEFORE_ROOT = lazy_regex(
    r"\s*(?:<\?xml[^>]{0,300}\?>)?\s*(?:<!--.{0,2000}?-->\s*){0,20}(?:<!DOCTYPE[^\[>]{0,500}(?:\[[^\]]{0,20000}\])?\s*>)?",
    re.DOTALL,
)
_ENTITY = lazy_regex(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[A-Za-z][\w.-]{0,40};")
_NUMBER = lazy_regex(r"\s*(-?\d*\.?\d+)")
_MOVE = lazy_regex(
    r"translate\(\s*(-?[\d.]+)(?:[\s,]+(-?[\d.]+))?|matrix\((?:[^,)]{1,30},){4}\s*(-?[\d.]+)[\s,]+(-?[\d.]+)"
)
_HIDDEN = lazy_regex(r"display\s*:\s*none|visibility\s*:\s*hidden")
_NOT_DRAWN = frozenset({"defs", "style", "script", "metadata", "clipPath", "mask", "pattern", "marker"})
_SHAPES = frozenset({"path", "use", "image", "polygon", "polyline"})
_SAME_LINE = 1.0
_NEXT_LINE = 40.0
_LINE_GAP = 1.5
_HARDLY_ANY = 20


class _DrawnText(NamedTuple):
    """Words with the place where they begin and, when it is given, their width."""

    text: str
    x: float
    y: float
    width: float | None


def read(source: Source) -> Document:
    """The title, the description and the words; a drawing without letters says so."""
    root = _root(source)
    composer = Composer()
    titles = [text_of(child) for child in root if _name(child) == "title"]
    composer.heading(1, titles[0] if titles else "")
    for child in root:
        if _name(child) == "desc":
            composer.paragraph(text_of(child))
    composer.paragraph("".join(_arranged(list(_words(root)))))
    shapes = sum(1 for element in root.iter() if _name(element) in _SHAPES)
    if composer.is_empty:
        raise DocumentError(
            "it holds no letters: its words, if any, are drawn as shapes" if shapes else "there is no text in it"
        )
    if shapes and composer.length < _HARDLY_ANY:
        source.remarks.append("hardly any text: what it shows is drawn as shapes, which are not read")
    return composer.document(source, title=titles[0] if titles else None)


def _root(source: Source) -> Element:
    text = clean(decoded(source)).removeprefix("\ufeff")
    before = _BEFORE_ROOT.match(text)
    markup = _ENTITY.sub("", text[before.end() if before else 0 :])
    try:
        # Charts name in comments the words that they draw letter by letter.
        return fromstring(markup, XMLParser(target=TreeBuilder(insert_comments=True)))
    except (ParseError, ValueError, LookupError) as error:
        raise DocumentError("its XML is broken or cut") from error


def _words(root: Element) -> Iterator[_DrawnText]:
    waiting = [(child, 0.0, 0.0) for child in reversed(root) if _name(child) not in ("title", "desc")]
    while waiting:
        element, dx, dy = waiting.pop()
        name = _name(element)
        if name in _NOT_DRAWN or element.get("display") == "none" or _HIDDEN.search(element.get("style", "")):
            continue
        dx, dy = _moved(element, dx, dy)
        if name == "text":
            text = "".join(_said(element)).strip("\n ")
            x, y = _place(element, dx, dy)
            if text.strip():
                width = _number(element.get("textLength"))
                yield _DrawnText(text, x, y, width)
        elif name in ("title", "desc", "foreignObject"):
            if text := _spaced(element):
                yield _DrawnText(text, dx, dy + _NEXT_LINE, None)
        elif name == "switch":
            # A text in HTML and its copy for programs that show none.
            waiting += [(child, dx, dy) for child in [child for child in element if _spaced(child)][:1]]
        else:
            drawn_by_letters = element.get("id", "").startswith("text_")
            for child in element if drawn_by_letters else ():
                if child.tag is Comment and (child.text or "").strip():
                    yield _DrawnText((child.text or "").strip(), dx, dy + _NEXT_LINE, None)
            waiting += [(child, dx, dy) for child in reversed(element)]


def _arranged(words: list[_DrawnText]) -> Iterator[str]:
    before = first = None
    gaps = [gap for one, two in pairwise(words) if _SAME_LINE < (gap := two.y - one.y) < _NEXT_LINE]
    next_line = _LINE_GAP * min(gaps, default=0.0)
    for found in words:
        if before is None or first is None:
            first = found
        elif abs(before.y - found.y) <= _SAME_LINE and found.x >= before.x:
            touches = before.width is not None and found.x - before.x - before.width <= _SAME_LINE
            yield "" if touches else " "
        else:
            # Lines under each other are one paragraph, as words at other places are not.
            follows = 0 < found.y - before.y < next_line and abs(found.x - first.x) <= _SAME_LINE
            yield "\n" if follows else "\n\n"
            first = found
        yield found.text
        before = found


def _said(element: Element) -> Iterator[str]:
    """The words of a text; a part that is set to another line begins one."""
    yield " ".join((element.text or "").split(" ")).replace("\n", " ")
    for child in element:
        if _name(child) == "title":
            continue
        if _name(child) and (_number(child.get("dy")) or child.get("y") is not None):
            yield "\n"
        if _name(child):
            yield from _said(child)
        yield (child.tail or "").replace("\n", " ")


def _spaced(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _moved(element: Element, dx: float, dy: float) -> tuple[float, float]:
    move = _MOVE.search(element.get("transform", ""))
    if move is None:
        return dx, dy
    x, y = (move[1], move[2] or "0") if move[1] is not None else (move[3], move[4])
    return dx + (_number(x) or 0.0), dy + (_number(y) or 0.0)


def _place(element: Element, dx: float, dy: float) -> tuple[float, float]:
    first = next((child for child in element if _name(child) == "tspan"), element)
    x, y = (_number(element.get(name) or first.get(name)) or 0.0 for name in "xy")
    return dx + x, dy + y


def _number(value: str | None) -> float | None:
    match = _NUMBER.match(value or "")
    return None if match is None else float(match[1])


def _name(element: Element) -> str:
    # A comment has a function in place of a name.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]
