"""The names of dimensions in other languages than English and German, where a text may answer across languages."""

from __future__ import annotations

from collections.abc import Set

from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

_NAMES = {
    "tall": lazy_regex(
        r"(?i)\b(?:hauteurs?|haute?s?|alturas?|alt[oa]s?|altezz[ae]|alt[ei]|hoogte|hoog)\b|[高높]|высот\w*"
    ),
    "deep": lazy_regex(
        r"(?i)\b(?:profondeurs?|profonde?s?|profundidad\w*|profund[oa]s?|profondità|profond[oaie]|diepte|diep)\b|[深깊]|глубин\w*"
    ),
    "wide": lazy_regex(
        r"(?i)\b(?:largeurs?|anch[oa]s?|anchura|larghezz[ae]|largura|breedte|breed)\b|[宽寬幅]|ширин\w*"
    ),
    "long": lazy_regex(
        r"(?i)\b(?:longueurs?|longue?s?|longitud|larg[oa]s?|lunghezz[ae]|lung[oah]i?|compriment\w*|lengte)\b|[长長]|длин\w*"
    ),
    "thick": lazy_regex(
        r"(?i)\b(?:épaisseurs?|épaisse?s?|espesor|grosor|grues[oa]s?|spessore|spess[oaie]|espessura|dikte|dik)\b|[厚]|толщин\w*"
    ),
}


def says_dimension(asked: Set[str], text: str) -> bool:
    """Whether a text in another language names the dimension whose English and German terms are `asked`."""
    return any(not asked.isdisjoint(terms(name)) and names.search(text) for name, names in _NAMES.items())
