"""What tokens cost: the shipped list, the user's own file, servers on this machine, and prices that are not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookwheel.engine.llms.price_table import FREE, ModelPrice, listed_price, shown_cost

OPENAI = "https://api.openai.com/v1"


def test_a_listed_model_has_its_price_and_the_month_of_the_list() -> None:
    price = listed_price("gpt-4o-mini", OPENAI)
    assert price is not None
    assert (price.prompt, price.completion) == (0.15, 0.60)
    assert price.as_of.startswith("20")


@pytest.mark.parametrize("version", ["gpt-4o-2024-08-06", "gpt-4o-latest", "gpt-4o-0806"])
def test_a_version_has_the_price_of_its_model(version: str) -> None:
    assert listed_price(version, OPENAI) == listed_price("gpt-4o", OPENAI)


def test_another_model_with_a_longer_name_is_not_that_model() -> None:
    assert listed_price("gpt-4o-realtime", OPENAI) is None
    assert listed_price("gpt-4o-mini", OPENAI) != listed_price("gpt-4o", OPENAI)


def test_a_price_that_is_not_listed_is_not_known_and_a_server_here_is_free() -> None:
    assert listed_price("gpt-4o", "https://example.org/v1") is None
    assert listed_price("anything", "http://127.0.0.1:11434/v1") is FREE


def test_the_users_own_file_goes_before_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(
        'as_of = "2027-01"\n["api.openai.com"]\n"gpt-4o" = [1, 2.5]\n["llm.example"]\nmine = [3, 4]\n', "utf-8"
    )
    assert listed_price("gpt-4o", OPENAI, own) == ModelPrice(prompt=1.0, completion=2.5, as_of="2027-01")
    assert listed_price("mine", "https://llm.example/v1", own) == ModelPrice(
        prompt=3.0, completion=4.0, as_of="2027-01"
    )
    assert listed_price("gpt-4o-mini", OPENAI, own) == listed_price("gpt-4o-mini", OPENAI)
    own.write_text("not toml [", "utf-8")
    assert listed_price("gpt-4o", OPENAI, own) == listed_price("gpt-4o", OPENAI)


def test_a_cost_is_shown_with_what_matters_of_it() -> None:
    assert [shown_cost(cost) for cost in (0.0, 0.00004, 0.0042, 0.5, 12.345)] == [
        "$0.0000",
        "<$0.0001",
        "$0.0042",
        "$0.5000",
        "$12.35",
    ]


def test_the_cost_of_tokens_counts_both_directions() -> None:
    assert ModelPrice(prompt=2.0, completion=10.0).cost(1_000, 500) == pytest.approx(0.007)
