"""Answers "What goes into a carbonara?" with the list of its parts, from the document that has its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.passage_units import Unit
from bookwheel.engine.text.question_terms import content_terms, lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

MOST_LIST_CHARS = 1_500

_X = r"(?P<what>[^?!.;,]{2,80}?)"
_MAKE = r"(?:make|cook|bake|prepare|build|brew|do|sew|knit)"
_WHAT = r"what(?: ingredients?| things| materials?| parts)?"
_ASKED = tuple(
    lazy_regex(rf"\W*{pattern}\W*", re.IGNORECASE)
    for pattern in (
        rf"{_WHAT} (?:do|does|should|must|will) (?:i|you|we|one) need (?:for|to {_MAKE}) {_X}",
        rf"what (?:ingredients?|materials?|parts) (?:go(?:es)? in(?:to)?|are (?:needed|used|required) (?:for|in)) {_X}",
        rf"what goes in(?:to)? {_X}",
        rf"what(?:['’]s| is| are) (?:there )?in(?:side)? {_X}",
        rf"what(?:['’]s| is| are) {_X} made (?:of|from|with|out of)",
        rf"what does {_X} (?:consist of|contain|take)",
        rf"(?:what are )?(?:the )?(?:ingredients?|materials?|parts) (?:of|for|in) {_X}",
        rf"was (?:brauche ich|brauchen wir|braucht man|benötigt man|benötige ich) (?:alles )?(?:für|zum?) {_X}",
        rf"was (?:kommt|gehört)(?: alles)? in (?:die |das |den |eine?n? )?{_X}(?: (?:hin)?ein| rein)?",
        rf"(?:woraus|aus was) (?:besteht|wird) {_X}(?: gemacht| hergestellt)?",
        rf"welche zutaten (?:braucht man|brauche ich|hat|haben|sind|kommen|gehören) (?:(?:für|in|zum?) )?{_X}",
        rf"zutaten (?:für|von|vom|der|des) {_X}",
        rf"(?:que|qu['’]est[- ]ce qu['’]il) faut(?:-il)? (?:pour|dans) {_X}",
        rf"(?:quels sont les )?ingrédients (?:de la |de l['’]|du |des |de |d['’]|pour ){_X}",
        rf"(?:qué|que) (?:ingredientes )?(?:lleva|llevan|necesito para|se necesita para|hace falta para) {_X}",
        rf"(?:cuáles son )?(?:los )?ingredientes (?:del? |para ){_X}",
        rf"(?:che )?cosa (?:serve|occorre|ci vuole|va) (?:per|ne[il]|nell[ao]) {_X}",
        rf"(?:quali sono )?(?:gli )?ingredienti (?:dell[ao] |del |di |per ){_X}",
    )
)
_HEADING = lazy_regex(
    r"(?i)^\W*(?:ingredients?|zutaten|ingr[ée]dients?|ingredientes|ingredienti|ingrediënten|ingredienser|materials?"
    r"|material(?:ien)?|matériel|materiales?|materiali|(?:what )?you(?:['’]ll| will)? need|needed|parts(?: list)?"
    r"|contents|(?:du|man) brauchst?|il (?:te|vous) faut|necesitas|occorrente|benodigdheden)\b[^.]{0,40}$"
)
_MAKING = lazy_terms(f"{_MAKE[3:-1].replace('|', ' ')} recipe dish rezept recette receta ricetta machen kochen backen")


def asked_whole(question: str) -> str:
    """What a question asks the parts of: "a carbonara"; empty for other questions."""
    for pattern in _ASKED:
        if (match := pattern.fullmatch(question)) is not None:
            return match["what"]
    return ""


def parts_quotes(what: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The list under "Ingredients" in the document whose title has all words of `what`; empty without one."""
    wanted = frozenset(content_terms(what)) - _MAKING()
    found: list[tuple[int, Quote]] = []
    for passage in passages if wanted else ():
        named = frozenset(terms(f"{passage.title} {passage.file_name.rpartition('.')[0]}"))
        units = _list_of_parts(passage) if wanted <= named else []
        if units:
            found.append((len(named), Quote(passage.node, tuple(units), passage.score)))
    # "Banana bread", and not "Banana bread with chocolate".
    return [min(found, key=lambda pair: pair[0])[1]] if found else []


def _list_of_parts(passage: PassageView) -> list[Unit]:
    kept: list[Unit] = []
    for at, unit in enumerate(passage.units):
        # The line above a list is above its first item.
        above = passage.heading_above(passage.run_of(at)[0]).strip(" #*:\n")
        is_of_list = unit.kind in ("item", "line", "row") and _HEADING.match(above)
        if is_of_list and unit.end - (kept[0].start if kept else unit.start) <= MOST_LIST_CHARS:
            kept.append(unit)
    return kept
