"""`--max-cost` without typed prices: in the app, and for research with a list price."""

from dataclasses import replace

import pytest

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
