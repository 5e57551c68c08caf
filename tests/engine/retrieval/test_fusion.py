"""Fusing rankings: by standard scores, and by how clear each of them is."""

from collections.abc import Sequence

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.retrieval.fusion import fuse
from bookwheel.engine.schema import Document, NodeWithScore, TextNode

CLEAR = (9.0, 3.0, 2.0, 1.0)
CLOSE = (9.0, 8.5, 2.0, 1.0)
FLAT = (3.1, 3.0, 2.9, 2.8)


def ranking(names: str, scores: Sequence[float]) -> list[NodeWithScore]:
    pairs = zip(names, scores, strict=False)
    return [NodeWithScore(TextNode(f"text of {name}", id_=name), score) for name, score in pairs]


def order(nodes: Sequence[NodeWithScore]) -> str:
    return "".join(node.node_id for node in nodes)


def test_passages_scored_high_by_both_beat_first_by_one() -> None:
    fused = fuse([ranking("abcd", CLOSE), ranking("ebfg", CLOSE)], (1, 1))
    assert order(fused)[0] == "b"
    assert {*order(fused)[1:3]} == {"a", "e"}


def test_a_passage_far_ahead_by_one_beats_those_that_both_score_low() -> None:
    fused = fuse([ranking("abcd", CLEAR), ranking("ebfg", CLEAR)], (1, 1))
    assert {*order(fused)[:2]} == {"a", "e"}
    assert order(fused)[2] == "b"


def test_a_ranking_with_a_clear_best_weighs_more_than_a_flat_one() -> None:
    for rankings in ([ranking("abcd", CLEAR), ranking("efgh", FLAT)], [ranking("efgh", FLAT), ranking("abcd", CLEAR)]):
        assert order(fuse(rankings, (1, 1)))[0] == "a"


def test_the_one_passage_that_has_a_rare_word_stands_out() -> None:
    fused = fuse([ranking("a", [4.0]), ranking("bcdefgh", (0.85, 0.85, 0.84, 0.84, 0.83, 0.83, 0.82))], (1, 1))
    assert order(fused)[0] == "a"


def test_a_share_scales_the_weight_of_a_ranking() -> None:
    rankings = [ranking("ab", (2.0, 1.0)), ranking("ba", (2.0, 1.0))]
    assert order(fuse(rankings, (1.0, 0.1))) == "ab"
    assert order(fuse(rankings, (0.1, 1.0))) == "ba"


def test_the_highest_score_does_not_depend_on_the_weights() -> None:
    for shares in ((1.0, 1.0), (1.0, 0.2)):
        best = fuse([ranking("ab", CLEAR), ranking("ac", FLAT)], shares)[0]
        assert (best.node_id, round(best.get_score(), 6)) == ("a", 1.0)


def test_equal_scores_and_empty_rankings_are_fused() -> None:
    assert fuse([], ()) == []
    assert fuse([[], []], (1, 1)) == []
    assert order(fuse([ranking("abc", (1.0, 1.0, 1.0)), []], (1, 1))) == "abc"
    # The mean of six times 0.696 is rounded up.
    same = ranking("abcdef", [0.696] * 6)
    assert order(fuse([same, ranking("abcdef", FLAT)], (1, 1)))[0] == "a"


def test_near_duplicates_are_folded_over_both_rankings() -> None:
    one, other = ranking("a", [1.0]), ranking("b", [1.0])
    other[0].node.text = one[0].node.text
    assert len(fuse([one, other], (1, 1))) == 1


def score_of_market(question: str) -> float:
    """The fused score of the passage that shares a name with the question, where another one is near in meaning."""
    texts = {
        "market": "The market of Ravel is on Monday.",
        "steeple": "The steeple has a height of forty metres.",
        "mill": "The mill was built for the monks.",
        "lock": "The lock is closed in winter.",
        "inn": "The inn has nine rooms and a garden.",
        "pier": "The pier is where the boats are.",
    }

    class Heights:
        model_name = "heights"

        def get_query_embedding(self, query: str) -> list[float]:
            return [1.0, 0.0]

        def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
            return [[1.0, 0.1] if "height" in text else [0.5, len(text) / 40] for text in texts]

    documents = [Document(text=text, id_=name) for name, text in texts.items()]
    retriever = DocumentIndex.from_documents(documents, embed_model=Heights()).as_retriever(similarity_top_k=6)
    return next(found.get_score() for found in retriever.retrieve(question) if found.node.ref_doc_id == "market")


def test_a_shared_name_counts_less_in_another_language() -> None:
    in_english, without_language = score_of_market("What is the tower of Ravel?"), score_of_market("Turm Ravel")
    assert score_of_market("Wie hoch ist der Turm von Ravel?") < 0.7 * min(in_english, without_language)


def test_words_count_more_in_a_long_question() -> None:
    short = "What is the tower of Ravel?"
    assert score_of_market(f"{short} {'Please say it all. ' * 4}") > 1.1 * score_of_market(short)
