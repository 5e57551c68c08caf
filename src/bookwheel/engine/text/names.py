"""The names in a sentence or a question, recognized by capitals, acronyms, identifiers and months."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.engine.text.answer_sentences import SentenceKind
from bookwheel.engine.text.dates import MONTHS
from bookwheel.engine.text.figures import is_scale
from bookwheel.engine.text.folding import fold, words_of
from bookwheel.engine.text.languages import UNSEGMENTED_CHARACTERS, is_beyond_latin, language_of
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# "Operating income:" before a value is a label, even with capitals.
MAX_LABEL = 60
TITLE_CASE_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Literal:
    """An address, a piece of code or an identifier: it is found only letter by letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name of one or several words, folded; `parts` are its words split at hyphens, `capitals` their initials.

    `is_sure`: it cannot be a common noun.
    """

    text: str
    words: tuple[str, ...]
    parts: tuple[str, ...]
    capitals: str
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Month:
    """A month, by name."""

    text: str
    month: int


@dataclass(frozen=True, slots=True)
class Named:
    """The names in a question, by their terms: `groups` of words that stand together, and years by themselves."""

    groups: tuple[tuple[str, ...], ...]
    years: frozenset[str]

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for group in self.groups for term in group)


_YEAR = lazy_regex(r"(?:FY)?(?:1[5-9]|20)\d\d")
GERMAN = lazy_regex(
    r"(?i)\b(?:wie|wer|wann|wo|womit|warum|wieso|weshalb|welch\w{1,2}|der|dem|und|ist|wird|wurden?|für|mit|eine?[nmr]?|hat|"
    r"kann|können|darf|dürfen|muss|müssen|soll|sollen|sich|auf|aus|nach|bei|zu[rm]|wozu|wofür|worauf|woran|wodurch|woraus|worin|wovon|"
    r"haben|nicht|gibt)\b"
)
# German writes every noun with a capital: after one of these words it is a common noun, else a name.
_GERMAN_BEFORE_THINGS = lazy_regex(
    r"(?i)(?:\b(?:de[rmns]|die|das|eine?[rmns]?|keine?[rmns]?|mein\w*|ihre?\w?|seine?\w?|diese\w?|jede\w?|welche\w?|viele?[rn]?|"
    r"mehr|alle\w?|a[mn]|im|ins|zu[rm]|vom|beim|wieviele?|[^\W_]+(?:e[nrms]?)))\Z"
)
# These endings make nouns, not names: "aus Störungen", "auf Sicherheit".
_GERMAN_ABSTRACT = lazy_regex(r"(?i)[^\W\d_]{3,}(?:ung|heit|keit|schaft|tion|tät|ismus|nis|ment)(?:en|s|se|sen|e)?\Z")
_WORD_BEFORE = lazy_regex(r"[^\W_]+(?:[.&-][^\W_]+)*(?=[\W_]*\Z)")


# Words of scripts that have capitals or at least spaces; an apostrophe splits "l'Europe" and "Europe's".
_CHARACTER = rf"[^\W{UNSEGMENTED_CHARACTERS}]"
_TOKEN = lazy_regex(rf"(?!_){_CHARACTER}+(?:[.&/+:#@-]+{_CHARACTER}+)*\+{{0,2}}")
_LATIN_TOKEN = lazy_regex(r"(?!_)\w+(?:[.&/+:#@-]+\w+)*\+{0,2}")
_LETTERS = lazy_regex(r"[^\W\d_]+")
_INITIALS = lazy_regex(r"(?:[^\W\d_]\.)+[^\W\d_]?\Z")
_DIGIT_IN_WORD = lazy_regex(r"[^\W\d_][.&/+'’:#@_-]*\d")
_INNER_CAPITAL = lazy_regex(r"[^\W\d_A-Z][A-Z]")
_OPENING = ':;"“„«»‹「『(—–|•*>/'
_NO_NAMES = frozenset(
    "i i'm i'll i've i'd figure fig table section chapter page part note passage source document appendix question "
    "answer context yes no mr mrs ms dr prof q1 q2 q3 q4 h1 h2 fy tabelle abbildung abschnitt kapitel seite ok".split()
)
# Words that German writes with a capital beside a name or another noun without making a name of them.
_GERMAN_NOUNS = frozenset(
    "prozent million millionen milliarde milliarden euro dollar ende anfang mitte uhr jahr jahre jahren jahres "
    "prozentpunkte montag dienstag mittwoch donnerstag freitag samstag sonntag herr herrn frau".split()
)
# What stands behind these is a name, however it looks; an office is not.
_TITLE_BEFORE = lazy_regex(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Srta|Mme|Mlle|Dott|Gen|Capt|Col|Sgt|Rev|Hr)\.|\b(?:Herrn?|Frau|Familie))\s\Z"
)
_OFFICE = lazy_regex(
    r"(?i)\w*(?:präsident|direktor|minister|kanzler|doktor|professor|meister|rat|vorsitzende)(?:in)?n?\Z"
)
# Words that begin a German sentence before a noun.
_GERMAN_OPENERS = frozenset(
    "der die das des dem den ein eine einen einem einer eines kein keine sein seine ihr ihre ihren unser unsere dieser "
    "diese dieses diesem jeder jede jedes alle viele einige mehrere manche beide in im an am ans auf aus bei beim mit "
    "nach von vom zu zum zur für über unter vor durch gegen ohne um bis laut seit während wegen trotz gemäß als wie "
    "auch nur so und oder aber wenn dass weil da es er sie wir ich man".split()
)


def is_german(question: str) -> bool:
    """Whether a question is in German, in which every noun has a capital."""
    return GERMAN.search(question) is not None or language_of(question) == "german"


def named(question: str) -> Named:
    """The names in a question, by capitals and digits; the first word counts as one only by its digits."""
    of_german = GERMAN.search(question) is not None
    groups: list[tuple[str, ...]] = []
    years: set[str] = set()
    for run in _capital_runs(question, with_figures=True):
        group: list[str] = []
        for token in run:
            if _YEAR.fullmatch(token.word):
                years.update(terms(token.word))
            elif _is_name_in_question(token, question, is_german=of_german) and content_terms(token.word):
                group += terms(token.word)
        if group:
            groups.append(tuple(group))
    return Named(tuple(groups), frozenset(years))


def in_whole(question: str) -> list[str]:
    """Names of a question whose last word is a common one, "Collado Bajo", folded: without it they are others."""
    if is_german(question):
        return []
    runs = (run for run in _capital_runs(question) if len(run) > 1 and not run[0].is_start)
    return [fold(" ".join(token.word for token in run)) for run in runs if not content_terms(run[-1].word)]


def _is_name_in_question(token: _Token, question: str, *, is_german: bool) -> bool:
    if any(map(str.isdigit, token.word)) or any(map(str.isupper, token.word[1:])):
        return True
    before = _WORD_BEFORE.search(question, max(0, token.start - 40), token.start)
    if before is None or not token.word[0].isupper():
        return False
    if is_german and _GERMAN_ABSTRACT.search(token.word):
        return False
    follows_name = before[0][:1].isupper() and any(map(str.isalnum, question[: before.start()]))
    return not is_german or follows_name or _GERMAN_BEFORE_THINGS.search(before[0]) is None


def names_in(text: str, kind: SentenceKind, *, is_german: bool) -> Iterator[Name | Literal | Month]:
    """The names of a sentence, words that stand together as one."""
    label_end = _label_end(text) if kind in ("item", "text") else 0
    runs = list(_capital_runs(text))
    total = sum(1 for _ in _LETTERS.finditer(text)) if runs else 0
    is_statement = text.rstrip(" *_").endswith((".", "!", "。"))
    is_title = not is_statement and total >= 4 and sum(map(len, runs)) > TITLE_CASE_SHARE * total
    for run in runs:
        month = MONTHS.get(run[-1].word.lower().rstrip("."))
        if month is not None and not run[-1].is_start:
            yield Month(run[-1].word, month)
            run = run[:-1]
        tokens = [token for token in run if token.start >= label_end and _is_named(token)]
        if is_german or is_title:
            nouns = [token for token in tokens if not (token.is_special or (is_german and _follows_noun(token, run)))]
            common = {token.start for token in nouns}
            tokens = [token for token in tokens if token.start not in common]
            yield from (_name([noun], is_sure=False) for noun in nouns)
        yield from (Literal(token.word) for token in tokens if _is_identifier(token.word))
        if words := [token for token in tokens if not _is_identifier(token.word)]:
            yield _name(words)


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    is_start: bool
    is_special: bool


def _capital_runs(text: str, *, with_figures: bool = False) -> Iterator[list[_Token]]:
    """Words with a capital (or the look of an identifier) that stand next to each other; figures only if asked for."""
    run: list[_Token] = []
    end = -1
    for match in _token(text).finditer(text):
        word = match[0]
        if word.islower() and word.isalpha():
            continue
        if not (word[0].isupper() or word[0].islower() or (with_figures and word[0].isdigit())):
            continue
        is_special = _is_special(word) or _is_titled(text, match.start(), word)
        if not (is_special or word[0].isupper()):
            continue
        between = text[end : match.start()] if run else ""
        if run and (between.strip() or len(between) > 2):
            yield run
            run = []
        run.append(_Token(word, match.start(), not run and _is_at_start(text, match.start()), is_special))
        end = match.end()
    if run:
        yield run


def _is_titled(text: str, start: int, word: str) -> bool:
    return _TITLE_BEFORE.search(text, max(0, start - 12), start) is not None and _OFFICE.match(word) is None


def _is_at_start(text: str, start: int) -> bool:
    """Where every word has a capital: at the start, after a colon or a bracket, in a cell of a table."""
    before = text[max(0, start - 8) : start].rstrip(" \t\n*_[")
    if not before:
        return not text[:start].strip(" \t\n*_[>-") if start > 8 else True
    return before[-1] in _OPENING or before[-1] in ".!?…"


def _is_special(word: str) -> bool:
    """An acronym or an identifier: `NATO`, `foo_bar`, `CamelCase`, `GPT-4`, `asyncio.run`."""
    if _is_identifier(word) or _INITIALS.match(word) or (word.isupper() and sum(map(str.isalpha, word)) > 1):
        return True
    return _INNER_CAPITAL.search(word) is not None


def _is_identifier(word: str) -> bool:
    """Whether it must be found letter by letter."""
    return "_" in word or "::" in word or any(map(str.isdigit, word)) or ("." in word and not _INITIALS.match(word))


def _is_named(token: _Token) -> bool:
    if token.word.lower() in _NO_NAMES or is_scale(token.word):
        return False
    return token.is_special or not token.is_start


def _follows_noun(token: _Token, run: list[_Token]) -> bool:
    """In German every noun has a capital; names are what follows another capital ("Angela Merkel")."""
    nouns = [other for other in run if not (other.is_start and other.word.lower() in _GERMAN_OPENERS)]
    is_second = token in nouns and token is not nouns[0]
    return is_second and not any(other.word.lower() in _GERMAN_NOUNS for other in run)


def _name(tokens: list[_Token], *, is_sure: bool = True) -> Name:
    text = " ".join(token.word for token in tokens)
    return Name(
        text,
        _without_initials(words_of(text).split()),
        _without_initials(words_of(text.replace("-", " ")).split()),
        "".join(token.word[0] for token in tokens).lower(),
        is_sure,
    )


def _without_initials(words: list[str]) -> tuple[str, ...]:
    """Without the initials among other words: "J. Smith" may be "John Smith"."""
    return tuple(word for word in words if len(word) > 1 or len(words) == 1)


def _label_end(text: str) -> int:
    end = text.find(":", 0, MAX_LABEL)
    return end if end >= 0 and text[end + 1 : end + 2] in ("", " ", "*", "\n") else 0


def without_identifiers(text: str) -> str:
    """Digits within a name (GPT-4, H2O) are a part of the name."""
    return _token(text).sub(_blank_if_identifier, text) if _DIGIT_IN_WORD.search(text) else text


def _blank_if_identifier(match: re.Match[str]) -> str:
    token = match[0]
    return " , " if not token[0].isdigit() and any(char.isdigit() for char in token) else token


def _token(text: str) -> re.Pattern[str]:
    return _TOKEN if is_beyond_latin(text) else _LATIN_TOKEN
