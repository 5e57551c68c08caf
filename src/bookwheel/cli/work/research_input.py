"""What `bookwheel research` is given beside its question: a plan, a file for the report, a limit on cost."""

from __future__ import annotations

from pathlib import Path

from bookwheel import paths
from bookwheel.cli.inputs import named_text
from bookwheel.config.setting_tables import Config
from bookwheel.errors import UsageError

MAX_PLAN = 64 * 1024
_FORMATS = {
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".json": "json",
    ".bib": "bib",
    ".csl": "csl",
    ".ris": "ris",
}


def plan_text(path: Path) -> str:
    """The plan in a file. Raises UsageError when it cannot be read, or holds no sub-question."""
    from bookwheel.engine.research.research_plan import plan_from_list

    text = named_text(path, MAX_PLAN, what="plan", hint="Name a file with a Markdown list after --plan.")
    plan_from_list(text)
    return text


def output_format(path: Path) -> str:
    """The format that a file's name asks for. Raises UsageError for another, and where the file cannot be written."""
    format_ = _FORMATS.get(path.suffix.lower())
    if format_ is None:
        raise UsageError(
            f"The report cannot be written as '{path.suffix or path.name}'.",
            hint=f"End the name in {', '.join(_FORMATS)}.",
        )
    folder = paths.absolute(path).parent
    if not folder.is_dir():
        raise UsageError(f"There is no folder '{folder}'.", hint="Make it first, or name another.")
    return format_


def require_prices(config: Config, max_cost: float | None) -> None:
    """Raises UsageError for a limit on the cost of a model whose prices are not known."""
    from bookwheel.config.keys import model_key_source
    from bookwheel.engine.llms.openai.endpoint import DEFAULT_BASE_URL
    from bookwheel.engine.llms.price_table import listed_price
    from bookwheel.wiring.model_choice import OPENAI_DEFAULT_MODEL

    model = config.model
    has_prices = bool(model.price_per_million_prompt_tokens or model.price_per_million_completion_tokens)
    name, own = model.name or OPENAI_DEFAULT_MODEL, paths.config_dir() / "prices.toml"
    if max_cost is not None and not has_prices:
        has_prices = listed_price(name, model.base_url or DEFAULT_BASE_URL, own) is not None
    # Without a key the model is on this machine or the embedded one, and costs nothing.
    if max_cost is not None and not has_prices and model_key_source(config):
        raise UsageError(
            "--max-cost needs the prices of the model.",
            hint="Set model.price_per_million_prompt_tokens and model.price_per_million_completion_tokens.",
        )
