"""Verbs for the same event from the other side: "Who bought it?" is answered by "They sold it to Ada Rook"."""

from __future__ import annotations

import re

from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_WHO = lazy_regex(
    r"(?i)^\W*(?:from |to |von |an |à |de |a |da |aan |van )?"
    r"(?:who|whom|wer|wem|wen|qui|quién|quiénes|quien|chi|quem|wie)\b"
)
_GAP = r"\b[^.;:!?]{0,60}?\b"
# "By Ada Rook" after a noun; "sold by Ada Rook" does not say who wrote it.
_BY = (
    r"(?<!(?:ed|ld|lt|en|un|nt|ht|wn|pt|ne|de|ut|et|ng|nd|id) )"
    r"by (?:(?:our|my|his|her|their|the) (?:own )?(?-i:[a-z]+ )?)?"
    r"(?-i:(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z][a-z]+ (?:(?:van|von|de|da|di) )?[A-Z]\w+)"
)
# What the question asks with, and how a text says it from the other side. The preposition leads to who is asked for.
_PAIRS: tuple[tuple[str, str], ...] = (
    ("bought|buys?|purchased?|acquired?", rf"(?:sold|sells?){_GAP}to"),
    ("sold|sells?", rf"(?:bought|purchased|acquired){_GAP}from"),
    ("received?|got|gets?|inherit(?:ed|s)?", rf"(?:gave|gives?|given|bequeathed|handed|left|donated|sent){_GAP}to"),
    ("gave|gives?|donated?|sent|sends?", rf"(?:received|got|inherited){_GAP}from"),
    ("borrow(?:ed|s)?", rf"(?:lent|lends?|loaned){_GAP}to"),
    ("lent|lends?|lend|loaned", rf"borrow(?:ed|s)?{_GAP}from"),
    (
        "invent(?:ed)?|wrote|written|made|created?|designed|developed|composed|painted|drew|translated|published",
        _BY,
    ),
    (
        "erfunden|erfand|schrieb|geschrieben|entwarf|entworfen|komponiert|gemalt|übersetzt",
        r"von (?-i:[A-Z][a-zß-ü]+ [A-Z]\w+)",
    ),
    ("inventé|écrit|conçu|composé|peint|traduit", r"(?:par|de) (?-i:[A-Z][a-zß-ü]+ [A-Z]\w+)"),
    ("inventó|escribió|diseñó|compuso|pintó|tradujo", r"(?:por|de) (?-i:[A-Z][a-zß-ü]+ [A-Z]\w+)"),
    ("learn(?:ed|t|s)?", r"(?:taught|teaches)"),
    # "Complaints go to Mrs Nash", "Keys are handed to Tom".
    (
        "handles?|deals? with|sees? to|looks? after|settles?|takes? care of|(?:is )?(?:responsible|in charge)",
        rf"(?:go(?:es)?|sent|handed|reported|addressed|taken|brought|made|apply|write|turn|complain){_GAP}to",
    ),
    ("taught|teach(?:es)?", rf"learn(?:ed|t|s)?{_GAP}from"),
    ("rent(?:ed|s)?|leased?|hired?", rf"(?:let|lets|rented|leased){_GAP}to"),
    ("kauf(?:te|t|en)|gekauft|erwarb|erworben", rf"(?:verkauf\w*{_GAP}an|an{_GAP}verkauf\w*)"),
    ("verkauf(?:te|t|en)", rf"(?:(?:kauft?e?|gekauft|erwarb|erworben){_GAP}von|von{_GAP}(?:gekauft|erworben))"),
    ("bekam|bekommen|erhielt|erhalten|erbte", rf"(?:gab|gegeben|schenkte|vermachte|übergab){_GAP}an"),
    ("lieh|borgte|geliehen", rf"(?:verlieh|lieh|borgte){_GAP}an"),
    ("acheté|achète|acheta", rf"(?:vendue?s?|vend|vendit|vendirent|vendent){_GAP}(?:à|au|aux)"),
    ("vendu|vend|vendit", rf"(?:achet\w+){_GAP}(?:à|au|aux|de|du|des)"),
    ("reçu|reçut|hérité", rf"(?:donn\w+|légu\w+|offert\w*){_GAP}(?:à|au|aux)"),
    ("compró|compra|compraron|adquirió", rf"(?:vend\w+){_GAP}(?:al?|a la)"),
    ("vendió|vende|vendieron", rf"(?:compr\w+|adquir\w+){_GAP}(?:al?|del?)"),
    ("recibió|heredó", rf"(?:dio|donó|regaló|legó|entreg\w+){_GAP}al?"),
    ("comprò|comprato|acquistato|acquistò", rf"(?:vend\w+){_GAP}(?:a|al|alla|ai|agli)"),
    ("vendette|venduto", rf"(?:compr\w+|acquist\w+){_GAP}(?:da|dal|dalla)"),
    ("comprou|adquiriu", rf"(?:vend\w+){_GAP}(?:a|ao|à|para)"),
    ("vendeu", rf"(?:compr\w+|adquir\w+){_GAP}(?:a|ao|à|de|do|da)"),
    ("kocht|gekocht", rf"(?:verkocht\w*{_GAP}aan|aan{_GAP}verkocht)"),
    ("verkocht", rf"(?:kocht|gekocht){_GAP}van"),
    ("купил|купила|купили|приобр[её]л\\w*", r"(?:продал\w*)"),
)
# "Until when is it open?" is answered by "It closes at nine", and "When does it close?" by "open until nine".
_HOURS: tuple[tuple[str, str], ...] = (
    (r"(?:until|till) (?:when|what time)\b.*?\bopen|how (?:late|long)\b.*?\bopen", "clos(?:es?|ing)|shuts?"),
    (r"(?:when|what time)\b.*?\b(?:close|shut)s?", rf"open{_GAP}(?:until|till|to)"),
    (r"(?:bis wann|bis wie viel uhr|wie lange)\b.*?\b(?:offen|geöffnet|auf)", "schlie(?:ß|ss)(?:t|en)"),
    (r"(?:wann|um wie ?viel uhr)\b.*?\bschlie(?:ß|ss)t", rf"(?:offen|geöffnet){_GAP}bis|bis{_GAP}(?:offen|geöffnet)"),
    (r"jusqu'à (?:quand|quelle heure)\b.*?\bouvert\w*", "ferme(?:nt)?"),
    (r"(?:quand|à quelle heure)\b.*?\bferme", rf"ouvert\w*{_GAP}(?:à|jusqu'à)"),
    (r"hasta (?:cuándo|qué hora)\b.*?\babiert[oa]s?", "cierran?"),
    (r"(?:cuándo|a qué hora)\b.*?\bcierran?", rf"abiert[oa]s?{_GAP}(?:hasta|a)"),
    (r"fino a (?:quando|che ora)\b.*?\bapert[oaie]", "chiud(?:e|ono)"),
    (r"(?:quando|a che ora)\b.*?\bchiud(?:e|ono)", rf"apert[oaie]{_GAP}(?:fino|alle)"),
    (r"até (?:quando|que horas)\b.*?\babert[oa]s?", "fecham?"),
    (r"tot (?:wanneer|hoe laat)\b.*?\b(?:open|geopend)", "sluit(?:en)?"),
    # "Is it open at noon?" is answered by "It is closed from one to two", and the other way round.
    (r"(?:is|are) (?:(?!\bclosed\b)[^?])*?\bopen", "closed|closes|shut"),
    (r"(?:is|are) [^?]*?\b(?:closed|shut)", "open|opens"),
    (r"(?:ist|sind|hat|haben) [^?]*?\b(?:offen|geöffnet)", "geschlossen|schließt"),
    (r"(?:ist|sind|hat|haben) [^?]*?\bgeschlossen", "offen|geöffnet|öffnet"),
    (r"(?:est|sont)[ -][^?]*?\bouvert\w*", r"fermée?s?|ferme"),
    (r"(?:está|están) [^?]*?\babiert[oa]s?", r"cerrad[oa]s?|cierra"),
    (r"(?:è|sono) [^?]*?\bapert[oaie]", r"chius[oaie]|chiude"),
    (r"(?:до скольки|до какого часа)\b.*?\bоткрыт\w*", r"закрыва\w+"),
)
_OPENING_HOURS = [(lazy_regex(rf"(?i)\b(?:{asked})\b"), lazy_regex(rf"(?i)\b(?:{said})\b")) for asked, said in _HOURS]
_PATTERNS = [(lazy_regex(rf"(?i)\b(?:{asked})\b"), lazy_regex(rf"(?i)\b(?:{said})\b")) for asked, said in _PAIRS]


@dataclass(frozen=True, slots=True)
class Converse:
    """A verb of a question: its `term`, and what says the same from the other side."""

    term: str
    said: re.Pattern[str]

    def is_said_in(self, text: str) -> bool:
        return self.said.search(text) is not None


def converse_of(question: str) -> Converse | None:
    """The verb of a question that a text may say from the other side: for a person or a time; None without one."""
    for asked, said in _OPENING_HOURS:
        if (opening := asked.search(question)) is not None:
            return Converse(terms(opening[0])[-1], said)
    if _WHO.search(question) is None:
        return None
    for asked, said in _PATTERNS:
        if (verb := asked.search(question)) is not None:
            # "Care" of "takes care of", "sell" of "sells".
            return Converse((content_terms(verb[0])[-1:] or terms(verb[0]))[0], said)
    return None
