"""A question in natural language, turned into what the lexical index is asked for."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bookwheel.engine.stores.base import EVERYTHING, LexicalQuery, QueryPhrase, QueryTerm, Selection
from bookwheel.engine.stores.languages import ENGLISH, UNSEGMENTED, language_of
from bookwheel.engine.stores.terms import (
    gram_analyzer,
    has_grams,
    normalized,
    split_at_case,
    stop_words_dropped,
    word_analyzer,
)

# Measured on question sets in three languages; words that look like a name (3M, FY2018) tell which document is meant.
NAME_BOOST = 0.8
PROPER_NAME_BOOST = 1.0
GRAM_BOOST = 0.2
PHRASE_BOOST = 0.5
PART_BOOST = 0.5

_LONGEST_QUESTION = 2_000
_MOST_TERMS = 64
_MOST_GRAMS = 160
_MOST_LANGUAGES = 6

# Tantivy's lists of stop words hold few of the words that make a question. Rare in documents, they would weigh most.
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
    "russian": "что кто где когда как какой какая какие какое сколько почему зачем чем кого чей",
}
_QUESTION_SETS = {language: frozenset(words.split()) for language, words in _QUESTION_WORDS.items()}
# Amazon's, don't, we'll: what the tokenizer would leave of them is a letter or two that mean nothing.
_CONTRACTED = re.compile(r"(?<=\w)['’](?:s|t|ll|re|ve|d|m)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{3,200})[\"”“»]")
# foo_bar, HTTP/2, § 4.2, v1.2.3, covid-19: parts that belong together.
_WORD = re.compile(r"[^\W_]+")
_IDENTIFIER = re.compile(r"\w+(?:[_./:\\#@+-]\w+)+")


def lexical_query(
    question: str, languages: Mapping[str, int], selection: Selection = EVERYTHING
) -> LexicalQuery | None:
    """What to ask a store for whose documents are in `languages`; None when there is not one word in the question."""
    plain = _CONTRACTED.sub("", normalized(question[:_LONGEST_QUESTION]))
    asked_in = language_of(plain)
    words = _words_that_matter(plain, asked_in)
    if not words:
        return None
    searched = _searched_languages(asked_in, languages)
    as_written = _WORD.findall(plain)
    parts = [part.lower() for word in as_written for part in split_at_case(word)]
    proper = (
        {word.lower() for word in as_written[1:] if word[0].isupper()} | set(filter(_has_digit, words)) | set(parts)
    )
    terms = [*_body_terms(words, searched), *_body_terms(parts, searched, PART_BOOST), *_name_terms(words, proper)]
    if any(has_grams(language) for language in searched):
        terms += _gram_terms(words)
    phrases = tuple(_phrases(plain, searched[0]))
    return LexicalQuery(tuple(dict.fromkeys(terms)), phrases, selection)


def _words_that_matter(plain: str, language: str) -> list[str]:
    words = word_analyzer(UNSEGMENTED).analyze(plain)
    asking = _QUESTION_SETS.get(language, frozenset())
    kept = [word for word in stop_words_dropped(language).analyze(plain) if word not in asking]
    return (kept or words)[:_MOST_TERMS]


def _searched_languages(asked_in: str, languages: Mapping[str, int]) -> list[str]:
    frequent = sorted(languages, key=lambda language: -languages[language])[:_MOST_LANGUAGES]
    return list(dict.fromkeys([*(name for name in (asked_in,) if name in languages), *frequent])) or [ENGLISH]


def _body_terms(words: list[str], languages: Iterable[str], boost: float = 1.0) -> Iterator[QueryTerm]:
    for language in languages:
        for term in word_analyzer(language).analyze(" ".join(words)):
            yield QueryTerm("body", term, boost)


def _name_terms(words: list[str], proper: set[str]) -> Iterator[QueryTerm]:
    # File names glue words: "american water works" is asked for, the file is AmericanWaterWorks_2020.pdf.
    glued = ["".join(words[at : at + length]) for length in (2, 3) for at in range(len(words) - length + 1)]
    plain = [word for word in words if word not in proper]
    for boost, names in ((NAME_BOOST, plain), (PROPER_NAME_BOOST, [*sorted(proper), *glued])):
        for term in word_analyzer(ENGLISH).analyze(" ".join(names)):
            yield QueryTerm("name", term, boost)


def _gram_terms(words: list[str]) -> list[QueryTerm]:
    grams = dict.fromkeys(gram_analyzer().analyze(" ".join(words)))
    return [QueryTerm("gram", gram, GRAM_BOOST) for gram in list(grams)[:_MOST_GRAMS]]


def _phrases(plain: str, language: str) -> Iterator[QueryPhrase]:
    analyzer = word_analyzer(language)
    for text in (*_QUOTED.findall(plain), *_IDENTIFIER.findall(plain)):
        terms = tuple(analyzer.analyze(text))
        if len(terms) > 1:
            yield QueryPhrase(terms, PHRASE_BOOST)


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
