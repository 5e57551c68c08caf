"""The candidates for quotations: a unit, or several units of a passage that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from bookwheel.engine.llms.extractive.asked.asked_codes import kind_of_code
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.on_and_off import is_of_other_way
from bookwheel.engine.llms.extractive.quotable.form_bonus import names_code
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.exact_things import exact_things
from bookwheel.engine.text.explained.definitions import explains
from bookwheel.engine.text.passage_units import Unit, is_field
from bookwheel.engine.text.plain_paragraphs import LEADER
from bookwheel.engine.text.question_terms import content_terms, lazy_terms, terms
from bookwheel.engine.text.sentences import sentences
from bookwheel.engine.text.text_blocks import LOG
from bookwheel.engine.text.values.settings_lines import is_section
from bookwheel.engine.text.values.sheet_lines import is_aligned
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MAX_LIST_CHARS = 1_000
# Half a how-to is not a how-to.
MAX_STEPS_CHARS = 3_000
FEWEST_OF_PARAGRAPH = 3
MAX_SECTION_CHARS = 700
LONGEST_NAME = 4
_KEY = lazy_regex(
    r"\b(?:Esc(?:ape)?|Enter|Return|Eingabe(?:taste)?|Leertaste|Space|Tab|Home|End|Pos1|Ende|Del|Delete|Entf|Ins(?:ert)?"
    r"|Backspace|PgUp|PgDn|Page ?(?:Up|Down)|Entrée|Échap|Intro)\b"
)
_MAIL_FROM = lazy_regex(
    r"(?:mail|email|letter|message|Mail|E-Mail|Brief|Nachricht|courriel|lettre|message|correo|carta|mensaje|lettera|messaggio)"
    r" (?:from|by|von|vom|de|d['’]|da) ((?:(?:[Mm]rs?|[Mm]s|[Dd]r|Herrn?|Frau|Mme|M|Sra?)\.? )?[^\W\d_a-zß-ÿ][\w’'-]+)"
)
_FULL_NAME = lazy_regex(r"\b[^\W\d_a-zß-ÿ]\w+\.? (?:(?:d[eiau]|del(?:la)?|v[ao]n|de[rn]|l[ae]) )*[^\W\d_a-zß-ÿ]\w+")
# The columns of a glossary, or of a list of codes.
_MEANING = lazy_terms(
    "mean meaning description definition effect explanation name bedeutung bezeichnung wirkung beschreibung erklärung"
    " signification sens effet significado descripción efecto significato descrizione effetto betekenis"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Units of one passage, in order, quoted together; compare `score` only within one question.

    `label` is shown above a quotation: a date where a later document changes it, or which rows of a table these are.
    """

    node: NumberedNode
    units: tuple[Unit, ...]
    score: float
    label: str = ""

    @property
    def texts(self) -> list[str]:
        """The text of each unit."""
        return [self.node.node.text[unit.start : unit.end] for unit in self.units]


@dataclass(slots=True)
class Candidate:
    """A unit, or several that belong together; `at` is the first index, `own` the terms in and above it."""

    passage: PassageView
    at: int
    group: list[int]
    own: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    score: float = 0.0

    @property
    def unit(self) -> Unit:
        return self.passage.units[self.at]

    @property
    def is_row(self) -> bool:
        """Whether it is a row, a field of a record, or a line such as "Ticket ........ 14.50"."""
        is_leader = LEADER.match(self.text) is not None or is_aligned(self.text)
        return self.unit.kind in ("row", "front") or self.passage.is_record(self.at) or is_leader

    @property
    def is_code(self) -> bool:
        return self.unit.kind == "code" and len(self.group) == 1

    @property
    def text(self) -> str:
        return "\n".join(self.passage.texts[at] for at in self.group)

    @property
    def in_cells(self) -> str:
        """The text; of one row, with the name of each column."""
        is_row = self.unit.kind == "row" and len(self.group) == 1
        return self.passage.in_cells(self.at) if is_row else self.text

    def about(self, wanted: AbstractSet[str], text: str) -> str:
        """Of a text of sentences, those with a wanted term, each with the next one; the whole text where none has."""
        pieces = [text[start:end] for start, end in sentences(text)] if self.unit.kind in ("item", "sentence") else []
        has = [not wanted.isdisjoint(self.passage.terms_of(piece)) for piece in pieces]
        if len(self.group) > 1 or not any(has) or self.passage.leans(self.at):
            return text
        # "Notice." names what the sentences behind it are about.
        is_label = [at == 0 and len(piece.split()) <= LONGEST_NAME for at, piece in enumerate(pieces)]
        kept = [piece for at, piece in enumerate(pieces) if has[at] or is_label[at] or (at and has[at - 1])]
        return " ".join(kept)

    @property
    def terms(self) -> list[str]:
        return [term for at in self.group for term in self.passage.terms[at]]

    def overlaps(self, other: Candidate) -> bool:
        return self.passage is other.passage and not set(self.group).isdisjoint(other.group)


