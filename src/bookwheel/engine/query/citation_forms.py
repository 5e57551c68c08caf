"""Turns citations in the forms that models write into ours while the answer streams.

    【1】 【1†rooms.md】 [^1] [passage 1] [Source: 1] [1†L3-L8] [[1]](rooms.md)      always
    [passage 1, passage 2]                                                           always
    <<passage 1>> ⟦1⟧ [^1, ^2] [passage no. 2]                                       always
    [1, p. 3] [1](rooms.md) (source 2) (see 2) (1) <sup>1</sup> ¹ $^{1}$ [1, p. 3; 2, p. 5]   when there is such one
    → [1]

`[1]`, `[1, 2]` and `[1-3]` are ours already. Code is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bookwheel.lazy_regex import lazy_regex

_NUMBER = r"\d{1,3}"
_NUMBERS = rf"{_NUMBER}(?:\s?(?:[,;&，、；–—-]|and|und|et|y|e|en|и|to|bis)\s?\^?{_NUMBER}){{0,20}}"
_WORD = (
    r"(?:passages?|sources?(?:\(s\))?|src|docs?|documents?|refs?\.?|references?|citations?|cited?|contexts?|chunks?|excerpts?|quellen?"
    r"|passagen?|textstellen?|belege?|fuentes?|pasajes?|documentos?|fontes?|font[ei]|bron(?:nen)?|источники?|отрывк[аи]?"
    r"|отрывок|фрагмент[аы]?|fragment[eos]?s?|frammenti?|bran[oi]|extra[ci]ts?|extractos?|trechos?|auszüge?|auszug|abschnitte?"
    r"|snippets?|results?|evidence|ids?|n(?:os?|rs?|[°º])\.?|web|oaicite|来源|源|结果|文档|段落|出典|資料|출처)"
)
_LOCATION = (
    r"(?:pp?\.?|pages?|S\.|Seiten?|p[áa]g(?:ina)?s?\.?|blz\.|¶+|para(?:graph)?s?\.?|slides?|Folie|sheet|tab(?:le)?|lines?|L|Zeilen?|sections?|sec\.?|§+|chapters?|ch\.|Kap(?:itel|\.)?"
    r"|Abschnitt|rows?|стр\.|第)\s?[\w.]{1,12}"
    r"(?:(?:\s?[,;–-]\s?|\s(?:and|und|et|y|e|en|и)\s)[\w.]{1,12}){0,3}"
)
_FILE = r"[^\[\]【】()\n]{1,60}\.[a-z][a-z0-9]{0,4}(?:[\s,·|:–-][^\[\]【】()\n]{0,40})?"
_PLACE = rf"\s?(?:[,:;·|–—-]?\s?(?:{_LOCATION}|{_FILE})|\((?:{_LOCATION}|{_FILE})\))"
# What stands between such a word and its number.
_BETWEEN = r"[\s:：_#-]{0,3}(?:(?:n(?:os?|rs?|um(?:ber|mer|ero)?)?\.?|n?[°º])\s?)?"
_NAMED = rf"{_WORD}{_BETWEEN}{_NUMBER}(?:{_PLACE})?"
_SEE = r"(?:see|siehe|cf\.?|vgl\.?|voir|ver|zie|vedi|v[ée]ase)\s(?:also\s|auch\s|aussi\s|the\s|el\s|la\s|le\s)?"
# What stands in such brackets behind a number: the words that the passage has.
_QUOTED = r"\s?[:,]?\s?[\"“„«][^\"“”»\[\]\n]{1,90}[\"“”»]"
_NEXT = r"\s?(?:[,;&，、；]|and|und|et|y|e|и)\s?"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# The marks of ChatGPT around a source of its own search; such a source is none of our passages.
_PRIVATE = "\ue200-\ue206"
_TAGS = ("sup", "cite", "citation", "ref", "source", "source_id", "passage", "doc")
_TAG = rf"(?:{'|'.join(_TAGS)})"

_OPEN, _CLOSE = r"(?:[\[【［〔⟦]|<<)", r"(?:[\]】］〕⟧]|>>)"
_FORM = lazy_regex(
    rf"\[\[(?P<linked>{_NUMBERS})\]\](?:\([^()\s]{{0,300}}\))?"
    rf"|{_OPEN}\s?(?P<each>{_NAMED}(?:{_NEXT}{_NAMED}){{1,12}})\s?{_CLOSE}"
    rf"|{_OPEN}\s?(?:{_SEE})?(?:\^|#|@|{_WORD}{_BETWEEN})(?:[0-9a-f]{{8}}\s)?(?P<named>{_NUMBERS})\^?"
    rf"(?:†[^\]】\n]{{0,80}}|{_PLACE}|{_QUOTED})?\s?{_CLOSE}"
    rf"|(?:[【［〔〖⟦]|<<)\s?(?:{_NUMBER}:(?!0†))?(?P<wide>{_NUMBERS})(?::0(?=†))?(?:†[^】\n]{{0,80}})?\s?(?:[】］〕〗⟧]|>>)"
    rf"|\[\s?(?P<dagger>{_NUMBERS})†[^\]\n]{{0,80}}\]"
    rf"|\[(?P<first>{_NUMBER})\]\s?[–—-]\s?\[(?P<last>{_NUMBER})\]"
    rf"|\\\[\s?(?P<escaped>{_NUMBERS})\s?\\\](?=[.,;:!?…]|\s*\n)|\[(?P<doubled>\({_NUMBERS}\)(?:[,;]?\s?\({_NUMBER}\)){{0,8}})\]"
    rf"|(?P<private>[\ue200]\w{{0,20}}(?:\ue202[^\ue200\ue201\s]{{0,60}}){{1,20}}\ue201|[{_PRIVATE}])"
    rf"|\[\s?(?:{_SEE})?(?P<placed>{_NUMBERS})(?:{_PLACE})?\s?\](?!\()"
    rf"|\[(?P<link>{_NUMBERS})\]\((?!\w{{2,12}}:)[^()\s]{{1,300}}\)"
    rf"|\[\s?(?P<several>{_NUMBER}{_PLACE}(?:\s?[;；]\s?{_NUMBER}{_PLACE}){{1,8}})\s?\]"
    rf"|[(（](?:{_SEE})?(?P<calls>{_NAMED}(?:{_NEXT}{_NAMED}){{1,12}})[)）]"
    rf"|[(（](?:{_SEE})?{_WORD}{_BETWEEN}(?P<called>{_NUMBERS})(?:{_PLACE})?[)）]|\((?!ver\b){_SEE}(?P<seen>{_NUMBERS})\)"
    rf"|[(（](?P<round>{_NUMBERS})[)）](?=[.,;:!?…。，；：！？、]|\s*\n|\s?\(\d)"
    rf"|<{_TAG}>\s?[\[(]?(?P<sup>{_NUMBERS})[\])]?\s?</{_TAG}>|<{_TAG}\s[a-z]{{1,9}}=[\"']?(?P<single>{_NUMBER})[\"']?\s?/>"
    rf"|\$\^\{{?\[?(?P<maths>{_NUMBERS})\]?\}}?\$|\\cite[a-z]?\{{(?P<latex>{_NUMBERS})\}}|\^(?P<caret>{_NUMBERS})\^"
    rf"|\[(?P<boxed>[{_SUPERSCRIPTS}]{{1,3}}(?:\s?,\s?[{_SUPERSCRIPTS}]{{1,3}}){{0,8}})\]"
    rf"|⁽?(?P<raised>[{_SUPERSCRIPTS}]{{1,3}}(?:⁻[{_SUPERSCRIPTS}]{{1,3}})?)(?![{_SUPERSCRIPTS}⁻])⁾?",
    re.IGNORECASE,
)
_ALWAYS = frozenset({"linked", "named", "wide", "dagger", "each"})
# The numbers of a form that names each passage, or gives each a place.
_EACH = {
    "each": lazy_regex(rf"{_WORD}{_BETWEEN}({_NUMBER})", re.IGNORECASE),
    "calls": lazy_regex(rf"{_WORD}{_BETWEEN}({_NUMBER})", re.IGNORECASE),
    "doubled": lazy_regex(rf"({_NUMBER})"),
    "several": lazy_regex(rf"(?:\A|[;；])\s?({_NUMBER})"),
}
_OURS = lazy_regex(r"\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]\Z")
_BEGINNINGS = sorted({tag[:end] for tag in _TAGS for end in range(1, len(tag) + 1)}, reverse=True)
_TAG_BEGUN = rf"(?:{'|'.join(_BEGINNINGS)})"
# The beginning of a form that the next piece may complete.
_MAY_BECOME = lazy_regex(
    rf"(?:\[?\[{_NUMBERS}\]\]?(?:\([^()\s]{{0,300}})?|\[{_NUMBER}\]\s?[–—-]\s?(?:\[\d{{0,3}}\]?)?"
    rf"|\\(?:\[\s?(?:\d[\d\s,;–-]{{0,30}}(?:\\\]?)?)?)?|\\c(?:i(?:t(?:e[a-z]?(?:\{{[\d\s,]{{0,20}})?)?)?)?"
    rf"|\[\((?:\d[\d\s,;()–-]{{0,40}})?|\$(?:\^\{{?\[?[\d\s,]{{0,20}}\]?\}}?\$?)?|\^[\d\s,]{{0,20}}\^?|<<?\s?(?:{_WORD}[^<>\n]{{0,40}}|[^\W\d_]{{1,14}}|[\d\s,-]{{0,20}})>?"
    rf"|<{_TAG}\s[^<>\n]{{0,20}}|\ue200[^\ue201\s]{{0,400}}"
    rf"|[\[【［〔〖⟦]\s?(?:[\[^#@]?\s?(?:\d[^\[\]【】\n]{{0,110}})?\]?|[^\W\d_]{{1,14}}\.?"
    rf"|(?:{_SEE})?{_WORD}[^\[\]【】\n]{{0,110}}|{_SEE}(?:[^\W\d_]{{0,14}}|\d[\d\s,;&–-]{{0,20}}))"
    rf"|(?:\(\d{{1,3}}\)\s?){{0,4}}[(（](?:\d{{1,3}}[\d\s,;&–-]{{0,20}}[)）]?\s{{0,3}}|[^\W\d_]{{0,14}}\.?|{_SEE}[^\W\d_]{{0,14}}"
    rf"|{_SEE}\d[\d\s,;&–-]{{0,20}}|(?:{_SEE})?{_WORD}[\s:：#.][^()\n]{{0,80}}|(?:{_SEE})?{_WORD}\d{{0,3}})"
    rf"|<(?:{_TAG_BEGUN}|{_TAG}>[^<\n]{{0,16}}(?:<(?:/{_TAG_BEGUN}?)?)?)?"
    rf"|\[[{_SUPERSCRIPTS},\s]{{1,16}}|⁽?[{_SUPERSCRIPTS}]{{0,3}}⁻?[{_SUPERSCRIPTS}]{{0,3}})\Z",
    re.IGNORECASE,
)
_OPENERS = lazy_regex(rf"[\[【［〔〖⟦(（<⁽^${_SUPERSCRIPTS}{_PRIVATE}\\`\n]")
# How much of a line is kept: enough to recognize a fence, and the words before a number.
_FENCE_CHARS = 6
_CONTEXT_CHARS = 32
_FENCE = lazy_regex(r" {0,3}(?:```|~~~)")
# "(1)" and "¹" after these are not citations: figures, steps, numbers in words.
_COUNTED = frozenset(
    "fig figure table tab eq equation step option part no nr version chapter section item case formula abb abbildung "
    "tabelle gleichung schritt teil kapitel fall figura tabla paso ecuación tableau étape one two three four five six "
    "seven eight nine ten eleven twelve twenty thirty sixty ninety ein eins zwei drei vier fünf sechs sieben acht neun "
    "zehn zwölf uno dos tres cuatro cinco deux trois quatre cinq".split()
)
_AFTER_A_STATEMENT = "\"'”’»)]%.!?,;:*_"
_AFTER_A_SENTENCE = '.,;:!?"”»)'


class CitationReader:
    """Takes an answer in pieces; `push` and `finish` return it with our form of citation.

    `known` returns how many passages there are so far, numbered from 1.
    """

    def __init__(self, known: Callable[[], int]) -> None:
        self._known = known
        self._held = ""
        # The beginning and the end of the line so far, and its number of backticks.
        self._line_start = ""
        self._line_end = ""
        self._ticks = 0
        self._is_in_fence = False
        self._cites = False

    def push(self, text: str) -> str:
        """The part of the answer that later pieces cannot change."""
        if not self._held and _OPENERS.search(text) is None:
            self._line_end = self._line_end[-_CONTEXT_CHARS:] + text
            if len(self._line_start) < _FENCE_CHARS:
                self._line_start += text[:_FENCE_CHARS]
            return text
        text = self._held + text
        rest = _MAY_BECOME.search(text)
        # Not inside code, where brackets are something else; a code span ends with its line, at the latest.
        sure = text if rest is None or self._is_code(text[: rest.start()]) else text[: rest.start()]
        self._held = text[len(sure) :]
        return self._rewritten(sure, self._held)

    def finish(self) -> str:
        """The rest that was held back; call it at the end of the answer."""
        text, self._held = self._held, ""
        return self._rewritten(text, "\n")

    def _rewritten(self, text: str, following: str) -> str:
        whole = text + following
        parts: list[str] = []
        at = 0
        for form in _FORM.finditer(whole):
            if form.end() > len(text):
                break
            before = whole[at : form.start()]
            parts.append(before)
            self._advance(before)
            parts.append(self._ours(form))
            self._advance(form[0])
            at = form.end()
        parts.append(text[at:])
        self._advance(text[at:])
        return "".join(parts)

    def _ours(self, form: re.Match[str]) -> str:
        kind = form.lastgroup or ""
        if self._is_code(""):
            return form[0]
        if kind == "private":
            return ""
        if kind == "last":
            return f"[{form['first']}-{form['last']}]"
        if _OURS.match(form[0]):
            self._cites = True
            return form[0]
        each = _EACH.get(kind)
        numbers = _canonical(form[kind]) if each is None else ", ".join(each.findall(form[kind]))
        is_known = all(1 <= int(number) <= self._known() for number in re.findall(r"\d+", numbers))
        if kind not in _ALWAYS and not (is_known and self._means_a_passage(kind)):
            return form[0]
        self._cites |= kind != "round"
        return f"[{numbers}]"

    def _means_a_passage(self, kind: str) -> bool:
        if kind not in ("round", "sup", "raised", "escaped", "maths", "caret"):
            return True
        before = self._line_end.rstrip(" \t")
        if not before or before[-1].isdecimal():
            return False
        word = re.split(r"[\W\d_]", before.rstrip("."))[-1]
        if word.lower() in _COUNTED:
            return False
        if kind in ("round", "escaped"):
            is_begun = len(self._line_start.strip(" -*#>\t")) > 1
            return (
                (kind == "escaped" or not self._cites)
                and is_begun
                and (before[-1].isalnum() or before[-1] in _AFTER_A_STATEMENT)
            )
        # Not a power or a unit: "m²", "x¹".
        return before[-1] in _AFTER_A_SENTENCE or before != self._line_end or len(word) >= 4

    def _is_code(self, before: str) -> bool:
        ticks = before.rpartition("\n")[2].count("`") + (0 if "\n" in before else self._ticks)
        return self._is_in_fence or ticks % 2 == 1

    def _advance(self, text: str) -> None:
        *lines, last = text.split("\n")
        for line in lines:
            if _FENCE.match(self._line_start + line[:_FENCE_CHARS]):
                self._is_in_fence = not self._is_in_fence
            self._line_start, self._line_end, self._ticks = "", "", 0
        self._line_start = (self._line_start + last[:_FENCE_CHARS])[:_FENCE_CHARS]
        self._line_end = (self._line_end + last)[-_CONTEXT_CHARS:]
        self._ticks += last.count("`")


def canonical(text: str, known: int = 0) -> str:
    """A whole answer with our form of citation; `known` as of `CitationReader`."""
    reader = CitationReader(lambda: known)
    return reader.push(text) + reader.finish()


def _canonical(numbers: str) -> str:
    plain = numbers.translate(str.maketrans(f"{_SUPERSCRIPTS}⁻", "0123456789-", "^"))
    plain = re.sub(r"\s?(?:[–—-]|to|bis)\s?", "-", plain)
    return re.sub(r"\s?(?:[,;&，、；]|and|und|et|y|e|en|и)\s?", ", ", plain)
