"""What a model's tokens cost: from a table of list prices with its date, which the user's own file goes before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

SHIPPED = Path(__file__).with_name("prices.toml")

_MILLION = 1_000_000
# gpt-4o-2024-08-06, gpt-5-latest
_VERSION = lazy_regex(r"-(?:\d{4}-\d{2}-\d{2}|\d{4,8}|latest)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """US dollars for a million tokens; `as_of` is the month of a list price, "" for a price of the user's own."""

    prompt: float = 0.0
    completion: float = 0.0
    as_of: str = ""

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost, in dollars."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / _MILLION


FREE = ModelPrice()


def listed_price(model: str, base_url: str, own_file: Path | None = None) -> ModelPrice | None:
    """The price of a model at an endpoint; None where it is not known. Blocks.

    A server on this machine costs nothing.
    """
    # Late: a cost is shown in every first frame, and looked up for an endpoint alone.
    from urllib.parse import urlsplit

    from bookwheel.engine.llms.openai.endpoint import is_loopback

    host = urlsplit(base_url).hostname or ""
    if not base_url or is_loopback(host):
        return FREE
    for file in filter(None, (own_file, SHIPPED)):
        table = _read(file)
        prices = table.get(host)
        found = _price_in(cast("dict[str, object]", prices), model) if isinstance(prices, dict) else None
        if found is not None:
            return ModelPrice(prompt=found[0], completion=found[1], as_of=str(table.get("as_of", "")))
    return None


def _price_in(prices: Mapping[str, object], model: str) -> tuple[float, float] | None:
    """The price of the model itself, else of the one that it is a version of."""
    names = [name for name in prices if model == name or _VERSION.fullmatch(model.removeprefix(name))]
    price = prices.get(max(names, key=len)) if names else None
    match cast("object", price):
        case [int() | float() as prompt, int() | float() as completion]:
            return float(prompt), float(completion)
        case _:
            return None


def _read(file: Path) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def shown_cost(dollars: float) -> str:
    """Such as "$0.0042": two digits that say something, never nothing for something."""
    if dollars >= 1:
        return f"${dollars:.2f}"
    return f"${dollars:.4f}" if dollars >= 0.0001 or not dollars else "<$0.0001"
