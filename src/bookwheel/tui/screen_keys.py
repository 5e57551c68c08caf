"""What a key of the table is, the panes, and the keys of the screens over the desk."""

from __future__ import annotations

from collections.abc import Mapping

from bookwheel.lazy_dataclass import dataclass

PANES: Mapping[str, str] = {
    "app": "everywhere",
    "desk": "every pane of the desk",
    "prompt": "the prompt",
    "start": "the start page",
    "conversation": "the conversation",
    "library": "the library",
    "trace": "the event log",
    "approval": "a request of the agent",
    "retry": "a request to be sent again",
    "replay": "a session played back",
    "screen": "every screen over the desk",
    "wrapped": "a screen of rows without keys of its own",
    "page": "a document",
    "picture": "a picture",
    "brief": "the brief",
    "plan": "the plan of a research",
    "branch": "a branch of a research",
    "allowed": "the allowed tool calls",
    "settings": "the settings",
    "changes": "two answers compared",
    "sessions": "the session list",
    "detail": "an event's details",
    "timeline": "the timeline of a question",
    "help": "this help",
    "pick": "a list to choose from",
    "models": "the list of models",
    "line": "a line to type",
    "confirm": "a yes or no question",
    "jump": "the jump labels",
}


@dataclass(frozen=True, slots=True)
class Key:
    """An action and its keys (comma-separated). `footer`: shown in the hint line. `listed`: shown in the help screen.

    `shown_as` replaces the keys in the help where one line stands for several (1–9). `shadows`: replaces a shared
    key on purpose.
    """

    id: str
    keys: str
    action: str
    description: str
    tooltip: str
    footer: bool = False
    priority: bool = False
    listed: bool = True
    shown_as: str = ""
    shadows: bool = False

    @property
    def pane(self) -> str:
        return self.id.partition(".")[0]


def citation_keys(pane: str) -> tuple[Key, ...]:
    """1 to 9 and 0: one line in the help, a binding each."""
    first = Key(
        f"{pane}.citation_1",
        "1",
        "citation(1)",
        "source",
        "Open the source with this number (two digits: quickly one after the other)",
        shown_as="1–9 0",
    )
    rest = (
        Key(f"{pane}.citation_{n}", str(n), f"citation({n})", "source", "", listed=False)
        for n in (2, 3, 4, 5, 6, 7, 8, 9, 0)
    )
    return (first, *rest)


