"""Citations: numbers the passages of a run, reads the numbers in an answer, and fits passages into a prompt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookwheel.engine.query.tokens import estimated_tokens
from bookwheel.engine.schema import NodeWithScore, NumberedNode
from bookwheel.lazy_regex import lazy_regex

# The key in `additional_kwargs` of an answer for the one document that all its citations are from.
SOURCE = "source"
# The largest share of the room for passages that one document may take while others have passages too.
MAX_DOCUMENT_SHARE = 0.6

# [1], [1, 2], [3-5], [1][2]; not \\[1] (a quoted text's own brackets), not [1](link).
CITATION = lazy_regex(r"(?<![\\\]])\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\](?!\()|(?<=\])\[(\d{1,3})\](?!\()")
# A list of sources that a model appends is not a citation.
DEFINITION = lazy_regex(r"(?m)^ {0,3}\[\d{1,3}\]:.*")
_LIST_NAMES = (
    r"(?:references?|sources?|citations?|footnotes?|bibliography|works cited|quellen(?:verzeichnis|angaben)?|literatur"
    r"|références|fuentes|referencias|fonti|riferimenti|bronnen|fontes|referências|источники|参考文献|参考资料|来源|出典)"
)
_LIST_ENTRY = r"[ \t]*(?:(?:[-*•]|\d{1,2}[.)])[ \t]+)?(?:\[\d{1,3}\][:：]?[^\n]{0,200}|[^\n]{1,160}\[\d{1,3}\])[ \t]*"
_SOURCE_LIST = lazy_regex(
    rf"(?im)^[ \t]*(?:#{{1,6}}[ \t]+|[*_]{{2,3}})?{_LIST_NAMES}[ \t]*(?:[*_]{{2,3}})?"
    r"(?:[:：][*_]{0,3}[ \t]*\[[^\n]{0,400}"
    rf"|[:：]?[*_]{{0,3}}[ \t]*\n\s*{_LIST_ENTRY}(?:\n\s*{_LIST_ENTRY}){{0,99}})\s*\Z"
)
# Other libraries stream the forms of their models unchanged.
_OTHER_FORMS = lazy_regex(r"[【［〔†]|\[\^|\[[^\W\d_]+[\s:]+\d|\[\[\d")
_CODE = lazy_regex(r"(?ms)^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1|\Z)|`[^`\n]+`")
_BETWEEN = lazy_regex(r"[,;]")
_RANGE = lazy_regex(r"(\d+)\s*[–-]\s*(\d+)")


class SourceNumbers:
    """Numbers the passages of one run from 1 on; a passage found again keeps its number."""

    def __init__(self) -> None:
        self._by_id: dict[str, NumberedNode] = {}

    def number(self, nodes: Iterable[NodeWithScore]) -> list[NumberedNode]:
        """The nodes with their numbers, in the order given."""
        numbered: list[NumberedNode] = []
        for found in nodes:
            known = self._by_id.get(found.node_id)
            number = known.number if known is not None else len(self._by_id) + 1
            node = NumberedNode(number, found.node, found.score, found.word_score)
            self._by_id.setdefault(found.node_id, node)
            numbered.append(node)
        return numbered

    @property
    def nodes(self) -> list[NumberedNode]:
        """All passages numbered so far, by number."""
        return list(self._by_id.values())


def cited_numbers(text: str) -> list[int]:
    """The distinct numbers that an answer cites, in the order in which they first appear; code is skipped."""
    if _OTHER_FORMS.search(text) is not None:
        # Imported late: compiling its patterns takes 10 ms, which the first frame does not need.
        from bookwheel.engine.query.citation_forms import canonical

        text = canonical(text)
    text = DEFINITION.sub(" ", _CODE.sub(" ", text))
    # Only an answer that cites nothing else is cited by its list.
    return _numbers_in(_SOURCE_LIST.sub("", text)) or _numbers_in(text)


def _numbers_in(text: str) -> list[int]:
    found: dict[int, None] = {}
    for match in CITATION.finditer(text):
        for part in _BETWEEN.split(match[1] or match[2]):
            span = _RANGE.fullmatch(part.strip())
            first, last = (int(span[1]), int(span[2])) if span else (int(part), int(part))
            if first <= last < first + 20:
                found.update(dict.fromkeys(range(first, last + 1)))
    return [number for number in found if number > 0]


def fit_passages(nodes: Sequence[NumberedNode], budget_tokens: int) -> list[NumberedNode]:
    """The passages that fit the budget, best first, with no document crowding out the others.

    The best passage is always among them.
    """
    spent: dict[str | None, int] = {}
    total = 0
    has_several = len({_document(node) for node in nodes}) > 1
    kept: list[NumberedNode] = []
    for node in nodes:
        document, size = _document(node), estimated_tokens(node.node.text)
        share = spent.get(document, 0) + size
        crowds = has_several and share > MAX_DOCUMENT_SHARE * budget_tokens
        if kept and (crowds or total + size > budget_tokens):
            continue
        kept.append(node)
        spent[document] = share
        total += size
    return kept


def _document(node: NumberedNode) -> str | None:
    return node.node.ref_doc_id or node.node.path
