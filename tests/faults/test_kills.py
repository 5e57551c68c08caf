"""Three hundred kills at random moments of everything that writes; KILLS=10000 before a release."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import kills

REPO = Path(__file__).resolve().parents[2]
COUNT = os.environ.get("KILLS", "300")


@pytest.mark.fault("S1", "S16", "S18", "A4", "D13")
@pytest.mark.timeout(900)
async def test_nothing_acknowledged_is_lost_to_kills() -> None:
    environment = {**os.environ, "PYTHONPATH": f"{REPO / 'src'}:{REPO}"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.kills", COUNT, "1",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=REPO,
    )  # fmt: skip
    try:
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, out.decode()
    assert "0 problems" in out.decode()


def test_a_lost_record_is_noticed(tmp_path: Path) -> None:
    acked = kills.Acknowledged()
    for line in ("20260101-0000-gone 3", "renamed 20260101-0000-gone 2", "indexed 10", "exported 1", "torn"):
        acked.take(line)
    (tmp_path / "work").write_text("c1\nc1\n")
    (tmp_path / "export.json").write_text(
        '{"seq": 1, "t": 1.0, "run": "r", "type": "A", "data": {"delta": "export 0"}}\n'
    )
    (tmp_path / "export.md").write_text("# 0\n")
    found = "\n".join(kills.lost(tmp_path, acked))
    for problem in (
        "gone with all its events", "is called ''", "no log says so", "ran twice", "export.json is not the whole",
        "export.md is not", "document 10 was indexed and is not found",
    ):  # fmt: skip
        assert problem in found
