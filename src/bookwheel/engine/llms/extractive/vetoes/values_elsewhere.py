"""Whether the sentence with the value does not speak of the thing, and only stands near one that does."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.bound_values import GOES_ON
from bookwheel.engine.text.asked_values import AskedValue, has_value
from bookwheel.engine.text.names import GERMAN
from bookwheel.engine.text.question_terms import lazy_terms, nearest_term, terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.engine.text.value_patterns import UNITS, ValueKind
from bookwheel.engine.text.values.other_amounts import is_of_long_thing
from bookwheel.lazy_regex import lazy_regex

LONG_QUESTION, MANY = 10, 3
# What a sentence has that names the measure and not the thing: "The price is 300 euros" of a text about the pump.
_NAMES_OF: dict[ValueKind, str] = {
    "money": "price cost fee fare rent salary wage pay charge sum total amount bill invoice deposit sell buy rate"
    " entrance entry admission ticket preis kosten gebühr miete gehalt lohn betrag betragen vergütung honorar"
    " entgelt summe kaution eintritt zahlen"
    " bezahlen verdienen prix coût tarif loyer salaire payer montant entrée caution gagner precio coste tarifa"
    " alquiler sueldo pagar importe entrada fianza cobrar prezzo costo tariffa affitto stipendio pagare ingresso",
    "mass": "weigh weight heavy mass load wiegen gewicht schwer peser poids lourd pesar peso pesado pesare pesante",
    "size": "large big size area measure volume capacity hold groß größe fläche messen fassen umfang taille surface"
    " mesurer grand tamaño superficie medir grande dimensione misurare",
    "length": "long length tall high height deep depth wide width thick measure lang länge hoch höhe tief tiefe breit"
    " breite dick messen longueur hauteur profondeur largeur haut profond large mesurer longitud altura profundidad"
    " anchura largo alto ancho medir lunghezza altezza profondità larghezza lungo alto largo misurare",
    "age": "old age born alt alter geboren âge né edad nacer età nascere",
    "speed": "speed fast knot quick run drive sail schnell geschwindigkeit fahren vitesse rapide velocidad rápido"
    " velocità veloce",
    # Of "Wie lang ist das Boot?" alone.
    "duration": "long length last take lang länge dauern dauer longueur durer durée largo longitud durar duración lungo"
    " lunghezza durare durata",
    "colour": "colour farbe couleur color colore cor kleur",
    "sound": "loud noise sound laut lärm bruit ruido rumore",
}  # fmt: skip
_TERMS_OF = {kind: lazy_terms(words) for kind, words in _NAMES_OF.items()}
_MOVES = lazy_regex(
    r"(?i)^\W*(?:how fast (?:does|do|did|can)|wie schnell) .*\b(?:drive|sail|run|fly|swim|move|travel|go|fährt|fahren"
    r"|fliegt|segelt|läuft|schwimmt)\b"
)
_OF_SPEED = lazy_regex(
    rf"(?i)(?:{UNITS['speed']})|\b(?:miles?|kilomet\w+|met(?:re|er)s?|km|m|feet|knots?) (?:per|an?|pro|in (?:der"
    rf"|einer)|je) "
    r"|\bpace\b|\bgear\b|as fast as|so schnell wie"
)
_ENDS_OF_COMPOUNDS = (
    "prei", "kosten", "gebuhr", "betrag", "miet", "tarif", "entgelt", "eintrit", "beitrag", "flach", "gross", "gewicht",
    "hoh", "lang", "tief", "breit", "alt", "dauer",
)  # fmt: skip
_FREE = lazy_regex(r"(?i)\bfree of charge\b")
_MARKER = lazy_regex(r"\s*(?:\(?\d{1,3}[.)]|[-*+•]|\*\*)\s?\S")
_LABEL = lazy_regex(r"\A\W*[^\W\d_][^.:;\n]{1,40}:\s")


def is_said_of_nothing(asked: AskedQuestion, best: BestUnit, matter: frozenset[str], about: frozenset[str]) -> bool:
    """Whether no sentence with the value names the thing or the measure, goes on about it, or stands under it.

    `about` are the terms of the title, over which a text says much of other things too.
    """
    value = asked.value
    if value is not None and value.kind == "speed" and _MOVES.search(asked.text) and not best.is_row:
        # "It charges in four hours" does not say how fast it drives.
        return _OF_SPEED.search(best.answer) is None
    is_other = asked.is_yes_no or asked.is_comparison or asked.is_list or best.is_asked_above or best.is_row
    if value is None or value.kind not in _TERMS_OF or is_other or best.asking:
        return False
    if value.kind == "duration" and not is_of_long_thing(asked.text):
        return False
    things = (matter | asked.thing_terms) - value.terms
    if not things or len(matter) > MANY or len(asked.text.split()) > LONG_QUESTION:
        return False
    things |= best.synonyms | best.kinds
    above = _as_asked(best.text.replace(best.own_text, " "), things)
    if not (things - about).isdisjoint(above):
        return False
    if best.is_item or _MARKER.match(best.own_text) is not None:
        # "2. Lamp. Mended for 118 euros."
        first = " ".join(plain_sentences(best.own_text, by_line=False)[:1])
        if not things.isdisjoint(_as_asked(first, things)):
            return False
    is_german = GERMAN.search(asked.text) is not None
    said = [one for one in plain_sentences(best.answer, by_line=False) if has_value(value, asked.text, one)]
    return bool(said) and all(_is_of_nothing(one, things, value, is_german=is_german) for one in said)


def _is_of_nothing(sentence: str, things: frozenset[str], value: AskedValue, *, is_german: bool) -> bool:
    if GOES_ON.match(sentence) is not None or _LABEL.match(sentence) is not None:
        return False
    there = _as_asked(_FREE.sub(" ", sentence), things)
    if is_german and any(term.endswith(_ENDS_OF_COMPOUNDS) for term in there):
        # "Der Kaufpreis", "die Wohnfläche".
        return False
    return things.isdisjoint(there) and _TERMS_OF[value.kind]().isdisjoint(there) and value.terms.isdisjoint(there)


def _as_asked(text: str, things: frozenset[str]) -> frozenset[str]:
    return frozenset(nearest_term(term, list(things)) for term in terms(text))
