"""Days, types and folders as terms: a document has one of each wanted set just when it is selected."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from bookwheel.engine.stores.base import Selection, StoredDocument
from bookwheel.engine.stores.selecting import scope_tokens, wanted_tokens

DAYS = st.dates() | st.dates(date(2023, 12, 1), date(2024, 3, 5)) | st.sampled_from([date.min, date.max])
BOUNDS = st.none() | DAYS


@given(DAYS, BOUNDS, BOUNDS)
@example(date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29))
@example(date(99, 12, 31), date(1, 1, 1), date(99, 12, 31))
@example(date.max, date.max, None)
def test_a_day_has_a_term_of_a_span_just_when_it_is_in_it(day: date, since: date | None, until: date | None) -> None:
    document = StoredDocument(ref="x", path="/desk/x.pdf", format="pdf", date=day)
    selection = Selection(since=since, until=until)
    has_all = all(set(tokens) & set(scope_tokens(document).split()) for tokens in wanted_tokens(selection))
    assert has_all == selection.takes(document)


@given(BOUNDS, BOUNDS)
def test_any_span_is_a_few_terms(since: date | None, until: date | None) -> None:
    assert sum(map(len, wanted_tokens(Selection(since=since, until=until)))) < 400


def test_a_selection_is_narrowed_to_the_desk() -> None:
    assert Selection().within(["/desk"]).scope == ("/desk",)
    assert Selection(scope=("/desk/a", "/else")).within(["/desk"]).scope == ("/desk/a",)
    assert Selection(scope=("/",)).within(["/desk/a", "/desk/b.txt"]).scope == ("/desk/a", "/desk/b.txt")
    assert Selection(scope=("/desk/a",), types=("pdf",)).within(["/desk/a"]) == Selection(
        scope=("/desk/a",), types=("pdf",)
    )
    assert Selection(scope=("/else",)).within(["/desk"]).scope == ()
