"""Things that a question names exactly, and the nearest ones where they are missing."""

import pytest

from bookwheel.engine.text.exact_things import ExactThing, exact_things, nearest_things


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("What was the amount of invoice 2024-181?", [("code", "2024-181")]),
        ("What does ZX-49-RAG belong to?", [("code", "ZX-49-RAG")]),
        ("What is the value of MAX_WAIT?", [("code", "MAX_WAIT")]),
        ("How large is flat 5?", [("numbered", "flat 5")]),
        ("What was decided on 14 May 2025?", [("date", "14 May 2025")]),
        ("Was geschah am 3. Oktober 2024?", [("date", "3. Oktober 2024")]),
        ("What is notes.md about?", [("file", "notes.md")]),
        ("May it carry 120 kg?", []),
        ("Does a 15-year-old need a vest?", []),
        ("What happened in 1912?", []),
        ("May 80 goats graze on the alp?", []),
        ("What was said on May 8?", [("date", "May 8")]),
        ("Who directs Three Sisters?", []),
        ("How do I keep only the last 7 daily copies?", []),
        ("Was kommt in den nächsten 3 Jahren?", []),
        ("Who is in room Three?", [("numbered", "room Three")]),
    ],
)
def test_codes_numbers_dates_and_files_are_distinguished_from_amounts(
    question: str, things: list[tuple[str, str]]
) -> None:
    assert [(thing.kind, thing.text) for thing in exact_things(question)] == things


@pytest.mark.parametrize(
    ("kind", "thing", "text", "is_there"),
    [
        ("code", "F7", "| F6 | The heater | F8 |", False),
        ("code", "ZX-49-RAG", "ZX-4819-RAG and ZX-49-RAG-2", False),
        ("code", "pH", "ph: 6.4", True),
        ("numbered", "flat 2", "Flat: Flat 2; Area: 74", True),
        ("numbered", "flat 2", "Flat 21 and flat 12", False),
        ("numbered", "oxygen 18", "Water with oxygen-18 is heavier.", True),
        ("numbered", "oxygen 18", "Water with oxygen-16 is lighter.", False),
        ("numbered", "Act 2", "Act II: The mill", True),
        ("numbered", "Act III", "Act 3: The mill", True),
        ("numbered", "Act 2", "Act III: The mill", False),
        ("numbered", "line V", "Line 5 ends here.", False),
        ("date", "12 March 2025", "2025-03-12 09:00 checked", True),
        ("date", "12 March 2025", "on 13 March 2025", False),
        ("date", "8 May 2024", "am 8. Mai 2024", True),
    ],
)
def test_a_thing_is_found_only_letter_by_letter(kind: str, thing: str, text: str, is_there: bool) -> None:
    assert ExactThing(kind, thing).is_in(text) is is_there  # pyright: ignore[reportArgumentType] - kinds of the table


def test_the_nearest_of_the_same_kind_are_offered() -> None:
    assert nearest_things(ExactThing("code", "ZX-49-RAG"), ["The part ZX-4819-RAG costs 5."]) == ["ZX-4819-RAG"]
    assert nearest_things(ExactThing("code", "ZX-49-RAG"), ["Nothing of the kind."]) == []


def test_a_decade_and_the_letter_of_an_abbreviation_are_not_numbered_things() -> None:
    assert exact_things("¿Qué serie debutó en los años 80?") == []
    assert exact_things("What U.S. office said so?") == []


def test_another_numbered_thing_is_one_with_another_number() -> None:
    flat = exact_things("What is the rent of flat 17?")[0]
    assert flat.is_another_in("The rent of flat 7 is 640 euros.")
    assert not flat.is_another_in("Flat 17 is larger than flat 7.")
    assert not flat.is_another_in("The rent is 640 euros.")


@pytest.mark.parametrize(
    ("question", "versions"),
    [
        ("What changed in squirrel 2.2?", ["2.2"]),
        ("Is a value above 6.5 too high?", []),
        ("How long does it take to walk 2.5 km?", []),
    ],
)
def test_a_version_after_a_name_in_small_letters_is_a_thing(question: str, versions: list[str]) -> None:
    assert [thing.text for thing in exact_things(question) if thing.kind == "code"] == versions


