"""What holds for every store: one suite, run on each of them."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bookwheel.engine.schema import Document, JsonObject, JsonValue
from bookwheel.engine.stores.embedded import lexical_search as embedded_search
from bookwheel.engine.stores.postgres import lexical_search as postgres_search
from bookwheel.engine.stores.store_protocol import (
    EVERYTHING,
    LeftOutRow,
    LexicalQuery,
    NewDocument,
    QueryPhrase,
    QueryTerm,
    Selection,
    Store,
    StoredDocument,
    document_ref,
)
from bookwheel.errors import StoreError


def new(path: str, *passages: str, language: str = "english", **metadata: object) -> NewDocument:
    text = "\n".join(passages)
    ranges: list[tuple[int, int]] = []
    for passage in passages:
        start = ranges[-1][1] + 1 if ranges else 0
        ranges.append((start, start + len(passage)))
    stored = StoredDocument(ref=document_ref(path), path=path, size=len(text), language=language)
    document = Document(
        text=text, metadata={"file_path": path, "file_name": Path(path).name, **metadata}, id_=stored.ref
    )
    return NewDocument(stored, document, ranges)


def put(store: Store, *documents: NewDocument) -> None:
    with store.writer() as writer:
        for document in documents:
            writer.put(document)


def search(
    store: Store, *words: str, scope: tuple[str, ...] | None = None, field: str = "body", limit: int = 10
) -> list[str]:
    terms = tuple(QueryTerm(field, word) for word in words)
    return [found.text for found in store.search(LexicalQuery(terms, selection=Selection(scope=scope)), limit)]


def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    assert store.documents() == []
    assert store.find("x") is None
    assert store.document("x") is None
    assert search(store, "word") == []
    assert not store.needs_repair()


def test_a_passage_has_its_range_and_metadata(store: Store) -> None:
    document = new(
        "/desk/a.txt", "first words", "second wheel", page_starts=[0, 12], headings=[[12, 1, "Two"]], title="T"
    )
    put(store, document)
    [found] = store.search(LexicalQuery((QueryTerm("body", "wheel"),)), 5)
    assert (found.node.start_char_idx, found.node.end_char_idx, found.node.page) == (12, 24, 2)
    assert found.text == document.document.text[12:24] == "second wheel"
    expected = {"file_path": "/desk/a.txt", "file_name": "a.txt", "title": "T", "page": 2, "heading": "Two"}
    assert found.metadata == expected
    assert found.node.ref_doc_id == document.stored.ref


def test_a_stem_of_few_passages_is_as_rare_as_the_same_word_in_the_others(store: Store) -> None:
    put(store, *(new(f"/desk/{number}.txt", "the wheel turns slowly") for number in range(12)))
    put(
        store,
        new("/desk/other.txt", "o rota turns slowly"),
        *(new(f"/desk/rim{n}.txt", "a rim turns now") for n in "ab"),
    )

    def first(same: str) -> str:
        terms = (QueryTerm("body", "rim"), QueryTerm("body", "rota", same=same))
        return store.search(LexicalQuery(terms), 5)[0].text

    assert first("") == "o rota turns slowly"
    assert first("wheel") == "a rim turns now"


def test_a_word_of_a_title_is_as_rare_as_it_is_in_the_texts(store: Store) -> None:
    put(store, *(new(f"/desk/{number}.txt", "the wheel turns slowly") for number in range(12)))
    put(store, new("/desk/wheel.txt", "something else"), new("/desk/rim.txt", "a rim turns now"))

    def first(same: str) -> str:
        terms = (QueryTerm("body", "rim"), QueryTerm("name", "wheel", 3.0, same))
        return store.search(LexicalQuery(terms), 5)[0].text

    assert first("") == "something else"
    assert first("wheel") == "a rim turns now"


def test_remarks_stay_with_a_document_and_its_passages(store: Store) -> None:
    remarks = ("2 of 3 pages hold no text", "1 form field has no value")
    document = new("/desk/a.pdf", "old wheel", remarks=list(remarks))
    failed = NewDocument(StoredDocument(ref="failed", path="/desk/b.pdf", status="failed", reason="it is damaged"))
    put(store, replace(document, stored=replace(document.stored, remarks=remarks)), failed)
    assert [(stored.remarks, stored.reason) for stored in store.documents()] == [(remarks, ""), ((), "it is damaged")]
    [found] = store.search(LexicalQuery((QueryTerm("body", "wheel"),)), 5)
    assert found.metadata["remarks"] == list(remarks)
    with store.writer() as writer:
        writer.move(document.stored.ref, replace(document.stored, ref=document_ref("/desk/c.pdf"), path="/desk/c.pdf"))
    moved = store.whole(document_ref("/desk/c.pdf"))
    assert moved is not None
    assert moved.stored.remarks == remarks


def test_a_document_stored_again_replaces_the_first(store: Store) -> None:
    put(store, new("/desk/a.txt", "old wheel"))
    put(store, new("/desk/a.txt", "new wheel"))
    assert search(store, "wheel") == ["new wheel"]
    assert [stored.passages for stored in store.documents()] == [1]


def test_a_removed_document_is_no_longer_found(store: Store) -> None:
    put(store, new("/desk/a.txt", "old wheel"), new("/desk/b.txt", "other wheel"))
    with store.writer() as writer:
        writer.remove(document_ref("/desk/a.txt"))
        writer.remove("never there")
    assert search(store, "wheel") == ["other wheel"]
    assert store.find(document_ref("/desk/a.txt")) is None


def test_only_documents_in_scope_are_found(store: Store) -> None:
    put(store, new("/desk/a/one.txt", "wheel one"), new("/desk/ab/two.txt", "wheel two"), new("/else/c.txt", "wheel c"))
    assert search(store, "wheel", scope=("/desk/a",)) == ["wheel one"]
    assert search(store, "wheel", scope=("/desk/ab/two.txt",)) == ["wheel two"]
    assert sorted(search(store, "wheel", scope=("/desk/ab", "/else"))) == ["wheel c", "wheel two"]
    assert len(search(store, "wheel", scope=("/",))) == 3
    assert [Path(stored.path or "").name for stored in store.documents(["/desk/a"])] == ["one.txt"]


def made(path: str, *, format_name: str = "", on: date | None = None, changed: date | None = None) -> NewDocument:
    document = new(path, "wheel " + Path(path).stem)
    midday = datetime(changed.year, changed.month, changed.day, 12, tzinfo=UTC) if changed else None
    mtime_ns = int(midday.timestamp()) * 1_000_000_000 if midday else 0
    return replace(document, stored=replace(document.stored, format=format_name, date=on, mtime_ns=mtime_ns))


def selected(store: Store, selection: Selection) -> set[str]:
    """The names of the documents found, which must be just those that the selection says it takes."""
    query = LexicalQuery((QueryTerm("body", "wheel"),), selection=selection)
    found = {found.text.removeprefix("wheel ") for found in store.search(query, 100)}
    assert found == {Path(stored.path or "").stem for stored in store.documents() if selection.takes(stored)}
    return found


def test_only_documents_with_the_wanted_tags_are_found(store: Store) -> None:
    tagged = {"a": ["Thesis/Methods", "wheels"], "b": ["thesis \U0001f4d7"], "c": ['a "b" \\', "ÄRGER"], "d": []}
    for name, tags in tagged.items():
        new = made(f"/desk/{name}.pdf")
        metadata: JsonObject = {"file_name": "odd \udcff", **({"tags": list[JsonValue](tags)} if tags else {})}
        document = replace(new.document, metadata=metadata)
        put(store, replace(new, document=document, stored=replace(new.stored, tags=tuple(tags))))
    assert [stored.tags for stored in store.documents()] == [tuple(tags) for tags in tagged.values()]
    assert selected(store, Selection(tags=("thesis",))) == {"a"}
    assert selected(store, Selection(tags=("#thesis/methods/",))) == {"a"}
    assert selected(store, Selection(tags=("Methods",))) == set()
    assert selected(store, Selection(tags=("thes",))) == set()
    assert selected(store, Selection(tags=("Thesis \U0001f4d7", "wheels"))) == {"a", "b"}
    assert selected(store, Selection(tags=('A "B" \\', "x"))) == {"c"}
    assert selected(store, Selection(tags=("ärger",), scope=("/desk",))) == {"c"}
    assert selected(store, Selection(tags=(".*",))) == set()


MISTYPED = {
    "lantrn": {"lantern"},  # one missing
    "lantternn": {"lantern"},  # of eight letters two may be wrong
    "latnern": {"lantern"},  # two swapped
    "xantern": {"lantern"},  # one wrong at the start
    "waterweell": {"waterwheel"},
    "lesepullt": {"lesepult"},
    "räderwek": {"räderwerk"},
    "whel": set[str](),  # too short to guess
    "lntrn": set[str](),  # two wrong in a short word
    "mx4501": set[str](),  # a near code is another code
    "elephant": set[str](),
}


def test_a_mistyped_word_finds_the_passages_of_words_near_it(store: Store) -> None:
    put(store, new("/desk/a.txt", "lantern", "waterwheel", "lesepult", "räderwerk", "wheel", "mx4500", "other thing"))
    assert {mistyped: set(search(store, mistyped)) for mistyped in MISTYPED} == MISTYPED
    with store.writer() as writer:
        writer.remove(document_ref("/desk/a.txt"))
    assert search(store, "lantrn") == []


def test_a_word_that_is_known_is_not_taken_for_a_mistyped_one(store: Store) -> None:
    put(store, new("/desk/a.txt", "lantern", "lanters"), new("/desk/b.txt", "waterwheel waterwhee", "waterwheel"))
    assert search(store, "lantern") == ["lantern"]
    assert search(store, "lantern", "lanternx") == ["lantern"]  # another form of it is known
    found = store.search(LexicalQuery((QueryTerm("body", "waterwheal"),)), 10)
    # Each passage counts once, however many near words it has.
    assert len({round(node.get_score(), 3) for node in found}) == 1
    assert len(found) == 2


def test_only_documents_of_the_wanted_types_are_found(store: Store) -> None:
    put(
        store,
        made("/desk/a.pdf", format_name="pdf"),
        made("/desk/b.html", format_name="html"),
        made("/else/c.pdf", format_name="pdf"),
        made("/desk/d.txt"),
    )
    assert selected(store, Selection(types=("pdf",))) == {"a", "c"}
    assert selected(store, Selection(types=("pdf", "html"))) == {"a", "b", "c"}
    assert selected(store, Selection(types=("pdf",), scope=("/desk",))) == {"a"}
    assert selected(store, Selection(types=("epub",))) == set()
    assert selected(store, Selection(scope=())) == set()


def test_only_documents_of_the_wanted_days_are_found(store: Store) -> None:
    put(
        store,
        made("/desk/own.txt", on=date(2024, 3, 1), changed=date(2026, 1, 1)),
        made("/desk/file.txt", changed=date(2024, 2, 29)),
        made("/desk/old.txt", on=date(1, 1, 1)),
        made("/desk/far.txt", on=date(9999, 12, 31)),
        made("/desk/undated.txt"),
    )
    assert selected(store, Selection(since=date(2024, 3, 1))) == {"own", "far"}
    assert selected(store, Selection(since=date(2024, 2, 29), until=date(2024, 3, 1))) == {"own", "file"}
    assert selected(store, Selection(until=date(2024, 2, 29))) == {"file", "old"}
    assert selected(store, Selection(since=date.min, until=date.max)) == {"own", "file", "old", "far"}
    assert selected(store, Selection(since=date(2025, 1, 1), until=date(2024, 1, 1))) == set()
    assert len(selected(store, EVERYTHING)) == 5


def test_type_and_days_are_kept_with_the_author(store: Store) -> None:
    document = made("/desk/a.pdf", format_name="pdf", on=date(1588, 1, 1))
    put(store, replace(document, stored=replace(document.stored, author="Ramelli \udcff")))
    [stored] = store.documents()
    assert (stored.format, stored.date, stored.day) == ("pdf", date(1588, 1, 1), date(1588, 1, 1))
    assert stored.author is not None
    assert stored.author.startswith("Ramelli")


def test_a_file_written_on_another_day_is_found_by_that_day(store: Store) -> None:
    put(store, made("/desk/a.txt", changed=date(2024, 1, 1)), made("/desk/b.txt", on=date(2024, 1, 1)))
    midday = datetime(2025, 6, 1, 12, tzinfo=UTC)
    with store.writer() as writer:
        for name in ("a", "b"):
            writer.touch(document_ref(f"/desk/{name}.txt"), size=1, mtime_ns=int(midday.timestamp()) * 1_000_000_000)
    assert selected(store, Selection(since=date(2025, 6, 1))) == {"a"}
    assert selected(store, Selection(until=date(2024, 12, 31))) == {"b"}
    assert len(search(store, "wheel")) == 2


def test_names_with_line_ends_and_no_utf8_are_kept(store: Store) -> None:
    path = "/desk/\udcff\n[/x].txt"
    put(store, new(path, "odd wheel"))
    [found] = store.search(LexicalQuery((QueryTerm("body", "wheel"),), selection=Selection(scope=("/desk",))), 5)
    assert found.node.path == path
    assert [stored.path for stored in store.documents(["/desk"])] == [path]


def test_titles_and_headings_are_found_by_name(store: Store) -> None:
    put(store, new("/desk/AnnualReport2022.txt", "some words", headings=[[0, 1, "Costs of growth"]]))
    for word in ("annual", "2022", "cost", "growth"):
        assert search(store, word, field="name") == ["some words"]


def test_a_word_that_most_passages_have_finds_those_without_a_rarer_one(
    store: Store, request: pytest.FixtureRequest
) -> None:
    """In a large index a search by frequent words is left out; then nothing was found in documents without others."""
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for module in (embedded_search, postgres_search):
        monkeypatch.setattr(module, "_LARGE_INDEX", 10)
    plain = [new(f"/desk/{number}.txt", f"the mill grinds {number}") for number in range(12)]
    put(store, *plain, new("/other/Mill.txt", "a mill of steel", "another mill"))
    words = (QueryTerm("body", "mill"), QueryTerm("name", "mill"), QueryTerm("body", "steel"))
    for scope, limit, count in ((("/desk",), 20, 12), (None, 20, 14), (None, 2, 2)):
        found = store.search(LexicalQuery(words, selection=Selection(scope=scope)), limit)
        assert len(found) == count
    assert search(store, "mill", "steel")[0] == "a mill of steel"


def test_a_phrase_lifts_the_passage_that_has_it_in_order(store: Store) -> None:
    put(store, new("/desk/a.txt", "bar then foo", "the foo_bar thing"))
    query = LexicalQuery((QueryTerm("body", "foo"), QueryTerm("body", "bar")), (QueryPhrase(("foo", "bar")),))
    assert store.search(query, 1)[0].text == "the foo_bar thing"


def test_texts_in_scripts_without_spaces_are_found_by_pairs(store: Store) -> None:
    put(store, new("/desk/a.txt", "東京タワーは高い", language="unsegmented"))
    assert search(store, "タワ") == ["東京タワーは高い"]


def test_left_out_files_are_stored_by_root(store: Store) -> None:
    rows = [LeftOutRow("/desk/\udcfe.png", "binary")]
    with store.writer() as writer:
        writer.set_left_out("/desk", [LeftOutRow("/desk/old", "hidden")])
        writer.set_left_out("/desk", rows)
    assert store.left_out("/desk") == rows
    assert store.roots() == ["/desk"]


def test_nothing_is_kept_of_a_writer_that_failed(store: Store, request: pytest.FixtureRequest) -> None:
    if "memory" in request.node.name:
        pytest.skip("a store in memory has no transactions")
    put(store, new("/desk/a.txt", "first wheel"))
    broken = new("/desk/c.txt", "third wheel", odd=object())
    with pytest.raises(TypeError):
        put(store, new("/desk/b.txt", "second wheel"), broken)
    assert search(store, "wheel") == ["first wheel"]
    assert [stored.path for stored in store.documents()] == ["/desk/a.txt"]


def test_of_equal_passages_the_one_that_came_first_is_found_first(store: Store) -> None:
    """However they came to lie in the index: with one writing, with several, or moved by a merge."""
    words = [f"wheel number{number}" for number in range(24)]
    with store.writer() as writer:
        for word in words[:12]:
            writer.put(new(f"/desk/{word}.txt", word))
    for word in words[12:]:
        put(store, new(f"/desk/{word}.txt", word))
    assert search(store, "wheel", limit=24) == words


def test_one_process_at_a_time_embeds(store: Store) -> None:
    put(store, new("/desk/a.txt", "a wheel"))
    first, second = store.embedding_turn(), store.embedding_turn()
    assert first.take()
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    assert not first.take()
    second.release()


def test_a_touched_document_keeps_its_text(store: Store) -> None:
    put(store, new("/desk/a.txt", "a wheel"))
    with store.writer() as writer:
        writer.touch(document_ref("/desk/a.txt"), size=99, mtime_ns=7)
    [stored] = store.documents()
    assert (stored.size, stored.mtime_ns, search(store, "wheel")) == (99, 7, ["a wheel"])


def test_a_long_document_gives_back_its_whole_text_and_any_passage(store: Store) -> None:
    text = "".join(f"line {number} é\n" for number in range(20_000))
    ranges = [(start, start + 100) for start in range(0, len(text) - 100, 9_973)]
    stored = StoredDocument(ref="long", path="/desk/long.txt", language="english")
    put(store, NewDocument(stored, Document(text=text, id_="long"), ranges))
    document = store.document("long")
    assert document is not None
    assert document.text == text
    for found in store.search(LexicalQuery((QueryTerm("body", "line"),)), 50):
        assert found.text == text[found.node.start_char_idx : found.node.end_char_idx]


def test_a_document_is_returned_as_it_was_stored(store: Store) -> None:
    document = new("/desk/a.txt", "first wheel", "second", page_starts=[0, 12], headings=[[12, 1, "Two"]], title="T")
    failed = NewDocument(StoredDocument(ref="f", path="/desk/f", sha256="x", status="failed", reason="it is broken"))
    put(store, document, failed)
    kept = store.whole(document.stored.ref)
    assert kept is not None
    assert (kept.document, list(kept.passages)) == (document.document, list(document.passages))
    assert kept.stored == replace(document.stored, passages=2)
    kept = store.whole("f")
    assert kept is not None
    assert (kept.stored, list(kept.passages)) == (failed.stored, [])
    assert store.whole("never there") is None


def test_half_characters_in_names_are_kept_or_refused_with_the_reason(store: Store) -> None:
    """Text from JSON can hold them: no file name can, and they say nothing about the files of the index."""
    half, undecodable = "\ud800", "\udcff"
    path = f"/desk/{half}{undecodable}.txt"
    put(store, replace(new(path, "wheel"), stored=replace(new(path, "wheel").stored, title=half, reason=half)))
    with store.writer() as writer:
        writer.set_left_out(f"/{half}", [LeftOutRow(f"/{half}/{undecodable}", half)])
    assert search(store, "wheel", scope=(path,)) == ["wheel"]
    assert len(store.left_out(f"/{half}")) == 1
    for ask in (
        lambda: store.find(half),
        lambda: store.document(half),
        lambda: store.search(LexicalQuery((QueryTerm("body", "wheel"),), selection=Selection(types=(half,))), 10),
        lambda: store.vector_coverage(half),
    ):
        with suppress(StoreError):  # the store in memory can look for any text
            ask()
    assert search(store, "wheel") == ["wheel"]
    assert not store.needs_repair()
