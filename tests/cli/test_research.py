"""`bookwheel research` as scripts use it: its report, its files, its limits, its exit codes, going on after a kill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import bookwheel, start
from tests.support.openai_server import OpenAIServer
from tests.support.research_script import SCENARIOS, ResearchScript

QUESTION = "Who built the bridge, and when did the school open?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    spec = _spec()
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in spec["documents"].items():
        (docs / name).write_text(text, encoding="utf-8")
    return docs


def _spec() -> dict[str, Any]:
    return json.loads((SCENARIOS / "s01_branches_and_rounds.json").read_text(encoding="utf-8"))


async def test_a_report_of_quotations_needs_no_model(folder: Path) -> None:
    ended = await bookwheel("research", QUESTION, str(folder))
    assert ended.code == 0, ended.err
    assert "## Who built the bridge?" in ended.out
    assert "The bridge was built in 1893 by Anna Weber. [1]" in ended.out
    assert "bridge.md" in ended.out


async def test_nothing_found_ends_with_three(folder: Path) -> None:
    ended = await bookwheel("research", "Who invented the zeppelin?", str(folder))
    assert ended.code == 3
    assert ended.out == ""
    assert "nothing in the documents" in ended.err


async def test_the_plan_alone_is_a_list_that_can_be_given_back(folder: Path) -> None:
    planned = await bookwheel("research", "--plan-only", QUESTION, str(folder))
    assert planned.code == 0
    assert planned.out == "- Who built the bridge?\n- When did the school open?\n"
    plan = folder.parent / "plan.md"
    plan.write_text("- When did the school open?\n", encoding="utf-8")
    ended = await bookwheel("research", "--plan", str(plan), QUESTION, str(folder))
    assert "The school opened in 1910" in ended.out
    assert "Anna Weber" not in ended.out


@pytest.mark.parametrize("suffix", ["md", "html", "bib", "csl", "ris", "json"])
async def test_the_report_is_written_to_a_file(folder: Path, suffix: str) -> None:
    target = folder.parent / f"report.{suffix}"
    ended = await bookwheel("research", "--output", str(target), QUESTION, str(folder))
    assert ended.code == 0, ended.err
    assert "bridge" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--output", "report.doc"), "cannot be written as '.doc'"),
        (("--plan", "nowhere.md"), "no file 'nowhere.md'"),
        (("--resume", "nosuch"), "no session 'nosuch'"),
    ],
)
async def test_wrong_usage_is_named(folder: Path, arguments: tuple[str, str], said: str) -> None:
    ended = await bookwheel("research", *arguments, QUESTION, str(folder))
    assert ended.code in (1, 2)
    assert said in ended.err


async def test_a_limit_ends_with_a_report_from_what_is_known_and_four(folder: Path) -> None:
    case = _spec()["cases"][0]
    script = ResearchScript(case["replies"])
    async with OpenAIServer(script=script) as server:
        ended = await bookwheel(
            "research",
            "--max-calls",
            "4",
            case["question"],
            str(folder),
            env={"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.base_url},
        )
        assert len(server.chats) <= 4
    assert ended.code == 4, ended.err
    assert "Anna Weber" in ended.out
    assert "This part is not complete" in ended.out
    assert "4 model calls" in ended.err


async def test_lines_on_standard_input_steer_the_run_or_are_named(folder: Path) -> None:
    case = _spec()["cases"][0]
    script = ResearchScript({"plan": case["replies"]["plan"], "read": {"hangs": True}, "section": "", "summary": ""})
    early = [
        b'{"kind": "drop", "branch": 2}',  # before there is a plan
        b'{"kind": "hint", "branch": "9", "text": "the dates"}',
        b"not json",
        b"\xff\xfe",
        b'{"kind": "fly"}',
    ]
    async with OpenAIServer(script=script) as server:
        env = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.base_url}
        process = await start("research", "--json", case["question"], str(folder), env=env)
        try:
            assert process.stdin is not None
            process.stdin.write(b"\n".join(early) + b"\n")
            await server.wait_for_chats(2)  # the plan, and the reading of a branch: one at a time on loopback
            out, err = await process.communicate(b'{"kind": "write_now"}\n')
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            script.gate.opened.set()
    records = [json.loads(line) for line in out.splitlines()]
    steered = [(r["data"]["kind"], r["data"]["branch"]) for r in records if r["type"] == "Steered"]
    assert steered == [("drop", "2"), ("write_now", "")]
    notices = [record["data"]["text"] for record in records if record["type"] == "Notice"]
    assert "There is no branch '9'." in notices
    said = err.decode().splitlines()
    assert "bookwheel: not a JSON object: not json" in said
    assert any(line.startswith("bookwheel: the kind must be one of add, ") for line in said)
    assert sum("not a JSON object" in line for line in said) == 2
    # The model has read and written nothing: the report quotes the passages found, and says so.
    assert "Anna Weber. [1]" in records[-1]["data"]["response"]
    assert any("chosen without the model" in notice for notice in notices)


async def test_a_whole_report_is_not_researched_again(folder: Path) -> None:
    await bookwheel("research", QUESTION, str(folder))
    ended = await bookwheel("research", "--resume", "last")
    assert ended.code == 2
    assert "no research to continue" in ended.err


async def test_a_research_is_played_back_with_its_plan_and_its_report(folder: Path) -> None:
    await bookwheel("research", QUESTION, str(folder))
    played = await bookwheel("replay", "last", "--print", "--speed", "1000")
    assert played.code == 0, played.err
    assert played.err.startswith("  1. Who built the bridge?\n  2. When did the school open?\n")
    assert "· 1. Who built the bridge?: 1 note\n" in played.err
    assert played.out.startswith(f"▌ {QUESTION}\n\n## Who built the bridge?")
    report = played.out[played.out.index("## Who built the bridge?") :]
    assert "The bridge was built in 1893 by Anna Weber. [1]" in report
    assert "bridge.md" in report.rpartition("[1]")[2]


async def test_a_research_that_was_killed_goes_on_without_paying_again(folder: Path) -> None:
    case = _spec()["cases"][0]
    script = ResearchScript({**case["replies"], "section When did the school open?": {"hangs": True}})
    async with OpenAIServer(script=script) as server:
        env = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.base_url}
        process = await start("research", "--json", case["question"], str(folder), env=env)
        # plan, four readings and two sections are answered and shown, which means kept; the third section hangs
        await server.wait_for_chats(8)
        assert process.stdout is not None
        written = 0
        while written < 2:
            written += json.loads(await process.stdout.readline())["type"] == "SectionFinished"
        process.kill()
        await process.communicate()
        asked_before = list(script.asked)
        script.replies = case["replies"]
        script.gate.opened.set()
        ended = await bookwheel("research", "--resume", "last", "--json", env=env)
        asked_after = script.asked[len(asked_before) :]
    assert ended.code == 0, ended.err
    assert asked_after == ["section When did the school open?", "summary"]
    records = [json.loads(line) for line in ended.out.splitlines()]
    assert records[0]["data"]["resumes"] == "r1"
    finished = records[-1]["data"]
    assert finished["status"] == "completed"
    assert [each["path"].rpartition("/")[2] for each in finished["citations"]] == ["bridge.md", "mill.md", "school.md"]
    assert finished["research"]["notes"] == 4
    deltas = "".join(r["data"]["delta"] for r in records if r["type"] == "AgentStream")
    assert deltas == finished["response"]
