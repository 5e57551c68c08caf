"""A question in natural language, turned into a query of the lexical index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from bookwheel.engine.stores.store_protocol import EVERYTHING, LexicalQuery, QueryPhrase, QueryTerm, Selection
from bookwheel.engine.text.analyzers import (
    figures_text,
    gram_analyzer,
    has_grams,
    has_stop_words,
    split_at_case,
    stop_words_dropped,
    word_analyzer,
)
from bookwheel.engine.text.languages import ENGLISH, UNSEGMENTED, count_unsegmented, function_words_in, language_of
from bookwheel.engine.text.spelling import normalized
from bookwheel.engine.text.word_forms import other_forms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# The title is among the words of each passage too; here it finds the document that is meant, as words that look like a
# name (3M, FY2018) do. Measured on question sets in three languages, by halves.
NAME_BOOST = 0.4
PROPER_NAME_BOOST = 0.9
GRAM_BOOST = 0.25
# Hebrew writes "and", "in" and "the" as part of the word, and has no stemmer: nDCG@10 of HeQ .933 -> .945.
HEBREW_GRAM_BOOST = 0.6
FIGURE_BOOST = 0.3
PHRASE_BOOST = 0.2
PART_BOOST = 0.5
FORM_BOOST = 0.5
# A script without spaces gives several pieces for each word: a name in Latin letters or a number counts like them.
# nDCG@10 in Thai .968 -> .974, Chinese .967 -> .973, Japanese .945 -> .953, Korean .941 -> .953.
WHOLE_WORD_BOOST = 4.0
# Below a word of the question and its forms.
SYNONYM_BOOST = 0.3
# For one that stands for a word that no passage has.
LACKING_BOOST = 0.6
_SHORTEST_START, _LONGEST_ENDING = 4, 3

_LONGEST_QUESTION = 6_000
_MOST_TERMS = 256
# A word that a question says several times counts more, by this power of its count. With 0, questions of 100 words and
# more do worse than FTS5 (nDCG@10 .348 against .376, here .380); with 1, short ones lose .003.
COUNT_POWER = 0.6
# In a question of so many words the counts say more, and a document's name less: .379 -> .383, with bm25s .382.
LONG_QUESTION = 40
LONG_COUNT_POWER = 0.8
LONG_NAME_SHARE = 0.7
# Words of a question are joined to file names up to this length.
_MOST_GLUED = 64
_MOST_GRAMS = 160
_MOST_LANGUAGES = 6
# The share of documents in one language from which a question is expected in it: a French or Portuguese one has "a" or
# "me", which English has too. nDCG@10 of SQuAD-it +.002, PIAF +.001, of small sets in German and Portuguese +.03.
_NEARLY_ALL = 0.9
_MOST_LITERALS = 8

# Tantivy's stop words hold few question words. They are rare in documents, so that they would weigh most.
_QUESTION_WORDS = {
    ENGLISH: "what which who whom whose when where why how did does do has have had can could should would may might "
    "must shall will much many about tell me give please you your i my we our us is are was were am been being from "
    "between than so also explain describe show find list say says said",
    "german": "wie was wer wen wem wessen wann wo woher wohin warum wieso weshalb welche welcher welches welchen "
    "welchem wieviel viele gibt gab kann können soll bitte erkläre nenne zeige",
    "french": "quel quelle quels quelles combien quand où pourquoi comment qui que quoi est-ce est sont peut doit",
    "spanish": "qué cuál cuáles cuánto cuánta cuántos cuántas cuándo dónde quién quiénes cómo por puede debe",
    "italian": "quale quali quanto quanta quanti quante quando dove chi come perché cosa può deve",
    "portuguese": "qual quais quanto quanta quantos quantas quando onde quem como porque que pode deve",
    "dutch": "welke welk wie wat wanneer waar waarom hoe hoeveel kan moet",
    # Ukrainian is stemmed as Russian.
    "russian": "что кто где когда как какой какая какие какое сколько почему зачем чем кого чей що хто де коли як яка "
    "який яке які яких скільки чому навіщо чи чим кого мені мій моя мої ви вас можна може можу потрібно для та від це",
}
_QUESTION_SETS = {language: frozenset(words.split()) for language, words in _QUESTION_WORDS.items()}
# Amazon's, don't, we'll: the tokenizer would leave a meaningless letter or two of them.
_CONTRACTED = lazy_regex(r"(?<=\w)['’](?:s|t|ll|re|ve|d|m)\b", re.IGNORECASE)
_QUOTED = lazy_regex(r"[\"“„«]([^\"“”„«»]{3,200})[\"”“»]")
_WORD = lazy_regex(r"[^\W_]+")
# foo_bar, HTTP/2, v1.2.3, covid-19, ada@example.org: parts that belong together; § 4.2, --flag, C++, .NET: signs too.
# Two words with a hyphen are just neighbours.
_IDENTIFIER = lazy_regex(r"(?![^\W\d_]+(?:-[^\W\d_]+)+(?![\w./:\\#@+-]))\w+(?:[_./:\\#@+-]+\w+)+")
_JOINT = lazy_regex(r"[_./:\\#@+-]\w")
_SIGNED = lazy_regex(r"(?<!\w)(?:§+ ?\w+(?:[./:-]\w+)*|--?\w[\w-]*|[.@$/]\w[\w./-]*|\w{1,3}(?:\+\+|#))(?![\w+#])")


@dataclass(frozen=True, slots=True)
class LexicalQuestion:
    """The terms of a question to search for.

    `words` are its content words in their order, as `analyzer` takes them, and `sifted` when the function words of its
    language are known, so that they were dropped. `literals` should be found as they are written: identifiers and what
    is quoted.
    """

    plain: str
    language: str
    words: tuple[str, ...]
    sifted: bool
    literals: tuple[str, ...]


def understood(question: str, languages: Mapping[str, int]) -> LexicalQuestion | None:
    """A question to a store whose documents are in `languages`; None when it holds no word."""
    written = question[:_LONGEST_QUESTION]
    plain = _CONTRACTED.sub("", normalized(written))
    language = language_of(plain, _by_frequency(languages), _expected(languages))
    function_words = frozenset[str]() if has_stop_words(language) else function_words_in(plain, language)
    words = _words_that_matter(plain, language, function_words)
    if not words:
        return None
    sifted = has_stop_words(language) or bool(function_words)
    literals = (*_QUOTED.findall(written), *_identifiers(written), *_SIGNED.findall(written))
    return LexicalQuestion(plain, language, tuple(words), sifted, tuple(dict.fromkeys(literals))[:_MOST_LITERALS])


def lexical_query(
    question: LexicalQuestion, languages: Mapping[str, int], selection: Selection = EVERYTHING
) -> LexicalQuery:
    """The query for the store."""
    plain, words = question.plain, list(question.words)
    searched = _searched_languages(question.language, languages)
    as_written = _WORD.findall(plain)
    parts = [part.lower() for word in as_written for part in split_at_case(word)]
    proper = (
        {word.lower() for word in as_written[1:] if word[0].isupper()} | set(filter(_has_digit, words)) | set(parts)
    )
    forms = [form for word in words for form in other_forms(word)]
    is_long = len(words) >= LONG_QUESTION
    power = LONG_COUNT_POWER if is_long else COUNT_POWER
    terms = [
        *_body_terms(words, searched, power=power),
        *_body_terms(_beside_pieces(question), searched, WHOLE_WORD_BOOST, power=power),
        *_body_terms(parts, searched, PART_BOOST, power=power),
        *_body_terms(list(dict.fromkeys(forms)), searched, FORM_BOOST, power=power),
        *_name_terms(words, proper, LONG_NAME_SHARE if is_long else 1.0),
    ]
    # Runs of characters of an English question would match only texts in other languages.
    if question.language != ENGLISH and any(map(has_grams, searched)):
        terms += _gram_terms(" ".join(words), HEBREW_GRAM_BOOST if question.language == "hebrew" else GRAM_BOOST)
    else:
        terms += _gram_terms(figures_text(plain), FIGURE_BOOST)
    return LexicalQuery(tuple(_without_doubles(terms)), tuple(_phrases(plain, searched[0])), selection)


def missing_words(question: LexicalQuestion, texts: Sequence[str]) -> frozenset[str]:
    """The words of a question that none of the folded texts has in any form."""
    # In a pasted page some word is always missing, and without spaces the words are pieces.
    if len(question.words) >= LONG_QUESTION or question.language == UNSEGMENTED:
        return frozenset()
    missing = [word for word in dict.fromkeys(question.words) if word.isalpha()]
    missing = [word for word in missing if not any(word[: _start_of(word)] in text for text in texts)]
    return frozenset(word for word in missing if not any(form in text for form in other_forms(word) for text in texts))


def _start_of(word: str) -> int:
    """How many letters all forms of a word begin with."""
    return max(_SHORTEST_START, len(word) - _LONGEST_ENDING)


def synonym_query(
    question: LexicalQuestion,
    languages: Mapping[str, int],
    lacking: Set[str] = frozenset(),
    selection: Selection = EVERYTHING,
) -> LexicalQuery | None:
    """The query for what everyday speech puts for the words, first of all for those `lacking`; None where none is."""
    # Imported late: few searches need them.
    from bookwheel.engine.text.question_terms import light_terms, synonym_words, terms
    from bookwheel.engine.text.thesaurus.related_words import RelatedWords

    related = RelatedWords(question.plain).all if len(question.words) <= _MOST_GLUED else ()
    # "Event" for "happen" is in any text.
    light = light_terms(question.words)
    wanted = {term for word in lacking for term in terms(word)}
    boosts: dict[tuple[str, ...], float] = {}
    for word in question.words[:_MOST_GLUED]:
        for other in synonym_words(word):
            boosts[(other,)] = LACKING_BOOST if word in lacking else SYNONYM_BOOST
    for each in (each for each in related if not light.issuperset(each.of)):
        boost = LACKING_BOOST if each.is_same and not wanted.isdisjoint(each.of) else SYNONYM_BOOST
        boosts[each.words] = max(boost, boosts.get(each.words, 0.0))
    if not boosts:
        return None
    searched = _searched_languages(question.language, languages)
    found: list[QueryTerm] = []
    for boost in (LACKING_BOOST, SYNONYM_BOOST):
        words = sorted(words[0] for words, its in boosts.items() if len(words) == 1 and its == boost)
        found += _body_terms(words, searched, boost, power=COUNT_POWER) if words else ()
    phrases = [
        QueryPhrase(tuple(word_analyzer(searched[0]).analyze(" ".join(words))), boost)
        for words, boost in boosts.items()
        if len(words) > 1
    ]
    return LexicalQuery(tuple(_without_doubles(found)), tuple(phrases), selection)


def _words_that_matter(plain: str, language: str, function_words: frozenset[str]) -> list[str]:
    asking = _QUESTION_SETS.get(language, function_words)
    kept = [word for word in stop_words_dropped(language).analyze(plain) if word not in asking]
    return (kept or word_analyzer(UNSEGMENTED).analyze(plain))[:_MOST_TERMS]


def _beside_pieces(question: LexicalQuestion) -> list[str]:
    if question.language != UNSEGMENTED:
        return []
    return [word for word in question.words if not count_unsegmented(word)]


def _by_frequency(languages: Mapping[str, int]) -> list[str]:
    return sorted(languages, key=lambda language: -languages[language])[:_MOST_LANGUAGES]


def _expected(languages: Mapping[str, int]) -> str:
    """The language of nearly all documents, if that is another than English."""
    first = max(languages, key=lambda language: languages[language], default=ENGLISH)
    return first if first != ENGLISH and languages[first] >= _NEARLY_ALL * sum(languages.values()) else ""


def _searched_languages(asked_in: str, languages: Mapping[str, int]) -> list[str]:
    return list(dict.fromkeys([*(name for name in (asked_in,) if name in languages), *_by_frequency(languages)])) or [
        ENGLISH
    ]


def _body_terms(words: list[str], languages: Iterable[str], boost: float = 1.0, *, power: float) -> Iterator[QueryTerm]:
    first = True
    same: dict[str, str] = {}
    for language in languages:
        stems = list(zip(words, _stems(words, language), strict=True))
        if first:
            same, first = {word: of_word[0] for word, of_word in stems if len(of_word) == 1}, False
        counts = Counter(term for _, of_word in stems for term in of_word)
        words_of = {term: word for word, of_word in stems for term in of_word}
        for term, count in counts.items():
            yield QueryTerm("body", term, boost * count**power, same.get(words_of[term], ""))


def _stems(words: list[str], language: str) -> list[list[str]]:
    """The terms of each word; a word of several languages or with signs can have none or several."""
    analyzer = word_analyzer(language)
    together = analyzer.analyze(" ".join(words))
    # Each call takes as long as a word of it.
    if len(together) == len(words) and all(map(str.isalnum, words)):
        return [[term] for term in together]
    return list(map(analyzer.analyze, words))


def _without_doubles(terms: Iterable[QueryTerm]) -> Iterator[QueryTerm]:
    """Each term once: stems of two languages are often the same, and so are a word and a part of another."""
    best: dict[tuple[str, str], QueryTerm] = {}
    for term in terms:
        key = (term.field, term.text)
        if key not in best or best[key].boost < term.boost:
            best[key] = term
    yield from best.values()


def _name_terms(words: list[str], proper: set[str], share: float) -> Iterator[QueryTerm]:
    # File names join words: "american water works" is asked for, the file is AmericanWaterWorks_2020.pdf.
    few = words[:_MOST_GLUED]
    glued = ["".join(few[at : at + length]) for length in (2, 3) for at in range(len(few) - length + 1)]
    plain = [word for word in words if word not in proper]
    for boost, names in ((NAME_BOOST, plain), (PROPER_NAME_BOOST, [*sorted(proper), *glued])):
        for term in word_analyzer(ENGLISH).analyze(" ".join(names)):
            yield QueryTerm("name", term, share * boost, term)


def _gram_terms(text: str, boost: float) -> list[QueryTerm]:
    grams = dict.fromkeys(gram_analyzer().analyze(text))
    return [QueryTerm("gram", gram, boost) for gram in list(grams)[:_MOST_GRAMS]]


def _phrases(plain: str, language: str) -> Iterator[QueryPhrase]:
    analyzer = word_analyzer(language)
    for text in (*_QUOTED.findall(plain), *_identifiers(plain)):
        terms = tuple(analyzer.analyze(text))
        if len(terms) > 1:
            yield QueryPhrase(terms, PHRASE_BOOST)


def _identifiers(text: str) -> list[str]:
    # Most questions have none; to look for one tries each word.
    return _IDENTIFIER.findall(text) if _JOINT.search(text) else []


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
