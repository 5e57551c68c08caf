"""Rules that allow tool calls: what they fit, what they never fit, and the rule that is suggested."""

from typing import Any

import pytest

from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.allow_rules import read_rule, suggested_rule


def call(name: str, **arguments: Any) -> ToolSelection:
    return ToolSelection("c1", name, arguments)


@pytest.mark.parametrize(
    ("rule", "fitting", "other"),
    [
        ("web_search", call("web_search", query="anything"), call("web_extract", urls=["https://a.org/"])),
        ("web_*", call("web_extract", urls=[]), call("read_page", url="https://a.org/")),
        (
            "read_page url=https://a.org/*",
            call("read_page", url="https://a.org/x?y=[1]"),
            call("read_page", url="https://a.org.evil.net/"),
        ),
        (
            "web_extract urls=https://a.org/*",
            call("web_extract", urls=["https://a.org/1", "https://a.org/2"]),
            call("web_extract", urls=["https://a.org/1", "https://b.org/"]),
        ),
        ("write path=/tmp/* mode=w", call("write", path="/tmp/a", mode="w", text="t"), call("write", path="/tmp/a")),
        ("write path=/tmp/*", call("write", path="/tmp/a\nb"), call("write", path="/tmp/%2e%2e/etc/passwd")),
        ("write path=/tmp/*", call("write", path="/tmp/..a"), call("write", path="/tmp/x/..")),
        ("limit count=5", call("limit", count=5), call("limit", count=50)),
        ("say 'text=two words'", call("say", text="two words"), call("say", text="two")),
    ],
)
def test_a_rule_fits_its_calls_and_no_others(rule: str, fitting: ToolSelection, other: ToolSelection) -> None:
    read = read_rule(rule)
    assert read.allows(fitting)
    assert not read.allows(other)
    assert read_rule(str(read)) == read


@pytest.mark.parametrize("text", ["", "*", "url=x", "tool word", "tool =x", "tool 'a", "tool\nurl=x", "t" * 401])
def test_what_is_not_a_rule_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ .*\w"):
        read_rule(text)


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (call("web_search", query="x", max_results=3), "web_search"),
        (call("read_page", url="https://a.org:8080/x y"), "read_page url=https://a.org:8080/*"),
        (call("web_extract", urls=["https://a.org/1", "https://a.org/2"]), "web_extract urls=https://a.org/*"),
        (call("web_extract", urls=["https://a.org/1", "https://b.org/"]), "web_extract"),
        (call("read_page", url="https://[::1/"), "read_page"),
    ],
)
def test_the_suggested_rule_names_the_host_of_an_address(wanted: ToolSelection, rule: str) -> None:
    assert str(suggested_rule(wanted)) == rule
    assert read_rule(rule).allows(wanted) or "[" in str(wanted.tool_kwargs)
