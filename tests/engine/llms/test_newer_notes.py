"""A later document that changes an earlier one: both are quoted by the embedded model, the newer first, with dates."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode


def dated(number: int, text: str, date: str) -> NumberedNode:
    node = TextNode(text, metadata={"date": date, "file_name": f"note-{number}.md"}, ref_doc_id=f"d{number}")
    return NumberedNode(number, node, 1.0 / number)


async def answer(question: str, *nodes: NumberedNode) -> str:
    return str(await ExtractiveLLM().achat([ChatMessage(content=question, nodes=list(nodes))]))


@pytest.mark.parametrize(
    ("question", "older", "newer"),
    [
        ("When does the swimming course start?", "The swimming course starts on 4 May.",
         "The swimming course is postponed and starts on 18 May."),
        ("How much is the harbour fee?", "The harbour fee is 40 euros.", "The harbour fee is 45 euros."),
        ("Wie hoch ist die Hafengebühr?", "Die Hafengebühr beträgt 40 Euro.",
         "Die Hafengebühr beträgt künftig 45 Euro."),
        ("Until when is the shop open on Mondays?", "The shop is open until 22:00 on Mondays.",
         "The shop now closes at 21:00 on Mondays."),
        ("¿Cuánto cuesta el amarre?", "El amarre cuesta 40 euros.",
         "El amarre ya no cuesta 40 euros, cuesta 45 euros."),
    ],
)  # fmt: skip
async def test_the_newer_of_two_notes_is_quoted_first_and_both_have_their_date(
    question: str, older: str, newer: str
) -> None:
    text = await answer(question, dated(1, older, "2025-01-10"), dated(2, newer, "2025-03-02"))
    assert text == f"2025-03-02:\n{newer} [2]\n\n2025-01-10:\n{older} [1]"


@pytest.mark.parametrize(
    ("question", "older", "newer"),
    [
        ("When does the choir move?", "The choir moves to the Corn Hall in Ostley on 4 June.",
         "Move. The Corn Hall is not dry yet; the move is put off to 9 August."),
        ("May the kayaks be used on the lower basin again?", "Until the lower basin is dredged no kayaks may be used.",
         "The lower basin is dredged and open again since 3 May."),
        ("When is the next weighing of the bell?", "The next weighing of the bell is in May 2028.",
         "The weighing of the bell is brought forward from May 2028 to March 2027."),
    ],
)  # fmt: skip
async def test_a_later_note_in_other_words_that_takes_it_back_is_quoted_first(
    question: str, older: str, newer: str
) -> None:
    text = await answer(question, dated(1, older, "2025-01-10"), dated(2, newer, "2025-03-02"))
    assert text.startswith("2025-03-02:\n")
    assert newer.rpartition("; ")[2] in text
    assert f"2025-01-10:\n{older} [1]" in text


async def test_notes_that_say_the_same_are_not_called_an_update() -> None:
    text = await answer(
        "Who keeps the harbour light?",
        dated(1, "Ida Thorne keeps the harbour light.", "2025-01-10"),
        dated(2, "The harbour light is in the care of Ida Thorne.", "2025-03-02"),
    )
    assert "2025" not in text


async def test_a_question_about_a_year_is_answered_from_that_year() -> None:
    text = await answer(
        "How much was the harbour fee in 2024?",
        dated(1, "In 2024 the harbour fee was 40 euros.", "2024-01-10"),
        dated(2, "The harbour fee is now 45 euros.", "2025-03-02"),
    )
    assert text.startswith("In 2024 the harbour fee was 40 euros. [1]")


SPRING = """# Mill trust, 3 March 2025

## Sluice

The new sluice costs 5,200 euros and is built in May. Until then nobody may cross the weir.

## Miller

Ada Rook looks after the stones.
"""
AUTUMN = """# Mill trust, 9 June 2025

