"""Sentences against their passages: claims found, missing and undecidable."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.growth import grows_linearly

from bookwheel.engine.support.answer_check import CheckedSentence, Passage, check_answer

SALES = Passage(
    1,
    "Net sales of $34,229 million in 2022 decreased 3.2 percent compared with 2021. Operating income margin was 19.1 "
    "percent. Chairman and Chief Executive Officer Mike Roman said: “We executed well in a challenging environ-\nment, "
    "and we go on.” It spent $1.9 billion on research.",
    "3M_2022_10K.pdf",
)
WHEEL = Passage(
    2,
    "Ramelli's bookwheel, described in Le diverse et artificiose machine (Paris, 1588), let a reader keep twelve books "
    "open at once. Fourteen are known. See `asyncio.to_thread(func)` and max_tokens, HTTP/2 and GPT-4.",
    "wheel.html",
)
STRIKE = Passage(
    3,
    "Die Deutsche Bahn meldete für 2023 einen Umsatz von 45,2 Milliarden Euro, ein Minus von 5 Prozent. Vorstandschef "
    "Richard Lutz nannte die Lage „angespannt, aber beherrschbar“. Am 3. November 2023 begann der Streik der GDL.",
    "bahn.pdf",
)
HUAWEI = Passage(
    4, "华为2023年销售收入为7042亿元，同比增长9.6%。轮值董事长徐直军表示：“公司经营结果符合预期。”", "华为.pdf"
)
MIXED = Passage(5, "$0.35 a share in 2022 in Asia Pacific, see CONTRIBUTING.md to set the timeout to 30.")
PASSAGES = [SALES, WHEEL, STRIKE, HUAWEI, MIXED]


def check(answer: str, question: str = "") -> list[CheckedSentence]:
    return check_answer(answer, PASSAGES, question)


def status(answer: str, question: str = "") -> str:
    (checked,) = check(answer, question)
    return checked.status


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2022 net sales fell by 3.2 % to $34,229 million [1].",
        "Sales were 34.229 billion dollars [1].",
        "Mike Roman said that \"we executed well in a challenging environment\" [1].",
        "He said “we executed well … and we go on” [1].",
        "Roman's company, 3M, spent $1.9bn [1].",
        "A reader had 12 books open [2].",
        "It is in *Le diverse et artificiose machine* of 1588 [2].",
        "`asyncio.to_thread` takes max_tokens over HTTP/2 [2].",
        "GPT-4 is named [2].",
        "Der Umsatz lag 2023 bei 45,2 Mrd. Euro [3].",
        "Der Streik begann am 2023-11-03 [3].",
        "Er nannte sie „angespannt, aber beherrschbar“ [3].",
        "收入为7042亿元，增长9.6%[4]。",
        "徐直军说：“公司经营结果符合预期。”[4]",
        "> We executed well in a\n> challenging environment [1]",
        "| sales | 34,229 [1] |",
        "Net sales decreased in 2022 and a reader kept twelve books open in 1588 [1][2].",
        "Operating income margin was 19.1 percent [1].",
        "It is good in Asia-Pacific [5].",
        "> **Note:** See CONTRIBUTING.md [5]",
    ],
)  # fmt: skip
def test_claims_in_the_passage_are_supported(sentence: str) -> None:
    assert status(sentence) == "supported"


@pytest.mark.fault("I6")
@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("In 2022 net sales fell by 4.2 % [1].", ("4.2 %",)),
        ("Sales were $35,229 million [1].", ("35,229 million",)),
        ("The head, Mike Rowan, spoke [1].", ("Mike Rowan",)),
        ("Tim Cook spoke of 1,200 cars [1].", ("1,200", "Cook")),
        ("He said \"we had the best year of all\" [1].", ("we had the best year of all",)),
        ("He said “we executed well and we go on” [1].", ("we executed well and we go on",)),
        ("He said “and we go on … we executed well” [1].", ("and we go on … we executed well",)),
        ("There are 15 of them [2].", ("15",)),
        ("`asyncio.run_thread` does it [2].", ("asyncio.run_thread",)),
        ("GPT-5 is named, at https://example.org/x [2].", ("https://example.org/x", "GPT-5")),
        ("Richard Grube nannte die Lage schwierig [3].", ("Grube",)),
        ("Der Streik begann am 4.11.2023 [3].", ("4.11.2023",)),
        ("Der Streik der EVG begann im Dezember 2023 [3].", ("EVG", "Dezember")),
        ("收入为7142亿元[4]。", ("7142亿",)),
        ("徐直军说：“公司今年亏损严重。”[4]", ("公司今年亏损严重。",)),
        ("> We executed badly [1]", ("We executed badly",)),
        ("| sales | 34,230 [1] |", ("34,230",)),
        ("Sales were 3.2 million [9].", ("[9]",)),
    ],
)  # fmt: skip
def test_claims_in_no_cited_passage_are_unsupported(sentence: str, missing: tuple[str, ...]) -> None:
    (checked,) = check(sentence)
    assert checked.status == "unsupported"
    assert set(missing) <= set(checked.missing)


@pytest.mark.parametrize(
    "sentence",
    [
        "It went rather well [1].",
        "What were the sales of 5,000 in 1999 [1]?",
        "## In 1999 Tim Cook sold 5,000 [1]",
        "The margin was about 19 percent, and sales were $34.2 billion [1].",
        "The CEO spoke [1].",
        "A share of 35 cents [5].",
        "Step 2: In FY2022 (1) it was good in Asia-Pacific [5].",
        "Set it by `timeout = 30` [5].",
        "Die Einnahmen der Konzerne sanken [3].",
        "He called it \"great\" [1].",
    ],
)  # fmt: skip
def test_undecidable_claims_are_unchecked(sentence: str) -> None:
    assert status(sentence) == "unchecked"


@pytest.mark.parametrize(
    ("passage", "sentence", "missing"),
    [
        ("Im Jahr 1905 gründete Lindqvist die erste Schule am Hafen.",
         "Im Jahr 1905 gründete Kowalski die erste Schule am Hafen [1].", "kowalski"),
        ("Den Ofen verkaufte der Töpfer im Frühjahr an Brenner.",
         "Den Ofen verkaufte der Töpfer im Frühjahr an Zelinka [1].", "zelinka"),
        ("Die Brücke führt seit 1911 nach Vaduz und weiter nach Süden.",
         "Die Brücke führt seit 1911 nach Vadim und weiter nach Süden [1].", "vadim"),
        ("La escuela fue fundada por Herrera en el puerto viejo.",
         "La escuela fue fundada por Herrado en el puerto viejo [1].", "Herrado"),
        ("The school was founded by Lindqvist at the old harbour.",
         "The school was founded by Lindqvell at the old harbour [1].", "Lindqvell"),
        ("Herr Lindqvist leitet die Schule.", "Geleitet wird sie von Herrn Kowalski [1].", "Kowalski"),
    ],
)  # fmt: skip
def test_another_name_among_the_same_words_is_unsupported(passage: str, sentence: str, missing: str) -> None:
    (checked,) = check_answer(sentence, [Passage(1, passage)])
    assert (checked.status, checked.missing) == ("unsupported", (missing,))


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("Im Jahr 1905 kam Tesla mit dem Schiff an.", "Mit dem Schiff war die Ankunft Teslas im Jahr 1905 [1]."),
        ("Die Miete beträgt 640 Euro im Monat.", "Die Kaltmiete beträgt 640 Euro im Monat [1]."),
        ("Der Zug fährt um acht nach Wien ab.", "Der Wiener Zug fährt um acht ab [1]."),
    ],
)
def test_another_form_of_a_name_is_not_unsupported(passage: str, sentence: str) -> None:
    (checked,) = check_answer(sentence, [Passage(1, passage)])
    assert checked.status != "unsupported"


def test_code_is_checked_letter_by_letter_and_never_unsupported() -> None:
    assert [found.status for found in check("Use it [2]:\n\n```\nasyncio.to_thread(func)\n```\n")][1:] == ["supported"]
    assert [found.status for found in check("Use it [2]:\n\n```\nasyncio.other(9)\n```\n")][1:] == ["unchecked"]


def test_figures_count_only_with_the_percent_sign_that_they_have() -> None:
    passages = [Passage(1, "It has 12 wheels.")]
    assert check_answer("It has 12 % [1].", passages)[0].status == "unsupported"
    assert check_answer("It has 12 [1].", passages)[0].status == "supported"


def test_an_altered_figure_is_noticed_even_if_it_is_elsewhere_in_the_passage() -> None:
    passages = [Passage(1, "Test 3 of the series was flown at mach 2 in the wind tunnel, test 2 was not.")]
    assert check_answer("There was a flight at mach 3 [1].", passages)[0].status == "supported"
    (checked,) = check_answer("A series was flown at mach 3 in the wind tunnel [1].", passages)
    assert (checked.status, checked.missing) == ("unsupported", ("3",))


def test_words_of_another_passage_than_the_cited_one_are_unsupported() -> None:
    (checked,) = check_answer(
        "They were let down by nobody at all on that day [1].",
        [Passage(1, "Something else."), Passage(2, "they were let down by nobody at all on that day, it seems")],
    )
    assert checked.status == "unsupported"
    assert checked.missing


def test_each_passage_lists_the_claims_found_in_it() -> None:
    (checked,) = check("Mike Roman read 12 books in 1588 [1][2][3].")
    assert (checked.status, checked.found_in) == ("supported", {1, 2})


def test_a_sentence_without_a_citation_is_looked_up_in_its_paragraph_and_then_in_the_other_sources() -> None:
    answer = "Sales fell by 3.2 %. The margin was 19.1 % [1].\n\nBooks were open in 1588. It is known [2]."
    assert [found.status for found in check(answer)] == ["supported", "supported", "supported", "unchecked"]
    assert check("It began in 1588.\n\nSales fell by 3.2 % [1]. Books [2].")[0].status == "supported"
    assert check("It began in 1589.\n\nSales fell by 3.2 % [1].")[0].status == "unsupported"


def test_a_sentence_of_things_scattered_over_the_sources_is_not_called_supported() -> None:
    answer = "It was Lutz who sold 19.1 machines.\n\nSales fell by 3.2 % [1].\n\nDer Streik der GDL begann [3]."
    assert check(answer)[0].status == "unchecked"


def test_an_answer_without_citations_has_no_source_for_its_claims() -> None:
    checked = check("Sales fell by 3.2 %. It went well.")
    assert [(found.status, found.missing) for found in checked] == [("unsupported", ("3.2 %",)), ("unchecked", ())]


def test_a_citation_alone_belongs_to_the_paragraph_before_it() -> None:
    checked = check("| sales | 34,229 |\n\n[1]")
    assert [(found.status, found.found_in) for found in checked] == [("supported", {1})]


def test_names_in_the_question_may_be_named_without_a_source() -> None:
    question = "What did Tim Cook say in 1999?"
    assert status("The passages do not say what Tim Cook said in 1999.", question) == "unchecked"
    assert status("Tim Cook said so in 1999 [1].", question) == "unsupported"


def test_a_list_of_missing_claims_is_short() -> None:
    (checked,) = check(f"{' '.join(str(n) + 'x' for n in range(100, 160))} and `{'y' * 400}` [1].")
    assert len(checked.missing) <= 8
    assert all(len(part) <= 120 for part in checked.missing)


_WORDS = st.sampled_from(
    "the of river Berlin Ada Lovelace NASA foo_bar GPT-4 1,200 3.5 12 % 2015-11-03 million “quoted words here” `x.y` "
    "und Émile 数 数据。 naïve well-known don't $5bn 7 km".split(" ")
)
_SENTENCES = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)


@given(st.lists(_SENTENCES, min_size=1, max_size=6), st.data())
def test_a_copied_sentence_is_never_unsupported(sentences: list[str], data: st.DataObject) -> None:
    passage = Passage(1, ". ".join(sentences) + ".")
    copied = data.draw(st.sampled_from(sentences))
    for found in check_answer(f"{copied} [1].", [Passage(2, "Nothing."), passage]):
        assert found.status != "unsupported", found


@given(_SENTENCES, st.integers(13, 10**9), st.integers(1, 10**6))
def test_a_changed_figure_is_never_supported(words: str, number: int, change: int) -> None:
    changed = f"{number + change}"
    passage = Passage(1, f"It had {number} parts and {words}.")
    assume(not re.search(rf"(?<!\d){changed}(?!\d)", passage.text))
    assume(changed not in {"1200", "3500000", "5000000000", "2015", "1588"})
    assert check_answer(f"It had {changed} parts [1].", [passage])[0].status == "unsupported"


@given(st.text(max_size=300), st.text(max_size=200), st.text(max_size=60))
def test_any_answer_is_checked_within_its_text_and_always_alike(answer: str, passage: str, question: str) -> None:
    answer += " [1] “x y z” 5 % [7]"
    passages = [Passage(1, passage)]
    checked = check_answer(answer, passages, question)
    done = 0
    for found in checked:
        assert done <= found.start < found.end <= len(answer)
        assert bool(found.missing) == (found.status == "unsupported")
        done = found.end
    assert check_answer(answer, passages, question) == checked


_HOSTILE = [
    ". ", "\n", "“", '"', "»", "[1]", "1,", "123 ", "Ab ", "ABC ", "AB. ", "> x\n", "|a|b|\n", "- a\n", "_ab", "数。",
    "`ab_c` ", "2015-11-03 ", "1. ", "a-\n", "[", "Zq.", "```\n", "    x\n\n", '"ab cd ef" ', "5 million % ",
    "http://a.b/c ", "Ab-", "…",
]  # fmt: skip


@pytest.mark.parametrize("unit", _HOSTILE)
def test_every_answer_is_checked_fast(unit: str) -> None:
    """A pattern that goes back over the text for each character would take minutes for this."""

    def check(text: str) -> None:
        check_answer(text, [Passage(1, text), Passage(2, "Something else 5.")])
        check_answer(f"{text[: len(text) // 3]} [1].", PASSAGES)

    assert grows_linearly(check, unit, 10_000 // len(unit) + 1)


def test_the_places_of_a_schema_answer_are_not_words_of_a_source() -> None:
    block = '```json\n{\n  "keeper/of": [\n    "Ramelli"\n  ]\n}\n```\n\n'
    lines = "- `/keeper~1of/0`: “let a reader keep” [2]\n- `/year`: the documents do not say"
    assert [each.status for each in check(block + lines)] == ["unchecked", "supported", "unchecked"]
    refused = (
        "The documents do not say what the schema requires.\n\n- `/year`: “Ramelli” [2]\n- `/town`: they do not say"
    )
    assert [each.missing for each in check(refused)] == [(), (), ()]
    # A path of a file that only looks like a place is compared.
    assert check(f"{block}- `/etc/wheel`: “Ramelli” [2]")[-1].missing == ("/etc/wheel",)
    assert check("- `/year`: “Ramelli” [2]")[-1].missing == ("/year",)
    assert check(block + "- `/keeper~1of/0`: “let a reader burn twelve books” [2]")[-1].status == "unsupported"
