"""Verbs for the same event from the other side: "Who bought it?" is answered by "They sold it to Ada Rook"."""

from __future__ import annotations

import re

from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_WHO = lazy_regex(
    r"(?i)^\W*(?:from |to |von |an |à |de |a |da |aan |van )?"
    r"(?:who|whom|wer|wem|wen|qui|quién|quiénes|quien|chi|quem|wie)\b"
)
_GAP = r"\b[^.;:!?]{0,60}?\b"
# What the question asks with, and how a text says it from the other side. The preposition leads to who is asked for.
_PAIRS: tuple[tuple[str, str], ...] = (
    ("bought|buys?|purchased?|acquired?", rf"(?:sold|sells?){_GAP}to"),
    ("sold|sells?", rf"(?:bought|purchased|acquired){_GAP}from"),
    ("received?|got|gets?|inherit(?:ed|s)?", rf"(?:gave|gives?|given|bequeathed|handed|left|donated|sent){_GAP}to"),
    ("gave|gives?|donated?|sent|sends?", rf"(?:received|got|inherited){_GAP}from"),
    ("borrow(?:ed|s)?", rf"(?:lent|lends?|loaned){_GAP}to"),
    ("lent|lends?|lend|loaned", rf"borrow(?:ed|s)?{_GAP}from"),
    ("learn(?:ed|t|s)?", r"(?:taught|teaches)"),
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
_PATTERNS = [(lazy_regex(rf"(?i)\b(?:{asked})\b"), lazy_regex(rf"(?i)\b(?:{said})\b")) for asked, said in _PAIRS]


@dataclass(frozen=True, slots=True)
class Converse:
    """A verb of a question: its `term`, and what says the same from the other side."""

    term: str
    said: re.Pattern[str]

    def is_said_in(self, text: str) -> bool:
        return self.said.search(text) is not None


def converse_of(question: str) -> Converse | None:
    """The verb of a question for a person that a text may say from the other side; None without one."""
    if _WHO.search(question) is None:
        return None
    for asked, said in _PATTERNS:
        if (verb := asked.search(question)) is not None:
            return Converse(terms(verb[0])[0], said)
    return None
