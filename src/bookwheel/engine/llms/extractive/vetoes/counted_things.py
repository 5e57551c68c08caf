"""Whether a short text counts what "how many" asks for, and not other things: "four times" counts no windows."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.question_kinds import names_people
from bookwheel.engine.text.question_terms import STOP_WORDS, lazy_terms, nearest_term, terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.engine.text.value_patterns import UNITS, WORD_NUMBERS, is_amount_word, without_times
from bookwheel.engine.text.values.counted_nouns import counted_noun, without_amounts
from bookwheel.engine.text.values.other_amounts import STAMP
from bookwheel.lazy_regex import lazy_regex

# Longer sentences count in more ways than these rules know.
LONG_SENTENCE, LONG_QUESTION = 22, 12
# "Twelve heavy oak doors": so many words may stand between the number and the thing.
REACH_BEHIND, REACH_AHEAD = 4, 3
SHORTEST_PLURAL = 3
_NUMBER = lazy_regex(rf"(?i)\d[\d.,]*|(?:{WORD_NUMBERS})")
_TOKEN = lazy_regex(r"\d[\d.,]*\d|[^\W_]+|[^\w\s]")
_BREAK = frozenset(".;!?")
# "Four reported that more books come back" counts no books.
_NEXT_CLAUSE = frozenset("that which who whom whose how why when dass welche qui que quien quienes che".split())
_ANY_PEOPLE = lazy_terms(
    "people persons inhabitants residents population employees workers staff visitors guests participants men women"
    " leute personen menschen einwohner mitarbeiter besucher gäste teilnehmer personnes gens habitants employés"
    " visiteurs participants personas gente habitantes empleados visitantes participantes persone abitanti"
    " dipendenti visitatori partecipanti pessoas mensen personen inwoners medewerkers bezoekers"
)
# "How many paddles does the wheel have?" asks for all of them, and "four of the paddles" is a part.
_ASKS_FOR_ALL = lazy_regex(
    r"(?i)^\W*how many .*\b(?:ha(?:s|ve)|are there|there are|(?:are|is) (?:there )?(?:in|on|at) \S+(?: \S+){0,3})\W*$"
)
_ASKS_FOR_TOTAL = lazy_regex(
    r"(?i)\b(?:ha(?:s|ve)\W*$|are there\b|does .* have\b|gibt es|hat|haben|y a-t-il|compte|possède|hay|tienen?"
    r"|ci sono|ha)\b"
)
# "How many pages may it have?" asks for the limit.
_ASKS_FOR_MOST = lazy_regex(
    r"(?i)\b(?:may|can|must|should|allowed|at most|darf|dürfen|kann|können|soll|sollen|peut|peuvent|doit|puede|pueden"
    r"|debe|può|possono|deve|pode|podem|mag|mogen|kan|kunnen)\b"
)
_LIMIT = lazy_regex(
    r"(?i)\b(?:up to|at most|(?:no|not) more than|(?:a )?maximum(?: of)?|höchstens|bis zu|maximal|nicht mehr als|hasta"
    r"|(?:como|al) máximo|no más de|jusqu ?['’]? ?à|au (?:plus|maximum)|pas plus de|fino a|al massimo|non più di)\W*\Z"
)
_SUM = lazy_regex(rf"[€$£¥] ?\d[\d.,]*|\d{{1,3}}(?: \d{{3}})+ ?(?:{UNITS['money']})")
# "One day", "one another" and "that one" count nothing.
_IDIOM = lazy_regex(
    r"(?i)\b(?:one day|one another|(?:any|every|no|this|that|which) ?one|one by one|one's|eines tages|un jour|un día"
    r"|un giorno)\b"
)
_ARTICLES = frozenset("un una uno une um uma een ein eine einen einem einer".split())
_HAS_ONE = lazy_regex(
    r"(?i)\b(?:gibt|hat|haben|hatte|besitz\w+|steht|y a|a|ont|avait|possède|compte|hay|tiene|tenía|había|c['’]è|ha"
    r"|aveva|há|tem|heeft|is er|er is|with|mit|avec|con|nur|seule?|solo|only)\b"
)
_MODALS = frozenset("may can must should could will would darf kann muss soll peut doit puede debe può deve".split())
_OF_WHOEVER = lazy_regex(r"(?i)\W*(?:wer|qui|quien|chi)\b")
_ONE = _ARTICLES | {"one", "1"}
_POINTING = frozenset("the this that which each any no another".split())
_OF_THESE = frozenset("which whom davon denen deren dont cuales cui quais".split())
_OF_WHOLE = frozenset("of von sur de su van out".split())
_COPULAS = frozenset(
    "is are was were had have sind waren wurden hatten est sont étaient ont son eran fueron han sono erano".split()
)
_FRACTION = lazy_regex(
    r"(?i)\b(?:one|two|three|four)[- ](?:thirds?|quarters?|fourths?|fifths?)[- ](?:majority|vote|quorum)\b"
    r"|\b(?:zwei|drei|vier) ?(?:drittel|viertel|fünftel)[- ]?(?:mehrheit)\b"
    r"|\bmajorité des (?:deux tiers|trois quarts)\b|\bmayoría de (?:dos tercios|tres cuartos)\b"
    r"|\bmaggioranza dei due terzi\b"
)
# "Raised from 62 to 68 pounds" counts nothing, nor does "under 18".
_OF_RANGE = frozenset("to and or bis und oder à et ou a y o e en - –".split())
_OF_AGE = frozenset("under over aged above below unter über ab".split())
_COMPARED = frozenset("more fewer less".split())
_MARKER = lazy_regex(r"\A\s*(?:§+ ?\d+[a-z]?|\(?\d{1,3}[.)]|[-*+•])\s+")
_HOUR = lazy_regex(r"(?<!\d)[012]?\d[:.][0-5]\d(?!\d)")
_YEAR = lazy_regex(r"1[5-9]\d\d|20\d\d")
_OF_ALL = frozenset("the its their our his her these those".split())


def lacks_count_of(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether the unit counts something else than the things that are asked for."""
    value = asked.value
    if value is not None and value.kind == "count" and best.is_row and best.cells and not asked.is_yes_no:
        return not any(is_count(cell) for _, cell in best.cells)
    is_text = (best.is_prose or best.is_item) and not best.is_row
    is_other = asked.is_yes_no or asked.is_comparison or asked.is_list or not is_text
    if value is None or value.kind != "count" or is_other or len(asked.text.split()) > LONG_QUESTION:
        return False
    counted = frozenset(terms(counted_noun(asked.text)))
    if not counted:
        return False
    sentences = plain_sentences(best.answer, by_line=True)
    if any(
        len(one.split()) > LONG_SENTENCE and _has_number(one) and _has_number(_without_sums(one)) for one in sentences
    ):
        return False
    above = frozenset(terms(best.text.replace(best.own_text, " ")))
    is_named_above = best.is_prose and not counted.isdisjoint(above | best.synonyms)
    # Two children are people, and no members.
    is_named_above |= asked.counts_people and names_people(best.answer) and not counted.isdisjoint(_ANY_PEOPLE())
    known = frozenset(asked.terms)
    return not any(_counts(sentence, counted, known, asked.text, is_named_above) for sentence in sentences)


