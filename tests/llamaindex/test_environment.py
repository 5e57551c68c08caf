"""The environment that LlamaIndex shares with Bookwheel holds what it is there for."""

import random
from importlib.metadata import version
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
    text = _manual(sections=60)
    for size in (64, 256, 1024):
        ours = [len(count(passage)) for passage in bookwheel.SentenceSplitter(size, 0).split_text(text)]
        # The default cuts sentences by data of NLTK, which it may have to download.
        theirs = SentenceSplitter(chunk_size=size, chunk_overlap=0, chunking_tokenizer_fn=lambda part: part.split(". "))
        assert max(ours) <= size
        assert sum(ours) / len(ours) > 0.85 * mean(len(count(passage)) for passage in theirs.split_text(text))


def _manual(sections: int) -> str:
    """Sections of one to twelve paragraphs, the same each time."""
    chosen = random.Random(1)
    words = (
        "valve pump keeper harbour signal rises every morning before the bell and closes slowly near water with three "
        "red lamps that nobody counted"
    ).split()
    parts: list[str] = []
    for number in range(sections):
        parts.append(f"## Part {number}")
        for _ in range(chosen.randint(1, 12)):
            lengths = [chosen.randint(6, 22) for _ in range(chosen.randint(1, 6))]
            parts.append(" ".join(f"{' '.join(chosen.choices(words, k=length)).capitalize()}." for length in lengths))
    return "\n\n".join(parts)
