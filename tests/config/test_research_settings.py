"""`[research]` in the settings: what a run of the desk may take, under the options of the command."""

import asyncio
from dataclasses import replace

import pytest
from tests.support.desk import Shelf

from bookwheel import paths
from bookwheel.config.load import load_config
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.llms.price_table import ModelPrice
from bookwheel.errors import ConfigError
from bookwheel.wiring.research_choice import ResearchRunnable
from bookwheel.wiring.research_options import ResearchOptions


async def settings(text: str) -> None:
    await asyncio.to_thread(write, text)


def write(text: str) -> None:
    paths.config_dir().mkdir(parents=True, exist_ok=True)
    paths.config_file().write_text(text)


async def budget(options: ResearchOptions, price: ModelPrice | None) -> tuple[int | None, int | None, float | None]:
    """The limits with which a run begins: calls, tokens, cost."""
    runnable = ResearchRunnable(
        await asyncio.to_thread(load_config),
        replace(options, plan="- Who?", approves_itself=True),
        Shelf("A mill."),
        MockLLM(['{"notes": []}']),
        web=None,
        web_rule=None,
        base_url="",
        price=price,
        resume=None,
    )
    handler = runnable.run(user_msg="Who?")
    async for event in handler.stream_events():
        if type(event).__name__ == "BudgetSet":
            await handler.cancel_run()
            return event.max_calls, event.max_tokens, event.max_cost  # type: ignore[attr-defined]
    raise AssertionError("no budget")


async def test_the_settings_and_the_cap_of_the_app_reach_the_ledger() -> None:
    price = ModelPrice(prompt=1.0, completion=2.0)
    assert await budget(ResearchOptions(), None) == (40, 200_000, None)
    await settings("[research]\nmax_calls = 9\nmax_tokens = 5000\n[limits]\nmax_cost = 0.25\n")
    assert await budget(ResearchOptions(), price) == (9, 5_000, 0.25)
    assert await budget(ResearchOptions(), None) == (9, 5_000, None)
    await settings("[research]\nmax_calls = 9\nmax_cost = 0.1\n[limits]\nmax_cost = 0.25\n")
    assert await budget(ResearchOptions(max_calls=3), price) == (3, 200_000, 0.1)


def test_a_value_out_of_range_is_named() -> None:
    write("[research]\nbreadth = 40\n")
    with pytest.raises(ConfigError, match=r"research\.breadth"):
        load_config()
