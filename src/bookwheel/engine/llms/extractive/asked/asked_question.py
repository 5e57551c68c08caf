"""Analyses a question for the embedded model: its kind, its terms, and what an answer must contain word for word."""

from __future__ import annotations

import re
from functools import cached_property

from bookwheel.engine.llms.extractive.asked.asked_comparisons import (
    AGAINST_LIMIT,
    COMPARED,
    COMPARISON,
    OF_SO_MUCH,
)
from bookwheel.engine.llms.extractive.asked.asked_limits import AskedLimit, asked_limit
from bookwheel.engine.llms.extractive.asked.framing_words import STEPS, framing_terms
from bookwheel.engine.llms.extractive.asked.question_parts import coordinated_parts, parts_of, topic_of
from bookwheel.engine.llms.extractive.asked.release_headings import asks_for_changes, asks_when_it_came
from bookwheel.engine.text.asked_values import AskedValue, asked_value
from bookwheel.engine.text.document_questions import ABOUT, DECIDED, FINDINGS, SUMMARY, TASKS, is_about_folder
from bookwheel.engine.text.exact_things import ExactThing, exact_things
from bookwheel.engine.text.explained.definitions import asked_word, framing_words
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.names import Named, is_german, named
from bookwheel.engine.text.question_kinds import QuestionKind, asks_where_it_is, asks_who_has_a_role, kind_of
from bookwheel.engine.text.question_terms import content_terms, content_words, lazy_terms, light_terms, terms
from bookwheel.engine.text.values.counted_nouns import COUNTED, unit_counted
from bookwheel.lazy_regex import lazy_regex

