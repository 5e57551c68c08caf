"""Looks for the claims of a sentence in passages: found, missing, or undecided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum

from bookwheel.engine.support.claims import Claim, Quotation
from bookwheel.engine.support.passage_facts import PassageFacts
from bookwheel.engine.text.dates import NumericDate
from bookwheel.engine.text.figures import Figure, figures_in, hundredths, is_rounding
from bookwheel.engine.text.folding import as_needle, words_of
from bookwheel.engine.text.names import Literal, Month, Name
from bookwheel.lazy_regex import lazy_regex

# Characters of passages searched for one answer; the sentences beyond that are left unchecked.
WORK = 64_000_000
# How many missing claims are looked for in other forms: rounded, inflected, acronyms spelled out.
SECOND_LOOKS = 400
MAX_ROUNDED = 2_000
# Languages without case endings on names: there an ending replaces fewer letters.
_FIXED_NAMES = frozenset({"english", "french", "spanish", "italian", "portuguese", "dutch", "german"})
MIN_STEM, MIN_PART = 3, 5
_YEAR_BEHIND_LETTERS = lazy_regex(r"[A-Za-z]{1,3}(\d{4})")
# Characters around a figure in which its neighbouring words must be the same for it to count as altered.
MAX_CONTEXT = 80
_FIGURE_IN_WORDS = lazy_regex(r"\d+(?: \d+)*(?![^\W_])")
_LAST_WORDS = lazy_regex(r"(?:[^\W\d_]\S* ){2,4}\Z")
_FIRST_WORDS = lazy_regex(r"(?: [^\W\d_]\S*){2}(?= |\Z)|(?: [^\W\d_]\S*)?\Z")
# With fewer than two words after the figure there must be more before it.
MIN_WORDS_AT_END = 4
# Around a name there may be words on one side alone, as at the start of a sentence.
MIN_WORDS_AROUND = 4
MAX_SIDE = 3
# What may stand where the name should: of a longer run of words the sentence is another one.
MAX_WORDS_BETWEEN = 3
# What names end in when they are inflected, and when they make an adjective or a people: "Tesla" and "Teslas",
# "America" and "American", "Wien" and "Wiener".
_NAME_ENDINGS = frozenset(
    ("", *"s es n en ns e er ern ers em r i y a o an ans ian ians ean eans ese ish ic ist isten ism ismus isch ische "
     "ischen ischer isches ischem sch sche schen scher sches aner anern anisch ano ana anos anas ien iens ois oise "
     "ais aise aises ens eno ena enos enas es esa eses esas ol ola oles olas ia ie us is um ae".split())
)  # fmt: skip


class Found(Enum):
    """`MAYBE`: it is there in another form, or was in the question; neither supported nor unsupported."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Lookup:
    """Finds claims in passages, within the limits of one answer."""

    def __init__(self, question: str, calculated: str, language: str) -> None:
        self._asked = frozenset(words_of(question).split())
        self._asked_figures = frozenset(value for figure in figures_in(question) for value in figure.values)
        self._calculated = PassageFacts(calculated) if calculated else None
        self._endings = 2 if language in _FIXED_NAMES else 3
        self._work = WORK
        self._second_looks = SECOND_LOOKS

    def holds_words(self, facts: PassageFacts, words: str) -> bool:
        """Whether these folded words stand in the passage; False when the limit is reached."""
        self._work -= len(facts.words)
        return self._work > 0 and facts.holds_words(words)

    def find(
        self, claim: Claim, passages: Mapping[int, PassageFacts], *, is_cited: bool
    ) -> tuple[Found, frozenset[int]]:
        """Whether the claim is in the passages, and in which; `is_cited`: the sentence cites them itself."""
        if self._work <= 0:
            return Found.MAYBE, frozenset()
        where = frozenset(number for number, facts in passages.items() if self._holds(claim, facts))
        if where:
            return Found.YES, where
        return (Found.MAYBE if self._is_excused(claim, passages, is_cited) else Found.NO), where

    def altered_figures(self, words: str, passages: Iterable[PassageFacts], known: Collection[str]) -> list[str]:
        """Figures that differ from those between the same words of a passage; those in `known` are skipped."""
        altered: list[str] = []
        for match in _FIGURE_IN_WORDS.finditer(words):
            before = _LAST_WORDS.search(words, max(0, match.start() - MAX_CONTEXT), match.start())
            after = _FIRST_WORDS.match(words, match.end(), match.end() + MAX_CONTEXT)
            if before is None or after is None or self._second_looks <= 0 or match[0] in known:
                continue
            if after[0].count(" ") < 2 and before[0].count(" ") + after[0].count(" ") < MIN_WORDS_AT_END:
                continue
            self._second_looks -= 1
            others = {figure for facts in passages for figure in self._between(before[0], after[0], facts)}
            if others and not any(_begins_alike(match[0], other) for other in others):
                altered.append(match[0])
        return altered

    def altered_names(self, words: str, names: Iterable[str], passages: Sequence[PassageFacts]) -> list[str]:
        """Those of the folded `names` in whose place, among the very same words, a passage has another word."""
        altered: list[str] = []
        for name in names:
            at = f" {words} ".find(f" {name} ")
            if at < 0 or self._second_looks <= 0:
                continue
            before, after = words[:at].split(), words[at + len(name) :].split()
            # At the end or the start of a sentence all of the words must be on the other side.
            before = before[-(MAX_SIDE if after else MIN_WORDS_AROUND) :]
            after = after[: MAX_SIDE if before else MIN_WORDS_AROUND]
            if len(before) + len(after) < MIN_WORDS_AROUND:
                continue
            self._second_looks -= 1
            others = [other for facts in passages for other in self._words_between(before, after, facts)]
            if others and not any(_is_same_name(name, other) for other in others):
                altered.append(name)
        return altered

    def _words_between(self, before: Sequence[str], after: Sequence[str], facts: PassageFacts) -> Iterator[str]:
        """The few words that stand between these in the passage; at the start and the end of it, one word."""
        self._work -= len(facts.words)
        start, end = f" {' '.join(before)} " if before else " ", f" {' '.join(after)} " if after else " "
        at = -1
        while before and (at := facts.words.find(start, at + 1)) >= 0:
            begin = at + len(start)
            stop = facts.words.find(end, begin - 1, begin + MAX_CONTEXT) if after else facts.words.find(" ", begin)
            if stop >= begin and facts.words.count(" ", begin, stop) < MAX_WORDS_BETWEEN:
                yield facts.words[begin:stop]
        while not before and (at := facts.words.find(end, at + 1)) >= 0:
            yield facts.words[facts.words.rfind(" ", 0, at) + 1 : at]

    def _between(self, before: str, after: str, facts: PassageFacts) -> Iterator[str]:
        """The figures that stand between these words in the passage."""
        self._work -= len(facts.words)
        at = -1
        while (at := facts.words.find(f" {before}", at + 1)) >= 0:
            figure = _FIGURE_IN_WORDS.match(facts.words, at + 1 + len(before))
            if figure is not None and facts.words.startswith(after, figure.end()):
                yield figure[0]

    def _holds(self, claim: Claim, facts: PassageFacts) -> bool:
        match claim:
            case Figure():
                return facts.holds_figure(claim)
            case Name():
                return _are_known(claim.words, facts) or _are_known(claim.parts, facts)
            case Month():
                return claim.month in facts.months
            case NumericDate():
                return _holds_date(claim, facts)
            case Quotation():
                return self._holds_in_order(claim.parts, facts)
            case Literal():
                return self._holds_literal(claim.text, facts)

    def _holds_in_order(self, parts: tuple[str, ...], facts: PassageFacts) -> bool:
        at = 0
        self._work -= len(facts.words)
        for part in parts:
            needle = as_needle(part)
            at = facts.words.find(needle, at)
            if at < 0:
                return False
            at += len(needle) - needle.endswith(" ")
        return True

    def _holds_literal(self, text: str, facts: PassageFacts) -> bool:
        self._work -= len(facts.lower)
        if " ".join(text.casefold().split()).rstrip("/") in facts.lower:
            return True
        words = words_of(text)
        return bool(words) and "://" not in text and self.holds_words(facts, words)

    def _is_excused(self, claim: Claim, passages: Mapping[int, PassageFacts], is_cited: bool) -> bool:
        if isinstance(claim, Name) and (not claim.is_sure or self._asked.issuperset(claim.words)):
            return True
        if not is_cited and (self._is_asked(claim) or self._is_calculated(claim)):
            return True
        if not isinstance(claim, Figure | Name | Literal) or self._second_looks <= 0:
            return False
        self._second_looks -= 1
        return any(self._is_near(claim, facts) for facts in passages.values())

    def _is_calculated(self, claim: Claim) -> bool:
        return self._calculated is not None and self._holds(claim, self._calculated)

    def _is_asked(self, claim: Claim) -> bool:
        """Whether it is in the question: "The passages do not say what happened in 1999"."""
        match claim:
            case Figure():
                return bool(claim.values & self._asked_figures)
            case Quotation():
                return all(self._asked.issuperset(part.split()) for part in claim.parts)
            case Literal() | Month():
                return self._asked.issuperset(words_of(claim.text).split())
            case _:
                return False

    def _is_near(self, claim: Figure | Name | Literal, facts: PassageFacts) -> bool:
        if isinstance(claim, Literal):
            return _is_near_literal(claim.text, facts)
        if isinstance(claim, Figure):
            values = facts.percentages if claim.is_percent else facts.values
            # 35 cents are 0.35 dollars, and 35 % is 0.35.
            return not facts.values.isdisjoint(hundredths(claim)) or any(
                is_rounding(value, claim) for value in sorted(values)[:MAX_ROUNDED]
            )
        return all(_is_known(word, facts) or self._is_inflected(word, facts) for word in claim.words) or (
            _is_spelled_out(claim, facts)
        )

    def _is_inflected(self, word: str, facts: PassageFacts) -> bool:
        """The same word with another ending: "American" and "America"."""
        kept = max(7 - self._endings, len(word) - self._endings)
        if len(word) <= kept or f" {word[:kept]}" not in facts.words:
            return False
        if self._endings > 2:
            return True
        return any(_is_same_name(word, other) for other in facts.vocabulary if other.startswith(word[:kept]))


