"""A number in Chinese or Japanese is a part of its word with its counter alone, and rows are those of their owner."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.text.exact_things import exact_things

SHOPS = "店舗: 横浜店; 1月: 120; 2月: 135\n店舗: 神戸店; 1月: 98; 2月: 102"
SCREWS = "产品: 不锈钢螺丝7号; 单价: 0.35; 库存: 1200\n产品: 不锈钢螺丝9号; 单价: 0.45; 库存: 600"
PARTS = "型番ABC-123の価格は500円です。\n\n型番ABC-132の価格は800円です。\n\n総会は五月に開く。"


def answer(question: str, text: str) -> str | None:
    quoted = quoted_answer(question, [], [NumberedNode(1, TextNode(text, {"file_name": "a.csv"}), 5.0)])
    return quoted.text if quoted.is_supported else None


@pytest.mark.parametrize(
    ("question", "text", "there"),
    [
        ("神戸店の2月は？", SHOPS, "店舗: 神戸店; 1月: 98; 2月: 102"),
        ("神戸店の２月の売上は？", SHOPS, "店舗: 神戸店; 1月: 98; 2月: 102"),
        ("不锈钢螺丝9号的单价是多少？", SCREWS, "产品: 不锈钢螺丝9号; 单价: 0.45; 库存: 600"),
        ("型番ABC-123の価格は？", PARTS, "型番ABC-123の価格は500円です。"),
    ],
)
def test_the_row_or_sentence_with_the_number_is_quoted(question: str, text: str, there: str) -> None:
    assert answer(question, text) in (f"{there} [1]", f"{there}\n\n[1]")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("大阪店の2月の売上は？", SHOPS),
        ("神戸店の3月の売上は？", SHOPS),
        ("不锈钢螺丝8号的库存是多少？", SCREWS),
        ("型番ABC-125の価格は？", PARTS),
    ],
)
def test_another_number_or_another_shop_is_not_an_answer(question: str, text: str) -> None:
    assert answer(question, text) is None


def test_numerals_are_the_same_number() -> None:
    (thing,) = exact_things("5月の総会は？")
    assert thing.is_in(PARTS)
    assert not thing.is_in("総会は十五月に開く。6月")
    assert not thing.is_in("15月")