1. Sluice. Two planks were rotten as well. The bill is 6,050 euros.
2. Weir. Put off until the sluice stands: crossing is allowed again from 1 August.
3. Stones. Paul Tew takes care of them, for Ada Rook moves away.
"""
LATER_POINTS = [
    ("What does the sluice cost?", "6,050 euros", "5,200 euros"),
    ("May I cross the weir?", "allowed again", "nobody may cross"),
    ("Who looks after the stones?", "Paul Tew", "Ada Rook looks"),
]


def _of_series(text: str, name: str, number: int) -> NumberedNode:
    title, path = text.partition("\n")[0].strip("# "), f"/mill/{name}"
    node = TextNode(text, {"title": title, "file_name": name, "file_path": path}, ref_doc_id=name)
    return NumberedNode(number, node, 9.0 / number)


@pytest.mark.parametrize(("question", "newer", "older"), LATER_POINTS)
async def test_a_point_of_later_minutes_is_quoted_first_although_only_its_label_names_the_thing(
    question: str, newer: str, older: str
) -> None:
    nodes = [_of_series(SPRING, "trust-2025-03.md", 1), _of_series(AUTUMN, "trust-2025-06.md", 2)]
    quoted = str(await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)]))
    assert newer in quoted
    assert older in quoted
    assert quoted.index(newer) < quoted.index(older)
    assert quoted.startswith("2025-06-09:")


async def test_a_question_about_the_day_of_the_older_minutes_gets_no_later_point() -> None:
    nodes = [_of_series(SPRING, "trust-2025-03.md", 1), _of_series(AUTUMN, "trust-2025-06.md", 2)]
    question = "What did the sluice cost on 3 March?"
    quoted = str(await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)]))
    assert "6,050" not in quoted


async def test_a_later_note_that_the_person_leaves_is_quoted_first() -> None:
    plan = "Bench 1: clocks, mended by Ada Rook.\n\nBench 2 is for bicycles."
    later = "# Board, 9 June 2025\n\n**Benches.** Ada Rook leaves us in July; Paul Tew takes her bench.\n"
    nodes = [
        NumberedNode(1, TextNode(plan, metadata={"file_name": "plan.md"}, ref_doc_id="plan"), 9.0),
        _of_series(later, "board-2025-06.md", 2),
    ]
    quoted = str(await ExtractiveLLM().achat([ChatMessage(content="Who mends clocks at bench 1?", nodes=nodes)]))
    assert "Paul Tew" in quoted
    assert quoted.index("Paul Tew") < quoted.index("mended by Ada Rook")


async def test_the_year_to_come_in_a_question_does_not_hide_the_later_note() -> None:
    spring = "# Inn, 3 March 2025\n\n## Room price\n\nFrom January 2026 guests pay 28 euros a night.\n"
    autumn = "# Inn, 5 May 2025\n\n1. Rooms. The increase for guests is limited to 26 euros a night.\n"
    nodes = [_of_series(spring, "inn-2025-03.md", 1), _of_series(autumn, "inn-2025-05.md", 2)]
    question = "What will guests pay for a night from January 2026?"
    assert "26 euros" in str(await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)]))


async def test_an_amendment_whose_day_is_in_its_second_line_comes_first() -> None:
    rules = "RULES FOR THE ROWING CLUB\nin force since 1 March 2024\n\nArt. 1 A signed pass is valid for 20 days."
    amended = (
        "SECOND AMENDMENT TO ALL OF THE RULES OF THE CLUB FOR ROWING AND FOR SAILING\nof 4 July 2025, in force now\n\n"
    )
    amended += "No. 1. Art. 1 is replaced: A signed pass is valid for 9 days."
    of_rules = TextNode(rules, {"file_name": "rules-1.txt"}, ref_doc_id="r1")
    of_amendment = TextNode(amended, {"file_name": "rules-2.txt"}, ref_doc_id="r2")
    nodes = [NumberedNode(1, of_rules, 2.0), NumberedNode(2, of_amendment, 1.0)]
    text = await answer("How long is a signed pass valid?", *nodes)
    assert text.startswith("2025-07-04:\n")
    assert "9 days" in text.partition("2024-03-01")[0]


async def test_a_mail_about_a_case_corrects_its_number() -> None:
    report = "# Case 0311: the lift stood still for 9 days\n\nDate: 3 May 2025. Written by Ada Rook.\n\n"
    report += (
        "At 07:10 the lift stopped at level 2. Porters carried 14 beds until 18:45. About 210 visits came too late;\n"
    )
    report += "none was lost."
    mail = (
        "From: Nils Voss\n\nHello Ada,\n\nthe report on case 0311 is read. The number of late visits was 264, not 210."
    )
    nodes = [
        NumberedNode(1, TextNode(report, {"file_name": "case.md", "title": "Case 0311"}, ref_doc_id="c"), 3.0),
        NumberedNode(2, TextNode(mail, {"file_name": "a.eml", "date": "2025-06-01"}, ref_doc_id="m"), 2.0),
    ]
    text = await answer("How many visits were late because of case 0311?", *nodes)
    assert text.startswith("2025-06-01:\n")
    assert "264" in text
    assert "9 days" in await answer("How long did the lift stand still in case 0311?", *nodes)


async def test_the_verb_of_a_limit_need_not_be_said() -> None:
    text = "# The jetty\n\nThe load limit of the jetty is therefore raised from 300 to 450 kg."
    node = TextNode(text, {"file_name": "jetty.md", "title": "The jetty"}, ref_doc_id="j")
    assert "450 kg" in await answer("Which load limit holds for the jetty?", NumberedNode(1, node, 2.0))


async def test_day_of_the_week_asks_for_a_day_alone() -> None:
    text = "# Coal\n\nDeliveries of coal take place on Fridays."
    node = TextNode(text, {"file_name": "coal.md", "title": "Coal"}, ref_doc_id="k")
    assert "Fridays" in await answer("On which day of the week is coal delivered?", NumberedNode(1, node, 2.0))


NEWS_OF_SPRING = (
    "# The Lantern\n\n### News of the lamp club, spring 2025\n\n**Dues.** The yearly dues stay at 30 pounds."
)
NEWS_OF_AUTUMN = (
    "# The Lantern\n\n### News of the lamp club, autumn 2025\n\n**Dues.** In May we raised the dues to 36 pounds."
)


async def test_news_of_seasons_are_in_order_and_have_the_season_as_their_date() -> None:
    papers = [
        NumberedNode(
            at, TextNode(text, {"file_name": f"news-{at}.md", "title": "The Lantern"}, ref_doc_id=f"n{at}"), 1.0
        )
        for at, text in enumerate((NEWS_OF_SPRING, NEWS_OF_AUTUMN), 1)
    ]
    text = await answer("How much are the yearly dues of the lamp club?", *papers)
    assert text.index("autumn 2025:") < text.index("36 pounds") < text.index("spring 2025:") < text.index("30 pounds")


async def test_a_row_of_a_table_with_another_number_takes_no_sentence_back() -> None:
    rows = "Grade: Z1; Post: Porter in the first year; Night bonus: 20 %; Review: after 6 months"
    text = await answer(
        "How many days off a year do porters get?",
        dated(1, "Each porter has 27 days of leave a year.", "2024-01-01"),
        dated(2, rows, "2026-01-01"),
    )
    assert "27 days" in text
    assert "Z1" not in text