def _is_same_name(name: str, other: str) -> bool:
    """Whether they are the same words but for an ending that names take."""
    if name in other.split() or name.replace(" ", "") == other.replace(" ", ""):
        return True
    shorter, longer = sorted((name, other), key=len)
    if len(shorter) >= MIN_PART and longer.endswith(shorter):
        # "Kaltmiete" for "Miete".
        return True
    same = next((at for at, (one, two) in enumerate(zip(name, other, strict=False)) if one != two), len(name))
    same = min(same, len(other))
    return same >= MIN_STEM and name[same:] in _NAME_ENDINGS and other[same:] in _NAME_ENDINGS


def _begins_alike(figure: str, other: str) -> bool:
    """1,200 as 1200, and "May 31" for "May 31, 2018"."""
    return f"{other} ".startswith(f"{figure} ") or figure.replace(" ", "") == other.replace(" ", "")


def _is_near_literal(text: str, facts: PassageFacts) -> bool:
    """Code of words that are all there in another order, and "FY2022" where there is 2022."""
    words = words_of(text).split()
    if len(words) > 1 and "://" not in text:
        return _are_known(words, facts)
    year = _YEAR_BEHIND_LETTERS.fullmatch(text)
    return year is not None and year[1] in facts.values


def _are_known(words: Sequence[str], facts: PassageFacts) -> bool:
    return all(_is_known(word, facts) for word in words)


def _is_known(word: str, facts: PassageFacts) -> bool:
    vocabulary = facts.vocabulary
    if word in vocabulary or f"{word}s" in vocabulary or (word.endswith("s") and word[:-1] in vocabulary):
        return True
    return 2 <= len(word) <= 6 and word.isalpha() and f" {' '.join(word)} " in facts.words


def _is_spelled_out(claim: Name, facts: PassageFacts) -> bool:
    """An acronym for its words ("chief executive officer"), and the other way round."""
    if len(claim.words) > 1 and claim.capitals.upper() in facts.acronyms:
        return True
    letters = "".join(claim.words)
    if not 2 <= len(letters) <= 6 or not claim.text.replace(".", "").isupper():
        return False
    # Two letters are the initials of something in nearly every text: then only capitals count.
    return letters.upper() in facts.capitals or (len(letters) > 2 and letters in facts.initials)


def _holds_date(date: NumericDate, facts: PassageFacts) -> bool:
    if date.text in facts.text:
        return True
    return date.year in facts.values and any(
        month in facts.months and str(day) in facts.values for month, day in date.days
    )
