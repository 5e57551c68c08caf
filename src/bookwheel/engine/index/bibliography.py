"""The sources that a session cites, as BibTeX, CSL-JSON and RIS: only facts that were found in the documents."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from pathlib import PurePath
from typing import TypeAlias

from bookwheel.engine.events.run_events import Citation
from bookwheel.engine.index.source_facts import SourceFacts
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.sanitize import clean_line

_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_LONG_WORD = 4
_NAME = lazy_regex(r"[^\W\d]+(?:[-'’. ]+[^\W\d]+){1,3}\.?")
_NOT_IN_KEYS = lazy_regex(r"[^A-Za-z0-9:_.+-]+")
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A document that answers cite; `pages` are the pages cited, `seen` is when it was first cited (seconds)."""

    path: str
    facts: SourceFacts = field(default_factory=SourceFacts)
    pages: tuple[int, ...] = ()
    seen: float = 0.0

    @property
    def url(self) -> str:
        """The address of a web page; "" for a file."""
        return self.path if self.path.startswith(_WEB) else self.facts.url if self.facts.url.startswith(_WEB) else ""

    @property
    def year(self) -> str:
        return self.facts.date[:4]


FactsOf: TypeAlias = Callable[[str], SourceFacts | None]


def cited_sources(records: Iterable[EventRecord], facts_of: FactsOf | None = None) -> list[CitedSource]:
    """The documents cited in finished answers, in the order in which they were first cited."""
    finished = ((record.run_finished, record.t) for record in records)
    citations = ((citation, t) for run, t in finished if run is not None for citation in run.citations)
    return sources_of(citations, facts_of)


def sources_of(citations: Iterable[tuple[Citation, float]], facts_of: FactsOf | None = None) -> list[CitedSource]:
    """The documents of citations, each with the time of its citing, in the order in which they were first cited."""
    sources: dict[str, CitedSource] = {}
    for citation, t in citations:
        known = sources.get(citation.path)
        if known is None:
            title = "" if citation.title == PurePath(citation.path).name else citation.title
            facts = (facts_of(citation.path) if facts_of is not None else None) or SourceFacts(title=title)
            known = CitedSource(path=citation.path, facts=facts, seen=t)
        pages = {*known.pages, *((citation.page,) if citation.page is not None else ())}
        sources[citation.path] = replace(known, pages=tuple(sorted(pages)))
    return list(sources.values())


def to_bibtex(sources: Sequence[CitedSource]) -> str:
    """One entry a source."""
    return "\n".join(_entry(key, source) for key, source in zip(_keys(sources), sources, strict=True))


def to_csl(sources: Sequence[CitedSource]) -> str:
    """A CSL-JSON list, as Zotero and citeproc read it."""
    items = [_csl_item(key, source) for key, source in zip(_keys(sources), sources, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def to_ris(sources: Sequence[CitedSource]) -> str:
    """RIS, as reference managers read it; a fact that is not known is left out."""
    return "\n".join(map(_ris_item, sources))


def _ris_item(source: CitedSource) -> str:
    facts = source.facts
    lines = [
        ("TY", "ELEC" if source.url else "GEN"),
        ("TI", facts.title or _name(source)),
        *(("AU", author) for author in facts.authors),
        ("PY", source.year),
        ("DA", facts.date.replace("-", "/") if len(facts.date) > len(source.year) else ""),
        ("DO", facts.doi),
        ("UR", source.url),
        ("N1", f"Cited: {_pages(source)}" if source.pages else ""),
    ]
    shown = "".join(f"{tag}  - {clean_line(value)}\n" for tag, value in lines if value)
    return f"{shown}ER  - \n"


def _entry(key: str, source: CitedSource) -> str:
    facts = source.facts
    fields = {
        "title": f"{{{_escaped(facts.title or _name(source))}}}",
        "author": " and ".join(map(_escaped, facts.authors)),
        "year": source.year,
        "date": facts.date if len(facts.date) > len(source.year) else "",
        "doi": facts.doi,
        "eprint": facts.arxiv,
        "archiveprefix": "arXiv" if facts.arxiv else "",
        "url": source.url,
        "urldate": _day(source.seen) if source.url else "",
        "file": "" if source.url else _escaped(_name(source)),
        "note": f"Cited: {_pages(source)}" if source.pages else "",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    is_page = bool(source.url) and not facts.citekey
    return f"@{'online' if is_page else 'misc'}{{{key},\n{lines}}}\n"


def _csl_item(key: str, source: CitedSource) -> JsonObject:
    facts = source.facts
    item: JsonObject = {
        "id": key,
        "type": "webpage" if source.url else "document",
        "title": clean_line(facts.title or _name(source)),
    }
    if facts.authors:
        item["author"] = [_csl_name(author) for author in facts.authors]
    if facts.date:
        item["issued"] = {"date-parts": [[int(part) for part in facts.date.split("-")]]}
    for name, value in (("DOI", facts.doi), ("URL", source.url)):
        if value:
            item[name] = value
    if facts.arxiv:
        item["archive"], item["archive_location"] = "arXiv", facts.arxiv
    if source.url:
        item["accessed"] = {"date-parts": [[int(part) for part in _day(source.seen).split("-")]]}
    if source.pages:
        item["note"] = f"Cited: {_pages(source)}"
    return item


def _csl_name(author: str) -> JsonValue:
    """Family and given name where the author is written as a person, else the name unchanged."""
    name = clean_line(author)
    if "," in name:
        family, _, given = name.partition(",")
        return {"family": family.strip(), "given": given.strip()}
    if _NAME.fullmatch(name):
        given, _, family = name.rpartition(" ")
        return {"family": family, "given": given} if given else {"literal": name}
    return {"literal": name}


def _keys(sources: Sequence[CitedSource]) -> list[str]:
    """The source's citation key, else family name, year and first long word, such as `berg2024windows`.

    b, c … where two would be the same.
    """
    keys: list[str] = []
    for source in sources:
        author = source.facts.authors[0] if source.facts.authors else ""
        family = author.partition(",")[0] if "," in author else author.rpartition(" ")[2]
        words = _ascii(source.facts.title or PurePath(_name(source)).stem).split()
        word = next((word for word in words if len(word) >= _LONG_WORD), "".join(words[:1]))
        made = f"{''.join(_ascii(family).split())}{source.year}{word}" or "source"
        base = _NOT_IN_KEYS.sub("", source.facts.citekey) or made
        suffixes = ["", *"bcdefghijklmnopqrstuvwxyz"]
        key = next((f"{base}{suffix}" for suffix in suffixes if f"{base}{suffix}" not in keys), "")
        keys.append(key or f"{base}-{len(keys)}")
    return keys


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain)


def _escaped(text: str) -> str:
    return clean_line(text).translate(_SPECIAL)


def _name(source: CitedSource) -> str:
    return source.url or PurePath(source.path).name


def _pages(source: CitedSource) -> str:
    return ("p. " if len(source.pages) == 1 else "pp. ") + ", ".join(map(str, source.pages))


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
