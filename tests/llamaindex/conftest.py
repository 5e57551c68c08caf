"""These tests run the real LlamaIndex, which only `.venv-llamaindex` has (`make test` makes it and runs them there)."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("llama_index") else ["test_*.py"]
