"""Models whose packages are not there say which extra they are and how it is installed, before anything is asked."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bookwheel import HuggingFaceLLM, LangChainLLM
from bookwheel.errors import MissingExtraError


@pytest.mark.skipif(find_spec("transformers") is not None, reason="transformers is installed")
def test_a_local_model_names_its_extra() -> None:
    with pytest.raises(MissingExtraError) as caught:
        HuggingFaceLLM("any")
    assert caught.value.hint == "Install it: pip install 'bookwheel[huggingface]'"


@pytest.mark.skipif(find_spec("langchain_core") is not None, reason="LangChain is installed")
def test_a_model_of_langchain_names_its_extra() -> None:
    with pytest.raises(MissingExtraError) as caught:
        LangChainLLM(object())
    assert caught.value.hint == "Install it: pip install 'bookwheel[langchain]'"
