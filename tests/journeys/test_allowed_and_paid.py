"""The real program on a real terminal: a rule that is kept, a formula, a price before sending, settings, models."""

from pathlib import Path

import pytest
from tests.cli.scenes import QUESTION, held, use, use_hosted
from tests.journeys.terminal import ENTER, ESCAPE, Terminal
from tests.journeys.test_first_day import leave
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import paths

pytestmark = pytest.mark.journey


async def test_a_rule_is_kept_and_settings_and_models_are_seen(notes: Path) -> None:
    async with OpenAIServer() as server:
        mine = "# mine\n"
        use(
            server, "price_per_million_prompt_tokens = 100.0", "[tools]", f'tavily_base_url = "{server.root_url}"', mine
        )
        searches = [call(("web_search", {"query": query})) for query in ("mills of 1588", "wheels of 1588")]
        server.replies += [*searches, say("It turns $n^2$ times [1].")]
        async with Terminal("--agent", str(notes), columns=110) as terminal:
            await terminal.shows("1 document in notes", " agent ", "scripted")
            terminal.press(QUESTION)
            await terminal.shows("k in, $0.2")
            terminal.press(ENTER)
            await terminal.shows("s and A allow: web_search", "mills of 1588")
            terminal.press(ESCAPE)
            await terminal.shows("READ", "A always…")
            await terminal.press_until("keeps this rule in the settings", "A")
            terminal.press(ENTER)
            await terminal.shows("It turns n² times [1].")
            terminal.press("S")
            await terminal.shows("config.toml", "base_url", "file (line 2, column 1)")
            terminal.press("q")
            await terminal.shows("It turns n² times [1].")
            terminal.press("m")
            await terminal.shows("scripted", "quotes the documents; needs no model", "Ctrl+O try it")
            terminal.press(ESCAPE)
            await terminal.shows("READ")
            await leave(terminal)
        assert len([request for request in server.requests if request.path == "/search"]) == 2
    written = paths.config_file().read_text()
    assert 'allow = ["web_search"]' in written
    assert "# mine" in written


async def test_the_app_knows_the_price_of_a_hosted_model_and_stops_at_the_limit(notes: Path) -> None:
    """Part 6: the price before sending, the cap of `--max-cost` without typed prices, what the answer has cost."""
    async with OpenAIServer() as server:
        env = use_hosted(server)
        server.replies.append(held("word " * 2_400, after_words=2_000)[0])
        async with Terminal("--max-cost", "0.001", str(notes), columns=110, env=env) as terminal:
            await terminal.shows("1 document in notes", "gpt-4o-mini")
            terminal.press(QUESTION)
            await terminal.shows("k in, $0.0003")
            terminal.press(ENTER)
            await terminal.shows("Stopped: the answer has cost $0.001", "more than limits.max_cost ($0.0010)")
            await leave(terminal)
