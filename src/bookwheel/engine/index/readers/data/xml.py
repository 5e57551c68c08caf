"""XML without a reader of its own: prose as paragraphs with its titles, data and settings as JSON is read.

    <server port="8443"><host>relay</host></server>   becomes   port: 8443
                                                                host: relay

A file is prose when some element holds words between other elements (DocBook, TEI, DITA, JATS, XHTML).
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, ParseError, XMLParser, fromstring

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.data.json import write_value
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.web.html import page_of
from bookwheel.engine.index.readers.xml_parts import refuse_document_type, text_of
from bookwheel.engine.schema import Document, JsonValue
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

DEEPEST = 200
_DECLARATION = lazy_regex(r"\s*<\?xml[^>]{0,300}\?>")
_ENTITY = lazy_regex(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_MARKUP = lazy_regex(r"<(?:p|div|br|b|i|a|ul|ol|li|span|table|h[1-6]|en-note)\b[^<>]{0,500}>", 2)
_TITLES = frozenset({"title", "head", "heading", "subtitle", "h1", "h2", "h3", "h4", "h5", "h6"})
_VERBATIM = frozenset({"programlisting", "screen", "literallayout", "pre", "codeblock", "code", "eg", "verse", "lg"})
_TABLES = frozenset({"table", "informaltable", "table-wrap"})
_ROWS = frozenset({"row", "tr", "strow"})
_HEADS = frozenset({"thead", "sthead"})
# What stands inside a sentence, and so does not begin a paragraph.
_INLINE = frozenset(
    "a abbr acronym b bold citetitle code command emph emphasis em email fileName filename guimenu guilabel hi i "
    "italic keycap link literal lb mark ph quote ref replaceable span strong sub subscript sup superscript term tt "
    "uicontrol ulink userinput xref".split()
)


def read(source: Source) -> Document:
    """The text; XML that is broken, or declares entities of its own, is read as plain text."""
    try:
        root = _root(source)
    except DocumentError as error:
        source.remarks.append(f"{error.message}: it is read as plain text")
        return made_document(source, clean(decoded(source)))
    composer = Composer()
    if any(map(_is_mixed, root.iter())):
        _write_prose(composer, root)
    else:
        write_value(composer, _settings(root) if _name(root) == "plist" else _value(root))
    if composer.is_empty:
        raise DocumentError("there is no text in it")
    title = next((text_of(element) for element in root.iter() if _name(element) == "title"), None)
    return composer.document(source, title=title)


def _root(source: Source) -> Element:
    refuse_document_type(source.data, only_with_entities=True)
    try:
        return fromstring(source.data)
    except (ParseError, ValueError, LookupError):
        pass  # a wrong declaration, or entities that only the document type knows
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), clean(decoded(source)).removeprefix("\ufeff"))
    try:
        return fromstring(_DECLARATION.sub("", text, count=1).lstrip(), XMLParser())
    except (ParseError, ValueError, LookupError) as error:
        raise DocumentError("its XML is broken or cut") from error


def _is_mixed(element: Element) -> bool:
    """Whether words stand between the elements in it."""
    if not len(element) or not isinstance(element.tag, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        return False
    return _is_words(element.text) or any(_is_words(child.tail) for child in element)


def _is_words(text: str | None) -> bool:
    return text is not None and any(map(str.isalnum, text))


def _write_prose(composer: Composer, root: Element) -> None:
    # With an explicit stack: a deeply nested file would exhaust that of Python.
    waiting = [(root, 0)]
    while waiting:
        element, level = waiting.pop()
        name = _name(element)
        if name in _TITLES:
            composer.heading(min(max(level, 1), 6), text_of(element))
        elif name in _TABLES:
            composer.paragraph("\n".join(_table(element)))
        elif name in _VERBATIM:
            composer.paragraph("".join(element.itertext()).strip("\n"))
        elif not any(_is_block(child) for child in element):
            composer.paragraph(text_of(element))
        else:
            composer.paragraph(" ".join((element.text or "").split()))
            inner = [part for child in element for part in ((child, level + 1), (_tail(child), level + 1))]
            waiting.extend(reversed([part for part in inner if len(part[0]) or part[0].text or part[0].attrib]))


def _tail(element: Element) -> Element:
    tail = Element("tail")
    tail.text = (element.tail or "").strip()
    return tail


def _is_block(element: Element) -> bool:
    return bool(_name(element)) and _name(element) not in _INLINE


def _table(table: Element) -> Iterator[str]:
    titles = (child for child in table.iter() if _name(child) in ("title", "caption", "head"))
    yield from (text_of(title) for title in list(titles)[:1])
    heads = [row for head in table.iter() if _name(head) in _HEADS for row in head.iter() if _name(row) in _ROWS]
    rows = [[text_of(cell) for cell in row] for row in table.iter() if _name(row) in _ROWS]
    yield from table_lines(rows, header_rows=len(heads) or None)


def _value(root: Element) -> JsonValue:
    """The element as JSON: attributes and elements by their names, those with one name as a list."""
    if not len(root) and not root.attrib:
        return _words(root.text)
    made: dict[str, JsonValue] = {}
    waiting: list[tuple[Element, dict[str, JsonValue], int]] = [(root, made, 0)]
    while waiting:
        element, members, depth = waiting.pop()
        if depth > DEEPEST:
            raise DocumentError(f"its elements are nested more than {DEEPEST} deep")
        members.update((_local(name), value) for name, value in element.attrib.items())
        if _is_words(element.text):
            members[""] = _words(element.text)
        named: dict[str, list[JsonValue]] = {}
        for child in element:
            if not _name(child):
                continue
            value: JsonValue = _words(child.text)
            if len(child) or child.attrib:
                inner: dict[str, JsonValue] = {}
                waiting.append((child, inner, depth + 1))
                value = inner
            named.setdefault(_name(child), []).append(value)
        members.update((name, values[0] if len(values) == 1 else values) for name, values in named.items())
    return made


def _settings(plist: Element) -> JsonValue:
    """A property list of macOS: each key names the element after it."""
    return _setting(plist[0], 0) if len(plist) else ""


def _setting(element: Element, depth: int) -> JsonValue:
    if depth > DEEPEST // 2:
        raise DocumentError(f"its elements are nested more than {DEEPEST // 2} deep")
    match _name(element):
        case "dict":
            children = [child for child in element if _name(child)]
            pairs: Sequence[tuple[Element, Element]] = list(zip(children[::2], children[1::2], strict=False))
            named: Mapping[str, JsonValue] = {text_of(key): _setting(value, depth + 1) for key, value in pairs}
            return dict(named)
        case "array":
            return [_setting(child, depth + 1) for child in element if _name(child)]
        case "true" | "false" as word:
            return word
        case "data":
            return ""
        case _:
            return _words(element.text)


def _words(text: str | None) -> str:
    """The text of an element without markup inside it, as feeds and exported notes hold it."""
    words = (text or "").strip()
    if _MARKUP.search(words):
        return page_of(_DECLARATION.sub("", words, count=1), whole=True).text
    return words if "\n" in words and "\n\n" not in words and len(words) < 400 else " ".join(words.split())


def _name(element: Element) -> str:
    # A comment has a function in place of a name.
    return _local(element.tag) if isinstance(element.tag, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]


def _local(name: str) -> str:
    return name.rpartition("}")[2]
