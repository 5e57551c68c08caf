"""Questions of people who have not the words of the text before them: what need not be said, and what must be."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

CAMP = """# Ridge Camp

The camp lies above the quarry and takes thirty scouts for a week.

## Before you set out

Please bring:

- a sleeping bag
- two pairs of boots
- a tin plate

Rain is no reason to stay away.

## The four huts

- Crow Hut
- Fox Hut
- Owl Hut
- Hare Hut

A walk around all huts takes an hour.
"""
FIRM = """# Handbook of Tarn Glass

This handbook is for glaziers and drivers alike.

## What the firm provides

- a pair of gloves
- an apron
- a locker

## Cutting

A pane is thrown away if

- it has a crack,
- an edge is blue,
- the cut is not straight.
"""
LISTS = [
    ("What should I take along to a week at the camp?", CAMP, ["sleeping bag", "boots", "tin plate"], "Crow"),
    ("What must I bring to Ridge Camp?", CAMP, ["sleeping bag", "boots", "tin plate"], "Crow"),
    ("Tell me the huts of the ridge walk.", CAMP, ["Crow", "Fox", "Owl", "Hare"], "boots"),
    ("the huts of the camp", CAMP, ["Crow", "Fox", "Owl", "Hare"], "boots"),
    ("What does Tarn Glass provide for its glaziers?", FIRM, ["gloves", "apron", "locker"], "alike"),
    ("For which reasons is a pane thrown away?", FIRM, ["crack", "blue", "straight"], "apron"),
    ("In which cases do you throw away a pane?", FIRM, ["crack", "blue", "straight"], "apron"),
]


@pytest.mark.parametrize(("question", "text", "there", "absent"), LISTS)
def test_a_list_under_what_is_asked_for_is_quoted_alone(
    question: str, text: str, there: list[str], absent: str
) -> None:
    quoted = answer(question, text) or ""
    assert [word for word in there if word not in quoted] == [], quoted
    assert absent not in quoted


UNSAID = [
    ("What do I have to do with a letter, step by step?",
     "# Letters\n\n1. Weigh the letter.\n2. Stamp the letter.\n3. Post it.\n", "Stamp"),
    ("Wer hat mehr Tore geschossen, Ada oder Ben?", "Ada 12 Tore, Ben 9.", "12"),
    ("Who saw more hares, the boys or the girls?", "The boys 14 hares, the girls 9.", "14"),
    ("Does the dog have access to the dairy?", "The dog may lie in the yard, but not in the dairy.", "not in"),
    ("What is the normal weight of a kid?", "The weight of a kid is 4 kg.", "4 kg"),
    ("How long may a member keep a tent?", "A member may borrow a tent for up to two weeks.", "two weeks"),
    ("Warum ist Rauchen im Stall verboten?", "Geraucht wird im Stall nicht, weil das Heu trocken ist.", "Heu"),
    ("Why is singing in the hall not allowed?", "No singing in the hall, because the ceiling is loose.", "ceiling"),
    ("À partir de quelle heure le quai est-il ouvert ?", "Le quai est ouvert dès 7 heures.", "7 heures"),
    ("What did the sail cost in the end?", "The sail cost 812 euros.", "812"),
    ("How high is the daily rate?", "DAILY_RATE = 64  # euros for a day of work\n", "64"),
    ("ボートはどこに集まりますか？",
     "ボートの日\n\n日時：六月三日（土）午前九時\n集合場所：北の桟橋\n担当：西村\n", "北の桟橋"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "there"), UNSAID)
def test_what_only_asks_need_not_be_said(question: str, text: str, there: str) -> None:
    assert there in answer(question, text) or ""


def test_the_one_who_is_asked_for_is_quoted_alone() -> None:
    contract = (
        "# Lease of the barn\n\n2. Term. Vane Farms Ltd may end the lease if the Tenant asks for it in writing.\n\n"
        "3. Repairs. Ada Rook Roofing repairs the barn for the Tenant.\n\nSigned for the Tenant: Tom Pell.\n"
    )
    assert answer("Who signed the lease for the tenant?", contract) == "Signed for the Tenant: Tom Pell. [1]"


def test_a_report_is_found_by_its_kind_and_a_name_in_its_text() -> None:
    report = (
        "# Inspection report 7\n\nInspected by: Ada Rook.\n\nThe left rail is loose. The gate was mended at once.\n\n"
        "The hinge costs 40 euros.\n"
    )
    quoted = answer("Summarise the inspection report of Ada Rook.", report) or ""
    assert "rail" in quoted
    assert "gate" in quoted


def test_whom_to_turn_to_is_a_person_or_an_office() -> None:
    assert answer("Who should I talk to about theft?", "# Theft\n\nTheft includes taking a friend's tools.") is None
    told = "# Theft\n\nTheft includes taking a friend's tools. Report a theft to the warden at once."
    assert "warden" in (answer("Who should I talk to about theft?", told) or "")


REFUSED = [
    # What a paper announces it does not tell.
    ("Who carried the books out of the mill?",
     "This little book tells how the mill burned, and who carried the books out of it."),
    ("How is the churn cleaned?", "This leaflet shows how the churn is cleaned."),
    # A time in months counts no days, and who leaves is not on leave.
    ("How many days of paid leave are there?",
     "A share is paid in ten parts. Leaving members get it back after six months."),
    ("Which dogs are lent to whom, and what does that dog eat?", "The dog of the mill eats two tins."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text"), REFUSED)
def test_what_only_has_the_words_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None


LEAVE = """# Rest and sick leave

