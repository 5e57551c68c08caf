"""Chooses which candidates are quoted, and which units are quoted with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.question_patterns import WHAT_WAS_DONE
from bookwheel.engine.llms.extractive.chosen.newer_notes import with_later_point, with_update
from bookwheel.engine.llms.extractive.chosen.split_steps import with_all_steps
from bookwheel.engine.llms.extractive.chosen.taken_back import with_correction
from bookwheel.engine.llms.extractive.quotable.answered_questions import is_answered_next
from bookwheel.engine.llms.extractive.quotable.candidates import (
    Candidate,
    Quote,
    header_of,
    lead_of,
    section_of_setting,
    term_of_entry,
    what_follows,
)
from bookwheel.engine.llms.extractive.quotable.form_bonus import names_code, says_yes_or_no
from bookwheel.engine.llms.extractive.quotable.heading_fit import is_under_asked
from bookwheel.engine.llms.extractive.quotable.leaning_sentences import points_to_place
from bookwheel.engine.llms.extractive.quotable.list_candidates import NUMBERED
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.quotable.release_sections import heading_of_release, needs_release, release_above
from bookwheel.engine.llms.extractive.vetoes.asked_reasons import tells_what_had_happened
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.exact_things import ExactThing
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_regex import lazy_regex

MAX_QUOTES = 3
MAX_QUOTED_CHARS = 900
MAX_SHORT_LIST, MAX_ENTRY = 400, 400
# "What should I do if the lid sticks?": the sentence that names the problem is followed by the remedy.
_IN_CASE = lazy_regex(
    r"(?i)^\W*(?:what (?:do|should|can|must) (?:i|we|you|one) do"
    r"|was (?:mach\w+|tut?e?|muss|soll|kann) (?:ich|man)(?: tun| machen)?,?|was (?:ist zu )?tun,?"
    r"|que (?:faire|dois-je faire|faut-il faire)|qué (?:hago|hacer|debo hacer|se hace|hay que hacer)"
    r"|cosa (?:faccio|devo fare|si fa)|o que (?:faço|fazer|devo fazer)|wat (?:doe|moet) (?:ik|je)(?: doen)?,?)"
    r" (?:if|when|wenn|si|quand|cuando|se|quando|als)\b"
    r"|(?:たら|とき|時|場合).{0,4}(?:どうすれば|どうしたら|どうする)|怎么办"
)
# The share of the best score that a further quotation needs; more if it repeats quoted terms.
MIN_OF_BEST = 0.8
MIN_OF_BEST_REPEATED = 0.93
MIN_OF_BEST_COMPARED = 0.4


class QuoteChoice:
    """Chooses for one question; `weights` are those of its terms."""

    def __init__(
        self, asked: AskedQuestion, weights: Mapping[str, float], passages: Sequence[PassageView] = ()
    ) -> None:
        self._asked = asked
        self._passages = passages
        self._weights = weights
        self._wanted = frozenset(weights)

    def _weight(self, found: frozenset[str]) -> float:
        return sum(self._weights[term] for term in found)

    def choose(
        self, candidates: list[Candidate], beside: Sequence[Candidate] = (), others: Sequence[Candidate] = ()
    ) -> list[Quote]:
        """The quotations from the candidates, of which the first answers the question, and those `beside` may too.

        Among `others` a later note is looked for that takes the first one back.
        """
        later = with_later_point(self._asked, candidates[0], self._passages) if candidates else []
        dated = later or with_correction(self._asked, candidates) or with_update(self._asked, candidates, others)
        dated = dated or (self._changed_later(candidates[0]) if candidates else [])
        if dated:
            return [
                Quote(
                    candidate.passage.node,
                    tuple(candidate.passage.units[at] for at in self.whole(candidate)),
                    candidate.score,
                    date,
                )
                for candidate, date in dated
            ]
        return self._best([*candidates[:1], *beside, *(c for c in candidates[1:] if c not in beside)], len(beside))

    def _changed_later(self, first: Candidate) -> list[tuple[Candidate, str]]:
        asked = self._asked
        if asked.value is None or asked.named.years or asked.is_how_to or asked.is_list or asked.is_comparison:
            return []
        if first.unit.kind not in ("sentence", "item") or len({view.document for view in self._passages}) < 2:
            return []
        # Imported late: rows, names and lists do without it.
        from bookwheel.engine.llms.extractive.chosen.later_changes import with_later_change

        return with_later_change(asked, first, self._passages)

    def _best(self, candidates: list[Candidate], beside: int) -> list[Quote]:
        quotes: list[Quote] = []
        taken: set[tuple[int, int]] = set()
        seen: list[frozenset[str]] = []
        quoted: frozenset[str] = frozenset()
        chars = 0
        for place, candidate in enumerate(candidates):
            best, is_beside = candidates[0], 0 < place <= beside
            if len(quotes) == MAX_QUOTES or (candidate.score < MIN_OF_BEST * best.score and not is_beside):
                break
            if (
                quotes
                and not is_beside
                and candidate.own <= quoted
                and candidate.score < self._min_repeated(candidate, best) * best.score
            ):
                continue
            if quotes and (self._is_another_list(candidate, best) or self._adds_nothing(candidate, best, is_beside)):
                continue
            bag = frozenset(candidate.terms)
            number = candidate.passage.node.number
            if (number, candidate.at) in taken or any(_nearly_same(bag, other) for other in seen):
                continue
            whole = [at for at in self.whole(candidate) if (number, at) not in taken]
            units = tuple(candidate.passage.units[at] for at in whole)
            quote = Quote(candidate.passage.node, units, candidate.score, self._release_of(candidate))
            length = sum(unit.end - unit.start for unit in quote.units)
            if quotes and chars + length > MAX_QUOTED_CHARS:
                continue
            quotes.append(quote)
            chars += length
            quoted |= candidate.own
            seen.append(bag)
            taken.update((number, at) for at in whole)
        if self._asked.is_how_to:
            quotes = with_all_steps(quotes, self._passages)
        return self._with_whole_lists(quotes) + self._other_sides(candidates, quoted, taken)

    def _with_whole_lists(self, quotes: list[Quote]) -> list[Quote]:
        """The quotes, with the whole of a short list of which two or more items are quoted."""
        is_of_kind = self._asked.kind == "other" or (self._asked.kind == "what_is" and self._asked.is_list)
        is_of_all = self._asked.value is None and is_of_kind
        if not is_of_all or self._asked.is_yes_no or self._asked.is_comparison:
            return quotes
        # The first item may be quoted with the line above the list.
        items = [quote for quote in quotes if [unit.kind for unit in quote.units].count("item") == 1]
        for one in items:
            item = one.units[-1]
            of_list = [other for other in items if other.node is one.node and other.units[-1].block == item.block]
            passage = next((view for view in self._passages if view.node is one.node), None)
            if passage is None or len(of_list) < 2:
                continue
            run = passage.run_of(passage.units.index(item))
            units = tuple(passage.units[at] for at in (*lead_of(passage, run[0], quoted=True), *run))
            if units[-1].end - units[0].start <= MAX_SHORT_LIST:
                whole = Quote(one.node, units, one.score, one.label)
                return [whole, *(quote for quote in quotes if quote not in of_list)]
        return quotes

    def _other_sides(
        self, candidates: list[Candidate], quoted: frozenset[str], taken: set[tuple[int, int]]
    ) -> list[Quote]:
        """For a comparison, a quotation about the side that is not quoted yet."""
        missing = self._wanted - self._asked.light - quoted
        first = candidates[0] if candidates else None
        things = [t for t in self._asked.things if first and not t.is_in(first.passage.scope_of(first.at))]
        if not self._asked.is_comparison or not (missing or things):
            return []
        others = [
            candidate
            for candidate in candidates
            if ((candidate.near | candidate.own) & missing or _has_any(things, candidate))
            and candidate.score >= MIN_OF_BEST_COMPARED * candidates[0].score
            and (candidate.passage.node.number, candidate.at) not in taken
        ]
        best = max(
            others,
            key=lambda candidate: (self._weight((candidate.near | candidate.own) & missing), candidate.score),
            default=None,
        )
        if best is None:
            return []
        units = tuple(best.passage.units[at] for at in self.whole(best))
        return [Quote(best.passage.node, units, best.score)]

    def _adds_nothing(self, candidate: Candidate, best: Candidate, is_beside: bool) -> bool:
        """Whether what is asked for is quoted already, and this candidate is not another of its kind."""
        asked, matter = self._asked, frozenset(self._asked.terms) - self._asked.light
        if candidate.is_code and best.unit.kind == "sentence" and not asked.names_code:
            return True
        # A sentence that would be enough alone may answer too.
        is_of_one = asked.value is not None or asked.kind in ("who", "where", "when")
        is_of_one &= not (is_beside and candidate.unit.kind == "sentence")
        if is_of_one and not (asked.is_list or asked.is_comparison) and matter and matter <= best.own | best.near:
            # Who signed for the borrower is not told by what else the contract says of the borrower.
            return not matter <= candidate.own | candidate.near
        under = [len(one.group) > 1 and is_under_asked(self._asked, one.passage, one.at) for one in (best, candidate)]
        return under == [True, False] and not self._asked.is_comparison

    def _is_another_list(self, candidate: Candidate, best: Candidate) -> bool:
        """Whether a whole list is quoted already, and this is a list or section without words that it lacks."""
        if self._asked.is_comparison or len(self.whole(best)) < 2:
            return False
        are_steps = NUMBERED.match(candidate.passage.texts[candidate.group[-1]]) is not None
        if len(candidate.group) > 1 and are_steps and not self._asked.is_how_to:
            # What is needed is not what to do with it.
            return best.unit.kind == "item" and NUMBERED.match(best.passage.texts[best.group[-1]]) is None
        if len(best.group) < 2:
            return False
        is_under_its_name = bool(best.passage.heading_terms(best.at) & self._wanted - best.passage.title_terms)
        return (
            is_under_its_name
            and len(candidate.group) > 1
            and candidate.near <= best.near | best.own | best.passage.title_terms
        )

    def _min_repeated(self, candidate: Candidate, best: Candidate) -> float:
        is_row_of_list = candidate.unit.kind == best.unit.kind == "row" and self._asked.is_list
        return MIN_OF_BEST_REPEATED if not is_row_of_list else 0.9

    def answer_of(self, candidate: Candidate) -> str:
        """All that would be quoted of a candidate, with the release above it."""
        passage = candidate.passage
        texts = (passage.in_cells(other) for other in self.whole(candidate) if passage.units[other].kind != "header")
        return "\n".join(filter(None, (self._release_of(candidate), *texts)))

    def _release_of(self, candidate: Candidate) -> str:
        """The heading of the release of a candidate where that is part of the answer and in an earlier passage."""
        passage, at = candidate.passage, candidate.at
        is_part = self._asked.asks_for_changes and len(candidate.group) > 1
        return release_above(passage, at) if is_part or needs_release(self._asked, passage, at) else ""

    def whole(self, candidate: Candidate) -> list[int]:
        """The units to quote together: an item and its lead, a row and its header, a sentence and its subject."""
        passage, at = candidate.passage, candidate.at
        if len(candidate.group) > 1:
            return candidate.group
        found = self._with_context(passage, at)
        return [*section_of_setting(passage, at), *term_of_entry(passage, found[0]), *found]

    def _with_context(self, passage: PassageView, at: int) -> list[int]:
        found = [at]
        unit = passage.units[at]
        if unit.kind == "row":
            found = [*header_of(passage, at), at]
        elif unit.kind in ("sentence", "line") and passage.texts[at].rstrip().endswith((":", "：")):
            found += what_follows(passage, at + 1)
        elif is_answered_next(self._asked, passage, at):
            found.append(at + 1)
        elif unit.kind == "sentence":
            found += self._answer_behind(passage, at)
        elif unit.kind == "item" and self._is_one_of_list(passage, at):
            return list(passage.run_of(at))
        elif passage.is_record(at):
            found = self._with_names_of_record(passage, at)
        if passage.leans(at) or self._follows_yes_or_no(passage, at) or self._is_where_before(passage, at):
            found.insert(0, at - 1)
        elif unit.kind in ("item", "code") and at > 0 and _leads_to(passage, at):
            found.insert(0, at - 1)
        if needs_release(self._asked, passage, at) and (release := heading_of_release(passage, at)) is not None:
            found.insert(0, release)
        return found

    def _is_where_before(self, passage: PassageView, at: int) -> bool:
        """Whether it is asked where something is, and this says "here": the sentence before says where that is."""
        if self._asked.kind != "where" or passage.units[at].kind != "sentence":
            return False
        is_behind = at > 0 and passage.units[at - 1].block == passage.units[at].block
        return is_behind and points_to_place(passage.texts[at], language_of(self._asked.text))

    def _follows_yes_or_no(self, passage: PassageView, at: int) -> bool:
        """Whether the sentence before says yes or no, and this one goes on: "Yes, cold ones. Stoves stay at home."."""
        if not self._asked.is_yes_no or at == 0 or passage.units[at - 1].block != passage.units[at].block:
            return False
        return passage.units[at].kind == "sentence" and says_yes_or_no(passage.texts[at - 1]) is not None

    def _is_one_of_list(self, passage: PassageView, at: int) -> bool:
        """Whether an item has no word of the question: what stands above has, and so the whole list is asked for."""
        run = passage.run_of(at)
        length = passage.units[run[-1]].end - passage.units[run[0]].start
        is_of_all = self._asked.value is None and not self._asked.is_yes_no and self._asked.kind == "other"
        return is_of_all and length <= MAX_SHORT_LIST and not self._wanted & passage.own(at)

    def _with_names_of_record(self, passage: PassageView, at: int) -> list[int]:
        """A line of a record with the lines that identify the record: "id: RA-16" above "depth: 20"."""
        naming = [
            other
            for other in passage.run_of(at)
            if any(thing.is_in(passage.texts[other]) for thing in self._asked.things)
        ]
        return sorted({*naming[:2], at})

    def _answer_behind(self, passage: PassageView, at: int) -> list[int]:
        """The next sentence if it has a term or the value that this one lacks."""
        asked, following = self._asked.value, at + 1
        if following >= len(passage.units) or passage.units[following].block != passage.units[at].block:
            return []
        if any(thing.is_another_in(passage.texts[following]) for thing in self._asked.things):
            return []
        if self._instructs(passage, at, following):
            return [following]
        if WHAT_WAS_DONE.match(self._asked.text):
            # What was done after a fall stands behind it in the same entry, who wrote it last.
            rest = range(following, passage.run_of(at)[-1] + 1)
            return [other for other in rest if passage.units[other].end - passage.units[at].start <= MAX_ENTRY]
        if asked is not None and asked.kind == "reason" and tells_what_had_happened(passage.texts[following]):
            return [following]
        # "Who takes over the cash box?": the verb, a light word, may be in the next sentence.
        light = frozenset[str]() if self._asked.kind == "who" else self._asked.light
        known = passage.own(at) | passage.heading_terms(at) | passage.title_terms | light
        if not (self._wanted - known).isdisjoint(passage.own(following)):
            return [following]
        if asked is None or has_value(asked, self._asked.completed, passage.texts[at]):
            return []
        is_about_same = not frozenset(passage.raw_terms[at]).isdisjoint(content_terms(passage.texts[following]))
        may_be_of_other = asked.kind == "age" or (asked.kind == "duration" and not is_about_same)
        if may_be_of_other and not passage.leans(following):
            # "The wheels stay in the cellar for two months" does not say how old the cheesemaker is.
            return []
        return [following] if has_value(asked, self._asked.completed, passage.texts[following]) else []

    def _instructs(self, passage: PassageView, at: int, following: int) -> bool:
        """Whether the next sentence says how: it names the command or option, or what to do about a problem."""
        if _IN_CASE.search(self._asked.text):
            return True
        is_told = names_code(passage.texts[following]) and not names_code(passage.texts[at])
        return self._asked.is_how_to and is_told


def _leads_to(passage: PassageView, at: int) -> bool:
    """Whether the unit before ends in a colon, or is the comment right above the code."""
    before = passage.texts[at - 1]
    return before.rstrip().endswith((":", "：")) or (before.startswith("# ") and before == passage.units[at].lead)


def _has_any(things: Sequence[ExactThing], candidate: Candidate) -> bool:
    """Whether a candidate is about one of the things: the entry of another turbine, the row of another day."""
    return any(thing.is_in(candidate.passage.scope_of(candidate.at)) for thing in things)


def _nearly_same(bag: frozenset[str], other: frozenset[str]) -> bool:
    return bool(bag) and len(bag & other) >= 0.85 * min(len(bag), len(other)) and len(bag & other) >= 3
