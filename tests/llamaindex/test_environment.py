"""The environment that LlamaIndex shares with Bookwheel holds what it is there for."""

from importlib.metadata import version

import bookwheel


def test_bookwheel_and_llamaindex_are_here_together_with_openai_2() -> None:
    assert version("openai").startswith("2.")
    assert version("llama-index-core")
    assert bookwheel.AgentWorkflow
