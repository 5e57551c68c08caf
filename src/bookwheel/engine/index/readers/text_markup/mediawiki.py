"""MediaWiki (.wiki, .mediawiki): the text without its markup, its headings, its tables as rows with column names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.text_markup.mediawiki_tables import table_rows
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_COMMENT = lazy_regex(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = lazy_regex(r"(?P<signs>={1,6})[ \t]*(?P<title>[^=\n][^\n]*?)[ \t]*(?P=signs)[ \t]*")
_EMPHASIS = lazy_regex(r"'{2,5}")
_LINK = lazy_regex(r"\[\[(?P<target>[^\[\]|\n]{1,500})(?:\|(?P<shown>[^\[\]\n]{0,1000}))?\]\]")
_WEB_LINK = lazy_regex(r"\[(?:https?:|mailto:|//)[^\s\]]{1,1000}[ \t]+(?P<shown>[^\]\n]{1,500})\]")
_NAMED_LIKE_A_FILE = lazy_regex(
    r"\s*:?(?:file|image|media|datei|bild|fichier|archivo|imagen|ficheiro|immagine|bestand|файл|изображение|plik)\s*:",
    re.IGNORECASE,
)
_CATEGORY = lazy_regex(
    r"\s*(?:category|kategorie|catégorie|categoría|categoria|categorie|категория|kategoria)\s*:", re.IGNORECASE
)
_TEMPLATE = lazy_regex(r"\{\{(?P<inner>[^{}]{0,20000})\}\}")
_PARAMETER = lazy_regex(r"\s*(?P<name>[^=\[\]<>\n]{1,80}?)\s*=\s*(?P<value>.*)", re.DOTALL)
_SWITCH = lazy_regex(r"__[A-Z]{3,20}__|\{\{\s*(?:DEFAULTSORT|DISPLAYTITLE)[^{}]{0,300}\}\}")
_NOTE = lazy_regex(r"<ref\b[^<>]{0,300}(?<!/)>(?P<text>[^<]{0,2000})</ref\s*>", re.IGNORECASE)
_BREAK = lazy_regex(r"<br\s*/?>", re.IGNORECASE)
_TAG = lazy_regex(r"</?[a-zA-Z][^<>\n]{0,300}>")
_ITEM = lazy_regex(r"(?P<signs>[*#:;]{1,9})[ \t]*(?P<text>.*)")
# A template inside a template inside …: each pass takes the innermost.
_MOST_PASSES = 12
# Each table without an end is searched to the end of the file.
_MOST_UNCLOSED = 20


def read(source: Source) -> Document:
    """The text; its title is the first heading. Values of templates (info boxes) stand as lines `length: 245 km`."""
    lines = _without_templates(_COMMENT.sub("", clean(decoded(source)).removeprefix("\ufeff"))).split("\n")
    composer = Composer()
    at, is_open, unclosed = 0, False, 0
    while at < len(lines):
        line = lines[at]
        begins = unclosed < _MOST_UNCLOSED and line.lstrip(" \t:*").startswith("{|")
        table = table_rows(lines, at) if begins else None
        unclosed += begins and table is None
        if table is not None:
            composer.paragraph(_shown(table.caption))
            rows = ([_shown(cell) for cell in row] for row in table.rows)
            for row in table_lines(rows, header_rows=table.header_rows):
                composer.line(row)
            at, is_open = table.end, False
            continue
        if (heading := _HEADING.fullmatch(line)) is not None:
            composer.heading(len(heading["signs"]), _shown(heading["title"]))
        elif text := _line(line):
            if is_open:
                composer.line(text)
            else:
                composer.paragraph(text)
        is_open = bool(line.strip()) and heading is None
        at += 1
    return composer.document(source, title=composer.first_heading)


def _line(line: str) -> str:
    item = _ITEM.fullmatch(line)
    if item is None:
        return _shown(line)
    text = _shown(item["text"])
    sign = "- " if item["signs"][-1] in "*#" else ""
    return f"{'  ' * (len(item['signs']) - 1)}{sign}{text}" if text else ""


def _without_templates(text: str) -> str:
    """The text with the values of templates in their place, which may stand on several lines."""
    text = _SWITCH.sub("", text)
    for _ in range(_MOST_PASSES):
        replaced = _TEMPLATE.sub(_values, text)
        if replaced == text:
            break
        text = replaced
    return text


def _values(template: re.Match[str]) -> str:
    name, *parameters = _parameters(template["inner"])
    if name.strip().startswith("#"):
        return ""
    given = [_PARAMETER.fullmatch(parameter) for parameter in parameters]
    lines = [
        f"{match['name'].strip()}: {' '.join(match['value'].split())}"
        for match in given
        if match is not None and match["value"].strip() and not match["name"].strip().isdecimal()
    ]
    if lines:
        return "\n" + "\n".join(lines) + "\n" if "\n" in template["inner"] else " ".join(_plain(parameters))
    return " ".join(_plain(parameters)) if parameters else ""


def _plain(parameters: list[str]) -> Iterator[str]:
    return (parameter.strip() for parameter in parameters if "=" not in parameter and parameter.strip())


def _parameters(inner: str) -> list[str]:
    """The parts between bars; a bar inside a link separates nothing."""
    parts = [""]
    depth = 0
    for piece in re.split(r"(\[\[|\]\]|\|)", inner):
        depth += {"[[": 1, "]]": -1}.get(piece, 0)
        if piece == "|" and depth < 1:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _shown(text: str) -> str:
    """What a reader of the page sees of a line."""
    text = _NOTE.sub(lambda match: f" ({match['text'].strip()})" if match["text"].strip() else "", text)
    text = _LINK.sub(_link, text)
    text = _WEB_LINK.sub(r"\g<shown>", text)
    return html.unescape(_TAG.sub("", _BREAK.sub(" ", _EMPHASIS.sub("", text)))).strip()


def _link(match: re.Match[str]) -> str:
    target, shown = match["target"], match["shown"]
    if _NAMED_LIKE_A_FILE.match(target):
        caption = (shown or "").rpartition("|")[2]
        return caption if " " in caption else ""
    if _CATEGORY.match(target):
        return ""
    return shown or target.lstrip(":")
