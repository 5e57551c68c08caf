"""Whether a text says who did what a question asks about, and not only that it was done: "It was built in 1911"."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.framing_words import asks_whom_to_turn_to
from bookwheel.engine.llms.extractive.vetoes.asked_names import has_new_name
from bookwheel.engine.text.question_kinds import asks_who_did
from bookwheel.engine.text.question_terms import content_terms, nearest_term, terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.lazy_regex import lazy_regex

# The words behind the one that asks, of which the first and the last may be the verb.
_WHO_DID = lazy_regex(
    r"(?i)^\W*(?:whom?(?: \w+ly)? (?:(?:did|has|have|had) (?!the |an? )"
    r"|(?:is|are|was|were) (?=[^\W\d_]+ing\b))?(?:been )?|wer (?:hat|hatte|ließ|lässt) "
    r"|qui (?:a|ont|avait) |quién(?:es)? (?:ha |han |había )?|chi (?:ha |hanno |aveva )?|quem (?:tinha )?"
    r"|wie heeft )(.+)"
)
_IS_DOING = lazy_regex(r"(?i)^\W*who (?:is|are|was|were) [^\W\d_]+ing\b")
# "**Set.** Pollard's lends twelve chairs".
_BOLD_LABEL = lazy_regex(r"\A\W*\*\*[^*\n]{2,40}\*\*:?\s+")
# "Quién construyó", "wer prüft": a verb right behind the word that asks.
_WHO_VERB = lazy_regex(
    r"(?i)^\W*(?:who|wer|qui|quién(?:es)?|chi|quem)(?! (?:is|was|are|were|has|have|had|did|ist|war|sind|hat|ließ"
    r"|lässt|est|était|a|es|era|son|è|ha|foi|é)\b) ([^\W\d_]{4,})\b"
)
_TURN_TO = lazy_regex(
    r"(?i)\b(?:call(?:ed)?|ask(?:ed)?|contact(?:ed)?|ring|rung|phone[ds]?|write|written|turn|tell|told|talk|speak"
    r"|report(?:ed)?"
    r"|complain|inform(?:ed)?|notify|notified|goes? to|see|sees to|mail|ext|line|tel|rufen|ruft|wende\w*|melde\w*"
    r"|frage\w*"
    r"|sprich|sprechen|benachrichtig\w+|informier\w+|appel\w+|adress\w+|contact\w+|prévenir|prévenez|écri\w+|signale\w*"
    r"|llam\w+|dirij\w+|avis\w+|contacte\w*|chiam\w+|rivolg\w+|contatt\w+)\b|@|\+?\d[\d /-]{5,}"
)
# A form of "to be" with the rest of its sentence, or a German participle before one.
_UNDONE = lazy_regex(
    r"(?i)\b(?:is|are|was|were|be|been|being|gets?|got|wird|werden|w[iu]rden?|worden|est|sont|soit|soient|étée?s?"
    r"|était|étaient"
    r"|sera|seront|fue|fueron|sido|será|serán|stat[oaie]|venn?e(?:ro)?|viene|vengono|verrà|foi|foram|werd(?:en)?|wordt"
    r"|sea|sean|sia|siano|se|s['’]est|si)\s(?P<rest>[^.,;!?]*)"
    r"|\b(?P<before>ge[^\W\d_]+[tn]|[^\W\d_]+iert|[bv]e[^\W\d_]+t) (?:ist|sind|wird|werden|wurden?)\b"
)
_BY = lazy_regex(
    r"(?i)\b(?:by|from|von|vom|durch|par|por|pel[oa]s?|dal?|dall[aeo]|dagli|dai|door"
    r"|(?:sold|given|lent|awarded|let|rented|passed) to|(?:verkauft|verliehen) an|vendue?s? (?:à|aux?)|vendid\w+ a)\b"
    r"(?! \d)"
)
_FULL_NAME = lazy_regex(
    # "Eigene Seile sind …": a German sentence may begin with two capitals.
    r"(?<!\A)(?<![^\W_])(?!(?:The|An?|Our|Der|Die|Das|Les?|La|Une?|El|Los|Las|Il|Lo|Os?|De|Het) )"
    r"[^\W\d_a-zß-ÿ][^\W\d_]+\.? (?:[^\W\d_a-zß-ÿ]\.? ){0,2}[^\W\d_a-zß-ÿ][^\W\d_]+"
)
LONGEST_ENDING = 2
_DEED = lazy_regex(r"(?i)(?:ances?|ences?|ments?|tions?|sions?|ers?|ors?|ung(?:en)?|ures?|als?|ciones|ción|zioni?)\Z")
_BEFORE_NOUN = lazy_regex(
    r"(?i)\b(?:the|an?|our|your|my|its|his|her|their|of|for|after|before|without|during|der|die|das|dem|den"
    r"|eine?[nmrs]?"
    r"|unsere?|zur|zum|la|le|les|une?|el|una?|il|lo) \Z"
)
_IN_GERMAN = lazy_regex(r"(?i)^\W*wer\b")
_GERMAN_PREPOSITIONS = frozenset(
    "in im an am auf aus bei beim mit nach von vom vor zu zum zur über unter für um durch gegen ohne neben".split()
)
# "¿Quién se ocupa de la música?": "se encarga" is not a passive.
_REFLEXIVE = lazy_regex(r"(?i)^\W*(?:quién(?:es)?|qui|chi|quem) s(?:e |i |['’])")
# "Le maire a signé": not the English article.
_HAS = lazy_regex(r"(?i)\ba \Z")
_IN_ENGLISH = lazy_regex(r"(?i)^\W*whom?\b")
_WORDS = lazy_regex(r"\w+")
_WORD_OR_SIGN = lazy_regex(r"\w+|[,;.:!?]")
_BY_WHOM = frozenset("by von vom durch par por pelo pela da dal dalla door".split())
_BEFORE_VERB = frozenset("has have had also then finally soon a ont avait ha han había se hat hatte aveva si".split())


def lacks_doer(question: str, text: str) -> bool:
    """Whether it is asked who did something, and the text only says that it was done: "built in 1911"."""
    verb = _verb(question)
    said = [one for one in plain_sentences(text) if _said_of(one, verb)]
    if not said or any(name not in question for one in said for name in _FULL_NAME.findall(one)):
        return False
    things = frozenset(content_terms(question)) - verb
    return all(
        _is_undone(question, one, verb)
        or _has_no_subject(one, verb)
        or _does_it_itself(question, one, verb, things)
        or _is_attribute(question, one, verb, things)
        for one in said
    )


def _does_it_itself(question: str, sentence: str, verb: AbstractSet[str], things: AbstractSet[str]) -> bool:
    """Whether the thing is what does it, to nothing else: "The bakery opened in 1990" does not say who opened it."""
    words = [word for word in _WORD_OR_SIGN.findall(sentence) if word.casefold() not in _BEFORE_VERB]
    places = [at for at, word in enumerate(words) if _said_of(word, verb)]
    # "Ada Rook married Jon Berg", "relay replaced by Ada Rook".
    return bool(places) and all(
        at > 0
        and _is_one_of(words[at - 1], things)
        and not (_IN_GERMAN.match(question) and _is_object(words, at))
        and not "".join(words[at + 1 : at + 2]).istitle()
        and "".join(words[at + 1 : at + 2]) not in _BY_WHOM
        for at in places
    )


def _is_one_of(word: str, things: AbstractSet[str]) -> bool:
    """Whether a word is a form of one of the things, not a compound with it."""
    return any(
        nearest_term(term, [thing]) == thing and abs(len(term) - len(thing)) <= LONGEST_ENDING
        for term in terms(word)
        for thing in things
    )


def _is_object(words: Sequence[str], at: int) -> bool:
    """Whether what stands before a German verb may be its object: "Das Dach deckte die Firma", "über den Antrag"."""
    *above, article = ["", "", *(word.casefold() for word in words[max(0, at - 4) : at - 1])]
    behind = "".join(words[at + 1 : at + 2]).casefold()
    is_of_preposition = not _GERMAN_PREPOSITIONS.isdisjoint((*above[-2:], article))
    is_accusative = article in ("den", "dem", "einen", "einem")
    return is_of_preposition or is_accusative or behind == "der" or (article != "der" and behind in ("die", "das"))


def _is_attribute(question: str, sentence: str, verb: AbstractSet[str], things: AbstractSet[str]) -> bool:
    """Whether the verb only says which thing it is: "the ladder with the broken rung"."""
    words = list(_WORDS.finditer(sentence))
    places = [at for at, word in enumerate(words) if _said_of(word[0], verb)]
    return bool(places) and all(
        _is_behind_article(question, sentence[: words[at].start()])
        and not things.isdisjoint(terms(" ".join(word[0] for word in words[at + 1 : at + 2])))
        for at in places
    )


def _has_no_subject(sentence: str, verb: AbstractSet[str]) -> bool:
    """Whether a note begins with the verb: "Treated both hives" does not say who did."""
    first = next(iter(_WORDS.findall(_BOLD_LABEL.sub("", sentence))), "")
    return first.casefold().endswith(("ed", "en", "t", "é", "ée", "ado", "ada")) and bool(_said_of(first, verb))


def only_names_deed(question: str, text: str) -> bool:
    """Whether it is asked who did something, and the text has the noun of it alone: "Insurance is 65 pounds"."""
    if not asks_who_did(question) or not (verb := _verb(question)):
        return False
    verb = frozenset(term for term in verb if len(term) > len("haben") - 2)
    there = [match for match in _WORDS.finditer(text) if _said_of(match[0], verb)]
    return bool(there) and all(
        _DEED.search(match[0]) or _is_behind_article(question, text[: match.start()]) for match in there
    )


def _is_behind_article(question: str, above: str) -> bool:
    is_verb = _HAS.search(above) is not None and _IN_ENGLISH.match(question) is None
    return not is_verb and _BEFORE_NOUN.search(above) is not None


def _verb(question: str) -> frozenset[str]:
    """The terms that may be the verb of a question for who does or did something."""
    if (match := _WHO_VERB.match(question)) is not None:
        return frozenset(terms(match[1]))
    words = match[1].split() if (match := _WHO_DID.search(question)) is not None else []
    # "Who is lending us chairs for the set?": the verb is known.
    last = [] if _IS_DOING.match(question) else words[-1:]
    return frozenset(terms(" ".join(words[:1] + last)))


def _said_of(text: str, verb: AbstractSet[str]) -> frozenset[str]:
    return frozenset(nearest_term(term, list(verb)) for term in terms(text)) & verb


def _is_undone(question: str, sentence: str, verb: AbstractSet[str]) -> bool:
    """Whether the verb is there as a passive, and no one is named who does it."""
    passives: list[frozenset[str]] = []
    is_reflexive = _REFLEXIVE.match(question) is not None
    for match in _UNDONE.finditer(sentence):
        if is_reflexive and match[0].casefold().startswith(("se ", "si ")):
            continue
        rest = match["rest"] or ""
        words = _WORDS.findall(rest)
        near = match["before"] or " ".join((*words[:3], *words[-1:]))
        if not (found := _said_of(near, verb)):
            continue
        if _BY.search(rest or sentence) is not None:
            return False
        passives.append(found)
    # "It was charted in 1804, when two brothers charted it": the last one has a subject.
    done = frozenset[str]().union(*passives)
    return bool(passives) and len(passives) >= sum(bool(_said_of(word, done)) for word in _WORDS.findall(sentence))


def tells_of_nobody_to_turn_to(question: str, text: str) -> bool:
    """Whether "Whom do I call about the lift?" is asked, and a text names no one and tells nobody to be called."""
    return asks_whom_to_turn_to(question) and _TURN_TO.search(text) is None and not has_new_name(text, question)


def tells_whom_to_turn_to(question: str, text: str) -> bool:
    """Whether it is asked whom to call or to ask, and a text tells to call or to ask somebody."""
    return asks_whom_to_turn_to(question) and _TURN_TO.search(text) is not None
