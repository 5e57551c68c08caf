"""What `bookwheel search` shows of a long passage."""

from __future__ import annotations

from rich.cells import cell_len

from bookwheel.cli.work.search import excerpt_rows, from_first_match

LONG = f"{'The rent is due on the third day. ' * 12}See clause 7.3 about pets. {'The garden is shared. ' * 9}"


def test_a_long_passage_is_shown_from_where_it_matches() -> None:
    shown = from_first_match(LONG, "clause about pets")
    assert shown.startswith("… ")
    assert "See clause 7.3 about pets." in shown[:120]


def test_a_passage_that_matches_near_its_start_is_shown_from_its_start() -> None:
    assert from_first_match(LONG, "rent day").startswith("The rent is due")
    assert from_first_match("Short\n text.", "text") == "Short text."


def test_a_passage_found_by_meaning_alone_is_shown_from_its_start() -> None:
    assert from_first_match(LONG, "lodger").startswith("The rent is due")


def test_the_rows_of_an_excerpt_fit_by_the_cells_that_they_take() -> None:
    for text in (
        "収穫は九月十四日に始まります。" * 20,
        "修好的压榨机每小时处理三百公斤。" * 20,
        "The mill wheel turns. " * 30,
    ):
        rows = excerpt_rows(text, 40)
        assert len(rows) == 3
        assert all(30 <= cell_len(row) <= 40 for row in rows)
        assert rows[-1].endswith(" …")
        assert text.startswith(rows[0])
    assert excerpt_rows("圧搾機は修理されました。", 40) == ["圧搾機は修理されました。"]
    assert excerpt_rows("", 40) == [""]


def test_a_passage_without_blanks_is_shown_from_where_it_matches() -> None:
    text = (
        "庭は共同で使います。家賃は三日に払います。" * 20
        + "犬を飼うときは管理人に届けます。"
        + "鍵は二本あります。" * 12
    )
    shown = from_first_match(text, "管理人に届ける")
    assert shown.startswith("… ")
    assert "管理人に届けます" in shown[:90]
    assert from_first_match(text, "家賃を払う日").startswith("庭は共同で")