def told_by(candidate: Candidate) -> frozenset[str]:
    """The wanted terms of a line of a record, of its headings, and of the lines of the same level or a higher one.

    "site.height: 37" is of the observatory that "name: Hill" names, and says nothing of "storage.format: fits". Of
    other units those in and above them.
    """
    passage, at = candidate.passage, candidate.at
    if not passage.is_record(at):
        return candidate.own
    level = _level(passage.texts[at])
    names = (passage.own(other) for other in passage.run_of(at) if level.startswith(_level(passage.texts[other])))
    lead = passage.terms_of(passage.units[at].lead)
    told = candidate.near | lead | passage.heading_terms(at) | passage.title_terms
    return candidate.own & told.union(*names)


def _level(line: str) -> str:
    """The keys over the last one of a line: "site." of "site.height: 37"."""
    key = line.partition(":")[0]
    return key[: key.rfind(".") + 1]


def fullest_rows(chosen: Candidate, rows: Sequence[Candidate], asked: AbstractSet[str]) -> list[Candidate]:
    """The rows with the most words of the question as they are, also light ones: "large" of "a large dog".

    None unless `chosen` is a row; only its table counts.
    """
    others = [row for row in rows if row.unit.kind == "row" and row.passage is chosen.passage]
    counts = {row.at: len(asked & frozenset(row.passage.raw_terms[row.at])) for row in others}
    most = max(counts.values(), default=0)
    return [row for row in others if counts[row.at] == most] if chosen.unit.kind == "row" else []


def of_same_number(chosen: Candidate, others: Sequence[Candidate], pairs: set[tuple[str, str]]) -> list[Candidate]:
    """The others without those that have a number of the question in another place than the chosen one.

    "segment 97" (one of `pairs`, words that follow each other in the question) is not the 97 of another segment.
    """
    held = {(word, number) for word, number in pairs.intersection(pairwise(chosen.terms)) if number.isdecimal()}
    return [
        other
        for other in others
        if held <= set(pairwise(other.terms)) or other.own.isdisjoint(number for _, number in held)
    ]


def has_answer(asked: AskedQuestion, candidate: Candidate, done: str) -> bool:
    """Whether it has the value asked for, or a first and a last name, or "maker: Rook & Sons", if a person is.

    `done` is the term of the verb of "Who made it?".
    """
    if asked.value is not None and asked.value.kind != "reason":
        return has_value(asked.value, asked.completed, candidate.in_cells)
    says_who = done in candidate.own and candidate.passage.is_record(candidate.at)
    return asked.kind != "who" or says_who or _FULL_NAME.search(candidate.text) is not None


