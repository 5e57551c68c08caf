"""A line that sets a name to a number answers any question for how much it is; a row with a price, for the ticket."""

import pytest
from tests.support.quoted_notes import answer

CODE = (
    "DISPENSING_FEE = 2.35\nMAX_WEIGHT_KG = 28\n\n\n"
    "def price(purchase):\n    return purchase * 4 / 3 + DISPENSING_FEE\n"
)
FERRIES = (
    "Route: T1; From: Puerto Luna; To: Isla Cabra; Price: 6.40 euros\n"
    "Route: T3; From: Isla Cabra; To: Faro Viejo; Price: 4.70 euros\n"
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much is DISPENSING_FEE?", "DISPENSING_FEE = 2.35"),
        ("Wie hoch ist DISPENSING_FEE?", "DISPENSING_FEE = 2.35"),
        ("How heavy is MAX_WEIGHT_KG?", "MAX_WEIGHT_KG = 28"),
    ],
)
def test_a_set_number_is_the_value_of_its_name(question: str, said: str) -> None:
    quoted = answer(question, CODE, name="fees.py")
    assert quoted is not None
    assert said in quoted


def test_a_name_that_is_not_set_has_no_value() -> None:
    assert answer("How high is DELIVERY_FEE?", CODE, name="fees.py") is None


@pytest.mark.parametrize("word", ["ticket", "fare"])
def test_a_row_with_a_price_need_not_name_the_ticket(word: str) -> None:
    quoted = answer(f"How much is the {word} from Isla Cabra to Faro Viejo?", FERRIES, name="ferries.csv")
    assert quoted is not None
    assert "4.70 euros" in quoted


def test_the_price_of_something_else_is_not_that_of_the_way() -> None:
    assert answer("How much is the breakfast from Isla Cabra to Faro Viejo?", FERRIES, name="ferries.csv") is None