SCREEN_KEYS: tuple[Key, ...] = (
    # What a screen of rows has from its base. Not listed: the screens of today give these keys ids of their own.
    Key("wrapped.close", "escape,q", "close", "back", "Back to the desk", footer=True, listed=False),
    Key("wrapped.up", "up,k", "move(-1)", "up", "Up", listed=False),
    Key("wrapped.down", "down,j", "move(1)", "down", "Down", listed=False),
    Key("wrapped.page_up", "pageup,ctrl+u", "move_page(-1)", "page up", "A page up", listed=False),
    Key("wrapped.page_down", "pagedown,ctrl+d,space", "move_page(1)", "page down", "A page down", listed=False),
    Key("wrapped.help", "question_mark", "app.help", "help", "The keys of this screen", footer=True, listed=False),
    Key("screen.jump", "ctrl+g", "app.jump", "jump", "Show a letter on each row and field; typing it goes there"),
    # A document.
    Key("page.close", "escape,q", "close", "back", "Back to the desk", footer=True),
    Key("page.up", "up,k", "scroll_rows(-1)", "up", "Up"),
    Key("page.down", "down,j", "scroll_rows(1)", "down", "Down"),
    Key("page.page_up", "pageup,ctrl+u", "scroll_page(-1)", "page up", "A page up"),
    Key("page.page_down", "pagedown,ctrl+d,space", "scroll_page(1)", "page down", "A page down"),
    Key("page.top", "g,home", "top", "top", "To the top"),
    Key("page.bottom", "G,end", "bottom", "bottom", "To the bottom"),
    *citation_keys("page"),
    Key(
        "page.previous_citation",
        "left_square_bracket",
        "step_citation(-1)",
        "previous",
        "The cited passage before",
        footer=True,
    ),
    Key(
        "page.next_citation", "right_square_bracket", "step_citation(1)", "next", "The next cited passage", footer=True
    ),
    Key("page.walk", "v", "walk(1)", "sentences", "The next sentence of the answer, with what it cites", footer=True),
    Key("page.walk_back", "V", "walk(-1)", "sentence before", "The sentence of the answer before"),
    Key("page.search", "slash", "search", "search", "Search in this document", footer=True),
    Key("page.search_next", "n", "search_on(1)", "next hit", "The next hit"),
    Key("page.search_previous", "N", "search_on(-1)", "previous hit", "The hit before"),
    Key("page.outside", "O", "open_outside", "in the pager", "The document in $PAGER or $EDITOR, at this place"),
    Key("page.reindex", "r", "reindex", "re-index", "Index what has changed, and show this document as it is now"),
    Key(
        "page.passages",
        "p",
        "passages",
        "passages",
        "Where the passages of this document begin and end, their tokens, and whether they have a vector",
        footer=True,
    ),
    Key(
        "page.picture", "I", "picture", "picture", "This page of a PDF, or this picture, drawn in the terminal's cells"
    ),
    Key("page.copy", "y", "copy_passage", "copy", "Copy the cited passage", footer=True),
    Key("page.help", "question_mark", "app.help", "help", "Help: the keys of this pane, searchable", footer=True),
    # A picture.
    Key("picture.close", "escape,q,I", "close", "back", "Back", footer=True),
    Key("picture.next", "right,n,j,down,pagedown,space", "step(1)", "next", "The next picture or page", footer=True),
    Key("picture.previous", "left,N,k,up,pageup", "step(-1)", "previous", "The picture or page before", footer=True),
    Key("picture.help", "question_mark", "app.help", "help", "Help: the keys of this pane, searchable", footer=True),
    # The brief.
    Key("brief.close", "escape,q,b", "close", "back", "Back to the desk", footer=True),
    Key("brief.open", "enter", "open", "go there", "Read it where it stands in the conversation", footer=True),
    Key("brief.up", "up,k", "move(-1)", "up", "Up"),
    Key("brief.down", "down,j", "move(1)", "down", "Down"),
    Key("brief.page_up", "pageup,ctrl+u", "move_page(-1)", "page up", "A page up"),
    Key("brief.page_down", "pagedown,ctrl+d,space", "move_page(1)", "page down", "A page down"),
    Key("brief.earlier", "K", "shift(-1)", "earlier", "Move this pin up", footer=True),
    Key("brief.later", "J", "shift(1)", "later", "Move this pin down", footer=True),
    Key("brief.unpin", "d,delete", "unpin", "unpin", "Remove this pin from the brief", footer=True),
    Key(
        "brief.export", "E", "export", "write", "Write the brief to a Markdown file, its sources numbered", footer=True
    ),
    # The allowed tool calls.
    Key("allowed.close", "escape,q,L", "close", "back", "Back to the desk", footer=True),
    Key("allowed.edit", "enter,e", "edit", "change", "Change this rule", footer=True),
    Key("allowed.delete", "d,delete", "delete", "delete", "Delete this rule: such calls are asked about", footer=True),
    Key("allowed.add", "a", "add", "add", "Add a rule to the settings", footer=True),
    Key("allowed.up", "up,k", "move(-1)", "up", "Up"),
    Key("allowed.down", "down,j", "move(1)", "down", "Down"),
    Key("allowed.page_up", "pageup,ctrl+u", "move_page(-1)", "page up", "A page up"),
    Key("allowed.page_down", "pagedown,ctrl+d,space", "move_page(1)", "page down", "A page down"),
    # The settings.
    Key("settings.close", "escape,q,comma", "close", "back", "Back to the desk", footer=True),
    Key("settings.change", "enter,space", "change", "change", "Turn a switch, choose, or type a value", footer=True),
    Key("settings.reset", "d,delete", "reset", "default", "Remove it from the file: its default holds", footer=True),
    Key(
        "settings.filter", "slash", "filter", "filter", "Only settings with a word in their name or effect", footer=True
    ),
    Key("settings.open_file", "O", "open_file", "edit the file", "Open the settings file in $EDITOR", footer=True),
    Key("settings.up", "up,k", "move(-1)", "up", "Up"),
    Key("settings.down", "down,j", "move(1)", "down", "Down"),
    Key("settings.page_up", "pageup,ctrl+u", "move_page(-1)", "page up", "A page up"),
    Key("settings.page_down", "pagedown,ctrl+d", "move_page(1)", "page down", "A page down"),
    Key("settings.help", "question_mark", "app.help", "help", "Help: the keys of this pane, searchable", footer=True),
    # The plan of a research run.
    Key("plan.open", "enter", "open", "open", "Start the plan · the notes of a branch · write now", footer=True),
    Key("plan.up", "up,k", "cursor_up", "up", "Up"),
    Key("plan.down", "down,j", "cursor_down", "down", "Down"),
    Key("plan.page_up", "pageup,ctrl+u", "page_up", "page up", "A page up"),
    Key("plan.page_down", "pagedown,ctrl+d", "page_down", "page down", "A page down"),
    Key("plan.unfold", "right", "unfold(True)", "unfold", "Show the searches of this branch"),
    Key("plan.fold", "left", "unfold(False)", "fold", "Show only its last step"),
    Key("plan.add", "n", "add", "new", "Add a sub-question", footer=True),
    Key("plan.reword", "r", "reword", "reword", "Ask this sub-question in other words", footer=True),
    Key("plan.drop", "minus", "steer('drop')", "drop", "Drop this sub-question", footer=True),
    Key("plan.restore", "u", "steer('restore')", "undo", "Restore a dropped sub-question"),
    Key("plan.deeper", "plus", "steer('deeper')", "deeper", "One more round of searching", footer=True),
    Key("plan.hint", "h", "hint", "hint", "Give this branch a hint for its next reading", footer=True),
    Key("plan.earlier", "K", "steer('up')", "earlier", "Move this sub-question up in the report"),
    Key("plan.later", "J", "steer('down')", "later", "Move this sub-question down in the report"),
    Key("plan.pause", "space", "pause", "pause", "Pause this branch, or let it go on"),
    Key("plan.again", "R", "plan_again", "plan again", "Make another plan, with an instruction of yours"),
    Key("plan.write", "W", "write_now", "write now", "End the search and write the report", footer=True),
    # A branch of it.
    Key("branch.open", "enter", "open", "open", "The passage of this note in its document", footer=True),
    Key("branch.up", "up,k", "cursor_up", "up", "Up"),
    Key("branch.down", "down,j", "cursor_down", "down", "Down"),
    Key("branch.page_up", "pageup,ctrl+u", "page_up", "page up", "A page up"),
    Key("branch.page_down", "pagedown,ctrl+d,space", "page_down", "page down", "A page down"),
    Key("branch.top", "g,home", "first", "top", "To the top"),
    Key("branch.bottom", "G,end", "last", "bottom", "To the bottom"),
    # Two answers compared.
    Key("changes.close", "escape,q,d", "close", "back", "Back to the desk", footer=True),
    Key("changes.next", "n", "next_change(1)", "next change", "The next change", footer=True),
    Key("changes.previous", "N", "next_change(-1)", "change before", "The change before", footer=True),
    Key("changes.up", "up,k", "move(-1)", "up", "Up"),
    Key("changes.down", "down,j", "move(1)", "down", "Down"),
    Key("changes.page_up", "pageup,ctrl+u", "move_page(-1)", "page up", "A page up"),
    Key("changes.page_down", "pagedown,ctrl+d,space", "move_page(1)", "page down", "A page down"),
    # The session list.
    Key("sessions.close", "escape", "close", "back", "Back to the desk", footer=True),
    Key("sessions.open", "enter", "open", "open", "Open the session", footer=True),
    Key("sessions.up", "up,ctrl+k", "cursor_up", "up", "The session above"),
    Key("sessions.down", "down,ctrl+j", "cursor_down", "down", "The session below"),
    Key("sessions.page_up", "pageup", "page_up", "page up", "A page up"),
    Key("sessions.page_down", "pagedown", "page_down", "page down", "A page down"),
    Key(
        "sessions.switch",
        "tab,shift+tab",
        "switch",
        "list/search",
        "From the search line to the list and back",
        footer=True,
    ),
    Key("sessions.new", "n", "new", "new", "A new session (from the list)", footer=True),
    Key(
        "sessions.delete",
        "d,delete",
        "delete",
        "delete",
        "Delete the session (from the list)",
        footer=True,
    ),
    Key("sessions.undelete", "u", "undelete", "undelete", "Bring back the session deleted last"),
    Key("sessions.fork", "f", "fork", "fork", "Copy the session, to go on in the copy"),
    Key("sessions.rename", "r", "rename", "rename", "Give the session another title (from the list)", footer=True),
    Key("sessions.search", "slash,i", "search", "search", "To the search line", footer=True),
    Key("sessions.help", "question_mark", "app.help", "help", "Help: the keys of this pane, searchable", footer=True),
    # An event's details.
    Key("detail.close", "escape,q", "close", "back", "Back to the desk", footer=True),
    Key("detail.up", "up,k", "cursor_up", "up", "Up"),
    Key("detail.down", "down,j", "cursor_down", "down", "Down"),
    Key("detail.page_up", "pageup,ctrl+u", "page_up", "page up", "A page up"),
    Key("detail.page_down", "pagedown,ctrl+d", "page_down", "page down", "A page down"),
    Key("detail.fold", "enter,space", "toggle_fold", "fold", "Open or fold this value", footer=True),
    Key("detail.fold_left", "left,h", "fold", "fold", "Fold this value"),
    Key("detail.unfold", "right,l", "unfold", "unfold", "Unfold this value"),
    Key("detail.copy", "y", "copy", "copy", "Copy the event as JSON", footer=True),
    Key("detail.top", "g,home", "first", "top", "To the top"),
    Key("detail.bottom", "G,end", "last", "bottom", "To the bottom"),
    Key("detail.help", "question_mark", "app.help", "help", "Help: the keys of this pane, searchable", footer=True),
    # The timeline of a question.
    Key("timeline.close", "escape,q", "close", "back", "Back to the desk", footer=True),
    Key("timeline.open", "enter", "open", "details", "The arguments and results of the step", footer=True),
    Key("timeline.up", "up,k", "cursor_up", "up", "Up"),
    Key("timeline.down", "down,j", "cursor_down", "down", "Down"),
    Key("timeline.page_up", "pageup,ctrl+u", "page_up", "page up", "A page up"),
    Key("timeline.page_down", "pagedown,ctrl+d", "page_down", "page down", "A page down"),
    Key("timeline.help", "question_mark", "app.help", "help", "Help: the keys of this pane, searchable", footer=True),
    # The help.
    Key("help.close", "escape", "close", "back", "Back", footer=True),
    Key("help.up", "up", "scroll_list(-1)", "up", "Up"),
    Key("help.down", "down", "scroll_list(1)", "down", "Down"),
    Key("help.page_up", "pageup", "scroll_page(-1)", "page up", "A page up"),
    Key("help.page_down", "pagedown", "scroll_page(1)", "page down", "A page down"),
    # A list to choose from (the palette, models, themes).
    Key("pick.close", "escape", "close", "back", "Back, nothing chosen", footer=True),
    Key("pick.choose", "enter", "choose", "choose", "Choose this row", footer=True),
    Key("pick.up", "up,ctrl+k", "cursor_up", "up", "Up"),
    Key("pick.down", "down,ctrl+j,tab", "cursor_down", "down", "Down"),
    Key("pick.page_up", "pageup", "page_up", "page up", "A page up"),
    Key("pick.page_down", "pagedown", "page_down", "page down", "A page down"),
    # The list of models.
    Key("models.try", "ctrl+o", "try", "try it", "Ask this model for a word, and show how long it takes", footer=True),
    # A line to type (a path, a filter, a command).
    Key("line.close", "escape", "close", "back", "Back, nothing done", footer=True),
    Key("line.complete", "tab", "complete", "complete", "Complete what is typed", footer=True),
    # Jump labels.
    Key("jump.close", "escape,ctrl+g", "close", "back", "Back, nothing chosen", footer=True),
    # Yes or no.
    Key("confirm.yes", "y", "answer(True)", "yes", "Yes", footer=True),
    Key("confirm.no", "n,escape", "answer(False)", "no", "No", footer=True),
)
