"""Settings files are read by sections: each setting with the comment above it, below the name of its section."""

from __future__ import annotations

from bookwheel.engine.text.passage_units import Unit, units

TOML = """\
# Settings of the sauna
name = "lake"
unit = "celsius"

[stove]
# the fire goes out at this heat
limit = 95.0
wood_kg = 12

[steam]
target = 60.0
"""
YAML = """\
# The weather station on the roof
station: Roof
wind:
  maker: Bellows Works
  mast_m: 9
readers:
  - janitor: 310
"""


def _text(text: str, unit: Unit) -> str:
    return text[unit.start : unit.end]


def test_settings_are_below_the_name_of_their_section() -> None:
    found = {_text(TOML, unit): unit for unit in units(TOML)}
    assert found["target = 60.0"].heading == "Settings of the sauna steam"
    assert found["[steam]"].kind == "heading"
    assert found["wood_kg = 12"].block != found["target = 60.0"].block


def test_comment_is_part_of_the_setting_below_it() -> None:
    texts = [_text(TOML, unit) for unit in units(TOML)]
    assert "# the fire goes out at this heat\nlimit = 95.0" in texts


def test_indented_keys_are_below_the_key_over_them() -> None:
    found = {_text(YAML, unit): unit for unit in units(YAML)}
    assert found["mast_m: 9"].heading == "The weather station on the roof wind"
    assert found["station: Roof"].heading == "The weather station on the roof"
    assert found["- janitor: 310"].lead == "readers:"


def test_prose_with_fields_is_not_a_settings_file() -> None:
    text = "# The stove\n\nModel: Ember 7\nYear: 2011\n\nThe stove heats two rooms. It burns birch."
    assert [unit.kind for unit in units(text)] == ["heading", "line", "line", "sentence", "sentence"]