def is_count(cell: str) -> bool:
    """Whether a cell has a number other than a price, a time, a size or a day."""
    rest = without_amounts(_HOUR.sub(" ", without_times(_SUM.sub(" ", STAMP.sub(" ", cell)))))
    return any(_NUMBER.fullmatch(token) and token.casefold() not in _ARTICLES for token in _TOKEN.findall(rest))


def _has_number(sentence: str) -> bool:
    """Whether a sentence has a number of things: "a two-thirds majority" and "the one power" have none."""
    tokens = _TOKEN.findall(_FRACTION.sub(" ", sentence))
    return any(_NUMBER.fullmatch(token) and token.casefold() not in _ONE for token in tokens)


def _without_sums(sentence: str) -> str:
    """A sentence without days, hours and sums: "a bill of 1 260 euros", "£32"."""
    return without_amounts(_SUM.sub(" ", without_times(sentence)))


def _counts(sentence: str, counted: frozenset[str], known: frozenset[str], question: str, is_named: bool) -> bool:
    """Whether a number stands with the things, or alone where the things are named above."""
    told = without_times(_IDIOM.sub(" ", _SUM.sub(" ", STAMP.sub(" ", sentence))))
    tokens = _TOKEN.findall(_MARKER.sub("", _FRACTION.sub(" ", _HOUR.sub(" ", told))))
    numbers = [at for at, token in enumerate(tokens) if _NUMBER.fullmatch(token) and not _YEAR.fullmatch(token)]
    if _ASKS_FOR_TOTAL.search(question) and not _ASKS_FOR_MOST.search(question):
        # "Up to eight books are lent" does not say how many there are.
        numbers = [at for at in numbers if not _LIMIT.search(" ".join(tokens[max(0, at - 3) : at]))]
        # "May sublet one room".
        numbers = [at for at in numbers if not _is_of_some(tokens, at)]
    numbers = [at for at in numbers if not _is_of_one(tokens, at, counted_noun(question).casefold())]
    numbers = [at for at in numbers if not _is_pointed_at(tokens, at) and not _is_label(tokens, at, counted)]
    numbers = [at for at in numbers if not _is_of_amount(tokens, at)]
    if _HAS_ONE.search(sentence) is None or _OF_WHOEVER.match(sentence):
        # "Eine Laube darf …" is any of them.
        numbers = [at for at in numbers if tokens[at].casefold() not in _ARTICLES]
    if is_named:
        # "5,10 m long" counts nothing.
        numbers = [at for at in numbers if at + 1 == len(tokens) or not is_amount_word(tokens[at + 1])]
    places = [at for at, token in enumerate(tokens) if _is_of(token, counted)]
    if any(_is_said_of_number(tokens, number, counted, known) for number in numbers):
        return True
    if places:
        return any(_belong(tokens, number, place, question) for number in numbers for place in places)
    return any(
        tokens[number].casefold() not in _ARTICLES
        and ((is_named and not _counts_another(tokens, number, question)) or _stands_alone(tokens, number, known))
        for number in numbers
    )


