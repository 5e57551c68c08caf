"""`--max-cost` without typed prices: in the app, and for research with a list price."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION, held, use_hosted
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel.cli.given_options import Options
from bookwheel.cli.work.research_input import require_prices
from bookwheel.config.load import load_config
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import Config, FoundKeys, ModelSettings
from bookwheel.errors import UsageError


def test_max_cost_is_a_limit_of_the_app() -> None:
    config = load_config(flags=Options(max_cost=0.5).flags())
    assert config.limits.max_cost == 0.5
    assert config.origin("limits.max_cost").kind == "flag"


def test_a_listed_model_needs_no_typed_prices_and_an_unknown_one_does() -> None:
    key = FoundKeys(environment={"OPENAI_API_KEY": Secret("sk-x")})
    require_prices(replace(Config(), found_keys=key), 1.0)
    with pytest.raises(UsageError, match="needs the prices"):
        require_prices(replace(Config(), model=ModelSettings(name="no-such-model"), found_keys=key), 1.0)


async def test_the_listed_price_of_a_hosted_model_stops_an_answer_that_costs_more(notes: Path) -> None:
    """60 cents for a million tokens: a tenth of a cent pays for some 1,600 of the 2,500 tokens."""
    async with OpenAIServer() as server:
        env = use_hosted(server)
        server.replies += [held("word " * 2_400, after_words=2_000)[0], say("Nine [1].")]
        stopped = await bookwheel("ask", "--max-cost", "0.001", QUESTION, str(notes), env=env)
        answered = await bookwheel("ask", "--max-cost", "0.001", QUESTION, str(notes), env=env)
    assert stopped.code == 4
    assert stopped.out.startswith("word word")
    assert "--max-cost 0.001: the run has cost $0.001" in stopped.err
    assert (answered.code, answered.err) == (0, "")
