"""Filters on the metadata of passages, with LlamaIndex's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import TypeAlias, cast

from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import JsonValue, NodeWithScore, QueryBundle
from bookwheel.lazy_dataclass import dataclass

# At most this many passages are filtered.
_MOST_LOOKED_THROUGH = 1_000
_MORE = 4


class FilterOperator(StrEnum):
    """How the value of a key is compared; a key that is absent passes only `IS_EMPTY`, `NE` and `NIN`."""

    EQ = "=="
    GT = ">"
    LT = "<"
    NE = "!="
    GTE = ">="
    LTE = "<="
    IN = "in"
    NIN = "nin"
    CONTAINS = "contains"
    TEXT_MATCH = "text_match"
    IS_EMPTY = "is_empty"


class FilterCondition(StrEnum):
    """How several filters are joined."""

    AND = "and"
    OR = "or"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class MetadataFilter:
    """One key of the metadata compared with a value."""

    key: str
    value: JsonValue = None
    operator: FilterOperator | str = FilterOperator.EQ

    def takes(self, metadata: Mapping[str, JsonValue]) -> bool:
        """Whether a passage with this metadata passes. Raises ValueError for an unknown operator."""
        operator, found = FilterOperator(self.operator), metadata.get(self.key)
        if operator is FilterOperator.IS_EMPTY:
            return found in (None, "", [])
        if found is None:
            return operator in (FilterOperator.NE, FilterOperator.NIN)
        return _COMPARE[operator](found, self.value)


ExactMatchFilter = MetadataFilter


@dataclass(frozen=True, slots=True)
class MetadataFilters:
    """Several filters, or groups of them, joined by `condition`."""

    filters: Sequence[MetadataFilter | MetadataFilters] = field(
        default_factory=list["MetadataFilter | MetadataFilters"]
    )
    condition: FilterCondition | str = FilterCondition.AND

    def takes(self, metadata: Mapping[str, JsonValue]) -> bool:
        """Whether a passage with this metadata passes."""
        passed = (one.takes(metadata) for one in self.filters)
        match FilterCondition(self.condition):
            case FilterCondition.AND:
                return all(passed)
            case FilterCondition.OR:
                return any(passed)
            case FilterCondition.NOT:
                return not any(passed)


class FilteredRetriever(BaseRetriever):
    """The best passages whose metadata pass `filters`, looked for among the best 1,000 of all.

    `retriever_for` makes the retriever that finds a number of passages.
    """

    def __init__(
        self, retriever_for: Callable[[int], BaseRetriever], filters: MetadataFilters, similarity_top_k: int
    ) -> None:
        self._retriever_for = retriever_for
        self._filters = filters
        self.similarity_top_k = similarity_top_k

    def why_stale(self, node_id: str, quote: str) -> str:
        return self._retriever_for(self.similarity_top_k).why_stale(node_id, quote)

    def with_whole_tables(self, found: list[NodeWithScore]) -> list[NodeWithScore]:
        whole = self._retriever_for(self.similarity_top_k).with_whole_tables(found)
        return [node for node in whole if self._filters.takes(node.metadata)]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        depth = self.similarity_top_k * _MORE
        while True:
            found = self._retriever_for(depth).retrieve(query_bundle)
            passed = [node for node in found if self._filters.takes(node.metadata)]
            if len(passed) >= self.similarity_top_k or len(found) < depth or depth >= _MOST_LOOKED_THROUGH:
                return passed[: self.similarity_top_k]
            depth = min(depth * _MORE, _MOST_LOOKED_THROUGH)


def _ordered(compare: Callable[[float | str, float | str], bool]) -> _Compare:
    def compared(found: JsonValue, wanted: JsonValue) -> bool:
        if isinstance(found, str) and isinstance(wanted, str):
            return compare(found, wanted)
        is_number = isinstance(found, (int, float)) and isinstance(wanted, (int, float))
        return is_number and compare(cast("float", found), cast("float", wanted))

    return compared


def _is_among(found: JsonValue, wanted: JsonValue) -> bool:
    return isinstance(wanted, (list, tuple)) and found in cast("Sequence[JsonValue]", wanted)


def _contains(found: JsonValue, wanted: JsonValue) -> bool:
    return isinstance(found, (list, tuple)) and wanted in cast("Sequence[JsonValue]", found)


def _matches_text(found: JsonValue, wanted: JsonValue) -> bool:
    return isinstance(found, str) and isinstance(wanted, str) and wanted in found


_Compare: TypeAlias = Callable[[JsonValue, JsonValue], bool]
_COMPARE: Mapping[FilterOperator, _Compare] = {
    FilterOperator.EQ: lambda found, wanted: found == wanted,
    FilterOperator.NE: lambda found, wanted: found != wanted,
    FilterOperator.GT: _ordered(lambda found, wanted: found > wanted),  # type: ignore[operator] - both of one kind
    FilterOperator.LT: _ordered(lambda found, wanted: found < wanted),  # type: ignore[operator]
    FilterOperator.GTE: _ordered(lambda found, wanted: found >= wanted),  # type: ignore[operator]
    FilterOperator.LTE: _ordered(lambda found, wanted: found <= wanted),  # type: ignore[operator]
    FilterOperator.IN: _is_among,
    FilterOperator.NIN: lambda found, wanted: not _is_among(found, wanted),
    FilterOperator.CONTAINS: _contains,
    FilterOperator.TEXT_MATCH: _matches_text,
}