def lists_of(passage: PassageView, most: int = MAX_LIST_CHARS) -> list[list[int]]:
    """The lists of a passage of up to `most` characters, each with all of its items."""
    found: list[list[int]] = []
    at = 0
    while at < len(passage.units):
        run = list(passage.run_of(at))
        kinds = [passage.units[other].kind for other in run]
        is_lines = kinds[0] == "line" and bool(passage.units[at].heading or passage.heading)
        # The entries of a log are no list: each tells of another day.
        is_lines = is_lines and not passage.is_head_of_mail(at) and not LOG.match(passage.texts[at])
        is_list = kinds[0] == "item" and not all(
            asks_itself(passage, other) for other in run if kinds[other - at] == "item"
        )
        if len(run) > 1 and (is_list or is_lines):
            length = passage.units[run[-1]].end - passage.units[run[0]].start
            if length <= most:
                found.append(run)
        at = run[-1] + 1
    return found


def sections_of(passage: PassageView) -> list[list[int]]:
    """The short sections of a passage without a list: all units under one heading."""
    found: list[list[int]] = []
    at = 0
    while at < len(passage.units):
        if passage.units[at].kind == "heading":
            at += 1
            continue
        last = at
        while (
            last + 1 < len(passage.units)
            and passage.units[last + 1].kind != "heading"
            and not asks_itself(passage, last + 1)
        ):
            last += 1
        run = _before_table(passage, range(at, last + 1))
        has_list = any(passage.units[other].kind in ("item", "row", "header", "front") for other in run)
        has_heading = bool(passage.units[at].heading or passage.heading)
        if has_heading and not has_list and passage.units[run[-1]].end - passage.units[at].start <= MAX_SECTION_CHARS:
            # What a program answers is not a step, and where links lead is no text.
            found.append([other for other in run if passage.units[other].kind not in ("output", "rule")] or run)
        at = last + 1
    return found


def _before_table(passage: PassageView, section: range) -> list[int]:
    """The paragraph that a section begins with where a table follows it; else the whole section."""
    end = next((at for at in section if passage.units[at].kind in ("row", "header")), section.stop)
    block = passage.units[section.start].block
    paragraph = [at for at in range(section.start, end) if passage.units[at].block == block]
    return list(section) if end == section.stop or len(paragraph) < FEWEST_OF_PARAGRAPH else paragraph


def asks_itself(passage: PassageView, at: int) -> bool:
    """Whether a unit opens with a question of its own, to which it or the next one is the answer."""
    return passage.texts[at].partition("\n")[0].rstrip(" *_").endswith(("?", "？"))


def lead_of(passage: PassageView, first: int, *, quoted: bool = False) -> list[int]:
    """The sentence directly above a list; with `quoted` only if it introduces the list."""
    if first == 0 or passage.units[first - 1].kind not in ("sentence", "line"):
        return []
    is_lead = passage.texts[first - 1].rstrip().endswith((":", "："))
    return [first - 1] if is_lead or not quoted else []


def header_of(passage: PassageView, at: int) -> list[int]:
    """The header row above a row, with the separator below the header."""
    run = [other for other in passage.run_of(at) if other < at]
    if not run or passage.units[run[0]].kind != "header":
        return []
    return run[: 2 if len(run) > 1 and passage.units[run[1]].kind == "rule" else 1]


def term_of_entry(passage: PassageView, at: int) -> list[int]:
    """The term that a sentence of its meaning explains: "--all" over "Shows hidden files too."."""
    unit = passage.units[at]
    found = [other for other in passage.run_of(at) if other < at and passage.units[other].kind == "header"]
    return found[-1:] if unit.kind == "sentence" and found and passage.texts[found[-1]] == unit.lead else []


def lacks_code(asked: AskedQuestion, candidate: Candidate) -> bool:
    """Whether a key or an option is asked for, and this sentence names none, or code only uses the one to explain.

    A sentence with a word of the question needs no code in a text that marks none.
    """
    passage = candidate.passage
    if candidate.is_code and asked.word_to_explain.startswith("-"):
        # A command that uses an option does not say what it does.
        return not explains(asked.word_to_explain, candidate.text)
    if candidate.unit.kind != "sentence" or len(candidate.group) > 1 or not kind_of_code(asked.text):
        return False
    text = as_entry(passage, candidate.at)
    is_bare = not (names_code(text) or _KEY.search(text) or any(thing.kind == "code" for thing in exact_things(text)))
    return any(map(names_code, passage.texts)) and (is_bare or not candidate.near)


