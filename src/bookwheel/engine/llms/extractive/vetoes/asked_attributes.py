"""What a question asks of a thing or a person by its noun (a PIN, a name, who does it), and whether a text gives it."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.form_bonus import EARLIER
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.asked_doers import lacks_doer, only_names_deed
from bookwheel.engine.llms.extractive.vetoes.asked_kinds import lacks_category
from bookwheel.engine.llms.extractive.vetoes.asked_names import (
    has_new_name,
    lacks_name,
    lacks_origin,
    names_holder,
    words_in,
)
from bookwheel.engine.llms.extractive.vetoes.bare_mentions import (
    has_other_first_part,
    has_other_number,
    lacks_colour,
    lacks_year,
)
from bookwheel.engine.llms.extractive.vetoes.codes_and_numbers import lacks_code
from bookwheel.engine.llms.extractive.vetoes.said_otherwise import gives_kind, gives_year
from bookwheel.engine.text.names import GERMAN
from bookwheel.engine.text.question_terms import content_terms, content_words, is_unspaced, lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

SHORTEST_STEM, SHORTEST_ROOT, FEW, MANY, LONG_SENTENCE = 4, 3, 3, 4, 20
_SPANS = lazy_terms(
    "night day week weekend month hour nacht übernachtung tag woche monat stunde nuit nuitée jour semaine mois noche"
    " día semana mes notte giorno settimana mese noite dia nacht dag week maand"
)
# The last word of a phrase that begins with an article, and any word after "with".
# Not behind "did": in "did the council agree to raise" the word before "to" is the verb.
_AFTER_ARTICLE = lazy_regex(
    r"(?i)(?<!\bdo )(?<!\bdoes )(?<!\bdid )(?<!\bwill )"
    r"\b(?:an?|the|my|our|your|der|die|das|den|dem|eine?[nmr]?|le|la|une?|el|los|las|il|lo|o|um|uma|het|een)"
    r" (?:[^\W\d_]+ )?([^\W\d_]{3,})(?=\W*\Z|,| (?:of|in|on|at|for|to|from|with|by|and|or|that|which|who|when|if|is"
    r"|are|was|were"
    r"|has|have|do|does|did|can|may|must|will|im|am|auf|für|von|vom|mit|bei|zum|zur|und|oder|ist|sind|hat|wird|kostet"
    r"|de|du|des|à|au|en|pour|avec|dans|est|sont|del|para|con|es|son|di|della|per|è|sono|do|da|com|van|voor|met)\b)"
    r"|\b(?:with|without|mit|ohne|avec|sans|con|sin|senza|com|sem|met) ([^\W\d_]{3,})(?! [^\W\d_]*ed\b)"
)
_WHAT_IS = lazy_regex(
    r"(?i)^\W*(?:what|which|who|was|wer|quel\w*|qui|qué|cuál|qual|wat) (?:is|are|was|were|ist|sind|est|es|è|é) \S+ "
)
_SUPERLATIVE = lazy_regex(r"(?i)(?:ing|est|ste[nrms]?|issim[oa])\Z")
_OF_THINGS = lazy_regex(
    r"(?i)\b(?:place|where|room|shelf|date|day|week|month|time|thing|item|object|title|subject|colou?r|town|city|street"
    r"|address|number|no|id|status|state|type|kind|sort|model|language|location|village|notes?|remarks?|reason|on|at"
    r"|ort|raum|datum|tag|zeit|ding|gegenstand|titel|farbe|stadt|straße|adresse|nummer|nr|art|typ|zustand|bemerkung"
    r"|lieu|salle|jour|heure|objet|titre|couleur|ville|rue|lugar|sala|fecha|día|hora|objeto|título|ciudad|calle"
    r"|luogo|data|giorno|ora|oggetto|titolo|città|via|local|plaats|kamer|dag|kleur)\b"
)
_PERSON = lazy_regex(r"[^\W\d_a-zß-ÿ][\w’'-]*|[\u4e00-\u9fff\u3040-\u30ff]")

# "Slope: Mill slope" names no one; "Ada", "Harbour Inn" and "repaired by Tom Pell" do.
_ONLY_NAME = lazy_regex(
    r"(?:\A|[,;(] ?|\b(?:[Bb]y|von|par|por|da|door) )(?:[A-Z]\.? )*[^\W\d_a-zß-ÿ][^\W\d_][\w.’'-]*"
    r"(?: (?:(?:de|del|di|da|van|von|der|la|le|&|and|und|et|y|of) )*[^\W\d_a-zß-ÿ][\w.’'-]*)*(?=\W*\Z|[,;(]|\s*[<(\[])"
    r"|[\u4e00-\u9fff\u3040-\u30ff]"
)
_OF_PERSONS = lazy_regex(
    r"(?i)\b(?:names?|who|by|persons?|people|members?|customers?|clients?|contacts?|owners?|makers?|authors?"
    r"|responsible"
    r"|staff|firm|company|wer|namen?|personen?|kund\w+|zuständig|firma|nom|qui|client|nombre|quién|cliente|nome|chi"
    r"|naam"
    r"|wie)\b"
)
_ROLE = lazy_regex(
    r"(?i)^\W*(?:(?:who|wer|qui|quién|chi|quem|wie) (?:is|was|are|were|ist|war|sind|est|était|es|era|è|é)"
    r" (?:(?:the|our|your|my|der|die|das|unser\w*|mein\w*|le|la|el|il|lo|o|a|de|het|(?:\S+ )?\S+['’]s?) |l['’])"
    r"(?:new |old |neue |alte |two |three |four |zwei |drei |deux |trois |dos |tres |due |tre )?(?P<role>[^\W\d_]{4,}))"
)
_WHO_DOES = lazy_regex(
    r"(?i)^\W*(?:who|whom) (?:(?:\w+ly|also|first|else|usually|all) )?(?:(?:did|has|have|had|will|is|was|are|were"
    r"|can|may|must|should)"
    r" (?:be |been |to )?)?(?P<en>[^\W\d_]{3,})|^\W*(?:wer|qui|quién|chi|quem) (?:a |ont |ha |han |hat |haben "
    r"|hatte )?(?P<other>[^\W\d_]{3,})"
)
_SURE_NAME = lazy_regex(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Mme|Sr|Sra|Dott|Herrn?|Frau|Familie|Family|Monsieur|Madame|Señora?|Signora?|Ehepaar"
    r"|Eheleute)\b\.?"
    r" [^\W\d_a-zß-ÿ]|(?<![.!?:] )(?<!\A)\b[^\W\d_a-zß-ÿ][^\W\d_]+ (?:(?:van|von|de|da|di"
    r"|del) )?[^\W\d_a-zß-ÿ][^\W\d_]+"
    r"|\b(?:GmbH|AG|KG|e\. ?V\.|Ltd|Inc|SA|SARL|S\.L\.|BV)\b"
)


def lacks_attribute(
    asked: AskedQuestion,
    best: BestUnit,
    near: frozenset[str],
    matter: frozenset[str],
    names: AbstractSet[str],
    anywhere: frozenset[str],
) -> bool:
    """Whether a unit names the thing or the person, and not what is asked of it.

    `near` are the wanted terms in and around the unit, `matter` those that it must be about, `names` the names of
    them, and `anywhere` the terms of all passages.
    """
    if any(map(is_unspaced, content_words(asked.completed))):
        # Imported late: questions with spaces do without it.
        from bookwheel.engine.llms.extractive.vetoes.unspaced_vetoes import lacks_what_is_asked

        return lacks_what_is_asked(asked.text, best.answer)
    # Long sentences of prose say much in other words: in XQuAD these two refused 33 English answers of 1,190.
    is_long = best.is_prose and len(best.own_text.split()) > LONG_SENTENCE
    is_long |= best.is_prose and len(matter) > MANY
    besides = len(matter - names) if best.is_prose else 0
    return (
        lacks_code(asked, best)
        or lacks_name(asked, best, near)
        or (not is_long and besides <= FEW and _lacks_holder(asked, best, near, matter))
        or (not is_long and besides <= 1 and _has_only_names(asked, best, near, matter, names))
        or _says_nothing_of_names(asked, best, near, names)
        or _only_restates(asked, best)
        or _says_nothing_else(asked, best)
        or (matter <= names and lacks_origin(asked.text, best.answer))
        or lacks_category(asked, best, near)
        or (not is_long and _lacks_noun(asked, best, near | anywhere, matter))
        or (
            not (asked.is_yes_no or asked.is_comparison)
            and (
                has_other_number(asked.text, best.answer, best.is_row)
                or has_other_first_part(asked.text, f"{best.text} {best.answer}")
            )
        )
        or (not asked.is_yes_no and lacks_colour(asked.text, near, matter))
        or lacks_year(asked.text, f"{best.text} {best.answer}")
    )


def _lacks_holder(asked: AskedQuestion, best: BestUnit, near: frozenset[str], matter: frozenset[str]) -> bool:
    """Whether "who" is asked, and nothing near says the verb or the office: "vermietet" names no "Vermieter"."""
    if asked.kind != "who" or asked.compares_counts:
        return False
    if _ROLE.search(asked.text) is not None:
        if GERMAN.search(asked.text) and not best.is_row:
            return best.is_prose and not names_holder(best.answer, asked.text)
        return not has_new_name(best.answer, asked.text)
    if best.is_row and (cells := best.cells) and not _names_person(cells, asked.completed):
        return True
    verb = _WHO_DOES.search(asked.text)
    if verb is None or asked.is_of_mail:
        return False
    done = frozenset(terms(verb["en"] or verb["other"]))
    if not best.is_row and done <= asked.light & asked.own_terms - near:
        # "Who gave the lathe?": of a light verb, as "give", another may be there, but then with a name.
        return not has_new_name(best.answer, asked.completed)
    return bool(done & matter) and done.isdisjoint(matter & near)


def _names_person(cells: Sequence[tuple[str, str]], question: str) -> bool:
    """Whether a cell may name a person: not the place, the thing or the day of a row about what was found."""
    known = frozenset(words_in(question))
    return any(
        _OF_THINGS.search(column) is None
        and (_PERSON.search(value) is not None)
        and (_OF_PERSONS.search(column) is not None or _ONLY_NAME.search(value) is not None)
        and not frozenset(words_in(value)) <= known
        for column, value in cells
    )


def _has_only_names(
    asked: AskedQuestion, best: BestUnit, near: frozenset[str], matter: frozenset[str], names: AbstractSet[str]
) -> bool:
    """Whether a sentence only has the names of the question: "Ada Rook retires" does not say what she studied."""
    if not names or not best.is_prose or best.is_asked_above:
        return False
    asked_of_it = matter - names
    if not asked_of_it or (EARLIER.search(asked.text) and EARLIER.search(best.own_text)):
        return False
    is_of_year = asked.value is not None and asked.value.kind == "date" and gives_year(names, best.own_text)
    return not is_of_year and (asked_of_it | asked.category).isdisjoint(near)


def _says_nothing_of_names(asked: AskedQuestion, best: BestUnit, near: frozenset[str], names: AbstractSet[str]) -> bool:
    """Whether no word for what is asked is near: "Present: Ada Rook" does not say which illness she has."""
    if asked.is_comparison or asked.value is not None or best.is_asked_above:
        return False
    wanted = frozenset(asked.terms)
    if names <= best.covered and gives_kind(asked.category, best.own_text):
        return False
    if asked.category & wanted and not (asked.names_code and asked.category <= asked.light):
        return (wanted - names - asked.thing_terms - asked.light | asked.category).isdisjoint(near)
    # "How did Ada get there?" has no word besides the name.
    return asked.kind == "how" and bool(names) and wanted <= names


def _only_restates(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether the text says again what was done, and the question asks by whom."""
    if asked.kind != "who" or asked.is_yes_no or asked.compares_counts or best.is_row:
        return False
    is_unnamed = not best.synonyms and only_names_deed(asked.text, best.answer)
    if not is_unnamed:
        return lacks_doer(asked.text, best.answer)
    # German nouns look like names.
    is_german = GERMAN.search(asked.text) is not None
    is_named = _SURE_NAME.search(best.answer) if is_german else has_new_name(best.answer, asked.completed)
    return not is_named or lacks_doer(asked.text, best.answer)


