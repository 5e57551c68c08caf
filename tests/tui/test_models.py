"""Choosing a model in the app: found ones are listed, one is tried, a dead endpoint is told at the start."""

from pathlib import Path

from tests.support.desk import Workflows
from tests.support.desk_app import running_app

from bookwheel.assistant.protocols import ModelOffer
from bookwheel.engine.llms.price_table import ModelPrice
from bookwheel.tui.screens.model_screen import ModelScreen


class Listing(Workflows):
    """Finds models, and tries them."""

    async def offers(self) -> list[ModelOffer]:
        return [
            ModelOffer(value="mock", label="mock", note="127.0.0.1:1"),
            ModelOffer(value="qwen3@http://127.0.0.1:11434/v1", label="qwen3", note="Ollama, 127.0.0.1:11434"),
            ModelOffer(value="", label="langchain", note="a provider: model.provider in the settings"),
        ]

    async def try_model(self, name: str) -> str:
        return f"answered in 0.1 s: {name}"


async def test_models_are_listed_with_their_place_tried_and_switched(tmp_path: Path) -> None:
    problem = "No connection to http://127.0.0.1:1. Or press m and choose extractive."
    async with running_app(tmp_path, Listing(problem=problem), size=(100, 30)) as desk:
        await desk.until_sees("No connection to http://127.0.0.1:1.")
        await desk.press("escape", "m")
        await desk.until(lambda: isinstance(desk.app.screen, ModelScreen))
        await desk.until_sees("Ollama, 127.0.0.1:11434")
        await desk.type("qwen")
        await desk.press("ctrl+o")
        await desk.until_sees("answered in 0.1 s: qwen3@")
        for _ in "qwen":
            await desk.press("backspace")
        await desk.type("langchain")
        await desk.press("enter")
        await desk.until_sees("chosen in the settings")
        for _ in "langchain":
            await desk.press("backspace")
        await desk.type("qwen")
        await desk.press("enter")
        await desk.until(lambda: desk.app.desk.status.model == "qwen3@http://127.0.0.1:11434/v1")
        await desk.press("m")
        await desk.until(lambda: isinstance(desk.app.screen, ModelScreen))
        await desk.type("my-own")
        await desk.press("enter")
        await desk.until(lambda: desk.app.desk.status.model == "my-own")


class Priced(Workflows):
    """Answers with a model of a known window; its price may be known."""

    price: ModelPrice | None = None
    window = 8_000


async def test_the_prompt_has_its_tokens_and_its_price_before_it_is_sent(tmp_path: Path) -> None:
    workflows = Priced()
    async with running_app(tmp_path, workflows, size=(120, 30)) as desk:
        await desk.type("What is it")
        await desk.until_sees("~2.2k in, price unknown")
        workflows.price = ModelPrice(prompt=100.0, completion=1.0)
        await desk.type(" now")
        await desk.until_sees("~2.2k in, $0.2")
        workflows.price = ModelPrice(prompt=0.0, completion=0.0)
        await desk.type("?")
        await desk.until(lambda: desk.sees("~2.2k in") and not desk.sees("~2.2k in,"))
        await desk.press("enter")
        await desk.until(lambda: not desk.sees("~2.2k in"))
