"""A model file behind llama.cpp's own server, in a child process: its crash is not ours, and it ends with us.

`python -m bookwheel.engine.llms.gguf.file_server` is the child. It reads its options as one line of JSON, prints its
address when the model is loaded, and ends when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from bookwheel.engine.llms.gguf.model_files import trained_context
from bookwheel.errors import MissingExtraError, ModelNotFoundError, ModelUnreachableError
from bookwheel.signals import signal_child

DEFAULT_CONTEXT = 8_192
# A model of 40 GB on a slow disk takes minutes to load.
LOAD_TIMEOUT_S = 600.0
_END_TIMEOUT_S = 3.0
_LAST_OF_STDERR = 4_000
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


class FileServer:
    """One model file, answering on loopback with a key of its own once `start` has returned."""

    def __init__(self, path: Path, *, context: int = 0) -> None:
        self.path = path
        self.base_url = ""
        self.key = secrets.token_hex(16)
        self.context = context
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Load the model. Raises MissingExtraError, ModelNotFoundError for a wrong file, ModelUnreachableError."""
        known = await asyncio.to_thread(trained_context, self.path) or DEFAULT_CONTEXT
        self.context = min(self.context or DEFAULT_CONTEXT, known)
        if find_spec("xllamacpp") is None:
            raise MissingExtraError("gguf", f"The model file {self.path.name}")
        with TemporaryFile() as errors:
            self._process = await self._spawn(errors)
            try:
                self.base_url = f"{await self._address(self._process, errors)}/v1"
            except BaseException:
                await self.aclose()
                raise

    async def aclose(self) -> None:
        """End the child, and wait for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(_END_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            signal_child(process, signal.SIGKILL)
            await process.wait()
        finally:
            signal_child(process, signal.SIGKILL)

    async def _spawn(self, errors: IO[bytes]) -> asyncio.subprocess.Process:
        kept = {name: value for name in _PASSED_ON if (value := os.environ.get(name)) is not None}
        # Before the import in the child: its OpenMP threads would spin while they wait, and starve everything else.
        environment = {**kept, "OMP_WAIT_POLICY": "passive"}
        try:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                __name__,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors.fileno(),
                env=environment,
                start_new_session=True,  # Ctrl+C in the terminal stops an answer, not the model
            )
        except OSError as error:
            raise ModelUnreachableError(
                f"The model server cannot be started: {error.strerror}.", hint="Close other programs, then ask again."
            ) from error

    async def _address(self, process: asyncio.subprocess.Process, errors: IO[bytes]) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        asked = {"path": str(self.path), "key": self.key, "context": self.context}
        process.stdin.write(f"{json.dumps(asked)}\n".encode())
        try:
            async with asyncio.timeout(LOAD_TIMEOUT_S):
                address = (await process.stdout.readline()).decode().strip()
        except TimeoutError:
            raise ModelUnreachableError(
                f"The model file {self.path.name} was not loaded within {LOAD_TIMEOUT_S:g} seconds.",
                hint="Ask again, or choose a smaller model.",
            ) from None
        if not address:
            raise ModelNotFoundError(
                f"The model file {self.path.name} cannot be loaded: {await asyncio.to_thread(_last_error, errors)}",
                hint="It may be damaged, of a kind that llama.cpp does not know, or too large for this machine.",
            )
        return address


def _last_error(errors: IO[bytes]) -> str:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - _LAST_OF_STDERR))
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "its server ended without a message."


def _serve() -> None:
    llama: Any = import_module("xllamacpp")  # without types
    asked = json.loads(sys.stdin.readline())
    options = llama.CommonParams()
    options.model.path = asked["path"]
    options.hostnames = ["127.0.0.1"]
    options.port = 0
    # Without a key its CORS headers let any web page of the machine's browser ask.
    options.api_keys = [asked["key"]]
    options.n_ctx = asked["context"]
    options.n_parallel = 1
    for threads in (options.cpuparams, options.cpuparams_batch):
        threads.n_threads = max(1, (os.cpu_count() or 2) // 2)
        threads.poll = 0
    options.use_jinja = True
    options.offline = True
    options.ui = False
    server = llama.Server(options)
    print(server.listening_address, flush=True)  # noqa: T201 - the line that the parent waits for
    sys.stdin.read()
    # Its threads delay the interpreter's end by seconds, and there is nothing to save.
    os._exit(0)


if __name__ == "__main__":
    _serve()
