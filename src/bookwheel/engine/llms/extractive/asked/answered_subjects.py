"""What a pronoun in the second of two questions stands for: a thing named in the first one, or its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bookwheel.engine.text.exact_things import exact_things
from bookwheel.engine.text.follow_ups import points_back
from bookwheel.engine.text.names import named
from bookwheel.engine.text.question_kinds import kind_of
from bookwheel.engine.text.question_terms import content_terms, content_words, light_terms, terms
from bookwheel.lazy_regex import lazy_regex

MOST_SUBJECTS = 3
_CATEGORY = lazy_regex(
    r"(?i)^\W*(?:(?:in|on|at|for|from|with|to|by) )?(?:which|what|welche[rsmn]?|quel(?:le)?s?|qué|quale?|welke?)"
    r" ([^\W\d_]{3,})"
)
_THAT = "that|this|these|those|diese[rsmn]?|jene[rsmn]?|cet(?:te)?|ces?|es[ae]s?|est[ea]s?|quest[oaie]|deze|dat"
_FULL_NAME = lazy_regex(r"[^\W\d_a-zß-ÿ][^\W\d_]+(?:[ -][^\W\d_a-zß-ÿ][^\W\d_]+)+")
_OF_PERSON = lazy_regex(
    r"(?i)\b(?:he|she|him|her|his|hers|er|ihn|ihm|seine?[nmrs]?|ihre?[nmrs]?|sie|il|elle|lui|son|sa|ses|él|ella|su"
    r"|sus|lui|lei"
    r"|suo|sua|hij|zij|zijn|haar)\b"
)


_POSSESSIVE = lazy_regex(r"(?i)\b(?:its|theirs?|his|hers?|ihre?[nmrs]?|seine?[nmrs]?|son|sa|ses|leurs?|sus?)\b")
# "What does its service cost?" says enough by itself, "what is his room?" does not.
ENOUGH_ALONE = 2


def stands_for_earlier(part: str) -> bool:
    """Whether a pronoun of this part is to be replaced by what the part before is about, or by its answer."""
    words = content_words(part)
    if frozenset(content_terms(part)) <= light_terms(words):
        # "What does J24 mean and what must I do?"
        return True
    if not points_back(part):
        return False
    return len(content_terms(part)) < ENOUGH_ALONE or points_back(_POSSESSIVE.sub(" ", part))


def stands_for_category(first: str, part: str) -> bool:
    """Whether "on which shelf does that paper lie?" asks of what the answer to "Which paper …?" would be."""
    match = _CATEGORY.match(first)
    return (
        match is not None and re.search(rf"(?i)\b(?:{_THAT}) {re.escape(match[1].removesuffix('s'))}", part) is not None
    )


def subjects_of(first: str, second: str, answers: Sequence[str]) -> list[str]:
    """The words for the pronoun of `second`, likeliest first: people in the answers of "who", else names of `first`."""
    people = [*_people(first, answers)] if kind_of(first) == "who" and _OF_PERSON.search(second) else []
    names = named(first)
    own = frozenset(terms(second))
    things = [thing.text for thing in exact_things(first) if thing.kind != "date"]
    words = [word.strip(".,;:?!()") for word in first.split()]
    capitals = [word for word in words if word and names.terms.intersection(terms(word))]
    subject = " ".join(dict.fromkeys([*things, *(word for word in capitals if not any(word in one for one in things))]))
    is_new = bool(subject) and not own.issuperset(terms(subject))
    return [*dict.fromkeys(people)][:MOST_SUBJECTS] + [subject] * is_new


def _people(first: str, answers: Sequence[str]) -> Iterator[str]:
    asked = frozenset(terms(first))
    for text in answers:
        yield from (match[0] for match in _FULL_NAME.finditer(text) if asked.isdisjoint(terms(match[0])))
