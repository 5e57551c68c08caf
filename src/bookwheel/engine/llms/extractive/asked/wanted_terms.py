"""The terms that a question asks for, and what counts as them in a text: other forms, synonyms, typing errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from bookwheel.engine.text.converse_verbs import converse_of
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.languages import ENGLISH, language_of
from bookwheel.engine.text.question_kinds import may_name_time
from bookwheel.engine.text.question_terms import (
    STOP_WORDS,
    content_words,
    names_person,
    nearest_term,
    synonyms,
    terms,
    words_of_terms,
)
from bookwheel.engine.text.word_forms import is_everyday_word
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from bookwheel.engine.llms.extractive.asked.calendar_terms import CalendarTerms
    from bookwheel.engine.text.thesaurus.related_words import RelatedWords

SHORTEST_TYPO, SHORTEST_LACKING, SHORTEST_WRITTEN_TYPO = 4, 5, 6
SHORTEST_COMPOUND, SHORTEST_PART = 9, 5
# The shortest compound of two words of the question, its shortest part, and what may link the parts ("Arbeitszeit").
SHORTEST_JOINED, SHORTEST_IN_COMPOUND, MOST_LINKING = 8, 3, 2
# Languages whose verbs are written in two parts in a main clause, and the shortest parts.
PARTING = frozenset(("german", "dutch"))
SHORTEST_FIRST, SHORTEST_VERB = 2, 4
LONG_TYPO = 8
LENGTHS_OF_INITIALS = (3, 4)
SHORTEST_INNER = 7
LONGEST_SUFFIX = 4
SHORTEST_REPLACED, SHORTEST_SWAPPED = 5, 3

# The name of a column before each cell: "Item: bolt; Price: 2".
COLUMN = lazy_regex(r"(?:\A|; )([^:;\n]{1,60}): ")
_WHO_DID = lazy_regex(r"(?i)^\W*who (?:has |had )?([^\W\d_]{3,})\b")
_WER_TUT = lazy_regex(
    r"(?i)^\W*(?:wer|qui|quién(?:es)?|chi|quem) (?P<root>[^\W\d_]{3,}?)(?:e?t|[aeoó]|en|an|ano|ono|em|am)?(?=\W)"
)
_DOERS = ("er", "erin", "eur", "euse", "edor", "edora", "ador", "adora", "tore", "trice")
# "Capsiezd" where the text has "capsize".
_INFLECTED = ("d", "ed", "ing")
# "Pres" for "press": the same letters, one of them doubled.
_DOUBLED = lazy_regex(r"([^\W\d_])\1")


# What a German compound names that such a question asks for.
_ASKS_VALUE = lazy_regex(r"(?i)\b(?:wie (?:groß|hoch|lange?|teuer|schwer|viel|tief|breit)|wann|was kostet)\b")
_OF_VERB = lazy_regex(r"[a-z]{4,}ung")


@cache
def _MEASURES() -> tuple[str, ...]:  # noqa: N802
    return tuple(
        terms("fläche größe zeit dauer frist preis kosten gebühr betrag gewicht höhe beginn datum termin ende")
    )


_OF_ONE_SOUND = str.maketrans("yczv", "iksf")


@dataclass(frozen=True, slots=True)
class FoundTerms:
    """The terms of a text, in order, as the wanted terms that they count as.

    `own` are those that are there in a form of their own, `synonyms` those that are there as one, `kinds` those that
    are there as the kind of the thing.
    """

    all: Sequence[str]
    own: frozenset[str]
    synonyms: frozenset[str]
    kinds: frozenset[str]

    @property
    def sure(self) -> frozenset[str]:
        """The terms without those that are there only as a kind."""
        return frozenset(self.all) - self.kinds


class WantedTerms:
    """The terms of a question, and the terms that count as them: other forms, synonyms, typing errors.

    `done` is the term of the verb of "Who made the press?"; empty for other questions.
    """

    def __init__(
        self,
        wanted: Sequence[str],
        question: str = "",
        related: RelatedWords | None = None,
        names: Set[str] = frozenset(),
    ) -> None:
        self.terms = list(wanted)
        self._language = language_of(question)
        self._names = names
        self._related = related
        self.converse = converse_of(question)
        self.calendar = _calendar_of(self.terms, question)
        self._words = content_words(question.casefold())
        self._parts = [term for term in wanted if len(term) >= SHORTEST_IN_COMPOUND and term not in names]
        self._parted = _parted(self._words) if self._language in PARTING else []
        # "Wohnfläche" of "Wie groß ist die Wohnung?".
        is_of_value = _ASKS_VALUE.search(question) is not None
        self._roots = [(term.removesuffix("ung"), term) for term in wanted if is_of_value and _OF_VERB.fullmatch(term)]
        # "CTO" of "chief technology officer"; the initials of any words may be a word themselves, as "but".
        self._of_initials = {
            "".join(word[0] for word in self._words[at : at + length]): self.terms[at : at + length]
            for length in LENGTHS_OF_INITIALS
            for at in range(len(self.terms) - length + 1)
            if len(self._words) == len(self.terms) and self._words[at] == "chief"
        }
        self._forms: dict[str, str] = {}
        self._all: dict[str, tuple[str, ...]] = {}
        self._typing_errors: dict[str, set[str]] = {}
        for term in wanted:
            for synonym in synonyms(term):
                self._forms.setdefault(synonym, term)
        for term in wanted:
            self._forms[term] = term
        self.done = ""
        if (verb := _WHO_DID.search(question)) is not None and (done := terms(verb[1])[0]) in self.terms:
            # "Surveyor: Ada Rook" says who surveyed, "Maker" who made it; a visitor in general is not a visit.
            self.done = done
            root = verb[1].removesuffix("ed") if verb[1].endswith("ed") else done.removesuffix("e")
            for ending in ("or", "er"):
                self._forms.setdefault(terms(f"{root}{ending}")[0], done)
        elif (verb := _WER_TUT.search(question)) is not None and (done := terms(verb[0].split()[-1])[0]) in self.terms:
            # "Vendedor" of "¿Quién vende?", "Verkäufer" of "Wer verkauft?", "Vendeur" of "Qui vend ?".
            self.done = done
            for ending in _DOERS:
                self._forms.setdefault(terms(f"{verb['root']}{ending}")[0], done)

    def nearest(self, term: str) -> str:
        """The wanted term that `term` counts as, else `term` itself."""
        found = self._forms.get(term)
        if found is None:
            found = nearest_term(term, self.terms, self._names)
            found = self._forms[term] = term if self._only_begins_with(term, found) else found
        return found

    def all_of(self, term: str) -> tuple[str, ...]:
        """All wanted terms that `term` counts as or is a compound of, else `term` itself."""
        found = self._all.get(term)
        if found is None:
            parts = (
                [
                    wanted
                    for wanted in self.terms
                    if wanted not in self._names and _is_part(wanted, term) and not self._only_begins_with(term, wanted)
                ]
                if len(term) >= SHORTEST_COMPOUND
                else []
            )
            parts += [wanted for root, wanted in self._roots if term.startswith(root) and term.endswith(_MEASURES())]
            parts += self._joined_in(term) if len(term) >= SHORTEST_JOINED else []
            parts += self._of_initials.get(term, ())
            found = self._all[term] = tuple(dict.fromkeys((self.nearest(term), *parts)))
        return found

    def _only_begins_with(self, compound: str, wanted: str) -> bool:
        """Whether an English compound is of another thing than its first part: a schoolmistress is not a school."""
        is_english = self._language == ENGLISH
        return is_english and compound.startswith(wanted) and len(compound) - len(wanted) > LONGEST_SUFFIX

    def _joined_in(self, compound: str) -> list[str]:
        """Two terms that are joined in a compound: "Streusalz" of "mit Salz streuen", "Arbeitszeit"."""
        for start in self._parts:
            root = start.removesuffix("en")
            for end in self._parts if compound.startswith(root) else ():
                if (
                    end != start
                    and compound.endswith(end)
                    and 0 <= len(compound) - len(root) - len(end) <= MOST_LINKING
                ):
                    return [start, end]
        return []

    def _note_parted(self, forms: list[tuple[str, ...]], there: Sequence[str]) -> None:
        """Add a verb whose two parts stand apart in the text: "bleibt er stecken" of "wenn er steckenbleibt"."""
        for first, verb, wanted in self._parted:
            if first not in there:
                continue
            at = next((at for at, term in enumerate(there) if nearest_term(term, (verb,)) == verb), None)
            if at is not None:
                forms[at] = (*forms[at], wanted)

    def forms_in(self, text: str, there: Sequence[str], is_row: bool = False) -> FoundTerms:
        """The wanted terms that the terms `there` of a text count as.

        The name of a column is the kind of none of its cells: "Animal: dog" says nothing of a rabbit.
        """
        forms = [self._all.get(term) or self.all_of(term) for term in there]
        self._note_parted(forms, there)
        own = frozenset(chain.from_iterable(forms))
        found = self._related.found_in(words_of_terms(text)) if self._related is not None else {}
        if is_row and found:
            columns = _places_of_columns(text)
            found = {at: [one for one in each if one.is_same or at not in columns] for at, each in found.items()}
        related = [other for each in found.values() for other in each]
        for at, each in found.items():
            if at < len(forms):
                forms[at] += tuple(form for other in each for form in other.of if form not in forms[at])
        return FoundTerms(
            list(chain.from_iterable(forms)),
            own,
            frozenset(form for other in related if other.is_same for form in other.of),
            frozenset(form for other in related if not other.is_same for form in other.of),
        )

    def add_typing_errors(self, there: Iterable[str], words_there: Iterable[str]) -> None:
        """Let words of the passages count as wanted terms that are missing there and differ by one or two letters.

        `there` are the terms of the passages, `words_there` their words.
        """
        there = frozenset(there)
        known = {self.nearest(term) for term in there}
        for wanted in self.terms:
            if wanted in there or not wanted.isalpha():
                continue
            written = next((word for word in self._words if wanted in terms(word)), wanted)
            if wanted in known:
                meant = [term for term in there if self._forms[term] == wanted and _lacks_inner_letter(wanted, term)]
            elif is_everyday_word(written):
                # "Wrote" is not in the passages, but it is not a slip for "wait" either.
                meant = []
            else:
                meant = [*self._meant_terms(wanted, there), *self._meant_words(written, wanted, words_there)]
            for term in meant:
                self._note_typing_error(written, wanted, term)

    def _meant_terms(self, wanted: str, there: Iterable[str]) -> Iterator[str]:
        # A stem is too short to tell a slip from another name: "Pringle", of a question about "Pring".
        is_long = len(wanted) >= SHORTEST_TYPO and wanted not in self._names
        for term in there if is_long else ():
            if term.isalpha() and term not in self.terms and is_typing_error(wanted, term):
                yield term

    def _meant_words(self, written: str, wanted: str, words_there: Iterable[str]) -> Iterator[str]:
        """The terms of the words that a word may be a slip for: of "evning" the stem is too short to compare."""
        single = _DOUBLED.sub(r"\1", written.casefold())
        sound = _sound_of(single) if len(written) >= SHORTEST_LACKING and wanted not in self._names else ""
        for word in words_there if len(written) >= SHORTEST_SWAPPED else ():
            once = _DOUBLED.sub(r"\1", word)
            # "Sal" is not a slip for "las".
            if word not in STOP_WORDS and (
                once == single
                or (sound and _sound_of(once) == sound)
                or _is_swapped(written, word)
                or (self._may_lack_letter(written) and _is_written_typo(written, word))
            ):
                yield terms(word)[0]

    def _may_lack_letter(self, written: str) -> bool:
        """Whether a word is long enough to be a slip with a letter too few: of four letters if it is not known."""
        if len(written) != SHORTEST_LACKING - 1:
            return len(written) >= SHORTEST_LACKING
        # Imported late: few questions have a short word that is in none of the passages.
        from bookwheel.engine.text.thesaurus.related_words import is_known_word

        return not is_known_word(fold(written), self._language)

    def _note_typing_error(self, written: str, wanted: str, term: str) -> None:
        self._forms[term] = wanted
        self._typing_errors.setdefault(written, set()).add(term)

    def spelt_as_there(self, question: str, words_there: Iterable[str]) -> str:
        """The question with each word that has a typing error as it stands in the passages."""
        known = list(words_there)
        for written, meant in self._typing_errors.items():
            right = [word for word in known if not meant.isdisjoint(terms(word)[:1])]
            nearest = min(right, key=lambda word: (distance(fold(written), word, LONG_TYPO), word), default=written)
            question = re.sub(rf"(?i)\b{re.escape(written)}\b", nearest, question)
        return question


def _lacks_inner_letter(wanted: str, term: str) -> bool:
    """Whether a long word has a letter too few or too many inside: no form of a word differs from it so."""
    is_inside = wanted[-1] == term[-1] and abs(len(wanted) - len(term)) == 1
    return len(wanted) >= SHORTEST_INNER and is_inside and distance(wanted, term, 1) == 1


def _sound_of(word: str) -> str:
    """A word without the letters that are mistaken for others of their sound: "tyles", "kalender", "foto"."""
    return word.replace("ph", "f").replace("ck", "k").translate(_OF_ONE_SOUND)


def _parted(words: Iterable[str]) -> list[tuple[str, str, str]]:
    """Each word that may be a verb in two parts: the term of the first part, that of the verb, and its own."""
    return [
        (terms(form[:at])[0], terms(form[at:])[0], terms(word)[0])
        for word in words
        # "Abzubauen" is of "abbauen".
        for form in dict.fromkeys((word, terms(word)[0]))
        if form.isalpha()
        for at in range(SHORTEST_FIRST, len(form) - SHORTEST_VERB + 1)
    ]


def _places_of_columns(row: str) -> frozenset[int]:
    """The places of the words of a row that name its columns."""
    names = [(len(words_of_terms(row[: name.start(1)])), words_of_terms(name[1])) for name in COLUMN.finditer(row)]
    return frozenset(at for start, words in names for at in range(start, start + len(words)))


def _is_part(part: str, compound: str) -> bool:
    is_at_end = compound.startswith(part) or compound.endswith(part)
    if part.endswith("n"):
        # "Ändern" is in "Satzungsänderung".
        is_at_end |= compound.removesuffix("en").endswith(f"{part.removesuffix('n').removesuffix('e')}ung")
    if compound.startswith(part) and names_person(compound):
        return False
    return SHORTEST_PART <= len(part) < len(compound) - 2 and part.isalpha() and is_at_end


def is_typing_error(one: str, other: str) -> bool:
    """Whether two words differ by one or two letters, as a word and its typing error do."""
    if len(other) < SHORTEST_TYPO or one[0] != other[0] or abs(len(one) - len(other)) > 2:
        return False
    if abs(len(one) - len(other)) == 2 and (one.startswith(other) or other.startswith(one)):
        # "Pringle" is not "Pring".
        return False
    if len(one) < SHORTEST_REPLACED:
        # "Klin" is "kiln", but "roof" is not "Rolf".
        return sorted(one) == sorted(other)
    limit = 2 if min(len(one), len(other)) >= LONG_TYPO else 1
    return distance(one, other, limit) <= limit


def _is_swapped(written: str, word: str) -> bool:
    """Whether a short word has the letters of another in another order: "tets" for "test", not "form" for "from"."""
    if len(word) > SHORTEST_TYPO or sorted(word) != sorted(written) or word in STOP_WORDS:
        return False
    return len(word) == SHORTEST_SWAPPED or word[0] == written[0]


def _is_written_typo(written: str, word: str) -> bool:
    """Whether a word as it is written is a slip: "brige" for "bridge", "confidental" for "confidentiality"."""
    if len(written) >= LONG_TYPO and is_typing_error(written, word[: len(written) + 1]):
        return True
    if len(written) >= SHORTEST_WRITTEN_TYPO:
        inflected = (f"{word}{ending}" for ending in _INFLECTED if written[-1] == ending[-1])
        return any(is_typing_error(written.removesuffix("s"), form) for form in (word.removesuffix("s"), *inflected))
    # Of five letters one is missing inside: "buky" for "bulky".
    is_inside = written[0] == word[0] and written[-1] == word[-1] and not word.startswith(written)
    return len(word) == len(written) + 1 and is_inside and distance(written, word, 1) <= 1


def distance(one: str, other: str, limit: int) -> int:
    """The Damerau-Levenshtein distance of two words, at most `limit` + 1."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _calendar_of(wanted: Sequence[str], question: str) -> CalendarTerms | None:
    if not may_name_time(f"{' '.join(wanted)} {question}"):
        return None
    # Imported late: most questions name no time.
    from bookwheel.engine.llms.extractive.asked.calendar_terms import CalendarTerms

    found = CalendarTerms(wanted, question)
    return found if found.is_any else None
