"""Whether the value of the kind asked for belongs to something else: the lid's weight, "80 euros without heating"."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.unsaid_values import is_least_age
from bookwheel.engine.text.asked_values import AskedValue, has_value
from bookwheel.engine.text.question_terms import lazy_terms, nearest_term, terms
from bookwheel.engine.text.value_patterns import HAS_VALUE, UNITS, WORD_NUMBERS, ValueKind, without_times
from bookwheel.lazy_regex import lazy_regex

# Longer sentences and questions have their subjects in more places than these patterns know.
LONG_SENTENCE, LONG_QUESTION = 24, 10
_KINDS: frozenset[ValueKind] = frozenset(("money", "mass", "length", "size", "age", "speed", "heat", "power", "sound"))
_ARTICLES = (
    r"(?:the|an?|its|their|his|her|our|my|every|each|der|die|das|ein|eine|seine?|ihre?|jede[rs]?|les?|la|une?|sa|ses"
    r"|son|leurs?"
    r"|el|los|las|una|sus?|il|lo|gli|i)"
)
_CLAUSE = lazy_regex(
    r"(?i)(?:(?<=[^\W\d_])|(?<=[:,.\d]\d\d))[.;!?]\s+|:\s+|,\s(?!\d)|\s[–—-]\s|\n+"
    rf"|\s(?:and|but|while|und|aber|während|et|mais|y|pero|e|ma)\s(?={_ARTICLES}\s)"
)
_SUBJECT = lazy_regex(rf"(?i)\W*(?:(?:and|but|und|et|y|e)\s)?{_ARTICLES}\s((?:[^\W\d_]+\s){{0,2}}[^\W\d_]+)")
# "Die das achte Lebensjahr vollendet hat": of what stands before the clause.
_RELATIVE = lazy_regex(
    r"(?i)\W*(?:who|which|that|qui|quien(?:es)?|che|der|die|das|welche[rs]?)\s(?:the|is|are|has|have|der|die|das|den|dem|eine?[nmrs]?"
    r"|mindestens|noch|bereits|schon|nicht|le|la|les|ont|a|est|sont|han?|es|son|el|los|al|hanno|è|sono|il)\s"
)
# "Blankets cost 2 euros".
_PAID = lazy_regex(r"\W*([^\W\d_]+) (?:costs?|kosten?|kostet|coûtent|cuestan|costano)\b")
_WHICH_ONE = lazy_regex(r"(?i)\b(?:for|für|pour|para|per|voor) (?:[^\W\d_]+ )?[^\W\d_]+")
# What one pays for in "The museum: the entrance costs 12 euros".
_OF_ANY_PRICE = lazy_terms(
    "entrance entry admission ticket fee price rent rental rate cost charge total sum amount day week month night hour"
    " person adult child course place seat eintritt karte preis gebühr miete tag woche monat nacht stunde person"
    " erwachsene kinder kosten betrag beitrag entrée prix tarif billet loyer jour semaine mois nuit heure personne"
    " adulte entrada precio tarifa cuota alquiler día semana mes noche hora persona adulto ingresso biglietto prezzo"
)
_HALVES = lazy_regex(
    r"([^\W\d_]+(?: [^\W\d_]+)?) (?:and|und|et|y|e|&) ([^\W\d_]+(?: [^\W\d_]+)?)(?= *[\n›:.,]| {2,}|\s*\Z)"
)
_PRICES = ("prei", "kosten", "gebuhr", "betrag", "miet", "tarif", "entgelt", "eintrit", "beitrag")
# "A sheet of ten costs 4 euros": so many of what was named before.
_SO_MANY_OF_IT = lazy_regex(
    rf"(?i)\W*{_ARTICLES}\s[^\W\d_]+ (?:of|mit|zu|von|de|con|di|da|van) (?:\d+|(?:{WORD_NUMBERS}))"
    r" (?:costs?|weighs?|is|kostet|wiegt|ist|coûte|pèse|est|cuesta|pesa|es|costa)\b"
)
SHORTEST_HEAD = 4
_PRONOUN = lazy_regex(r"(?i)\b(?:it|they|he|she|er|sie|es|ils?|elles?|ce|cela|[eé]l|ella|esto)\b")
_FOR_SO_LONG = lazy_regex(
    r"(?i)\b(?:for|within|after|every|in|keeps?|lasts?|during|another|seit|für|nach|alle|pendant|depuis|desde"
    r"|durante|por|per|da) (?:about |over |more than |up to |etwa |über |au moins )?"
    rf"(?:\d[\d.,]*|(?:{WORD_NUMBERS}))[ -]?(?:{UNITS['duration']})(?! old)"
)
_IN_DAYS = lazy_regex(
    rf"(?i)\b(?:in|within|innerhalb von|binnen|en) (?:\d+|(?:{WORD_NUMBERS})) (?:days?|weeks?|months?|years?|tagen?"
    r"|wochen|monaten?|jahren?|jours?|semaines?|mois|ans|días?|semanas?|meses|años?)\b"
)

# Who takes the money: "The chapel charges 30 pounds an evening".
_CHARGES = lazy_regex(
    rf"(?i)\W*{_ARTICLES}\s((?:[^\W\d_]+\s){{0,2}}?[^\W\d_]+)\s(?:charges?|asks?|demands?|takes?|wants?|gets?|verlangt"
    r"|nimmt|berechnet|bekommt|demande|prend|facture|cobra|pide|chiede|vuole|prende|rekent|vraagt)\b"
)


def is_of_another(asked: AskedQuestion, best: BestUnit, matter: frozenset[str], about: AbstractSet[str]) -> bool:
    """Whether each clause with a value of the kind has another subject than the thing that is asked about.

    `about` are the terms of the title, which is the subject of no clause.
    """
    value = asked.value
    is_other = asked.is_yes_no or asked.is_comparison or asked.is_list or best.is_row or not best.is_prose
    if (
        value is None
        or value.kind not in _KINDS
        or is_other
        or best.is_asked_above
        or len(asked.text.split()) > LONG_QUESTION
    ):
        return False
    asked_for = matter | asked.thing_terms
    # "Das Betonieren" is what "betoniert" asks about.
    forms = [term for term in terms(best.answer) if nearest_term(term, list(asked_for)) in asked_for]
    # "The new one weighs 410 kilos" of "the new kiln".
    things = asked_for.union(forms, asked.own_terms - value.terms)
    above = frozenset(terms(best.text.replace(best.own_text, " ")))
    is_named_above = not (things - about).isdisjoint(above) and things.isdisjoint(terms(best.answer))
    if is_named_above or not matter.isdisjoint(best.synonyms | best.kinds):
        return False
    clauses = [one for one in _CLAUSE.split(best.answer) if one and _has_value(value, asked.text, one)]
    if not clauses:
        return value.kind in ("age", "speed") and not is_least_age(asked, value, best.answer)
    if any(len(clause.split()) > LONG_SENTENCE for clause in clauses):
        return False
    # "Les sièges pour enfants" are not bikes for children.
    heads = matter - frozenset(terms(" ".join(match[0] for match in _WHICH_ONE.finditer(asked.text))))
    # "The new one" of "the new kiln" has no noun.
    heads |= asked.own_terms - value.terms - matter
    heads |= frozenset(term for term in forms if nearest_term(term, list(heads)) in heads)
    if not heads.isdisjoint(terms(best.answer)) and any(map(_SO_MANY_OF_IT.match, clauses)):
        return False
    return all(_is_of_another(clause, things, heads, value.kind) for clause in clauses)


def _has_value(value: AskedValue, question: str, clause: str) -> bool:
    if value.kind == "size":
        return has_value(value, question, without_times(clause))
    if value.kind == "age":
        clause = _FOR_SO_LONG.sub(" ", clause)
    elif value.kind == "speed":
        clause = _IN_DAYS.sub(" ", clause)
    if HAS_VALUE[value.kind].search(clause) is not None:
        return True
    # Imported late: most clauses have a figure.
    from bookwheel.engine.text.values.values_in_words import is_said_in_words

    return is_said_in_words(value.kind, question, clause, is_past=False)


def _is_of_another(clause: str, known: AbstractSet[str], heads: AbstractSet[str], kind: ValueKind) -> bool:
    subject = _CHARGES.match(clause) if kind == "money" else None
    subject = subject or _SUBJECT.match(clause) or (_PAID.match(clause) if kind == "money" else None)
    if subject is None or _PRONOUN.fullmatch(subject[1]) or _RELATIVE.match(clause):
        return False
    heads_of_compounds = (word for word in terms(subject[1])[:1] if len(word) >= SHORTEST_HEAD)
    if any(term.endswith(word) and term != word for word in heads_of_compounds for term in known):
        # "Der Keller" of a text about the Probekeller is that one.
        return False
    head = terms(subject[1])[0]
    if any(term.endswith("ung") and head.startswith(term.removesuffix("ung")) for term in known):
        # "Die Wohnfläche" of a question about the "Wohnung".
        return False
    there = frozenset(terms(clause))
    is_bound = not known.isdisjoint(there) if known.isdisjoint(terms(subject[1])) else not heads.isdisjoint(there)
    if is_bound or (heads and not heads.isdisjoint(there)):
        return False
    # "Der Kaufpreis", "die Teilnahmegebühr".
    is_price = any(term.endswith(_PRICES) for term in terms(subject[1])) or not _OF_ANY_PRICE().isdisjoint(
        terms(subject[1])
    )
    return kind != "money" or not is_price


def is_of_other_half(best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether a sentence below "Vacation and sick leave" speaks of the half that is not asked for."""
    halves = _HALVES.findall(best.text.replace(best.own_text, " ")) if best.is_prose else []
    if not halves:
        return False
    told = _as_asked(best.answer, matter)
    for first, second in halves:
        one, other = _as_asked(first, matter), _as_asked(second, matter)
        if _is_told_alone(other, one, told, matter) or _is_told_alone(one, other, told, matter):
            return True
    return False


def _as_asked(text: str, matter: frozenset[str]) -> frozenset[str]:
    """The terms of a text, those of the question as they are there."""
    return frozenset(nearest_term(term, list(matter)) for term in terms(text))


def _is_told_alone(half: frozenset[str], asked: frozenset[str], told: frozenset[str], matter: frozenset[str]) -> bool:
    """Whether all of a half without a word of the question is told, and nothing of the half that is asked for."""
    is_said = bool(half) and half <= told and matter.isdisjoint(half)
    return is_said and not asked.isdisjoint(matter) and asked.isdisjoint(told)