_HOW_TO = lazy_regex(
    r"(?i)^\W*(?:how (?:do|does|can|could|should|would|must|to|is|are)\b(?! (?:\w+ ){0,3}(?:differ|compare))"
    r"|what (?:are the )?steps|wie (?:kann|mache|muss|soll|wird|öffne|lässt|"
    r"geht|bekomme|stelle|\w+e ich|\w+ man)\b|comment\b(?! s['’]appel)|cómo\b(?! se llama)|como\b(?! se chama)"
    r"|come (?:si(?! chiama)|posso|faccio)\b|hoe (?:kan"
    r"|moet|doe|krijg)\b|怎么|如何|どうやって)"
    r"|(?i:\bwas tun\b|\bwas ist zu tun\b|\bwas (?:mache|muss|soll) ich (?:tun|machen|,)|que faire|qué hacer"
    r"|\bwhat (?:to do|(?:do|should|must|can) (?:i|we|you|one|they) (?:have to |need to )?do)\b)"
)
_LIST = lazy_regex(
    r"(?i)\b(?:list|all (?:the|of)|ingredients?|to-?do|agenda|contents?|checklist|zutaten|liste|ingr[ée]dients?"
    r"|ingredientes|ingredienti)\b"
    r"|^\W*(?:what|which)(?: \w+)? (?:do|does|must|should|can) (?:i|you|we|one|they) (?:need|bring|take|get"
    r"|make|learn|see|do|wear|pack|eat"
    r"|have to bring|have to take|use)"
    r"|^\W*(?:what(?:'s| is)|was ist) (?:there )?(?:in|im|inside) |^\W*what (?:goes|comes|belongs) (?:in|into|on) "
    r"|^\W*what (?:\w+ ){0,2}(?:is|are) (?:needed|required) (?:for|to)\b|^\W*was (?:kommt|gehört) (?:in|auf) "
    r"|^\W*what is (?:not )?(?:\w+ed|\w+den|\w+ten|\w+own) (?:in|on|at|by|with|from|for)\b"
    r"|^\W*(?:what|which) (?:are|were) (?:the )?\w+s\b|^\W*(?:what|which) (?:\w+ ){0,2}(?!is\b|was\b|does\b"
    r"|this\b|happens\b|comes\b|goes\b)\w{3,}(?<!s)s (?!is\b|was\b)"
    r"|\bwelche \w+(?:en|er|e|n) |^\W*was (?:brauche|muss) ich|^\W*quels |^\W*quelles |^\W*qué \w+s |^\W*quali "
    r"|^\W*quais |哪些"
)
_LIST_WORDS = "list checklist liste checkliste lista elenco lijst"
_TASK_WORDS = "must need should action item open task erledigen faire tarea fazer doen сделать"
_YES_NO = lazy_regex(
    r"(?i)^\W*(?:is|are|was|were|do|does|did|can|could|may|must|should|has|have|had|will|would|ist|sind|war|hat"
    r"|haben|darf|dürfen|kann|können"
    r"|muss|müssen|soll|gibt es|est-ce|peut-on|y a-t-il|puis-je|puede|se puede|hay|es posible|tiene|può|si può"
    r"|c'è|pode|há|is er|mag|kan)\b|吗[？?]?$|ますか|ですか"
)
# "Was passiert, wenn es regnet?" asks what happens, "Was the roof wet?" asks whether.
_ASKS_WAS = lazy_regex(
    r"(?i)^\W*was (?:gilt|gelten|passiert|geschieht|gehör\w+|kann|können|darf|dürfen|muss|müssen|soll|sollen|wird"
    r"|werden|wurde|hat|haben|tun|bedeutet|heißt|steht|fehlt|kostet|braucht|macht|sagt|regelt|enthält|zählt|umfasst)\b"
)
# "May a rider who weighs 100 kg come?" asks for no name, but "Do you know who built it?" does.
_ASKS_WHETHER = lazy_regex(
    r"(?i)^\W*(?:is|are|do|does|did|can|could|may|must|should|has|have|will|darf|dürfen|kann|können|muss)\b"
    r"(?!.*\b(?:tell|know|say|explain|show|find out|sagen|weißt?|wissen|erklären|zeigen)\b)"
)
_MAY_ONE = lazy_regex(
    r"(?i)^\W*(?:may|can|must|is it allowed|darf|dürfen|kann man|können|muss|puis-je|peut-on|puedo|se puede|posso"
    r"|si può|pode|mag|kan|можно)\b"
    r"|\b(?:allowed|permitted|forbidden|erlaubt|verboten|permis|interdit|permitido|prohibido|permesso|vietato)\b"
)
_ACTION = lazy_regex(r"(?i)^\W*(?:may|can|must) (?:i|we|you|one|(?:the |an? |my )?[^\W\d_]+) (?:be )?([^\W\d_]+)\b")
_CATEGORY = lazy_regex(
    r"(?i)^\W*(?:(?:in|on|at|for|from|with|to|by|into) )?(?:what|which|welche[rsmn]?|quel(?:le)?s?|qué|quale|quali|qual"
    r"|quais|welke?)\s+(?:\w+ )?([^\W\d_]{3,}?)"
    r"\s+(?:is|are|was|were|do|does|did|can|may|must|has|have|had|ist|sind|hat|haben|gibt)\b"
    r"|^\W*welche[rsmn]?\s+([^\W\d_]{3,})\s+[^\W\d_]{2,}(?:t|en)\b"
)
# "What does velocity compute?" asks for a function of that name.
_FUNCTION = lazy_regex(
    r"(?i)^\W*what (?:does|do) ([a-z]{3,}) (?:compute|calculate|return|raise|yield)s?\W*$"
    r"|\b(?:the|die|la|le|el) (?:function|method|subroutine|macro|funktion|methode|fonction|méthode|función|método)"
    r" (?!of\b|for\b|that\b|which\b|der\b|die\b|des\b|de\b|du\b|que\b|qui\b)(?-i:([a-z]{3,}))\b(?=.*\b(?:do|does"
    r"|compute|calculate|return"
    r"|raise|tut|macht|berechnet|fait|calcule|renvoie|hace|calcula|devuelve)s?\b|\W*$)"
)
_DOES = lazy_regex(r"(?i)^\W*what (?:does|do|did) [^?,;]{2,60}? ([^\W\d_]+)\W*$")
# The verb of "Which box did the school borrow?", "Welche Kiste hat die Schule geliehen?".
_VERB_AT_END = lazy_regex(
    r"(?i)\b(?:do|does|did|has|have|had|hat|haben|hatte|ont|ha|han|hanno|heeft|hebben) (?:\S+ )*?"
    r"(?!(?:for|of|in|on|at|to|from|with|the|an?|für|von|mit|der|die|das|pour|de|du|des|para|per|voor|van) )"
    r"\S+ ([^\W\d_]+)(?: (?:in|out|up|off|back|away|down|on|over|at|to|for|with|from|about))?\W*$"
)
# "On which channel do you reach the pilots?"
_VERB_OF_ONE = lazy_regex(r"(?i)\b(?:do|does|can|must|should|may) (?:you|we|one|they|i|people) ([^\W\d_]{3,})\b")
# "Only with an adult" says that a child may not come alone.
_ALONE = "alone allein alleine seul seule solo sola sozinho sozinha alleen"
_PASSIVE = lazy_regex(
    r"(?i)\b(?:is|are|was|were|be|get|gets|ist|sind|wird|werden|est|sont|es|son|se|è|sono|é|são|worden|wordt)"
    r" (?:\S+ ){0,3}?"
    r"([^\W\d_]{2,}(?:ed|en|et|own|orn|ept|ade|old|ght|és?|ées?|ad[oa]s?|id[oa]s?|at[oiae]|it[oiae]))"
    r"(?: (?:on|in|at|by|for|from|to|am|an|im|um|zum|le|à|en|el|a|il|op|om)(?: [^\W_]+){1,2})?\W*$"
)
_PRESENT = lazy_regex(r"(?i)^\W*(?:when|wann|quand|cuándo|quando|wanneer) (?:is|are|does|do|wird|ist|est|se|viene|é)\b")
# "Art" means "kind" in German, but is a subject in English.
_KIND_OF = lazy_regex(r"(?i)\bwelche\w?\s+art\b|\bart\s+(?:von|der|des)\b")
_BIRTH = lazy_terms("born geboren naître nacer nascere nascer")
_ANYTHING = lazy_terms("anything something thing things stuff sache sachen dinge chose choses cosa cosas cose coisas")
_LETTERS = lazy_terms("mail email letter message copy")
_RECEIVING = lazy_terms("receive get")
_OF_MAIL = lazy_terms(
    "mail email message letter write send sent sender recipient subject copy cc receive get reply answer forward"
    " address betreff mail brief nachricht schreiben senden schicken absender empfänger kopie objet courriel lettre"
    " écrire envoyer expéditeur destinataire copie asunto correo carta escribir enviar remitente destinatario copia"
    " oggetto lettera scrivere inviare mittente assunto escrever onderwerp schrijven sturen afzender письмо"
)
_HEAD = lazy_regex(
    # The marks are matched whole, or a bare phrase would begin with "¿".
    r"(?i)^\W*(?=\w)(?:(?:what|which|how (?:high|large|big|much)|wie (?:hoch|groß)|was|quel(?:le)? est|cuál es|qual è"
    r"|wat) (?:is|are|was|were|ist|sind|war|waren) (?:(?:the|der|die|das|de|het|la|el|il|le) )?(?P<asked>[^,;?]{2,40}?)"
    r"|(?!(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|may|must|has|have|had|wer"
    r"|was|wann"
    r"|wo|wie|warum|welche\w?|ist|sind|darf|kann|muss|hat|qui|que|quand|où|comment|combien|quel\w*|pourquoi|qué|quién"
    r"|cuándo"
    r"|dónde|cómo|cuánt\w+|chi|dove|come|quanto|wat|waar|hoe|and|und|et|y|e)\b)"
    r"(?!(?:a|en|de|por|con|para|desde|hasta|di|da|su|per|à|pour|dans|in|at|on|for|from|to|with|by|auf|an|mit|für|von)"
    r" (?:qu|cu[áa]l|d[óo]nd|ch|what|which|who|where|we|wo))(?P<bare>[^,;?\n]{2,30}?))"
    r" (?:of|for|von|vom|der|des|für|du|de|des|del|della|di|do|da|van|voor) [^?]{2,60}\W*$"
)
_PEOPLE = lazy_terms("people persons leute personen menschen personnes gens personas gente persone pessoas mensen")
_COMPARING = lazy_terms(
    "compare comparison difference differ versus vergleiche vergleich unterschied comparer différence compara"
)
# "Which limit holds?": a text states the limit alone.
_HOLDS = lazy_regex(
    r"(?i)^\W*(?:\w+ )?(?:which|what|welche[rsmn]?|quel(?:le)?s?|qué|cuál|quale|qual|welke?) (?:\w+ ){1,3}?"
    r"(holds?|applies|apply|gilt|gelten|vaut|valent|vale|rige|geldt)\b"
)
_MAKING = lazy_terms("look make build produce machen bauen herstellen faire fabriquer hacer fabricar fare maken fazer")
_THE_COSTS = lazy_regex(r"\b[Dd](?:ie|er|e) [Kk]osten\b")
_COSTING = lazy_terms("cost kosten kostet coûter coûte costar cuesta costare costa custar kost")
_KINDS_OF_NAMES, _VALUES_OF_NAMES = ("who", "where"), ("firm", "phone", "address")
# The weight of terms that only frame a question and need not be in the answer.
LIGHT_SHARE = 0.3


