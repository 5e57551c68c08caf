"""Analyses a question for the embedded model: its kind, its terms, and what an answer must contain word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from bookwheel.engine.llms.extractive.asked import question_patterns as forms
from bookwheel.engine.llms.extractive.asked.asked_comparisons import (
    AGAINST_LIMIT,
    COMPARED,
    COMPARED_QUALITY,
    COMPARISON,
    MORE_OF_TWO,
    OF_AGE,
    OF_SO_MUCH,
    compared_verb,
)
from bookwheel.engine.llms.extractive.asked.asked_limits import AskedLimit, asked_limit, unsaid_beside_limit
from bookwheel.engine.llms.extractive.asked.framing_words import (
    STEPS,
    asks_whether_fine,
    current_terms,
    framing_terms,
    told_terms,
)
from bookwheel.engine.llms.extractive.asked.question_parts import coordinated_parts, head_of_topic, parts_of, topic_of
from bookwheel.engine.llms.extractive.asked.release_headings import asks_for_changes, asks_when_it_came
from bookwheel.engine.text.asked_values import AskedValue, asked_value
from bookwheel.engine.text.document_questions import ABOUT, DECIDED, FINDINGS, SUMMARY, TASKS, is_about_folder
from bookwheel.engine.text.exact_things import ExactThing, exact_things
from bookwheel.engine.text.explained.definitions import asked_word, framing_words
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.names import Named, is_german, named
from bookwheel.engine.text.question_kinds import QuestionKind, asks_where_it_is, asks_who_has_a_role, kind_of
from bookwheel.engine.text.question_terms import content_terms, content_words, lazy_terms, light_terms, terms
from bookwheel.engine.text.values.counted_nouns import COUNTED, unit_counted

_LIST_WORDS = "list checklist liste checkliste lista elenco lijst"
_TASK_WORDS = "must need should action item open task erledigen faire tarea fazer doen сделать"
# "Only with an adult" says that a child may not come alone.
_ALONE = "alone allein alleine seul seule solo sola sozinho sozinha alleen"
_BIRTH = lazy_terms("born geboren naître nacer nascere nascer")
_ANYTHING = lazy_terms(
    "anything something thing things stuff sache sachen dinge chose choses cosa cosas cose coisas anybody anyone"
    " somebody someone nobody everybody everyone somewhere anywhere irgendwo jemand niemand jeder quelqu'un"
    " alguien nadie qualcuno nessuno alguém"
)
# Whoever asks what "visitors" may do asks for all of them.
_ANYONE = lazy_terms(
    "visitor guest customer passenger besucher gast gäste kunde fahrgäste visiteur client passager visitante cliente"
    " pasajero visitatore ospite passeggero bezoeker gast klant"
)
# "Does the dog have access to the dairy?" over "not in the dairy".
_ENTRY = lazy_terms("access zutritt zugang accès acceso accesso toegang")
_LETTERS = lazy_terms("mail email letter message copy")
_RECEIVING = lazy_terms("receive get")
_SORTS_OF_LETTERS = lazy_terms(
    "complaint request inquiry enquiry reminder offer invitation application reply answer beschwerde anfrage angebot"
    " einladung antwort réclamation demande offre invitation réponse queja solicitud oferta invitación respuesta"
    " reclamo"
)
_OF_MAIL = lazy_terms(
    "mail email message letter write send sent sender recipient subject copy cc receive get reply answer forward"
    " betreff mail brief nachricht schreiben senden schicken absender empfänger kopie objet courriel lettre"
    " écrire envoyer expéditeur destinataire copie asunto correo carta escribir enviar remitente destinatario copia"
    " oggetto lettera scrivere inviare mittente assunto escrever onderwerp schrijven sturen afzender письмо"
)
_PEOPLE = lazy_terms("people persons leute personen menschen personnes gens personas gente persone pessoas mensen")
_COMPARING = lazy_terms(
    "compare comparison difference differ versus vergleiche vergleich unterschied comparer différence compara"
)
_MAKING = lazy_terms("look make build produce machen bauen herstellen faire fabriquer hacer fabricar fare maken fazer")
_COSTING = lazy_terms("cost kosten kostet coûter coûte costar cuesta costare costa custar kost")
_KINDS_OF_NAMES, _VALUES_OF_NAMES = ("who", "where"), ("firm", "phone", "address")
# The weight of terms that only frame a question and need not be in the answer.
LIGHT_SHARE = 0.3


def _asks_what(question: str) -> bool:
    """Whether "Was" is the German "what": "Was kostete sie?", and not "Was the roof wet?"."""
    is_was = question.lstrip(" ¿\"'")[:4].casefold() == "was "
    return is_was and ("§" in question or language_of(question) == "german")


class AskedQuestion:
    """`completed` is the question with words of earlier questions, which count too."""

    def __init__(self, question: str, completed: str) -> None:
        self.text = question
        self.completed = completed
        self.kind: QuestionKind = "other" if forms.ASKS_WHETHER.search(question) else kind_of(question)
        self.things: list[ExactThing] = exact_things(completed)
        # A function whose name is an everyday word, as "change".
        self.function = ""
        if not self.things and (function := forms.FUNCTION.search(question)) is not None:
            self.function = function[1] or function[2]
            self.things = [ExactThing("code", self.function)]
        self.value = _value_asked(question, self.kind, self.things)
        if self.word_to_explain and self.kind == "who":
            self.kind = "what_is"  # "Wer gilt als Kind?"
        self.own_terms = frozenset(content_terms(question))
        # Of "What does --all do?" the option is all that is asked about, though its name is a stop word.
        of_things = terms(" ".join(thing.text for thing in self.things))
        content = dict.fromkeys([*content_terms(question), *content_terms(completed)])
        self.terms = list(content) or of_things or terms(question)
        self.named: Named = named(completed)
        # German nouns look like names, so a missing one proves little.
        self.named_groups = () if is_german(completed) else self.named.groups
        if self.value is not None and self.value.kind == "count" and STEPS.search(question):
            # The steps themselves say how many there are.
            self.value = None
        self.is_how_to = (forms.HOW_TO.search(question) or STEPS.search(question)) is not None and self.value is None
        is_whether = forms.YES_NO.search(question) is not None and not _asks_what(question)
        tells_case = forms.TOLD_THEN_ASKED.search(question) is not None or asks_whether_fine(question)
        is_whether |= tells_case
        self._told = told_terms(question) if tells_case else frozenset[str]()
        self.is_yes_no = self.kind in ("other", "how") and is_whether
        self.limit: AskedLimit | None = asked_limit(question) if self.is_yes_no else None
        if self.limit is not None:
            # "Take 60" of "take 60 litres" is not the name of a thing.
            self.things = [thing for thing in self.things if thing.kind != "numbered" or not self.limit.has(thing.text)]
        self.may_one = forms.MAY_ONE.search(question) is not None or asks_whether_fine(question)
        self.is_summary = SUMMARY.search(question) is not None
        self.is_of_folder = is_about_folder(question, completed)
        self.is_about = ABOUT.search(question) is not None or (self.is_of_folder and not self.is_summary)
        self.asks_where_it_is = asks_where_it_is(question)
        self.is_comparison = COMPARISON.search(question) is not None
        if self.is_comparison and self.kind == "who":
            # "Who caught more, the boys or the girls?" names them itself.
            self.kind = "other"
        self.asks_for_decisions = DECIDED.search(question) is not None
        self.topic = topic_of(question) if self.asks_for_decisions else frozenset[str]()
        self.asks_for_tasks = TASKS.search(question) is not None
        self.asks_for_findings = FINDINGS.search(question) is not None

    @cached_property
    def asks_when_it_came(self) -> bool:
        """Whether it asks when something was changed, which the heading of a release may say."""
        return self.value is not None and self.value.kind == "date" and asks_when_it_came(self.text)

    @cached_property
    def asks_for_changes(self) -> bool:
        """Whether it asks what is new in a version: "What was fixed in 2.3.1?"."""
        return bool(self.things) and self.value is None and asks_for_changes(self.text)

    @cached_property
    def compares_counts(self) -> bool:
        """Whether it asks which of two has, saw or made more."""
        return self.is_comparison and MORE_OF_TWO.search(self.text) is not None

    @cached_property
    def is_list(self) -> bool:
        # "Which guide leads the tour?" asks for one: "leads" is not a plural.
        doer = forms.DOES_ONE.search(self.text)
        is_of_one = self.is_yes_no or self.value is not None or (doer is not None and doer[1] is not None)
        return self.asks_for_tasks or (not is_of_one and forms.LIST.search(self.text) is not None)

    @cached_property
    def word_to_explain(self) -> str:
        """The word as it is written that the question wants explained; empty for other questions."""
        return asked_word(self.text) if self.value is None else ""

    @cached_property
    def definition_terms(self) -> frozenset[str]:
        """The terms of the word to define; empty when the question does not ask for a definition."""
        found = content_terms(self.word_to_explain)
        return frozenset(found) if 0 < len(found) <= 3 else frozenset()

    @cached_property
    def light(self) -> frozenset[str]:
        """The terms that an answer need not repeat: light verbs, and words such as "long" in "how long"."""
        asked = self.value.terms if self.value is not None else frozenset[str]()
        asked |= _ANYTHING()
        light = light_terms(content_words(self.completed)) | asked
        if self.is_yes_no:
            # A threshold, an age or a day is compared with the text; it need not be in the text.
            # What is compared with something else, as the evening ticket, is not such a limit.
            compared = [] if self.is_comparison else [match[0] for match in COMPARED.finditer(self.completed)]
            light |= frozenset(term for words in (*compared, _ALONE) for term in terms(words))
            light |= self.limit.terms | unsaid_beside_limit(self.text) if self.limit is not None else frozenset[str]()
            carrying = frozenset(term for match in OF_SO_MUCH.finditer(self.completed) for term in terms(match[1]))
            # "A pot of 15 kg, is that ok?" names nothing else.
            light |= carrying if self.own_terms - light - carrying - self._told else frozenset[str]()
            light -= frozenset(term for thing in self.things for term in terms(thing.text))
            # "More than the limit?": the limit may stand apart from the value.
            light |= self.limits
            light |= self._told
            light |= _ANYONE() | _PEOPLE() | _ENTRY() if self.may_one else frozenset[str]()
            return light
        if self.is_list:
            # The heading of a to-do list is "To do".
            light |= frozenset(terms(f"{_LIST_WORDS} {_TASK_WORDS}" if self.asks_for_tasks else _LIST_WORDS))
        light |= framing_terms(self.text, is_how_to=self.is_how_to, is_of_place=self.asks_where_it_is)
        if self.value is not None and self.value.kind == "count" and (counted := COUNTED.search(self.text)):
            # "Andares" are floors, although "andar" is to go.
            light -= frozenset(terms(counted[1])) - self.people
        light -= self.named.terms
        light = self._with_costs(light)
        if self.word_to_explain:
            light |= frozenset(content_terms(framing_words(self.text))) - frozenset(terms(self.word_to_explain))
        if codes := [re.escape(thing.text) for thing in self.things if thing.kind == "code" and not thing.is_number]:
            # "Turbine KF-2" is called KF-2 in most texts.
            light |= frozenset(
                terms(" ".join(re.findall(rf"([^\W\d_]+) (?:{'|'.join(codes)})(?![\w-])", self.completed)))
            )
        light = self._with_verb_of_does(light)
        if not _LETTERS().isdisjoint(self.terms):
            # "Who got a copy of the complaint?" asks about the letter.
            light |= _RECEIVING() | (_SORTS_OF_LETTERS() if self.kind == "who" else frozenset[str]())
        if self.is_comparison:
            light |= _COMPARING() | compared_verb(self.text)
            light -= frozenset(term for word in COMPARED_QUALITY.findall(self.text) for term in terms(word))
        if self.kind in ("who", "when", "where"):
            # Who made a thing, or looks after it, is another question than who sells it.
            light -= _MAKING()
        light |= frozenset(terms("inside")) if forms.INSIDE.search(self.text) else frozenset[str]()
        light |= current_terms(self.text) if self.is_list else frozenset[str]()
        light |= frozenset(term for found in forms.HOLDS.findall(self.text) for term in terms(found))
        if (phrase := forms.PHRASAL.search(self.text)) is not None:
            light -= frozenset(terms(phrase[1]))
        return light | frozenset(terms("Art")) if forms.KIND_OF.search(self.completed) else light

    def _with_costs(self, light: frozenset[str]) -> frozenset[str]:
        """The light terms with the age of whom a price is for, which stands in "under 16", and with "cost" or not."""
        if self.value is not None and self.value.kind == "money":
            light |= frozenset(term for match in OF_AGE.finditer(self.text) for term in terms(match[0]))
        # What something "kostet" need not be repeated; the noun, or how to limit what it costs, is the matter itself.
        is_of_costs = self.is_how_to or forms.THE_COSTS.search(self.completed) is not None
        return light - _COSTING() if is_of_costs else light

    def _with_verb_of_does(self, light: frozenset[str]) -> frozenset[str]:
        """The light terms with or without the last verb of "What does … do?"."""
        match = forms.DOES.search(self.text) if self.value is None and not self.is_how_to else None
        if match is None:
            return light
        # "What does read_level compute?" asks what the code is for; "What did the crows take?" asks what they took.
        is_code = any(thing.kind == "code" and not thing.text[-1].isdigit() for thing in self.things)
        is_code |= "-" in self.word_to_explain
        verb = frozenset(terms(match[1]))
        return light | verb if is_code else light - verb

    @cached_property
    def limits(self) -> frozenset[str]:
        """The terms of a limit that a yes-or-no question compares a value with: "more than the limit"."""
        match = AGAINST_LIMIT.search(self.text) if self.is_yes_no else None
        return frozenset(terms(match[1])) if match else frozenset()

    @cached_property
    def action(self) -> frozenset[str]:
        """The term of the verb of "May I play music?"."""
        match = forms.ACTION.search(self.text)
        found = next(filter(None, match.groups()), "") if match else ""
        return frozenset(terms(found)) - self.named.terms

    @cached_property
    def is_of_mail(self) -> bool:
        """Whether it asks about a letter itself, and so may be answered by who sent it, when and to whom."""
        return not _OF_MAIL().isdisjoint(self.terms)

    @cached_property
    def head(self) -> frozenset[str]:
        """The terms of what is asked of a thing: "rent" in "What is the rent of flat 17?" and "rent of flat 17"."""
        if self.asks_for_decisions and (of_topic := head_of_topic(self.text)):
            return of_topic
        match = forms.HEAD.search(self.text)
        return frozenset(content_terms(match["asked"] or match["bare"])) if match else frozenset()

    @cached_property
    def birth(self) -> frozenset[str]:
        """The terms for "born" in a question about a birth; the quotation must have one of them too."""
        return _BIRTH().intersection(self.own_terms) if self.kind in ("where", "when") else frozenset()

    @cached_property
    def counts_people(self) -> bool:
        return self.value is not None and self.value.kind == "count" and not self.people.isdisjoint(self.own_terms)

    @property
    def role(self) -> frozenset[str]:
        """The terms of "Who is the author of the report?", which may name a column; none for other questions."""
        return frozenset(self.terms) if asks_who_has_a_role(self.text) else frozenset[str]()

    @cached_property
    def people(self) -> frozenset[str]:
        """The terms of "how many people", which the answer need not repeat."""
        return _PEOPLE() | (self.value.terms if self.value is not None else frozenset[str]())

    @cached_property
    def thing_terms(self) -> frozenset[str]:
        """The terms of codes, numbers and dates, which must be in the text word for word."""
        return frozenset(term for thing in self.things for term in terms(thing.text))

    @property
    def names_code(self) -> bool:
        """Whether it names a function, a constant or a file."""
        return any(thing.kind in ("code", "file") for thing in self.things)

    @cached_property
    def category(self) -> frozenset[str]:
        """The terms of the category asked for ("rules" in "which rules"), which the answer need not repeat."""
        match = forms.CATEGORY.search(self.text)
        return frozenset(terms(match[1] or match[2])) if match else frozenset()

    @cached_property
    def condition(self) -> frozenset[str]:
        """The terms of "if it rains": what is so without that condition does not answer."""
        match = forms.CONDITION.search(self.text)
        return frozenset(content_terms(match[1])) - self.light - self.named.terms if match else frozenset()

    @cached_property
    def place(self) -> frozenset[str]:
        """The terms of the place in which one may do something; none for other questions."""
        places = forms.PLACE.findall(self.text) if self.may_one else []
        return frozenset(term for place in places for term in terms(place)) - self.action

    @cached_property
    def doer_and_verb(self) -> tuple[frozenset[str], frozenset[str]]:
        """The terms of noun and verb of "Which guide leads the tour?": a column has the name of the noun alone."""
        match = forms.DOES_ONE.search(self.text)
        noun, verb = filter(None, match.groups()) if match else ("", "")
        return frozenset(terms(noun)), frozenset(terms(verb))

    @cached_property
    def verb(self) -> frozenset[str]:
        """The terms of the verb at the end of a question for a category or number: no column has its name."""
        is_of_number = self.value is not None and self.value.kind in ("count", "figure")
        match = forms.VERB_AT_END.search(self.text) if self.category or is_of_number else None
        match = match or (forms.VERB_OF_ONE.search(self.text) if self.category else None)
        return frozenset(terms(match[1])) - self.named.terms if match else frozenset()

    @cached_property
    def passive(self) -> frozenset[str]:
        """The terms of the participle at the end of "How many copies are printed?": no key or column has its name."""
        # Of "Which boat is moored at A7?" the code stands in the column "Berth".
        is_of_code = bool(self.category) and any(thing.kind == "code" for thing in self.things)
        # "At which stand is the cart parked?" asks for the column "Stand".
        is_of_column = bool(self.category) and forms.AT_WHICH.match(self.text) is not None
        pattern = forms.PHRASAL if forms.PHRASAL.search(self.text) else forms.PASSIVE
        match = pattern.search(self.text) if self.value is not None or is_of_code or is_of_column else None
        return frozenset(terms(match[1])) - self.named.terms if match else frozenset()

    @cached_property
    def plain(self) -> str:
        return " ".join(fold(self.text).strip(" ?？").split())

    def parts(self) -> list[str]:
        """The questions in this one: "Who signed it, and what did it cost?" are two."""
        return parts_of(self.text)

    def coordinated(self) -> list[str]:
        """Both questions of "What is the guarantee on the pump and on the lid?"; empty for others."""
        return [] if self.is_comparison else coordinated_parts(self.text)


def _value_asked(question: str, kind: str, things: Sequence[ExactThing]) -> AskedValue | None:
    """The value that a question asks for, where it is not a name and is not of a thing of code."""
    value = asked_value(question)
    if value is None:
        return None
    is_of_code = any(thing.kind == "code" and not any(map(str.isdigit, thing.text)) for thing in things)
    if value.kind == "date" and is_of_code and forms.PRESENT.search(question):
        # "When is BadInput raised?" asks for no day; "When is F3 cleared?" may.
        return None
    if kind in _KINDS_OF_NAMES and value.kind not in _VALUES_OF_NAMES:
        # "Who measured the temperature?" asks for a name.
        return None
    counted = COUNTED.search(question) if value.kind == "count" else None
    unit = unit_counted(question) if counted is not None else None
    return AskedValue(unit, value.terms | frozenset(terms(counted[1]))) if counted and unit is not None else value
