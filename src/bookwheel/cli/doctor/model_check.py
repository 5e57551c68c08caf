"""What would answer here, tried out: for `bookwheel doctor`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bookwheel.config.keys import model_key_source
from bookwheel.config.setting_tables import Config
from bookwheel.errors import BookwheelError
from bookwheel.wiring.model_choice import EXTRACTIVE, ModelChoice

TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """The model that would answer; `error` says what is wrong with it, `models` what its endpoint lists."""

    name: str = ""
    endpoint: str = ""
    key_source: str = ""
    models: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""

    @property
    def is_embedded(self) -> bool:
        return self.name == EXTRACTIVE


async def examine_model(config: Config) -> ModelReport:
    """Choose the model as a question would, and ask its endpoint for its models. Never raises BookwheelError."""
    choice = ModelChoice(config)
    key_source = model_key_source(config)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await choice.model()
            models = await choice.list_models()
        report = ModelReport(
            name=choice.name, endpoint=choice.base_url, key_source=choice.key_source or key_source, models=tuple(models)
        )
        return report if not models or report.name in models else _unknown(report)
    except BookwheelError as error:
        message, hint = error.message, error.hint
    except TimeoutError:
        message, hint = f"The endpoint has not answered within {TIMEOUT_S:g} seconds.", "Is the address right?"
    finally:
        await choice.aclose()
    return ModelReport(
        name=choice.name,
        endpoint=choice.base_url or config.model.base_url,
        key_source=choice.key_source or key_source,
        error=message,
        hint=hint,
    )


def _unknown(report: ModelReport) -> ModelReport:
    return ModelReport(
        name=report.name,
        endpoint=report.endpoint,
        key_source=report.key_source,
        models=report.models,
        error=f"The endpoint does not list the model '{report.name}'.",
        hint=f"It lists: {', '.join(report.models[:8])}. Choose one: model.name, or --model NAME.",
    )
