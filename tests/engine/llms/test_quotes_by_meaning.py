"""Quotations chosen by meaning, with a table of cosines in place of the embedding model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.retrieval.fusion import fuse
from bookwheel.engine.schema import ChatMessage, NodeWithScore, NumberedNode, TextNode

Closeness = Callable[[str, Sequence[str]], list[float]]


def near_to(*pairs: tuple[str, str]) -> Closeness:
    """High for a text with the second of a pair if the question has the first; low for all others.

    Single words are nearer to each other than sentences are, whatever they mean.
    """

    def closeness(question: str, texts: Sequence[str]) -> list[float]:
        low = 0.76 if " " in question else 0.86
        return [0.9 if any(a in question and b in text for a, b in pairs) else low for text in texts]

    return closeness


async def answered(question: str, closeness: Closeness, *nodes: NumberedNode) -> ChatResponse:
    return await ExtractiveLLM(closeness).achat([ChatMessage(content=question, nodes=list(nodes))])


def node(text: str, number: int = 1, word_score: float | None = None) -> NumberedNode:
    return NumberedNode(number, TextNode(text, id_=f"{number}"), 0.2, word_score)


KILN = "# Kiln\n\nClean the kiln in spring, for lime stays in it. Wear gloves.\n\n1. Let it cool.\n2. Brush it out.\n"


async def test_the_steps_below_the_sentence_that_is_meant_are_quoted_with_it() -> None:
    closeness = near_to(("chalk", "Clean the kiln"), ("chalk", "lime"))
    text = str(await answered("How do I get rid of chalk in the kiln?", closeness, node(KILN)))
    assert "Clean the kiln" in text
    assert "Brush it out." in text


async def test_a_sentence_near_for_its_shared_words_must_be_near_to_the_rest_of_the_question() -> None:
    # Every sentence about Ada Rook is near to this question; none is near to "Where does … live?".
    by_name = near_to(("Ada Rook", "Ada Rook"))
    note = node("The mill was led by Ada Rook in London. The dam is old. The wheel turns.")
    assert (await answered("Where does Ada Rook live?", by_name, note)).supported is False
    by_both = near_to(("Ada Rook", "Ada Rook"), ("live", "house"))
    note = node("Ada Rook has a house in London. The dam is old. The wheel turns.")
    assert (await answered("Where does Ada Rook live?", by_both, note)).supported is True


async def test_a_row_is_not_quoted_only_because_it_names_the_person() -> None:
    rows = "Name: Ada Rook; Voice: Alto\n\nName: Josiah Penn; Voice: Bass\n\nName: Maud Tarn; Voice: Tenor\n"
    closeness = near_to(("Ada Rook", "Ada Rook"))
    assert (await answered("What does Ada Rook do for a living?", closeness, node(rows))).supported is False


async def test_the_only_sentence_about_a_person_does_not_answer_everything() -> None:
    closeness = near_to(("Ada Rook", "Ada Rook"))
    note = node("Ada Rook sings alto.")
    assert (await answered("What does Ada Rook do for a living?", closeness, note)).supported is False


async def test_a_sentence_in_another_language_is_quoted_if_it_is_much_nearer_than_others() -> None:
    note = node("Der Ofen wird jeden Freitag gereinigt. Die Tür ist grün. Das Dach ist neu und dicht.")
    closeness = near_to(("oven", "Ofen"))
    assert "jeden Freitag" in str(await answered("When do they scrub the oven?", closeness, note))


async def test_a_sentence_in_another_language_has_to_stand_out_from_all_others() -> None:
    note = node(
        "Der Ofen wird jeden Freitag gereinigt. Die Tür ist seit dem Winter grün. Das Dach ist neu und dicht. Der Hof"
        " wird von der Stadt gefegt. Die Treppe ist aus Eiche. Das Tor ist immer offen. Der Zaun steht am Bach. Die"
        " Scheune ist im Sommer leer."
    )

    def standing_out(*words: str) -> Closeness:
        return lambda _, texts: [0.84 if any(word in text for word in words) else 0.8 for text in texts]

    question = "On which weekday do they scrub the oven?"
    assert "jeden Freitag" in str(await answered(question, standing_out("Ofen"), note))
    assert (await answered(question, standing_out("Ofen", "Hof"), note)).supported is False


GERMAN = (
    "Das Rathaus von Warschau wurde von Königin Anna eröffnet. Die Tür ist seit dem Winter grün. Das Dach ist neu und"
    " dicht. Der Hof wird von der Stadt gefegt. Die Treppe ist aus Eiche. Das Tor ist immer offen. Der Zaun steht am"
    " Bach. Die Scheune ist im Sommer leer."
)


async def test_a_name_may_be_there_as_another_language_has_it() -> None:
    closeness = near_to(("unveil", "Rathaus"))
    assert "Anna" in str(await answered("Who unveiled the seat of Warsaw?", closeness, node(GERMAN)))
    assert (await answered("Who unveiled the seat of Kingsbury?", closeness, node(GERMAN))).supported is False


async def test_a_german_noun_need_not_be_a_name_in_another_language() -> None:
    note = node(
        "The hall of the town was opened by Anna Reed. The door is green. The roof is new and tight. The yard is swept"
        " by the town. The stairs are of oak. The gate is always open."
    )
    closeness = near_to(("genommen", "opened by"))
    assert "Anna Reed" in str(await answered("Von wem wurde die Halle in Betrieb genommen?", closeness, note))
    question = "Von wem wurde für Theodora Wrenfield die Halle in Betrieb genommen?"
    assert (await answered(question, closeness, note)).supported is False


async def test_a_number_of_other_things_does_not_answer_how_many() -> None:
    note = node("The upper meadow measures 24 hectares. The dam is old. The wheel turns.")
    closeness = near_to(("sheep", "meadow"))
    assert (await answered("How many sheep has the upper meadow?", closeness, note)).supported is False


async def test_what_is_so_does_not_answer_what_is_not_so() -> None:
    closeness = near_to(("inoculated", "vaccinated"))
    question = "Which dogs are not inoculated by the vet?"
    note = node("Rex and Bella were vaccinated by the vet. The dam is old. The wheel turns.")
    assert (await answered(question, closeness, note)).supported is False
    note = node("Rex and Bella were never vaccinated by the vet. The dam is old. The wheel turns.")
    assert "Rex and Bella" in str(await answered(question, closeness, note))


async def test_passages_found_by_meaning_do_not_change_an_answer_by_words() -> None:
    words = node("The engineer of the cut was Josiah Penn. The locks are old.", 1, word_score=8.0)
    others = [
        node("The lease begins on 1 May 2023. A lamb was born in spring.", 2),
        node("Name: Yara; Joined: 2024-02-17; born: 1980", 3),
    ]
    closeness = near_to()
    assert (await answered("When was Josiah Penn born?", closeness, words, *others)).supported is False
    assert "Josiah Penn" in str(await answered("Who was the engineer of the cut?", closeness, words, *others))


async def test_a_unit_is_compared_with_what_stands_over_it() -> None:
    handbook = node("# Saw\n\n## Care\n\nOil it each week. Keep it dry.\n\n# Lathe\n\n## Care\n\nOil it each month.\n")
    compared: list[str] = []

    def closeness(question: str, texts: Sequence[str]) -> list[float]:
        compared.extend(texts)
        return [0.8 for _ in texts]

    await answered("What upkeep does the gadget want?", closeness, handbook)
    assert any("Saw" in text and "Care" in text and "Oil it each week." in text for text in compared)


async def test_a_word_that_the_unit_lacks_must_be_near_to_one_of_its_words() -> None:
    note = node("The mill was founded by Ada Rook. The dam is old. The wheel turns.")
    in_sentences = ("the mill", "founded")
    known = near_to(in_sentences, ("Established", "founded"), ("established", "founded"))
    assert "Ada Rook" in str(await answered("By whom was the mill established?", known, note))
    assert (await answered("By whom was the mill insured?", near_to(in_sentences), note)).supported is False


async def test_sentences_without_spaces_are_compared() -> None:
    note = node("阅览室共有四十八个座位。门是绿色的。屋顶是新的。楼梯是木头做的。院子由城市打扫。大门一直开着。")
    closeness = near_to(("seats", "座位"))
    assert "四十八" in str(await answered("How many seats are in the reading room?", closeness, note))


async def test_a_place_in_another_language_needs_no_capital() -> None:
    note = node(
        "La llave está bajo la maceta grande. La puerta es verde. El tejado es nuevo. El patio está limpio. La escalera"
        " es de roble. El portón queda siempre abierto."
    )
    closeness = near_to(("key", "llave"))
    assert "maceta" in str(await answered("Where do they hide the key?", closeness, note))


async def test_a_named_place_is_not_the_person_who_is_asked_for() -> None:
    closeness = near_to(("trophy", "regatta"), ("trophy", "lamp"))
    note = node("The regatta goes around the lamps of Corran Bay. The dam is old. The wheel turns.")
    assert (await answered("Who carved the trophy of the regatta?", closeness, note)).supported is False


def test_fused_passages_keep_their_score_by_words() -> None:
    by_words = [NodeWithScore(TextNode("a", id_="a"), 7.0, word_score=7.0)]
    by_meaning = [NodeWithScore(TextNode("b", id_="b"), 0.8)]
    found = {each.node_id: each.word_score for each in fuse([by_words, by_meaning], (1.0, 1.0))}
    assert found == {"a": 7.0, "b": None}


async def test_the_address_of_a_mail_is_not_what_is_nearest() -> None:
    mail = "To: Olaf Brandt <olaf@example.org>\n\nDie Orgel wird von der Firma Hollmann gestimmt. Das Dach ist neu."
    closeness = near_to(("organ", "Olaf"), ("tunes", "Olaf"), ("organ", "Orgel"), ("tunes", "gestimmt"))
    assert "Hollmann" in str(await answered("Which company tunes the organ?", closeness, node(mail)))


async def test_another_year_of_a_life_is_not_that_of_a_birth_or_a_death() -> None:
    note = node(
        "Ada Rook opened the lighthouse in 1861. The mill is old. The wheel turns. The dam is high. Bread is sold."
    )
    closeness = near_to(
        ("Ada Rook", "Ada Rook"), ("born", "lighthouse"), ("die", "lighthouse"), ("unveil", "lighthouse")
    )
    assert (await answered("When did Ada Rook unveil the lamp?", closeness, note)).supported is True
    assert (await answered("When was Ada Rook born?", closeness, note)).supported is False
    assert (await answered("When did Ada Rook die?", closeness, note)).supported is False