def is_of_other_sender(asked: AskedQuestion, passage: PassageView) -> bool:
    """Whether "the mail from Ada" is asked about, and this one is from somebody else."""
    sender = _MAIL_FROM.search(asked.text) if passage.is_mail and passage.sender_terms else None
    return sender is not None and passage.sender_terms.isdisjoint(terms(sender[1]))


def as_entry(passage: PassageView, at: int) -> str:
    """The text of a unit; of the first sentence of a meaning, below its term."""
    term = term_of_entry(passage, at)
    return f"{passage.texts[term[0]]}\n    {passage.texts[at]}" if term == [at - 1] else passage.texts[at]


def what_follows(passage: PassageView, at: int) -> list[int]:
    """The list, table or code that a line ending in a colon introduces."""
    if at >= len(passage.units) or passage.units[at].kind in ("sentence", "heading", "rule"):
        return []
    return [at] if passage.units[at].kind == "code" else [other for other in passage.run_of(at) if other >= at]


def in_document(passage: PassageView, at: int, passages: Sequence[PassageView]) -> frozenset[str]:
    """The terms in the other paragraphs of the document of a unit, as far as they are among the passages."""
    return frozenset[str]().union(
        *(
            other.own(index) | other.heading_terms(index)
            for other in passages
            if other.document == passage.document
            for index, unit in enumerate(other.units)
            if other is not passage or unit.block != passage.units[at].block or (unit.kind == "item" and index != at)
        )
    )


def section_of_setting(passage: PassageView, at: int) -> list[int]:
    """The name of the section right above the settings that a line is one of: "[night]"; none for other lines."""
    unit, first = passage.units[at], passage.run_of(at)[0]
    if unit.kind not in ("line", "item") or not first or passage.units[first - 1].kind != "heading":
        return []
    return [first - 1] if is_section(passage.texts[first - 1]) else []


def explaining_first(asked: AskedQuestion, enough: list[Candidate]) -> list[Candidate]:
    """The candidates, sentences first where a row only uses the code that is to be explained: "Grade: 4"."""
    first = enough[0]
    if not (asked.word_to_explain and asked.things) or first.unit.kind != "row":
        return enough
    if not _MEANING().isdisjoint(first.passage.column_terms(first.at)):
        return enough
    return sorted(enough, key=lambda candidate: candidate.unit.kind != "sentence")


def in_other_sections(passage: PassageView, at: int) -> frozenset[str]:
    """The terms of the names of the other sections of a settings file, of which this line says nothing."""
    own = section_of_setting(passage, at)
    names = (o for o, unit in enumerate(passage.units) if unit.kind == "heading" and is_section(passage.texts[o]))
    return frozenset[str]().union(*(passage.own(other) for other in names if own and other not in own))


def is_list_of_other_section(candidate: Candidate, wanted: frozenset[str]) -> bool:
    """Whether it is a list in the settings of another thing: the ports of the oven are not those of the mixer."""
    passage, at = candidate.passage, candidate.at
    if candidate.unit.kind != "item" or not (others := wanted & in_other_sections(passage, at)):
        return False
    own = passage.heading_terms(at).union(*(passage.own(other) for other in candidate.group))
    return bool(others - own)


def only_names_record(asked: AskedQuestion, candidate: Candidate) -> bool:
    """Whether it is the first line of a record and has no other word than the question: "Jon Berg" over his address.

    A section on how to start a thing has only its name, where it is asked how that is shut down.
    """
    passage, at = candidate.passage, candidate.at
    if asked.is_how_to and is_of_other_way(asked.text, passage.heading_above(at)):
        return True
    is_name = len(candidate.group) == 1 and passage.is_record(at) and not is_field(passage.texts[at])
    return is_name and at == passage.run_of(at)[0] and frozenset(content_terms(candidate.text)) <= asked.own_terms
