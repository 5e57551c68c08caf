"""A lazy dataclass behaves as the standard one, whose methods are made when its module is imported."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from typing import ClassVar

import pytest

from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    names: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Named(Point):
    kind: ClassVar[str] = "named"
    called: str = ""


@dataclass(slots=True, kw_only=True)
class Counter:
    count: int = 0
    seen: list[int] = field(default_factory=list)
    secret: str = field(default="", repr=False)
    total: int = field(default=7, init=False)

    def __post_init__(self) -> None:
        self.count += 1


DEFAULTS = {
    "count": 0,
    "seen": field(default_factory=list),
    "secret": field(default="", repr=False),
    "total": field(default=7, init=False),
}


@dataclass(frozen=True)
class Base:
    first: int


@dataclass(frozen=True)
class Derived(Base):
    second: int = 5


@dataclass(frozen=True, slots=True)
class WithOwnMethods:
    value: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WithOwnMethods)

    def __hash__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return "own"


def test_positional_and_named_arguments_and_defaults_reach_their_fields() -> None:
    assert (Point(1).x, Point(1).y, Point(1, y=3).y, Point(1, 2, ["a"]).names) == (1, 2, 3, ["a"])


def test_wrong_arguments_are_refused_at_the_first_and_at_later_calls() -> None:
    @dataclass(slots=True)
    class Fresh:
        x: int

    for _ in range(2):
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
            Fresh()  # pyright: ignore[reportCallIssue]
        with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
            Fresh(x=1, z=2)  # pyright: ignore[reportCallIssue]


def test_each_object_gets_its_own_default_list() -> None:
    Counter().seen.append(1)
    assert Counter().seen == []


def test_what_follows_the_first_arguments_runs_and_fields_outside_init_are_set() -> None:
    counter = Counter(count=3)
    assert (counter.count, counter.total) == (4, 7)


def test_equality_and_hash_go_by_the_compared_fields() -> None:
    assert Point(1, 2, ["a"]) == Point(1, 2)
    assert hash(Point(1, 2, ["a"])) == hash(Point(1, 2))
    assert Point(1) != Point(2)
    assert Base(1) != Derived(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Counter())


def test_the_text_names_the_fields_that_are_shown() -> None:
    assert repr(Point(1)) == "Point(x=1, y=2, names=[])"
    assert repr(Counter(secret="s")) == "Counter(count=1, seen=[], total=7)"


def test_a_frozen_object_refuses_a_change_and_a_deletion() -> None:
    with pytest.raises(FrozenInstanceError):
        Point(1).x = 2  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(FrozenInstanceError):
        del Point(1).x  # pyright: ignore[reportAttributeAccessIssue]


def test_methods_that_the_class_writes_itself_stay() -> None:
    assert WithOwnMethods(1) == WithOwnMethods(2)
    assert (hash(WithOwnMethods(1)), repr(WithOwnMethods(1))) == (1, "own")


def test_fields_of_the_parent_come_first() -> None:
    assert [each.name for each in fields(Derived)] == ["first", "second"]
    assert Derived(1, 2) == Derived(first=1, second=2)


def test_copies_pickles_and_replacements_are_equal_to_what_they_were_made_of() -> None:
    point = Point(1, 2, ["a"])
    assert copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point
    assert replace(point, x=5) == Point(5, 2)
    assert asdict(point) == {"x": 1, "y": 2, "names": ["a"]}


def test_a_pattern_takes_the_fields_by_position() -> None:
    match Point(1, 3):
        case Point(x, y):
            assert (x, y) == (1, 3)


def test_a_class_says_of_itself_what_the_standard_one_says() -> None:
    standard = dataclasses.dataclass(slots=True, kw_only=True)(
        type("Counter", (), {name: vars(Counter)[name] for name in ("__annotations__", "__module__")} | DEFAULTS)
    )
    for name in ("__match_args__", "__slots__"):
        assert getattr(Counter, name) == getattr(standard, name)
    assert list(map(repr, fields(Counter))) == list(map(repr, fields(standard)))  # pyright: ignore[reportArgumentType]


def test_each_class_of_a_family_says_its_own_fields_whichever_is_asked_first() -> None:
    @dataclass
    class Wheel:
        spokes: int

    class Plain(Wheel):
        """No dataclass itself."""

    @dataclass
    class Geared(Plain):
        teeth: int

    for cls, names in ((Geared, ["spokes", "teeth"]), (Plain, ["spokes"]), (Wheel, ["spokes"])):
        assert [each.name for each in fields(cls)] == names
        assert getattr(cls, "__match_args__") == tuple(names)  # noqa: B009 - a type checker sees none
    assert "__dataclass_fields__" not in vars(Plain)


def test_what_belongs_to_the_class_is_not_a_field() -> None:
    assert Named.kind == "named"
    assert Named(1, 2, [], "it") == Named(1, called="it")
    assert repr(Named(1)) == "Named(x=1, y=2, names=[], called='')"


def test_a_default_that_can_change_is_refused() -> None:
    with pytest.raises(ValueError, match="use default_factory"):

        @dataclass
        class _Shared:
            values: list[int] = []  # noqa: RUF012 - what is refused
