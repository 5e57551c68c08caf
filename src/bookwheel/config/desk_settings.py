"""The settings of the app alone: its look, and what its answers may cost."""

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
            Draw an answer 8 times a second instead of 30. auto: where the terminal answers after more than 120 ms or
            takes text slowly; over ssh then 15 times.
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
        metadata=about("Stop an answer when it has cost more than this; what came is kept. 0: no limit.", minimum=0),
    )
    max_session_cost: float = field(
        default=0.0,
        metadata=about("Take no further question in a session that has cost more than this. 0: no limit.", minimum=0),
    )
