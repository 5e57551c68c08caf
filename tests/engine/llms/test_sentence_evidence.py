"""The decision trees that weigh sentences of prose, and the second sentence that is quoted."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.chosen.sentence_evidence import LEAF, SentenceTrees, sentence_trees
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

SUBURBS = "The suburbs grew fast after the railway came. Mill owners built terraces for their workers along the canal."
TRAMS = (
    "In 1904 the town council bought the horse trams. The first electric tram ran from the market to the canal basin."
)


def test_a_tree_gives_the_weight_of_the_leaf_that_a_sentence_comes_to() -> None:
    trees = SentenceTrees(["covered", "third"], [[(0, 0.5, 1, 2), (LEAF, -1.0, 0, 0), (1, 0.8, 3, 4), *LEAVES]])
    assert trees.weigh({"covered": 0.5, "third": 0.0}) == -1.0
    assert trees.weigh({"covered": 0.6, "third": 0.8}) == 2.0
    assert trees.weigh({"covered": 0.6, "third": 0.9}) == 0.25


LEAVES = [(LEAF, 2.0, 0, 0), (LEAF, 0.25, 0, 0)]


def test_the_weights_of_all_trees_are_added() -> None:
    trees = SentenceTrees(["covered"], [[(LEAF, 0.5, 0, 0)], [(LEAF, 0.25, 0, 0)]])
    assert trees.weigh({"covered": 1.0}) == 0.75


def test_each_node_of_the_shipped_trees_leads_further_down() -> None:
    shipped = sentence_trees()
    assert len(set(shipped.features)) == len(shipped.features)
    for tree in shipped.trees:
        for number, (feature, _, below, above) in enumerate(tree):
            if feature != LEAF:
                assert 0 <= feature < len(shipped.features)
                assert number < below < len(tree)
                assert number < above < len(tree)


def test_a_second_sentence_is_quoted_where_no_sentence_has_all_words() -> None:
    nodes = [NumberedNode(number, TextNode(text)) for number, text in enumerate((SUBURBS, TRAMS), 1)]
    answer = quoted_answer("Which council bought trams that ran along the canal to the market?", [], nodes)
    assert answer.is_supported
    assert "bought the horse trams" in answer.text
    assert "The first electric tram" in answer.text


def test_beside_a_sentence_with_all_words_another_that_would_be_enough_alone_is_quoted() -> None:
    text = (
        "The crew of Skerry also had Tom Vane, who once led all harbours in dives. Rain fell. "
        "Ada Rook led the crew in dives with 11 this year."
    )
    nodes = [NumberedNode(1, TextNode(text), 9.0), NumberedNode(2, TextNode("A lamp burns in the hall."), 1.0)]
    answer = quoted_answer("Who led the crew of Skerry in dives?", [], nodes)
    assert "Tom Vane" in answer.text
    assert "Ada Rook led the crew in dives" in answer.text
    assert "Rain fell" not in answer.text


def test_a_numbered_thing_is_found_in_a_name_with_underscores() -> None:
    report = TextNode(
        "The roof of the east wing was mended for 900 euros.", metadata={"file_name": "Site_report_3.txt"}
    )
    answer = quoted_answer("What does site report 3 say of the roof of the east wing?", [], [NumberedNode(1, report)])
    assert answer.is_supported
    other = quoted_answer("What does site report 4 say of the roof of the east wing?", [], [NumberedNode(1, report)])
    assert not other.is_supported


def test_the_second_part_of_a_question_is_not_answered_with_words_of_the_first_alone() -> None:
    bridge = (
        "The bridge at Skerry was built by Tom Vane. Rain fell. It was a long winter. The mill was painted by Ada Rook."
    )
    nodes = [NumberedNode(1, TextNode(bridge), 4.0), NumberedNode(2, TextNode("A lamp burns in the hall."), 1.0)]
    answer = quoted_answer("Who built the bridge and who painted it?", [], nodes)
    assert "Tom Vane" in answer.text
    assert "Not found among the passages" in answer.text
