"""The environment that LlamaIndex shares with Bookwheel holds what it is there for."""

from importlib.metadata import version
from pathlib import Path
from statistics import mean

from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.utils import get_tokenizer

import bookwheel


def test_bookwheel_and_llamaindex_are_here_together_with_openai_2() -> None:
    assert version("openai").startswith("2.")
    assert version("llama-index-core")
    assert bookwheel.AgentWorkflow


def test_passages_are_counted_by_the_tokens_that_llamaindex_counts() -> None:
    count = get_tokenizer()
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    for size in (64, 256, 1024):
        ours = [len(count(passage)) for passage in bookwheel.SentenceSplitter(size, 0).split_text(text)]
        # The default cuts sentences by data of NLTK, which it may have to download.
        theirs = SentenceSplitter(chunk_size=size, chunk_overlap=0, chunking_tokenizer_fn=lambda part: part.split(". "))
        assert max(ours) <= size
        assert sum(ours) / len(ours) > 0.75 * mean(len(count(passage)) for passage in theirs.split_text(text))