class AskedQuestion:
    """`completed` is the question with words of earlier questions, which count too."""

    def __init__(self, question: str, completed: str) -> None:
        self.text = question
        self.completed = completed
        self.kind: QuestionKind = "other" if _ASKS_WHETHER.search(question) else kind_of(question)
        self.things: list[ExactThing] = exact_things(completed)
        # A function whose name is an everyday word, as "change".
        self.function = ""
        if not self.things and (function := _FUNCTION.search(question)) is not None:
            self.function = function[1] or function[2]
            self.things = [ExactThing("code", self.function)]
        self.value: AskedValue | None = asked_value(question)
        if (
            self.value is not None
            and self.value.kind == "date"
            and any(thing.kind == "code" and not any(map(str.isdigit, thing.text)) for thing in self.things)
        ):
            # "When is BadInput raised?" asks for no day; "When is F3 cleared?" may.
            self.value = None if _PRESENT.search(question) else self.value
        if self.value is not None and self.kind in _KINDS_OF_NAMES and self.value.kind not in _VALUES_OF_NAMES:
            # "Who measured the temperature?" asks for a name.
            self.value = None
        counted = COUNTED.search(question) if self.value is not None and self.value.kind == "count" else None
        if self.value is not None and counted is not None and (unit := unit_counted(question)) is not None:
            self.value = AskedValue(unit, self.value.terms | frozenset(terms(counted[1])))
        if self.word_to_explain and self.kind == "who":
            self.kind = "what_is"  # "Wer gilt als Kind?"
        self.own_terms = frozenset(content_terms(question))
        self.terms = list(dict.fromkeys([*content_terms(question), *content_terms(completed)])) or terms(question)
        self.named: Named = named(completed)
        # German nouns look like names, so a missing one proves little.
        self.named_groups = () if is_german(completed) else self.named.groups
        if self.value is not None and self.value.kind == "count" and STEPS.search(question):
            # The steps themselves say how many there are.
            self.value = None
        self.is_how_to = (_HOW_TO.search(question) or STEPS.search(question)) is not None and self.value is None
        is_whether = _YES_NO.search(question) is not None and _ASKS_WAS.match(question) is None
        self.is_yes_no = self.kind in ("other", "how") and is_whether
        self.limit: AskedLimit | None = asked_limit(question) if self.is_yes_no else None
        if self.limit is not None:
            # "Take 60" of "take 60 litres" is not the name of a thing.
            self.things = [thing for thing in self.things if thing.kind != "numbered" or not self.limit.has(thing.text)]
        self.may_one = _MAY_ONE.search(question) is not None
        self.is_summary = SUMMARY.search(question) is not None
        self.is_about = ABOUT.search(question) is not None
        self.asks_where_it_is = asks_where_it_is(question)
        self.is_of_folder = is_about_folder(question)
        self.is_comparison = COMPARISON.search(question) is not None
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
    def is_list(self) -> bool:
        return self.asks_for_tasks or (
            self.value is None and not self.is_yes_no and _LIST.search(self.text) is not None
        )

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
            # What is compared with something else, as the evening ticket, is no such limit.
            compared = [] if self.is_comparison else [match[0] for match in COMPARED.finditer(self.completed)]
            compared += [match[1] for match in OF_SO_MUCH.finditer(self.completed)]
            light |= frozenset(term for words in (*compared, _ALONE) for term in terms(words))
            light -= frozenset(term for thing in self.things for term in terms(thing.text))
            # "More than the limit?": the limit may stand apart from the value.
            light |= self.limits
            return light | self.limit.terms if self.limit is not None else light
        if self.is_list:
            # The heading of a to-do list is "To do".
            light |= frozenset(terms(f"{_LIST_WORDS} {_TASK_WORDS}" if self.asks_for_tasks else _LIST_WORDS))
        light |= framing_terms(self.text, is_how_to=self.is_how_to, is_of_place=self.asks_where_it_is)
        if self.value is not None and self.value.kind == "count" and (counted := COUNTED.search(self.text)):
            # "Andares" are floors, although "andar" is to go.
            light -= frozenset(terms(counted[1])) - self.people
        light -= self.named.terms
        # What something "kostet" need not be repeated; the noun, or how to limit what it costs, is the matter itself.
        is_of_costs = self.is_how_to or _THE_COSTS.search(self.completed) is not None
        light -= _COSTING() if is_of_costs else frozenset[str]()
        if self.word_to_explain:
            light |= frozenset(content_terms(framing_words(self.text))) - frozenset(terms(self.word_to_explain))
        if codes := [re.escape(thing.text) for thing in self.things if thing.kind == "code"]:
            # "Turbine KF-2" is called KF-2 in most texts.
            light |= frozenset(
                terms(" ".join(re.findall(rf"([^\W\d_]+) (?:{'|'.join(codes)})(?![\w-])", self.completed)))
            )
        light = self._with_verb_of_does(light)
        if not _LETTERS().isdisjoint(self.terms):
            light |= _RECEIVING()
        light |= _COMPARING() if self.is_comparison else frozenset[str]()
        if self.kind in ("who", "when"):
            # Who made a thing, or looks after it, is another question than who sells it.
            light -= _MAKING()
        light |= frozenset(term for found in _HOLDS.findall(self.text) for term in terms(found))
        return light | frozenset(terms("Art")) if _KIND_OF.search(self.completed) else light

    def _with_verb_of_does(self, light: frozenset[str]) -> frozenset[str]:
        """The light terms with or without the last verb of "What does … do?"."""
        match = _DOES.search(self.text) if self.value is None else None
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
        match = _ACTION.search(self.text)
        return frozenset(terms(match[1])) - self.named.terms if match else frozenset()

    @cached_property
    def is_of_mail(self) -> bool:
        """Whether it asks about a letter itself, and so may be answered by who sent it, when and to whom."""
        return not _OF_MAIL().isdisjoint(self.terms)

    @cached_property
    def head(self) -> frozenset[str]:
        """The terms of what is asked of a thing: "rent" in "What is the rent of flat 17?" and "rent of flat 17"."""
        match = _HEAD.search(self.text)
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
        match = _CATEGORY.search(self.text)
        return frozenset(terms(match[1] or match[2])) if match else frozenset()

    @cached_property
    def verb(self) -> frozenset[str]:
        """The terms of the verb at the end of a question for a category or number: no column has its name."""
        is_of_number = self.value is not None and self.value.kind in ("count", "figure")
        match = _VERB_AT_END.search(self.text) if self.category or is_of_number else None
        match = match or (_VERB_OF_ONE.search(self.text) if self.category else None)
        return frozenset(terms(match[1])) - self.named.terms if match else frozenset()

    @cached_property
    def passive(self) -> frozenset[str]:
        """The terms of the participle at the end of "How many copies are printed?": no key or column has its name."""
        match = _PASSIVE.search(self.text) if self.value is not None else None
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
