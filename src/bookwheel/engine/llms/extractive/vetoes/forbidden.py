"""Decides whether anything forbids to quote a unit, however well it has the words of the question."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_matter import FEW, AskedMatter
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.form_bonus import only_announces, says_whether
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit, PassageMatch
from bookwheel.engine.llms.extractive.vetoes import value_vetoes as values
from bookwheel.engine.llms.extractive.vetoes.asked_attributes import lacks_attribute
from bookwheel.engine.llms.extractive.vetoes.asked_doers import tells_of_nobody_to_turn_to
from bookwheel.engine.llms.extractive.vetoes.begin_and_end import is_begun_by_another
from bookwheel.engine.llms.extractive.vetoes.bound_values import is_same_rate, is_unbound
from bookwheel.engine.llms.extractive.vetoes.near_misses import (
    is_of_another_sort,
    lacks_denial,
    lacks_place,
    says_not_where,
    without_subjects,
)
from bookwheel.engine.llms.extractive.vetoes.said_of_opposites import (
    goes_with_another_name,
    is_denied,
    is_of_another_name,
    is_of_opposite,
)
from bookwheel.engine.llms.extractive.vetoes.said_otherwise import gives_head
from bookwheel.engine.llms.extractive.vetoes.told_words import only_names_thing
from bookwheel.engine.llms.extractive.vetoes.unsaid_values import counts_unsaid
from bookwheel.engine.llms.extractive.vetoes.values_of_others import is_of_another, is_of_other_half
from bookwheel.engine.text.converse_verbs import converse_of
from bookwheel.engine.text.question_kinds import asks_who_did, is_bare_phrase, says_what_is_planned
from bookwheel.engine.text.question_terms import nearest_term, terms
from bookwheel.lazy_regex import lazy_regex

_HAS_NAME = lazy_regex(r"(?<=[\w,;:)\]\"'’”] )[\"'“(*]?(?:[A-Z]\. ?)?[^\W\d_a-z]\w+|: [^\W\d_a-z]|[\u4e00-\u9fff]")


class Vetoes:
    """The vetoes for one question."""

    def __init__(self, about: AskedMatter) -> None:
        self._about = about
        self._asked = about.asked
        self._matter = about.matter

    def forbid(self, best: BestUnit, passage: PassageMatch) -> bool:
        """Whether the unit, in `passage`, lacks what is asked for, or says it of something else."""
        over = self.over(best, passage)
        near = over | passage.near[best.at]
        missing = self._about.missing(near)
        names = frozenset[str]() if self._about.is_unspaced else self._about.proper_names
        return (
            values.lacks_value(self._asked, best, self._matter, self._about.wanted)
            or self._only_announces(best)
            or self._is_split(best, over)
            or self._has_only_kind(best)
            or self._lacks_condition(near)
            or lacks_denial(self._asked.text, f"{best.text} {best.answer}")
            or self._says_opposite(best, near)
            or bool((missing | self._about.nowhere_in_short | best.kinds) & self._about.counted - over)
            or values.counts_what_title_names(
                self._asked, best, self._about.counted & passage.about, self._matter - over
            )
            or self._lacks_head(best, near)
            or bool(self._asked.birth & self._matter - near)
            or self._says_nothing_new(near, near | best.in_document)
            or values.counts_no_people(self._asked, best, over)
            or is_of_another_sort(self._asked, best)
            or is_begun_by_another(self._asked, best, self._matter)
            or (best.is_prose and tells_of_nobody_to_turn_to(self._asked.text, best.answer))
            or self._names_no_doer(best, near)
            or (not self._about.is_unspaced and only_names_thing(self._asked, best, self._matter, over, near))
            or self._has_unbound_value(best, passage)
            or is_of_another(self._asked, best, self._matter, passage.about)
            or (not self._about.is_unspaced and is_of_other_half(best, self._matter))
            or _gives_something_else(self._about, best, passage.about)
            or lacks_attribute(self._asked, best, near, self._matter, names, self._about.anywhere)
        )

    def over(self, best: BestUnit, passage: PassageMatch) -> frozenset[str]:
        """The wanted terms in and above the unit; under the column or heading asked for, the verb too."""
        over, category = best.covered | passage.about, self._asked.category
        over |= (values.paying(self._asked, best) | _said_once(self._asked, best, self._matter - over)) & self._matter
        things = self._matter - self._asked.action - self._asked.place
        own, above = (
            frozenset(nearest_term(term, list(things)) for term in terms(text)) for text in (best.own_text, best.text)
        )
        is_of_thing = not things.isdisjoint(own) or not (things - passage.about).isdisjoint(above)
        is_of_thing |= not (things & (best.kinds | best.synonyms)).isdisjoint(best.covered)
        is_rule = self._asked.may_one and is_of_thing and says_whether(best.own_text)
        if is_rule and self._asked.action.isdisjoint(passage.all):
            # "No music after ten" answers whether one may play it.
            over |= self._asked.action
        # "Period: May to June" under the name of a museum does not say when it was founded.
        says_part = len(best.cells) != 1 or not best.covered.isdisjoint(self._matter)
        if best.is_row and says_part and self._matter - self._asked.passive <= over:
            over |= self._asked.passive & self._matter
        is_setting = len(best.cells) == 1 and not best.names.isdisjoint(self._matter - category)
        if is_setting and self._matter - category <= over and any(map(str.isdigit, best.own_text)):
            # "serial.baud: 57600" says which baud rate.
            over |= category & self._matter
        doer, verb = self._asked.doer_and_verb
        if best.is_row and doer and doer <= best.above | best.names and self._matter - verb <= over:
            over |= verb & self._matter
        if (
            self._about.counted
            and values.counts_in_cell(best, self._about.counted)
            and self._matter - self._asked.verb <= over
        ):
            over |= self._asked.verb & self._matter
        if (self._matter - self._about.nouns_counted <= over | self._asked.verb) and counts_unsaid(
            self._asked, best, self._about.nouns_counted, over
        ):
            over |= self._about.nouns_counted
        if not category or not category <= over or (self._matter & over).isdisjoint(best.covered):
            return over
        # "English, Czech" under "Languages" says which languages she speaks.
        is_cell = category <= best.above | best.names if best.is_row else category.isdisjoint(terms(best.own_text))
        return over | self._asked.verb if is_cell else over

    def _says_opposite(self, best: BestUnit, near: frozenset[str]) -> bool:
        """Whether it is denied, or said of the opposite or another name. That answers a yes-no question too."""
        if self._asked.is_yes_no or self._asked.is_comparison or self._about.is_unspaced:
            return False
        question, around = self._asked.text, f"{best.text} {best.answer}"
        if best.is_prose and is_denied(question, best.own_text, self._matter):
            return True
        is_of_name = goes_with_another_name(question, best.own_text, near) or (
            best.is_prose and is_of_another_name(question, best.own_text, near)
        )
        return is_of_name or is_of_opposite(question, best.own_text, around, self._about.language)

    def _says_nothing_new(self, near: frozenset[str], there: frozenset[str]) -> bool:
        """Whether only words from earlier are near, or a word of "warranty of the piano" is not there."""
        asked_now = self._matter & self._asked.own_terms
        if is_bare_phrase(self._asked.text) and not asked_now <= there:
            return True
        return asked_now not in (frozenset(), self._matter) and asked_now.isdisjoint(near)

    def _is_split(self, best: BestUnit, over: frozenset[str]) -> bool:
        """Whether a row lacks a word of another row ("oat milk" of "goat milk"), or is found by its columns alone."""
        asked = self._matter & (self._asked.own_terms or self._matter)
        is_other = self._asked.is_comparison or self._asked.is_list or self._asked.is_how_to or self._about.is_unspaced
        # "When is the Low Farm collected?": a remark in another row, "no collection", has the verb.
        missing = asked - over - self._asked.passive
        is_another = not missing.isdisjoint(best.in_other_rows)
        is_another |= not missing <= self._about.anywhere and values.has_only_columns(self._asked, best, asked)
        if best.is_row and not is_other and self._is_found_by_less_than_half(best, asked, over):
            return True
        return is_another and not is_other and len(asked) <= FEW + 1

    def _has_unbound_value(self, best: BestUnit, passage: PassageMatch) -> bool:
        near = passage.near[best.at]
        return not self._about.is_unspaced and is_unbound(self._asked, best, self._matter, passage.about, near)

    def _only_announces(self, best: BestUnit) -> bool:
        told = best.answer if best.leans else best.own_text
        return best.is_prose and not self._asked.is_yes_no and only_announces(told)

    def _has_only_kind(self, best: BestUnit) -> bool:
        """Whether a row has a word near what is asked for, "lamp", and the word itself, "shade", stands elsewhere."""
        loosely = (best.kinds | best.synonyms) & self._matter
        return best.is_row and not self._asked.is_yes_no and bool(loosely & self._about.as_written)

    def _lacks_condition(self, near: AbstractSet[str]) -> bool:
        """Whether "if it rains" is asked and another passage or unit says it: "We dance on the green" says nothing."""
        condition = self._asked.condition & self._matter
        return bool(condition & self._about.anywhere) and condition.isdisjoint(near)

    def _is_found_by_less_than_half(self, best: BestUnit, asked: AbstractSet[str], over: AbstractSet[str]) -> bool:
        """Whether a row has few of the words that say which one: "Inside the mill" of "Inside the bell tower"."""
        which = asked - best.above - best.names - self._asked.doer_and_verb[1] - self._asked.verb - self._asked.passive
        columns = asked & (best.above | best.names)
        return bool(columns) and 2 * len(which & over) < len(which)

    def _lacks_head(self, best: BestUnit, near: frozenset[str]) -> bool:
        """Whether nothing near says what is asked of the thing: "rent of flat 17", "What is the rent of flat 17?"."""
        head = self._asked.head & self._matter
        # In a long question other words show well enough what it is about.
        # "Boiling point" is one thing that is asked for.
        is_short = min(len(self._matter), len(self._matter - head) + 1) <= FEW or self._asked.asks_for_decisions
        is_short &= not self._about.is_unspaced
        return bool(head) and is_short and head.isdisjoint(near) and not gives_head(head, best.own_text)

    def _tells_of_no_doer(self, best: BestUnit) -> bool:
        """Whether it is asked who did something, and a unit tells of a plan, or a line of a log names no one."""
        if not asks_who_did(self._asked.text) or says_what_is_planned(self._asked.text):
            return False
        if best.is_prose or best.is_row or (self._asked.is_how_to and not best.is_item):
            return says_what_is_planned(best.own_text)
        return _OF_WRITER.search(best.answer) is None and not has_name(self._about.without_question(best.answer))

    def _names_no_doer(self, best: BestUnit, near: frozenset[str]) -> bool:
        """Whether "who" is asked and the unit only stands under the right title, tells of a plan, or has no name."""
        if self._asked.kind not in ("who", "where") or self._asked.compares_counts:
            return False
        if self._asked.kind == "who" and "; " in best.own_text and best.is_row:
            cells = self._about.without_question(best.cells_for(self._asked.role), self._asked.completed.title())
            return not has_name(cells)
        if best.is_code and not has_name(self._about.without_question(f": {best.answer}")):
            return True
        if self._asked.kind == "who" and (not best.is_near or self._tells_of_no_doer(best)):
            return True
        asked = self._matter - self._about.proper_names
        is_place = self._asked.kind == "where" and not best.is_row
        told = without_subjects(best.answer) if is_place and best.is_prose else best.answer
        is_named = has_name(self._about.without_question(told))
        if best.is_prose and is_place and says_not_where(self._asked.text, best.own_text, self._about.language):
            return True
        if is_place and lacks_place(self._asked.text, best.answer, self._about.language, has_name=is_named):
            return True
        if self._asked.kind == "where" and asked and not self._about.is_unspaced and asked.isdisjoint(near):
            # "Where does Ada Rook live?": a place is near, but nothing says that she lives there.
            return True
        # "Who wrote the manual?", "Where was he born?": nothing near says "wrote" or "born", and no name is there.
        needed = near if self._asked.kind == "who" else self._about.anywhere
        if self._asked.kind == "who" and asks_who_did(self._asked.text) and not converse_of(self._asked.text):
            # "It is made of cherry wood" does not say who built it: another word for the verb needs a name.
            needed &= frozenset(terms(f"{best.text} {best.answer}"))
            if asked and not asked <= needed:
                # "The club lends the Dobsonian" does not say who built it.
                is_named = has_name(_THING.sub(" ", self._about.without_question(told)))
        # "Who invented BM25?": a code is all that the unit must have.
        is_bare = self._asked.kind == "who" and not self._matter
        return not is_named and not self._about.is_unspaced and (is_bare or not self._matter <= needed)


def _said_once(asked: AskedQuestion, best: BestUnit, missing: AbstractSet[str]) -> frozenset[str]:
    """The words of its document beside a rate that is asked for: a contract names once who is paid by the word.

    So does a sheet with "What you need" the experiment.
    """
    if best.is_under_asked and len(missing) == 1:
        return best.in_document
    is_of_rate = asked.value is not None and asked.value.kind == "money" and is_same_rate(asked.text, best.own_text)
    return best.in_document if is_of_rate else frozenset()


# Who writes "I" or "our" is named elsewhere.
_OF_WRITER = lazy_regex(r"(?i)\b(?:I|we|me|us|my|our|ich|wir|mir|uns|je|nous|yo|nosotros|io|noi|eu|nós|ik|wij)\b")
_THING = lazy_regex(
    r"\b(?:[Tt]he|[Aa]n?|[Oo]ur|[Ii]ts) (?:[A-Z][a-z]+[a-rt-z]\b(?! [A-Z])|\[[^\]\n]+\]\([^)\n]*\))"
    r"|\b(?:CLI|API|GUI|URL|HTTPS?|HTML|CSS|JSON|XML|YAML|CSV|PDF|SQL|USB|RAM|CPU|GPU|IDE|SDK|UI|FAQ|TODO)s?\b"
)


def has_name(text: str) -> bool:
    """Whether a text has a word with a capital inside a sentence, or behind a colon."""
    return _HAS_NAME.search(text) is not None


def _gives_something_else(about: AskedMatter, best: BestUnit, titled: frozenset[str]) -> bool:
    """Whether a unit has the thing, and what it says is of something else; `titled` are the terms of its title."""
    return _lacks_value_of_thing(about, best) or (
        not about.is_unspaced and (_is_said_of_nothing(about, best, titled) or _lacks_column(about, best))
    )


def _lacks_value_of_thing(about: AskedMatter, best: BestUnit) -> bool:
    asked = about.asked
    if asked.value is not None and asked.value.kind == "size":
        # Imported late, as all of these: a question needs the rules of one or two kinds.
        from bookwheel.engine.llms.extractive.vetoes.sizes_said import lacks_size

        if lacks_size(asked, best, about.matter):
            return True
    if asked.kind == "who":
        from bookwheel.engine.llms.extractive.vetoes.unnamed_doers import names_nobody

        if names_nobody(asked, best):
            return True
    if asked.value is not None or asked.is_how_to:
        return False
    from bookwheel.engine.llms.extractive.vetoes.unsaid_objects import lacks_object

    return lacks_object(asked, best)


def _is_said_of_nothing(about: AskedMatter, best: BestUnit, titled: frozenset[str]) -> bool:
    if about.asked.value is None:
        return False
    from bookwheel.engine.llms.extractive.vetoes.values_elsewhere import is_said_of_nothing

    return is_said_of_nothing(about.asked, best, about.matter, titled)


def _lacks_column(about: AskedMatter, best: BestUnit) -> bool:
    if not best.is_row:
        return False
    from bookwheel.engine.llms.extractive.vetoes.rows_of_others import lacks_column

    return lacks_column(about.asked, best, about.matter)
