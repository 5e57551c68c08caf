"""What in a sentence can be checked against a passage without a model: quotations, figures, names, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from bookwheel.engine.query.citations import CITATION
from bookwheel.engine.text.answer_sentences import QUOTATION, SentenceKind
from bookwheel.engine.text.dates import NumericDate, dates_in
from bookwheel.engine.text.figures import Figure, figures_in
from bookwheel.engine.text.folding import count_words, words_of
from bookwheel.engine.text.names import Literal, Month, Name, names_in, without_identifiers
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# A single word between quotation marks is often a term or irony.
MIN_QUOTED_WORDS = 2


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks; `parts` are its folded words between ellipses."""

    text: str
    parts: tuple[str, ...]


Claim = Quotation | Literal | Name | Month | NumericDate | Figure

_LEFT_OUT = lazy_regex(r"\[?(?:…|\.{3})\]?|\[[^\]\d][^\]]{0,40}\]")
_QUOTATION = lazy_regex(QUOTATION)
_CODE = lazy_regex(r"(`+)([^`\n]{1,500})\1(?!`)")
_ADDRESS = lazy_regex(
    r"https?://[^\s<>()\[\]`\"]{1,500}|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|www\.[^\s<>()\[\]`\"]{1,500}"
)
_TARGET = lazy_regex(r"\]\(([^()\s]{1,500})\)")
# A note in the form of a block quotation: "> **Note:** …".
_NOTE = lazy_regex(r"\s*(?:\*\*[^*\n]{1,30}\*\*|\[!\w{1,20}\])")
_QUOTE_MARKS = lazy_regex(r"(?m)^ {0,3}(?:>[ \t]?)+")
# "Passage 2" and "page 3" point at a source, "step 2" and "(2)" are numbering: none is a claim.
_POINTER = lazy_regex(
    r"\b(?:passages?|sources?|documents?|excerpts?|pages?|chunks?|contexts?|quellen?|seiten?|passagen?|dokumente?"
    r"|extraits?|pasajes?|fuentes?|documentos?|páginas?|steps?|options?|schritte?|étapes?|pasos?|passi|passo)\s+#?\d{1,4}"
    r"(?:\s*(?:,|and|und|et|y|-|–)\s*\d{1,4})*|(?<!\w)\(\d\)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class SentenceClaims:
    """The claims of one sentence, and its words, to find it as a whole."""

    claims: list[Claim] = field(default_factory=list[Claim])
    words: str = ""
    is_question: bool = False


def claims_of(text: str, kind: SentenceKind, *, is_german: bool) -> SentenceClaims:
    """The claims of `text`, a sentence of this kind; its citations are not claims."""
    bare = CITATION.sub(" ", text)
    if kind == "quotation":
        bare = _QUOTE_MARKS.sub("", bare)
        kind = "text" if _NOTE.match(bare) else kind
    found = SentenceClaims(words=words_of(bare))
    if kind in ("heading", "code"):
        return found
    if bare.rstrip(' *_"”»)').endswith(("?", "？", "؟")) and kind != "quotation":
        found.is_question = True
        return found
    if kind == "quotation":
        found.claims += _quotation(bare)
        return found
    reader = _ClaimReader(bare, found.claims)
    reader.take_literals()
    reader.take_figures()
    found.claims += names_in(reader.rest, kind, is_german=is_german)
    return found


def _quotation(text: str) -> Iterator[Quotation]:
    parts = tuple(words for part in _LEFT_OUT.split(text) if (words := words_of(part)))
    if parts:
        yield Quotation(" ".join(text.split()), parts)


class _ClaimReader:
    """Takes the claims out of a sentence, kind by kind; each one taken is blanked out for the next kind."""

    def __init__(self, text: str, claims: list[Claim]) -> None:
        self.rest = text
        self._claims = claims

    def take_literals(self) -> None:
        self.rest = _CODE.sub(self._code, self.rest) if "`" in self.rest else self.rest
        self.rest = _QUOTATION.sub(self._quotation, self.rest)
        if "](" in self.rest:
            self.rest = _TARGET.sub(self._target, self.rest)
        if "://" in self.rest or "@" in self.rest or "www." in self.rest:
            self.rest = _ADDRESS.sub(self._address, self.rest)

    def take_figures(self) -> None:
        self.rest = _POINTER.sub(" ", self.rest)
        for date in dates_in(self.rest):
            self._claims.append(date)
            self.rest = self.rest.replace(date.text, " " * len(date.text), 1)
        self._claims += figures_in(without_identifiers(self.rest))

    def _code(self, match: re.Match[str]) -> str:
        if any(char.isalnum() for char in match[2]):
            self._claims.append(Literal(match[2].strip()))
        return " , "

    def _quotation(self, match: re.Match[str]) -> str:
        quoted = match[0][1:-1]
        found = list(_quotation(quoted))
        if not found or sum(map(count_words, found[0].parts)) < MIN_QUOTED_WORDS:
            return f" {quoted} "
        self._claims += found
        return " , "

    def _target(self, match: re.Match[str]) -> str:
        if "://" in match[1]:
            self._claims.append(Literal(match[1]))
        return "] "

    def _address(self, match: re.Match[str]) -> str:
        self._claims.append(Literal(match[0].rstrip(".,;:!?*_")))
        return " , "
