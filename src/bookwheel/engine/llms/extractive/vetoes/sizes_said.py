"""Whether a text says how large a thing is, and not only what it costs, when it opens or which number it has."""

from __future__ import annotations

import re

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.question_terms import lazy_terms, nearest_term, terms
from bookwheel.engine.text.value_patterns import HAS_VALUE, OF_SIZE, UNITS, WORD_NUMBERS
from bookwheel.engine.text.values.other_amounts import sizes_in
from bookwheel.lazy_regex import lazy_regex

_ASKS_HOW_LARGE = lazy_regex(
    r"(?i)\b(?:how (?:large|big)|wie groß|hoe groot|quelle (?:est la )?taille|qué tamaño|quanto è grande"
    r"|quanto sono grandi)\b"
)
_ASKS_HOW_HIGH = lazy_regex(r"(?i)\b(?:wie hoch|hoe hoog|quelle (?:est la )?hauteur|qué altura|quanto è alt[oa])\b")
# List numbers, hours, ordinals: "12.ª edición", "a las 9:30".
_NO_HEIGHT = lazy_regex(
    r"(?m)^\s*(?:§ ?\d+|\(?\d{1,3}[.)])\s|\d{1,2}[:.h]\d\d\b|\b\d+\.?[ªº°]|\b\d+\. (?=[A-ZÄÖÜ])|\b[A-Za-z]{1,3}-?\d+\b"
)
_N = rf"(?:\d[\d.,]*|\b(?:{WORD_NUMBERS}))"
_AREA_OR_VOLUME = (
    r"(?:(?:square|sq|cubic|acres?|hectares?|ha|quadrat\w*|kubik\w*|hektar|[km]?m[23]|litres?|liters?|litros?|litri"
    r"|[cmdh]?l|gallons?|pints?|bushels?|mètres? carrés?|metros? cuadrados?|metri quadr\w+"
    r"|[kmgt]i?b|(?:kilo|mega|giga|tera)?bytes?|(?:mega)?pixels?|lines?|words?|pages?|cells?|tons?|tonnes?|tonnen)\b"
    r"|[km]?m[²³])"
)
# "80 by 120 cm", "A4", "size 42", "3.2 million", "11,400 spectators", "as large as a hall".
_SIZE = lazy_regex(
    rf"(?i){_N}[ -]?(?:[^\W\d_]+ ){{0,1}}(?:{UNITS['length']}|{_AREA_OR_VOLUME}"
    rf"|{OF_SIZE.pattern.removeprefix('(?i)')}\b)"
    rf"|{_N} ?(?:[x×]|by|mal|sur|por|per) ?\d|\ba\d\b|(?<![\w.,])\d{{1,3}}(?:[.,’' ]\d{{3}})+(?![\d:])"
    rf"|(?<![\w.,-])[1-9]\d{{3,}}(?![\w-])|{_N} (?:(?:hundred|thousand|[mb]illion|tausend|million|mille|mil)\w*)\b"
    rf"|\b(?:size|format|größe|taille|tamaño|taglia|maat)s?\b[^.;:\n]{{0,20}}[ :]?{_N}"
    rf"|\b(?:as (?:large|big|small) as|the size of|so groß wie|(?:larger|smaller|bigger) than|größer als|kleiner als)\b"
    rf"|\b(?:crew|team|group|family|class|party|army|fleet|force|staff|audience|choir|band|herd|flock|gruppe|familie"
    rf"|klasse|groupe|famille|classe|grupo|familia|clase|gruppo|famiglia) (?:of|von|de|di) (?:about |some )?{_N}"
    rf"|\b(?:half|third|quarter|twice|double|[^\W\d_]+ times) (?:the size|as (?:large|big))|%|per ?cent|prozent"
)
_HEIGHT = lazy_regex(rf"(?i)\d|{_N}[ -]?(?:{UNITS['length']}|{UNITS['money']}|prozent|pour cent|por ciento|per cento)")
_COLUMN = lazy_regex(
    r"(?i)\b(?:sizes?|areas?|m2|m²|km2|km²|sqm|ha|surface|volume|capacity|diameter|dimensions?|(?:number of )?places"
    r"|seats"
    r"|rooms|members|residents|pages|beds|height|length|width|cm|mm|m|litres?|\w*größe\w*|\w*fläche\w*|maße|durchmesser"
    r"|volumen|plätze|zimmer|mitglieder|taille|superficie|diamètre|places|tamaño|dimensi\w+|diámetro|plazas"
    r"|grandezza|diametro|posti|bytes|[kmg]i?b|population|inhabitants|einwohner)\b"
)
_MONEY = HAS_VALUE["money"]
# "One room" and "14 square metres of tiles" say how large nothing else is.
_OF_IT = lazy_regex(
    rf"(?i)\b(?:one|an?|eine?[nmrs]?|une?|un[oa]?) (?:{OF_SIZE.pattern.removeprefix('(?i)')})\b"
    rf"|{_N}[ -]?(?:(?:{UNITS['length']})|[^\W\d_]+ met(?:re|er)s?|{_AREA_OR_VOLUME})\s+(?:of\s+|d[e'’]\s*|di\s+"
    rf"|von\s+)?"
    r"(?P<of>(?-i:(?<=of )[a-z]{3,}|(?<=d[ei] )[a-z]{3,}|[A-ZÄÖÜ][a-zäöüß]{3,}))"
)
_ROOM = lazy_terms(
    "land space floor ground surface area garden meadow forest field fläche wohnfläche land grund boden wald"
    " wiese terrain surface terre sol terreno suelo superficie spazio"
)


def lacks_size(asked: AskedQuestion, best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether it is asked how large a thing is, and a unit gives no size, or that of what a row is about."""
    value = asked.value
    if value is None or value.kind != "size" or asked.is_yes_no or asked.is_comparison:
        return False
    if best.is_asked_above:
        return False
    if _ASKS_HOW_HIGH.search(asked.text) is not None and not best.is_row:
        return _HEIGHT.search(_NO_HEIGHT.sub(" ", sizes_in(asked.text, best.answer))) is None
    if _ASKS_HOW_LARGE.search(asked.text) is None:
        return False
    if best.is_row and best.cells:
        return is_of_later_cell(best, matter) or not any(_gives_size(name, cell) for name, cell in best.cells)
    text = _OF_IT.sub(lambda found: _kept(found, asked), sizes_in(asked.text, best.answer))
    return _SIZE.search(_MONEY.sub(" ", text)) is None


def _kept(found: re.Match[str], asked: AskedQuestion) -> str:
    """A size that is not of another thing or stuff."""
    of = frozenset(terms(found["of"] or ""))
    return found[0] if of and not of.isdisjoint(_ROOM() | frozenset(asked.terms)) else " "


def _gives_size(name: str, cell: str) -> bool:
    name = name.replace("_", " ")
    return any(map(str.isdigit, cell)) and (_COLUMN.search(name) is not None or _SIZE.search(cell) is not None)


def is_of_later_cell(best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether the thing only stands in a later cell of a row, which is about another: "Lamp: reading; Place: hall"."""
    cells = [frozenset(nearest_term(term, list(matter)) for term in terms(cell)) for _, cell in best.cells]
    if len(cells) < 2 or not any(map(str.isalpha, best.cells[0][1])) or not matter:
        return False
    return matter.isdisjoint(cells[0]) and any(not matter.isdisjoint(cell) for cell in cells[1:])
