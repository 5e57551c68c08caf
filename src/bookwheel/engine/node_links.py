"""How passages hang together: their document, and the passages before and after, by LlamaIndex's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, Protocol, Self

from bookwheel.engine.model_like import known_fields
from bookwheel.lazy_dataclass import dataclass


class NodeRelationship(StrEnum):
    """What another node is to this one (LlamaIndex's numbers)."""

    SOURCE = "1"
    PREVIOUS = "2"
    NEXT = "3"
    PARENT = "4"
    CHILD = "5"


@dataclass(frozen=True, slots=True)
class RelatedNodeInfo:
    """Another node, by its id."""

    node_id: str
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])


class _Linked(Protocol):
    @property
    def id_(self) -> str: ...
    @property
    def metadata(self) -> dict[str, Any]: ...
    @property
    def ref_doc_id(self) -> str | None: ...
    @property
    def relationships(self) -> Mapping[str, RelatedNodeInfo]: ...


class NodeLinks:
    """The related nodes of a passage, each None where there is none."""

    __slots__ = ()

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> Self:
        given = known_fields(cls, values)
        related: Mapping[str, Any] = given.get("relationships") or {}
        given["relationships"] = {
            kind: info if isinstance(info, RelatedNodeInfo) else RelatedNodeInfo(**known_fields(RelatedNodeInfo, info))
            for kind, info in related.items()
        }
        return cls(**given)

    def as_related_node_info(self: _Linked) -> RelatedNodeInfo:
        """This passage, as others name it among theirs."""
        return RelatedNodeInfo(self.id_, self.metadata)

    @property
    def parent_node(self: _Linked) -> RelatedNodeInfo | None:
        """The passage that this one was cut from."""
        return self.relationships.get(NodeRelationship.PARENT)

    @property
    def source_node(self: _Linked) -> RelatedNodeInfo | None:
        """The document that the passage is from."""
        found = self.relationships.get(NodeRelationship.SOURCE)
        return RelatedNodeInfo(self.ref_doc_id) if found is None and self.ref_doc_id is not None else found

    @property
    def prev_node(self: _Linked) -> RelatedNodeInfo | None:
        """The passage before."""
        return self.relationships.get(NodeRelationship.PREVIOUS)

    @property
    def next_node(self: _Linked) -> RelatedNodeInfo | None:
        """The passage after."""
        return self.relationships.get(NodeRelationship.NEXT)