@pytest.mark.parametrize(
    ("thing", "text", "nearest"),
    [
        (ExactThing("code", "F7"), "F2: no water. F6: the heater is faulty.", ["F2", "F6"]),
        (ExactThing("code", "§ 8"), "§ 1 Lease. § 2 Rent.", ["§ 1", "§ 2"]),
        (
            ExactThing("numbered", "train 8"),
            "Train: 2; Departs: 11:10\nTrain: 4; Departs: 15:15",
            ["Train 2", "Train 4"],
        ),
        (ExactThing("numbered", "Nimbus 9"), "The Nimbus 7 holds 7 kg.", ["Nimbus 7"]),
        (
            ExactThing("date", "27 February 2026"),
            "2025-11-02 open\n2026-02-17 frozen\n2026-03-05 oil",
            ["2026-03-05", "2026-02-17", "2025-11-02"],
        ),
    ],
)
def test_the_nearest_things_are_offered_by_their_kind(thing: ExactThing, text: str, nearest: list[str]) -> None:
    assert nearest_things(thing, [text]) == nearest


def test_a_code_is_the_same_with_a_hyphen_that_does_not_break() -> None:
    (thing,) = exact_things("What is wheel KM-77-A?")
    assert thing.is_in("Wheel KM\u201177\u2011A is of oak.")
    assert exact_things("What is wheel KM\u201177\u2011A?") == [thing]
    assert nearest_things(thing, ["Wheel KM\u201177\u2011B is of elm."]) == ["KM-77-B"]


def test_keys_and_options_are_things() -> None:
    texts = [
        thing.text for thing in exact_things("What do Ctrl+T, Strg-Enter and --keep-last do, and why - if at all?")
    ]
    assert texts == ["Ctrl+T", "Strg-Enter", "--keep-last"]
    (key,) = exact_things("What does Ctrl+T do?")
    assert key.is_in("`Ctrl-T`: change the mode")
    assert key.is_in("Strg+T ändert den Modus")
    assert not key.is_in("Ctrl+Tab")
    assert not key.is_in("Ctrl+C")
    (option,) = exact_things("What does --keep do?")
    assert option.is_in("``--keep n`` keeps n")
    assert not option.is_in("--keep-last n")
    assert nearest_things(option, ["``--keep-last n``, ``--prune``"]) == ["--keep-last"]


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("What does the mark ! mean?", "!"),
        ("What does `#` mean?", "#"),
        ("Was bedeutet das Zeichen !?", "!"),
        ("Was macht die Taste /?", "/"),
        ("Que signifie le signe * dans le tableau ?", "*"),
        ("¿Qué significa el símbolo % aquí?", "%"),
    ],
)
def test_a_sign_that_is_asked_for_is_a_thing(question: str, sign: str) -> None:
    assert ExactThing("code", sign) in exact_things(question)


@pytest.mark.parametrize(
    "question", ["Combien ça coûte ?", "Is it 5 % more?", "Who are Rook & Sons?", "Stop! Who is it?"]
)
def test_signs_of_a_sentence_are_not_things(question: str) -> None:
    assert not [thing for thing in exact_things(question) if not any(map(str.isalnum, thing.text))]


@pytest.mark.parametrize(
    ("text", "is_there"),
    [("The mark `!` means no.", True), ("Stop!", False), ("press ! or Enter", True), ("! Listen", False)],
)
def test_a_sign_is_there_where_it_stands_alone(text: str, is_there: bool) -> None:
    """A sign at the beginning of a line is that of a heading or of a list item."""
    assert ExactThing("code", "!").is_in(text) is is_there


def test_the_case_of_a_short_option_counts() -> None:
    assert not ExactThing("code", "-u").is_in("Give -U or --update.")
    assert ExactThing("code", "-u").is_in("Give -u or -U.")
    assert ExactThing("code", "--UPDATE").is_in("Give --update.")
