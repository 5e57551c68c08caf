"""`bookwheel keys`: what does not arrive, what is out of reach because of it, and the block that helps."""

import tomllib

from bookwheel.cli.work.try_keys import Tried, doubtful_keys, findings
from bookwheel.tui.keymap import merged_keys


def test_letters_arrows_and_escape_are_not_asked_for() -> None:
    asked = list(doubtful_keys({}))
    assert {"ctrl+g", "f1", "shift+tab", "pageup"} <= set(asked)
    assert not {"escape", "enter", "l", "up", "tab"} & set(asked)
    assert len(asked) == len(set(asked))


def test_an_action_with_another_key_is_not_out_of_reach() -> None:
    text = "\n".join(findings([Tried("shift+enter", ()), Tried("ctrl+j", ("ctrl+j",))], {}, {}))
    assert "Shift+Enter: nothing arrives" in text
    assert "Every action can be reached." in text


def test_lost_actions_get_keys_that_the_settings_take() -> None:
    tried = [Tried("ctrl+g", ("ctrl+b",)), Tried("ctrl+t", ()), Tried("f2", ())]
    lines = list(findings(tried, {}, {"TMUX": "/tmp/tmux"}))
    assert "  Ctrl+G: arrives as Ctrl+B" in lines
    assert any("tmux show -g prefix" in line for line in lines)
    block = tomllib.loads("\n".join(lines[lines.index("[keys]") :]))["keys"]
    assert set(block) == {"desk.jump", "screen.jump", "app.mode"}
    assert "f2" not in block.values()
    assert len(set(block.values())) == len(block)
    assert merged_keys(block) == block
