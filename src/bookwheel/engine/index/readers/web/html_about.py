"""The author and the date of a web page, from its metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from bookwheel.engine.index.readers.about import iso_day, joined_authors
from bookwheel.engine.schema import JsonValue

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Names of `meta` elements, the surest first.
_AUTHORS = ("citation_author", "author", "dc.creator", "dcterms.creator", "article:author", "parsely-author", "byl")
_DATES = (
    "article:published_time",
    "citation_publication_date",
    "citation_date",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date.created",
    "parsely-pub-date",
    "pubdate",
    "date",
)
_TIMES = ("time[itemprop=datePublished]", "time[pubdate]", "article time[datetime]", "main time[datetime]")
_MOST_ELEMENTS = 500
_LONGEST_DATA = 200_000
_DEEPEST_DATA = 6


class PageAbout(NamedTuple):
    """Each may be empty."""

    author: str = ""
    date: str = ""


def page_about(tree: LexborHTMLParser) -> PageAbout:
    """Author and date from the `meta` elements, else from JSON-LD, else the first `time` in the main text."""
    said = _metas(tree)
    author = joined_authors(next((names for key in _AUTHORS if (names := _named(said.get(key, ())))), ()))
    date = next((value for key in _DATES for value in said.get(key, ()) if iso_day(value)), "")
    if not author or not date:
        linked = _linked(tree)
        author, date = author or linked.author, date or linked.date
    return PageAbout(author, date or _time(tree))


def _metas(tree: LexborHTMLParser) -> Mapping[str, Sequence[str]]:
    said: dict[str, list[str]] = {}
    for node in tree.css("meta")[:_MOST_ELEMENTS]:
        given = node.attributes
        key = given.get("name") or given.get("property") or given.get("itemprop")
        if key and (content := given.get("content")):
            said.setdefault(key.lower(), []).append(content)
    return said


def _named(values: Sequence[str]) -> Sequence[str]:
    # Some pages give the address of the author's page instead of the name.
    return [value for value in values if not value.lower().startswith(("http://", "https://", "//", "@"))]


def _time(tree: LexborHTMLParser) -> str:
    for selector in _TIMES:
        if (node := tree.css_first(selector)) is not None:
            return _moment(node)
    times = tree.css("time[datetime]")
    return _moment(times[0]) if len(times) == 1 else ""  # one among several may date anything


def _moment(node: LexborNode) -> str:
    return node.attributes.get("datetime") or node.text()


def _linked(tree: LexborHTMLParser) -> PageAbout:
    found = PageAbout()
    for node in tree.css("script[type='application/ld+json']")[:_MOST_ELEMENTS]:
        for thing in _things(_parsed(node.text()), _DEEPEST_DATA):
            author = joined_authors(_names(thing.get("author")))
            date = thing.get("datePublished")
            found = PageAbout(found.author or author, found.date or (date if isinstance(date, str) else ""))
            if all(found):
                return found
    return found


def _parsed(text: str) -> JsonValue:
    if len(text) > _LONGEST_DATA:
        return None
    try:
        return cast("JsonValue", json.loads(text))  # the types of JSON
    except (ValueError, RecursionError):
        return None


def _things(value: JsonValue, deepest: int) -> Iterator[Mapping[str, JsonValue]]:
    if deepest <= 0:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _things(inner, deepest - 1)
    elif isinstance(value, dict):
        yield value
        yield from _things(value.get("@graph"), deepest - 1)


def _names(value: JsonValue) -> Iterator[str]:
    for author in value if isinstance(value, list) else [value]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str) and _named([name]):
            yield name
