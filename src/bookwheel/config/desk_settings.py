"""The settings of the app: its look, what its answers may cost, and how it researches."""

from __future__ import annotations

from dataclasses import field

from bookwheel.config.setting_info import about
from bookwheel.lazy_dataclass import dataclass

LOW_BANDWIDTH = ("auto", "on", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class UiSettings:
    """The look of the app, and how it calls for you."""

    theme: str = field(
        default="",
        metadata=about("The theme, by its name; your own are in themes/ beside this file. Empty: the default."),
    )
    low_bandwidth: str = field(
        default="auto",
        metadata=about(
            """
            Draw an answer, and steps of scrolling, 8 times a second instead of 30; move lists and documents by parts
            of a page instead of rows. auto: while the terminal answers after more than 120 ms or takes text slowly;
            over ssh an answer is drawn 15 times.
            """,
            choices=LOW_BANDWIDTH,
        ),
    )
    bell: bool = field(
        default=True,
        metadata=about("""
            Ring the terminal's bell once when the agent asks you something, and when an answer of more than 20 seconds
            ends while you look at another window.
            """),
    )
    message: bool = field(
        default=True,
        metadata=about("Then also ask the terminal to show a message of the desktop (OSC 9, where it can)."),
    )
    title: bool = field(
        default=True,
        metadata=about("Show in the terminal's title that the agent waits for you."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """What answers may cost in the app, in US dollars, where the price of the model is known."""

    max_cost: float = field(
        default=0.0,
        metadata=about("The most an answer may cost; each call is checked before it is sent. 0: no limit.", minimum=0),
    )
    max_session_cost: float = field(
        default=0.0,
        metadata=about("The most a session may cost; each call is checked before it is sent. 0: no limit.", minimum=0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchSettings:
    """How the mode `research` works; the options of `bookwheel research` go before these."""

    breadth: int = field(
        default=4, metadata=about("The most sub-questions that a plan is made of.", minimum=1, maximum=12)
    )
    rounds: int = field(default=3, metadata=about("The most searches of one sub-question.", minimum=1, maximum=10))
    max_calls: int = field(
        default=40, metadata=about("The most model calls of one run; a quarter is kept for writing.", minimum=1)
    )
    max_tokens: int = field(default=200_000, metadata=about("The most tokens of one run, in and out.", minimum=1_000))
    max_cost: float = field(
        default=0.0,
        metadata=about(
            "The most that one run may cost, where the model's price is known. 0: as limits.max_cost says.", minimum=0
        ),
    )
    time_s: float = field(default=900.0, metadata=about("The most seconds that one run may take.", minimum=1))
