"""A question about all rows of a table, such as for the greatest value, is answered from all of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bookwheel import DocumentIndex, ExtractiveLLM, MockLLM
from bookwheel.engine.events import Retrieval
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.query_workflow import QueryWorkflow

TOP_K = 4
HEIGHTS = {number: 20 + number * 7 % 300 for number in range(1, 201)}
HIGHEST = max(HEIGHTS, key=HEIGHTS.__getitem__)
NORTHERN = sum(number % 3 == 0 for number in HEIGHTS)


def towers(folder: Path, rows: int = 200) -> Path:
    """A table of towers; all rows look alike, so that the search finds a few of them."""
    lines = ["tower,region,height_in_m,lift_code,built_by_the_firm_of"]
    for number in range(1, rows + 1):
        region = "North" if number % 3 == 0 else "South"
        height = HEIGHTS.get(number, 1)
        lines.append(f"Tower {number},{region},{height},L{number:04},Brothers Holt and Daughters of Ferry Lane")
    (folder / "towers.csv").write_text("\n".join(lines))
    return folder


async def asked(folder: Path, question: str, llm: LLM) -> tuple[str, list[int]]:
    index = await asyncio.to_thread(DocumentIndex.from_paths, [folder])
    handler = QueryWorkflow(index.as_retriever(similarity_top_k=TOP_K), llm).run(user_msg=question)
    found = [len(event.nodes) async for event in handler.stream_events() if isinstance(event, Retrieval)]
    return str(await handler), found


@pytest.mark.parametrize("question", ["Which tower has the greatest height?", "What is the highest tower?"])
async def test_the_greatest_is_that_of_the_whole_table(tmp_path: Path, question: str) -> None:
    text, _ = await asked(towers(tmp_path), question, ExtractiveLLM())
    assert f"tower: Tower {HIGHEST};" in text
    assert "One of the two hundred rows" in text


async def test_all_rows_are_counted(tmp_path: Path) -> None:
    text, _ = await asked(towers(tmp_path), "How many towers are in the region North?", ExtractiveLLM())
    assert NORTHERN == 66
    assert "Sixty-six of the two hundred rows" in text


async def test_a_table_that_is_too_long_is_said_to_have_more_rows(tmp_path: Path) -> None:
    text, _ = await asked(towers(tmp_path, 2_000), "Which tower has the greatest height?", ExtractiveLLM())
    assert "the table has more rows" in text


async def test_one_row_needs_no_others(tmp_path: Path) -> None:
    text, found = await asked(towers(tmp_path), "What is the height of tower 17?", ExtractiveLLM())
    assert "tower: Tower 17;" in text
    assert found == [TOP_K]


async def test_another_model_is_sent_no_more_than_was_asked_for(tmp_path: Path) -> None:
    _, found = await asked(towers(tmp_path), "Which tower has the greatest height?", MockLLM(["Tower 1 [1]."]))
    assert found == [TOP_K]


async def test_rows_are_not_an_answer_where_their_columns_cannot_be_compared(tmp_path: Path) -> None:
    """Two columns have incidents: none of the rows has the most."""
    rows = "\n".join(f"Line {at},{at},{9 - at}" for at in range(1, 9))
    (tmp_path / "lines.csv").write_text(f"line,incidents_early,incidents_late\n{rows}\n")
    text, _ = await asked(tmp_path, "Which line has the most incidents?", ExtractiveLLM())
    assert "Nothing in the passages" in text


async def test_the_column_with_more_words_of_the_question_is_compared(tmp_path: Path) -> None:
    rows = "\n".join(f"Trade {at},{at},{(9 - at) / 100}" for at in range(1, 9))
    (tmp_path / "trades.csv").write_text(f"trade,unemployed,unemployment_rate\n{rows}\n")
    text, _ = await asked(tmp_path, "Which trade has the highest unemployment rate?", ExtractiveLLM())
    assert "trade: Trade 1;" in text
    text, _ = await asked(tmp_path, "Which trade has the most unemployed?", ExtractiveLLM())
    assert "trade: Trade 8;" in text


async def test_those_that_say_yes_are_of_the_whole_table(tmp_path: Path) -> None:
    songs = "\n".join(f"School {at},Song {at},Ada Rook,{'Yes' if at % 2 else 'No'},No" for at in range(1, 161))
    (tmp_path / "songs.csv").write_text(f"school,song_name,writers,official_song,fight\n{songs}\n")
    text, _ = await asked(tmp_path, "Which schools have an official song?", ExtractiveLLM())
    assert "Eighty of the one hundred and sixty rows found (official_song: yes)" in text
    text, _ = await asked(tmp_path, "Who wrote the fight song of School 12?", ExtractiveLLM())
    assert "school: School 12;" in text
    assert "rows found" not in text