def _says_nothing_else(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a unit has no word that the question does not have: "Ada Rook is ill" names no illness."""
    if asked.is_yes_no or best.is_row:
        return False
    there = content_terms(best.answer)
    return bool(there) and all(any(_is_of_one_word(term, wanted) for wanted in asked.terms) for term in there)


def _is_of_one_word(one: str, other: str) -> bool:
    return one == other or (
        min(len(one), len(other)) >= SHORTEST_ROOT and (one.startswith(other) or other.startswith(one))
    )


def _lacks_noun(asked: AskedQuestion, best: BestUnit, there: frozenset[str], matter: frozenset[str]) -> bool:
    """Whether the word behind an article, "a child with mumps", is in none of the passages."""
    if not best.is_prose or (EARLIER.search(asked.text) and EARLIER.search(best.own_text)):
        return False
    # What comes right after "What is" is asked of the thing, and a text says it otherwise: "the nickname of".
    found_words = (match[1] or match[2] for match in _AFTER_ARTICLE.finditer(_WHAT_IS.sub("", asked.text)))
    # German nouns have a capital: the last word of "an der Führung teilnehmen" is the verb.
    is_german = GERMAN.search(asked.text) is not None
    words = (word for word in found_words if not (_SUPERLATIVE.search(word) or (is_german and word.islower())))
    if asked.value is not None and asked.value.kind == "money":
        # What a night at the inn costs is what the inn costs.
        matter -= _SPANS()
    return any(bool(found := frozenset(terms(word)) & matter) and found.isdisjoint(there) for word in words)
