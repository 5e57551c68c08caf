"""The recorded session of the README: it plays anywhere, and its sources are files of this repository."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.program import bookwheel

DOCS = Path(__file__).parents[2] / "docs"
TOUR = DOCS / "tour.jsonl"


async def test_the_tour_of_the_readme_plays_and_cites_files_that_are_here() -> None:
    log = TOUR.read_text(encoding="utf-8")
    played = await bookwheel("replay", str(TOUR), "--print", "--speed", "1000")
    assert played.code == 0
    assert [line for line in played.out.splitlines() if line.startswith("▌")] == [
        "▌ How do I add my own documents?",
        "▌ Which keys stop an answer?",
        "▌ Who was Agostino Ramelli?",
    ]
    records = [json.loads(line) for line in log.splitlines()]
    cited = {node["path"] for record in records for node in record["data"].get("citations", [])}
    assert cited
    assert all((DOCS / path).is_file() for path in cited)
