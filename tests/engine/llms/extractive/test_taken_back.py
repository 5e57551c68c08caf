"""A later note that takes back who or what answers is quoted first, with who comes in the place of who leaves."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode


def found(number: int, name: str, text: str, date: str = "") -> NumberedNode:
    metadata = {"file_name": name, "file_path": f"/mill/{name}", **({"date": date} if date else {})}
    return NumberedNode(number, TextNode(text, metadata, ref_doc_id=name, start_char_idx=0), 3.0 / number)


def asked(question: str, *nodes: NumberedNode) -> str:
    return quoted_answer(question, (), list(nodes)).text


def test_what_is_no_longer_so_is_older_whatever_the_dates_of_the_files_are() -> None:
    sheet = found(
        1,
        "sheet.csv",
        "Show: Owl Hour; Day: Friday; Start: 22:00\nShow: Rook; Day: Monday; Start: 08:00\n",
        "2026-01-01",
    )
    memo = found(
        2,
        "memo.txt",
        "To all\nFrom Ada\n12 May 2025\n\n- Owl Hour no longer begins at 22:00 but at 23:00.\n",
    )
    text = asked("When does Owl Hour begin?", sheet, memo)
    assert text.startswith("2025-05-12:\n- Owl Hour no longer begins at 22:00 but at 23:00.")
    # What has another value than the one taken back stays alone.
    other = found(
        1,
        "sheet.csv",
        "Show: Owl Hour; Day: Friday; Start: 21:00\nShow: Rook; Day: Monday; Start: 08:00\n",
        "2026-01-01",
    )
    assert asked("When does Owl Hour begin?", other, memo).startswith("2026-01-01") is False


def test_a_firm_that_withdrew_is_followed_by_the_one_in_its_place() -> None:
    minutes = found(
        1,
        "minutes-2025.md",
        "# Mill trust, 8 March 2025\n\nThe lift of the mill is renewed by Tarn & Co for 38,500 pounds.",
    )
    mail = found(
        2,
        "lift.md",
        "# Lift\n\n9 June 2025\n\nTarn have withdrawn their offer. The trust has given the lift to Vane Lifts.",
    )
    text = asked("Which firm renews the lift of the mill?", minutes, mail)
    assert "Vane Lifts" in text
    assert text.index("Vane Lifts") < text.index("Tarn & Co")


def test_who_follows_the_one_that_steps_down_is_quoted_too() -> None:
    first = found(
        1,
        "board-02.md",
        "# Mill trust, 8 March 2025\n\nPresent: Tom Pell (chair), Ada Rook (treasurer).",
    )
    later = found(
        2,
        "board-09.md",
        "# Mill trust, 9 June 2025\n\nAda Rook moves away and steps down. Ida Kern is our new treasurer.",
    )
    text = asked("Who is the treasurer of the mill trust?", first, later)
    assert "Ida Kern" in text


def test_minutes_are_found_by_the_day_in_the_line_below_their_title() -> None:
    text = "# Friends of the mill\n\n**18 March 2025**, 19:00\n\n## Roof\n\n**Decided:** mend the roof.\n"
    assert "mend the roof" in asked(
        "What did the friends of the mill decide on 18 March 2025?", found(1, "m-2025-03.md", text)
    )


def test_a_question_for_the_folder_is_not_one_for_a_setting_of_that_name() -> None:
    readme = found(
        1,
        "README.md",
        "# Old mill\n\nThese are the papers of the old mill.",
    )
    settings = found(
        2,
        "pump.json",
        "archive.folder: /srv/pump\narchive.days: 9\n",
    )
    for question in ("What is this folder about?", "What sort of papers are collected here?"):
        text = asked(question, readme, settings)
        assert "papers of the old mill" in text
        assert "/srv/pump" not in text
