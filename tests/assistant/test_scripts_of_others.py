"""Scripts of other projects ask several questions in one session."""

import asyncio
from pathlib import Path

import pytest

from bookwheel import wiring
from bookwheel.config.load import load_config
from bookwheel.transcript.answer import RunAnswer


async def test_a_script_asks_twice_in_one_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKWHEEL_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("BOOKWHEEL_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[model]\nprovider = "extractive"\n')
    (tmp_path / "mill.md").write_text("The mill at Ostbrook was built in 1774. Its wheel has twelve blades.\n")
    assistant = wiring.build(await asyncio.to_thread(load_config), mode="query")
    feed = assistant.records()
    await assistant.start([tmp_path / "mill.md"])
    await assistant.wait_indexed()
    answers: list[str] = []
    try:
        for question in ("When was the mill at Ostbrook built?", "What is the tax in Peru?"):
            run, answer = await assistant.ask(question), RunAnswer()
            async for record in feed:
                answer.apply(record.type, record.data)
                if record.type == "RunFinished" and record.run == run:
                    answers.append("" if answer.is_unsupported else str(record.data["response"]))
                    break
    finally:
        await assistant.aclose()
    assert "1774" in answers[0]
    assert answers[1] == ""
