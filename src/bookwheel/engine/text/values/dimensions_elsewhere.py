"""The dimensions of things (tall, deep, wide), and their names in the languages of texts and questions."""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

# A value of one measure must not pass for another: "eleven miles long" does not say how deep.
_DIMENSIONS = ("tall high higher highest height hoch höhe", "deep depth tief tiefe",
               "wide width broad breit breite", "long length lang länge", "far distance weit",
               "thick dick")  # fmt: skip
_NAMES = {
    "tall": lazy_regex(
        r"(?i)\b(?:hauteurs?|haute?s?|alturas?|alt[oa]s?|altezz[ae]|alt[ei]|hoogte|hoog)\b|[高높]|высот\w*"
    ),
    "deep": lazy_regex(
        r"(?i)\b(?:(?:goes|reaches|runs|sunk|dug|drilled) (?:\w+ )?down|profondeurs?|profonde?s?|profundidad\w*"
        r"|profund[oa]s?|profondità|profond[oaie]|diepte|diep)\b|[深깊]|глубин\w*"
    ),
    "wide": lazy_regex(
        r"(?i)\b(?:largeurs?|anch[oa]s?|anchura|larghezz[ae]|largura|breedte|breed)\b|[宽寬幅]|ширин\w*"
    ),
    "long": lazy_regex(
        r"(?i)\b(?:longueurs?|longue?s?|longitud|larg[oa]s?|lunghezz[ae]|lung[oah]i?|compriment\w*|lengte)\b|[长長]"
        r"|длин\w*"
    ),
    "thick": lazy_regex(
        r"(?i)\b(?:épaisseurs?|épaisse?s?|espesor|grosor|grues[oa]s?|spessore|spess[oaie]|espessura|dikte|dik)\b|[厚]"
        r"|толщин\w*"
    ),
}


@cache
def dimensions() -> list[frozenset[str]]:
    """The terms of each dimension in English and German."""
    return [frozenset(terms(line)) for line in _DIMENSIONS]


def says_dimension(asked: Set[str], text: str) -> bool:
    """Whether a text in another language names the dimension whose English and German terms are `asked`."""
    return any(not asked.isdisjoint(terms(name)) and names.search(text) for name, names in _NAMES.items())