The mill gives 4 weeks (20 days) of paid rest each year.

Employees also save 1 hour of sick leave for every 30 hours of work, but no more than 5 days.
"""


def test_the_half_of_a_title_that_is_not_asked_for_is_refused() -> None:
    quoted = answer("How much rest do employees get?", LEAVE) or ""
    assert quoted.startswith("The mill gives 4 weeks")
    assert (
        answer(
            "How much rest do employees get?",
            LEAVE.replace("The mill gives 4 weeks (20 days) of paid rest each year.", ""),
        )
        is None
    )


def test_an_item_that_is_a_link_alone_is_no_answer() -> None:
    handbook = "# Handbook\n\n## Contents\n\n* [Dental insurance](https://mill.example/dental.md)\n* [Parking](p.md)\n"
    assert answer("Is dental insurance paid?", handbook) is None
    assert answer("How much is dental insurance?", handbook) is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is hail damage covered?", "Our policy has coverage for hail damage."),
        ("When will the flour be delivered?", "Delivery of the flour is on 4 May."),
        ("How long can cheese be stored?", "The storage of cheese is limited to 30 days."),
        ("Who maintains the lift?", "Maintenance of the lift: Ada Rook."),
        ("Who did the mill partner with?", "The mill, in partnership with Vane Glass, built the weir in 1998."),
        ("Is Ada Rook available on Monday?", "Availability of Ada Rook: Monday and Friday."),
    ],
)
def test_a_noun_made_of_the_verb_says_the_same(question: str, text: str) -> None:
    assert answer(question, text) is not None


VALUES = """# Our core values

## Be better today than yesterday

We look back each week.

## Treat others as they wish

We listen first.

## Leave the mill as you found it

We sweep at night.
"""


def test_the_values_of_a_firm_are_the_headings_of_the_paper_with_that_name() -> None:
    quoted = answer("What are the company's values?", VALUES) or ""
    assert [word for word in ("Be better", "Treat others", "Leave the mill") if word not in quoted] == []
    assert "We sweep" not in quoted
    # Headings that name no value say nothing of it.
    rules = "# House rules\n\n## Guests\n\nAsk first.\n\n## Noise\n\nNone after ten.\n\n## Waste\n\nSort it.\n"
    assert "## Guests" not in (answer("What are the house rules?", rules) or "")
