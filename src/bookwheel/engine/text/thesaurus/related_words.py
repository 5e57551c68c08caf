"""Everyday words for the same thing, and kinds of things: a question says "suitcase" where a text says "luggage".

The groups stand in one text file for each language, which is searched and never parsed whole: each
word of a question takes some 0.1 ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from pathlib import Path

from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.languages import ENGLISH, language_of
from bookwheel.engine.text.question_terms import STOP_WORDS, content_words, infinitive_of, terms, words_of_terms
from bookwheel.engine.text.thesaurus.inflections import SHORTEST_SHARED, is_form, stem_of_forms
from bookwheel.engine.text.word_forms import base_form, is_light
from bookwheel.lazy_dataclass import dataclass

# Between the words of a phrase: "pick the children up".
_MOST_BETWEEN = 2
_START = 3
_SHORTEST_VERB = 4
_PHRASE_MARK, _REMARK = "_", "#"
SAME, KIND = "same", "kind"
_KIND_MARK = ">"
# The first is taken for a question that shows no language.
_LANGUAGES = (ENGLISH, "german", "french", "spanish", "italian", "portuguese", "dutch", "russian")
# Languages that join words: "Handgepäck" is a kind of "Gepäck".
_JOINING = frozenset(("german", "dutch"))
_SHORTEST_JOINED = 5
# How far a particle may stand behind its verb, and those that are prepositions or articles too.
_MOST_IN_CLAUSE = 12
_PREPOSITIONS = frozenset(
    "an auf aus bei ein mit nach um vor zu af bij door in mee na om op over toe uit voor aan".split()
)
# What stands at the end of a question and belongs to its verb: "Wann läuft der Vertrag aus?" asks for "auslaufen".
_PARTICLES = {
    "german": frozenset(
        "ab an auf aus bei ein fest fort her hin los mit nach statt teil um vor weg weiter zu zuruck zusammen".split()
    ),
    "dutch": frozenset("aan af bij door in mee na om op over plaats terug toe uit voor weg".split()),
}
_ENGLISH_PARTICLES = frozenset(
    "up down off out away back over after for about around round by along aside through into".split()
)


@dataclass(frozen=True, slots=True)
class Related:
    """A word, or words that follow each other, that may stand for the terms `of` a question.

    `by` says whether it is for the same thing or for its kind.
    """

    words: tuple[str, ...]
    of: tuple[str, ...]
    by: str

    @property
    def is_same(self) -> bool:
        return self.by == SAME


class RelatedWords:
    """What everyday speech may put for the words of a question."""

    def __init__(self, question: str) -> None:
        # "¿Puedo traer a mi perro?" has one word that is frequent in English too.
        self._language = "spanish" if "¿" in question else language_of(question, _LANGUAGES)
        self.all = _related(question, self._language)
        self._by_start: dict[str, list[Related]] = {}
        for each in self.all:
            for start in dict.fromkeys((each.words[0][:_START], base_form(each.words[0])[:_START])):
                self._by_start.setdefault(start, []).append(each)

        # "Sie findet im Mai statt" has "stattfinden".
        self._parted: dict[str, list[tuple[Related, str]]] = {}
        for particle in _PARTICLES.get(self._language, frozenset[str]()):
            for each in self.all:
                verb = each.words[0].removeprefix(particle)
                if (
                    len(each.words) == 1
                    and verb != each.words[0]
                    and len(verb) >= _SHORTEST_VERB
                    and verb.endswith("n")
                ):
                    for start in dict.fromkeys((verb[:_START], base_form(verb)[:_START])):
                        self._parted.setdefault(start, []).append((each, particle))

    def found_in(self, words: Sequence[str]) -> dict[int, list[Related]]:
        """What of it begins at each of the folded `words` of a text."""
        found: dict[int, list[Related]] = {}
        if not self._by_start:
            return found
        for at, word in enumerate(words):
            for each in (*self._by_start.get(word[:_START], ()), *self._of_base(word)):
                if self._begins_at(each, words, at):
                    found.setdefault(at, []).append(each)
            for each, particle in self._parted_at(word) if self._parted else ():
                if _is_parted(each.words[0].removeprefix(particle), particle, words, at, self._language):
                    found.setdefault(at, []).append(each)
            if self._language in _JOINING and len(word) > _SHORTEST_JOINED:
                found.setdefault(at, []).extend(self._ends_of(word))
        return found

    def _parted_at(self, word: str) -> Iterator[tuple[Related, str]]:
        for start in dict.fromkeys((word[:_START], base_form(word)[:_START])):
            yield from self._parted.get(start, ())

    def _of_base(self, word: str) -> Sequence[Related]:
        base = base_form(word)
        return () if base[:_START] == word[:_START] else self._by_start.get(base[:_START], ())

    def _begins_at(self, each: Related, words: Sequence[str], at: int) -> bool:
        # "Mitzubringen" is of "mitbringen".
        is_there = is_form(each.words[0], words[at], self._language) or (
            self._language == "german" and is_form(each.words[0], infinitive_of(words[at]), self._language)
        )
        return is_there and _go_on(each.words[1:], words, at, self._language)

    def _ends_of(self, word: str) -> Iterator[Related]:
        for each in self.all:
            end = each.words[0]
            if len(each.words) == 1 and len(end) >= _SHORTEST_JOINED and len(word) > len(end) and word.endswith(end):
                yield Related(each.words, each.of, KIND)


def _is_parted(verb: str, particle: str, words: Sequence[str], at: int, language: str) -> bool:
    """Whether a form of a verb is at `at` and its particle behind it: at the end, or where it is no preposition."""
    behind = words[at + 1 : at + 1 + _MOST_IN_CLAUSE]
    if particle not in behind or (particle in _PREPOSITIONS and words[-1] != particle):
        return False
    return is_form(verb, words[at], language)


@lru_cache(maxsize=8)
def _related(question: str, language: str) -> tuple[Related, ...]:
    text = _text_of(language)
    asked = _AskedWords(words_of_terms(question), language)
    wanted = {form for word in content_words(question) for form in words_of_terms(word)} if text else set[str]()
    found: dict[tuple[str, ...], Related] = {}
    joined = [
        (verb, by, [*others, *entry])
        for verb, whole in _joined_verbs(asked.words, language)
        for by, entry, others in _groups_of(text, whole, _AskedWords([whole], language))
    ]
    # "Auslaufen" is not "laufen".
    parts = frozenset(verb for verb, _, _ in joined)
    groups = [
        (by, _terms_of(entry, asked, wanted), others)
        for word in dict.fromkeys(asked.words)
        if word in wanted and word not in parts
        for by, entry, others in _of_longest(list(_groups_of(text, word, asked)))
    ]
    groups += [(by, tuple(terms(verb)), others) for verb, by, others in joined]
    for by in (SAME, KIND):
        for _, of, others in (group for group in groups if group[0] == by):
            for other in others:
                words = tuple(other.split(_PHRASE_MARK))
                how = KIND if by == SAME and _is_vague(words) else by
                if words not in found:
                    found[words] = Related(words, of, how)
                elif found[words].by == how:
                    found[words] = Related(words, tuple(dict.fromkeys((*found[words].of, *of))), how)
    found = {words: each for words, each in found.items() if _says_another_word(each, wanted)}
    return tuple(found.values())


class _AskedWords:
    """The words of a question in their order; a pasted page has a thousand, so that not each is compared with each."""

    def __init__(self, words: Sequence[str], language: str) -> None:
        self.words, self.language = words, language
        self._by_base: dict[str, list[int]] = {}
        self._by_start: dict[str, list[int]] = {}
        for at, word in enumerate(words):
            self._by_base.setdefault(base_form(word), []).append(at)
            self._by_start.setdefault(word[:SHORTEST_SHARED], []).append(at)

    def places_of(self, word: str) -> Iterator[int]:
        """Where forms of a word are."""
        like = {*self._by_base.get(base_form(word), ()), *self._by_start.get(word[:SHORTEST_SHARED], ())}
        return (at for at in sorted(like) if is_form(word, self.words[at], self.language))


def _terms_of(entry: Sequence[str], asked: _AskedWords, wanted: Set[str]) -> tuple[str, ...]:
    """The terms of the question that an entry of the dictionary is there for."""
    forms = (next((asked.words[at] for at in asked.places_of(each)), each) for each in entry)
    return tuple(term for form in forms if form in wanted for term in terms(form))


def _joined_verbs(asked: Sequence[str], language: str) -> list[tuple[str, str]]:
    """The words of a question before a particle at its end, each with what both are together."""
    particles = _PARTICLES.get(language, frozenset[str]())
    if not asked or asked[-1] not in particles:
        return []
    return [(word, f"{asked[-1]}{word}") for word in asked[:-1] if len(word) >= _SHORTEST_VERB]


def _says_another_word(related: Related, wanted: Set[str]) -> bool:
    """Whether it is not a word of the question itself; "paper" may stand for the whole of "waste paper"."""
    word, is_alone = related.words[0], len(related.words) == 1
    return bool(related.of) and not (is_alone and (word in STOP_WORDS or (word in wanted and len(related.of) == 1)))


def _is_vague(words: Sequence[str]) -> bool:
    """Whether the word is in most texts, as "take" for "last"."""
    return len(words) == 1 and is_light(words[0])


def _groups_of(text: str, word: str, asked: _AskedWords) -> Iterator[tuple[str, list[str], list[str]]]:
    """The groups with `word`, alone or in a phrase of the question: what they join, its words, the other entries."""
    for start, end in _places(text, word):
        entry = text[start:end]
        parts = entry.split(_PHRASE_MARK)
        if not any(is_form(part, word, asked.language) for part in parts):
            continue
        if len(parts) > 1 and not any(
            _go_on(parts[1:], asked.words, at, asked.language) for at in asked.places_of(parts[0])
        ):
            continue
        line = text[text.rfind("\n", 0, start) + 1 : text.find("\n", end)].strip()
        if line.startswith(_REMARK):
            continue
        left, mark, right = line.partition(_KIND_MARK)
        others = right if mark and entry in left.split() else left
        yield KIND if mark else SAME, parts, [other for other in others.split() if other != entry]


def _of_longest(groups: list[tuple[str, list[str], list[str]]]) -> list[tuple[str, list[str], list[str]]]:
    """The groups of a word without those of a verb alone that stands with its particle: "turn up" is not "turn"."""
    with_particle = {entry[0] for _, entry, _ in groups if len(entry) > 1 and entry[-1] in _ENGLISH_PARTICLES}
    return [group for group in groups if len(group[1]) > 1 or with_particle.isdisjoint(group[1])]


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Where entries begin, or go on after a phrase mark, as `word` or its base does."""
    spaced = _with_spaces(text)
    for beginning in dict.fromkeys((stem_of_forms(word), stem_of_forms(base_form(word)))):
        at = spaced.find(f" {beginning}")
        while at >= 0:
            yield text.rfind(" ", 0, at + 1) + 1, text.find(" ", at + 1)
            at = spaced.find(f" {beginning}", at + 1)


