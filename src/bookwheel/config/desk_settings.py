"""The settings of the app alone: its look, and what its answers may cost."""

from __future__ import annotations

from dataclasses import field

from bookwheel.config.setting_info import about
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UiSettings:
    """The look of the app."""

    theme: str = field(
        default="",
        metadata=about("The theme, by its name; your own are in themes/ beside this file. Empty: the default."),
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
