"""Sentences that refer to the one before them, and say less without it."""

from __future__ import annotations

from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, WEEKDAYS
from bookwheel.lazy_regex import lazy_regex

# "It closed in the autumn of the same year": the year is in the sentence before.
_SAME_TIME = lazy_regex(
    r"(?i)\b(?:(?:the )?same|that) (?:year|month|day|week|evening|night)\b|\b(?:im selben|am selben|im gleichen"
    r"|am gleichen|in demselben) (?:jahr|monat|tag|abend)\w*|\bla même année|\ble même (?:jour|mois)\b"
    r"|\A\W*(?:[^\W_]+|\d+) (?:(?:days?|weeks?|months?|years?) (?:later|after)|(?:tage?|wochen?|monate?"
    r"|jahre?) (?:später|danach)"
    r"|(?:jours?|semaines?|mois|ans?) (?:plus tard|après)|(?:días?|semanas?|mes(?:es)?|años?) (?:después|más tarde))\b"
    r"|\b(?:el|ese) mismo (?:año|día|mes)\b|\blo stesso (?:anno|giorno|mese)\b|\bno mesmo (?:ano|dia|mês)\b"
    r"|^davon\b|^hay \w+ de ell[oa]s\b"
    r"|\b(?:hetzelfde|datzelfde) jaar\b|\bdezelfde (?:dag|maand)\b|\bтого же (?:года|дня|месяца)|\bв том же году"
)

# One of these is wherever the pattern finds something, and in few sentences else; to search one takes 25 us.
_OF_SAME_TIME = (
    "same ",
    "that ",
    "selben ",
    "chen ",
    "même ",
    "smo ",
    "stesso ",
    " later",
    " after",
    " später",
    " danach",
    " plus tard",
    " après",
    " después",
    " más tarde",
    "davon",
    "hay ",
    "zelfde ",
    " же ",
)

_LONGEST_DAY = 32
_BARE_DAY = lazy_regex(
    rf"(?i)\W*(?:(?:{WEEKDAYS}),? )?(?:the )?(?:\d{{1,2}}(?:\.|st|nd|rd|th|er|º)? (?:of |de )?(?:{MONTHS_BY_NAME})"
    rf"|(?:{MONTHS_BY_NAME}) \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}\.\d{{1,2}}\.)(?:,? (?:de )?\d{{4}})?[.:,]?\W*"
)
# "Agreed." and "Decided: yes" refer to what was proposed.
_IS_RESOLVED = lazy_regex(
    r"(?i)\W*(?:decided|agreed|resolved|approved|accepted|rejected|refused|beschlossen|angenommen|abgelehnt|genehmigt"
    r"|décidé|adopté|accepté|refusé|acordado|aprobado|rechazado|deciso|approvato|respinto|aprovado|besloten|goedgekeurd"
    r"|решено|принято)\s?[:.!]"
)
_LEANING = frozenset(
    """it this that these those they he she its their his her such then also there but so however er sie es dies
    diese dieser dieses ihr
    ihre sein seine il elle ils elles ce cela son sa ses lui este esta estos esto su sus ella él lei lui questo
    questa ele ela isso het
    dit dat zij hij""".split()
)


# "Here is the last fountain": where that is stands in the sentence before. Not "there is a fountain".
_POINTS = {
    "english": lazy_regex(r"(?i)\b(?:here|(?<!from )there(?! (?:is|are|was|were|will|has|have|had|may|can|must)\b))\b"),
    "german": lazy_regex(r"(?i)\b(?:hier|dort|daneben|dahinter|davor|darunter|darüber|dazwischen|gegenüber)\b"),
    "french": lazy_regex(r"(?i)\b(?:ici|(?<!-)là|là-bas)\b"),
    "spanish": lazy_regex(r"(?i)\b(?:aquí|allí|ahí|allá|acá)\b"),
    "italian": lazy_regex(r"(?i)\b(?:qui|qua|lì|là|laggiù|lassù)\b"),
}


def points_to_place(sentence: str, language: str) -> bool:
    """Whether a sentence says where something is by the place of the sentence before: "Here stands the mast"."""
    return language in _POINTS and _POINTS[language].search(sentence) is not None


def names_same_time(sentence: str) -> bool:
    """Whether a sentence names its time by that of the sentence before: "in the same year"."""
    folded = sentence.casefold()
    return any(words in folded for words in _OF_SAME_TIME) and _SAME_TIME.search(sentence) is not None


def is_bare_day(sentence: str) -> bool:
    """Whether a sentence is only the day of an entry of a diary: "3 May."."""
    return len(sentence) < _LONGEST_DAY and _BARE_DAY.fullmatch(sentence) is not None


def leans_on_sentence_before(sentence: str) -> bool:
    """Whether a sentence refers to the one before it: "It is eleven miles long"."""
    if names_same_time(sentence) or _IS_RESOLVED.match(sentence):
        return True
    words = sentence.casefold().split(None, 3)[:3]
    if len(words) > 2 and any(map(str.isdigit, words[1])):
        # "In 1954 they sold it."
        del words[1]
    return bool(words) and (words[0].strip("\"'“„«(*_,") in _LEANING or (len(words) > 1 and words[1] in _LEANING))