@lru_cache(maxsize=2)
def _with_spaces(text: str) -> str:
    """The groups with spaces for the marks of phrases: one search finds a word alone and in a phrase."""
    return text.replace(_PHRASE_MARK, " ")


def is_known_word(word: str, language: str) -> bool:
    """Whether a folded word is one of the groups of a language: it is spelled right."""
    return f" {word} " in _with_spaces(_text_of(language))


def _go_on(rest: Sequence[str], words: Sequence[str], at: int, language: str) -> bool:
    """Whether the words of a phrase after its first, which is at `at`, follow in their order with few between."""
    for part in rest:
        following = words[at + 1 : at + 2 + _MOST_BETWEEN]
        step = next((step for step, word in enumerate(following) if is_form(part, word, language)), None)
        if step is None:
            return False
        at += 1 + step
    return True


@lru_cache(maxsize=8)
def _text_of(language: str) -> str:
    """The groups of a language, each word between spaces; empty for a language without them."""
    path = Path(__file__).with_name(f"{language}.txt")
    if not path.is_file():
        return ""
    text = f"\n{path.read_text('utf-8')}\n".replace("\n", " \n ")
    # Five times as fast as to fold the text.
    for letter in set[str]() if text.isascii() else set(text):
        if not letter.isascii() and (folded := fold(letter)) != letter:
            text = text.replace(letter, folded)
    return text
