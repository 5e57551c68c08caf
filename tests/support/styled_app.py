"""An app without screens that draws a widget in the styles of the real one."""

from textual.app import App

from bookwheel.tui import app as real_app
from bookwheel.tui.themes import variable_defaults


class StyledApp(App[None]):
    """Takes the style sheet and the theme variables of `BookwheelApp`."""

    CSS_PATH = f"{real_app.__file__.rpartition('/')[0]}/app.tcss"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults()
