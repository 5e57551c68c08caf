"""What a model of the desk is made from: the settings that apply to a provider of any package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.llms.llm import LLM

Closeness: TypeAlias = Callable[[str, Sequence[str]], Sequence[float]]
"""How near each text is in meaning to a question: cosines, in the order of the texts. It may block."""


@dataclass(frozen=True, slots=True)
class NearestWords:
    """The words of a question, and how near each is to the nearest word of each text: by text, by word."""

    words: Sequence[str]
    near: Sequence[Sequence[float]]


@runtime_checkable
class ComparesWords(Protocol):
    """What a `Closeness` may do besides: compare single words in their contexts. It may block."""

    def nearest_words(self, question: str, texts: Sequence[str]) -> NearestWords | None:
        """The words of a question and their nearest ones; None where the embedding model gives no vectors of words."""
        ...


ToolMode = Literal["auto", "native", "json", "react"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMOptions:
    """The settings of the section `[model]`; an empty text or None means that the user has not set it.

    A provider of another package receives a key or an address only when the user has set it for this provider: never
    OPENAI_API_KEY and OPENAI_BASE_URL. `closeness` is the embedding model of the settings, where there is one.
    """

    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    key_source: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    context_window: int | None = None
    timeout_s: float = 90.0
    max_retries: int = 2
    tools: ToolMode = "auto"
    allow_http: bool = False
    closeness: Closeness | None = None


LLMFactory: TypeAlias = "Callable[[LLMOptions], LLM]"
"""What an entry point of the group `bookwheel.llms` names; it may block, and raise BookwheelError."""