def _counts_another(tokens: list[str], number: int, question: str) -> bool:
    """Whether a plural noun stands right behind the number: "takes up two racks" of the boats."""
    behind = tokens[number + 1] if number + 1 < len(tokens) else ""
    is_plural = len(behind) > SHORTEST_PLURAL and behind.endswith("s") and behind.isalpha() and behind.islower()
    # "18,300 inhabitants" are people.
    return is_plural and not (names_people(behind) and names_people(question))


def _is_of_some(tokens: list[str], number: int) -> bool:
    """Whether one of several may be taken, which does not say how many there are: "may sublet one room"."""
    before = [token.casefold() for token in tokens[max(0, number - 3) : number]]
    return tokens[number].casefold() in _ONE and not _MODALS.isdisjoint(before)


def _is_of_one(tokens: list[str], number: int, noun: str) -> bool:
    """Whether a number stands with the singular of what is counted: "coach 7", "two bee widths", "one of the seals"."""
    before, said, *behind = (token.casefold() for token in ("", *tokens)[number : number + 3])
    if said in ("1", "one"):
        return behind == ["of"]
    return noun.endswith("s") and any(one in (noun[:-1], noun[:-2]) for one in (before, *behind))


def _is_of_amount(tokens: list[str], number: int) -> bool:
    """Whether a number begins a range of sums or lengths, or is an age: "62 to 68 pounds", "players under 18"."""
    before, *behind = (token.casefold() for token in ("", *tokens)[number : number + 5])
    behind = behind[1:]
    is_range = len(behind) > 2 and behind[0] in _OF_RANGE and _NUMBER.fullmatch(behind[1]) is not None
    is_age = before in _OF_AGE and tokens[number].isdigit() and (not behind or not behind[0].isalpha())
    return is_age or (is_range and is_amount_word(behind[2]))


def _is_pointed_at(tokens: list[str], number: int) -> bool:
    """Whether it is the "one" of "this is the one power that", which counts nothing."""
    return number > 0 and tokens[number].casefold() == "one" and tokens[number - 1].casefold() in _POINTING


def _is_label(tokens: list[str], number: int, counted: frozenset[str]) -> bool:
    """Whether it numbers what follows: "Phase 1: Candidates …"."""
    is_before_colon = 0 < number < len(tokens) - 1 and tokens[number + 1] == ":" and tokens[number].isdigit()
    return is_before_colon and tokens[number - 1][0].isupper() and not _is_of(tokens[number - 1], counted)


def _is_said_of_number(tokens: list[str], number: int, counted: frozenset[str], known: frozenset[str]) -> bool:
    """Whether what is asked is said right behind a number: "14 of 310 were faulty" of "How many were faulty?"."""
    behind = [token.casefold() for token in tokens[number + 1 : number + 4]]
    if behind[:1] and behind[0] in _OF_WHOLE and behind[1:2] and behind[1].isdigit():
        behind = [token.casefold() for token in tokens[number + 3 : number + 6]]
    if not behind or behind[0] not in _COPULAS:
        return False
    return not (known - counted).isdisjoint(term for token in behind[1:] for term in terms(token))


def _is_of(token: str, counted: frozenset[str]) -> bool:
    return any(nearest_term(term, list(counted)) in counted for term in terms(token))


def _belong(tokens: list[str], number: int, place: int, question: str) -> bool:
    first, last = min(number, place), max(number, place)
    if tokens[number].casefold() in _ARTICLES and last != number + 1:
        return False
    between = [token.casefold() for token in tokens[first + 1 : last]]
    if place < number and between[:1] == [","] and not _OF_THESE.isdisjoint(between) and len(between) <= REACH_BEHIND:
        # "The Otter, of which 14,300 were sold".
        return True
    if last - first > (REACH_BEHIND if number < place else REACH_AHEAD):
        return False
    if not _BREAK.isdisjoint(between) or (number < place and not _NEXT_CLAUSE.isdisjoint(between)):
        return False
    if number > place and not _stands_alone(tokens, number, frozenset()):
        # "The windows are cleaned four times".
        return False
    is_part = number < place and "of" in between and not _OF_ALL.isdisjoint(between)
    return not (is_part and _ASKS_FOR_ALL.search(question))


def _stands_alone(tokens: list[str], number: int, known: frozenset[str]) -> bool:
    """Whether no other thing follows the number: "It sleeps 24", "they were 24 in all"."""
    following = tokens[number + 1].casefold() if number + 1 < len(tokens) else ""
    if number > 1 and tokens[number - 1][0].isupper():
        # "On platform 4", in German with a capital: "auf Gleis 4".
        return False
    is_word = following.isalpha() and (following not in STOP_WORDS or following in _COMPARED)
    # "The five libraries" count no books of the library.
    is_known = not known.isdisjoint(terms(following)) and not is_amount_word(following)
    is_known &= not _counts_another(tokens, number, "")
    return not is_word or is_known
