"""What a model call took, in tokens, and what cut its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from bookwheel.engine.model_like import ModelLike
from bookwheel.lazy_dataclass import dataclass

Cut: TypeAlias = Literal["length", "content_filter"]
"""What ended an answer before the model did: its output limit, or the provider's filter."""


@dataclass(frozen=True, slots=True)
class Usage(ModelLike):
    """Tokens that one call took, as the endpoint counted them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )

    def __model_fields__(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.total_tokens,
        }

    @classmethod
    def __from_model_fields__(cls, values: Mapping[str, Any]) -> Usage:
        return cls(values.get("prompt_tokens", 0), values.get("completion_tokens", 0))
