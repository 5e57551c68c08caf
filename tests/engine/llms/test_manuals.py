"""Questions of a newcomer to a manual: commands and options, their tables, definitions and questions of an FAQ."""

from __future__ import annotations

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode


async def answered(question: str, *texts: str) -> ChatResponse:
    nodes = [NumberedNode(number, TextNode(text, id_=f"{number}"), 0.2) for number, text in enumerate(texts, 1)]
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


async def text_of(question: str, *texts: str) -> str:
    return str(await answered(question, *texts))


async def test_a_command_is_quoted_without_what_the_program_answers() -> None:
    text = (
        "# Sluices\n\nTo open a sluice by its number, use the `open` command:\n\n"
        "```console\n$ sluice open 3\nwaiting for the gate\nsluice 3 is open, number of gates: 4\n```\n"
    )
    assert await text_of("How do I open a sluice?", text) == (
        "To open a sluice by its number, use the `open` command:\n\n```console\n$ sluice open 3\n```\n\n[1]"
    )


async def test_the_plural_of_an_acronym_without_a_vowel_is_found() -> None:
    text = await text_of("Can the viewer read scanned PDFs?", "The viewer reads each scanned PDF page by page.")
    assert text == "The viewer reads each scanned PDF page by page. [1]"


async def test_a_form_of_files_is_found_by_its_ending() -> None:
    rows = (
        "| command | what it does |\n| --- | --- |\n| `report save` | saves the report as html or md |\n"
        "| `report print` | prints the report |\n"
    )
    assert "html or md" in await text_of("How do I save the report as markdown?", f"# Commands\n\n{rows}")


async def test_an_instruction_is_quoted_where_all_passages_have_its_words() -> None:
    instruction = "A backup leaves out large files when they are excluded with `--skip-longer` and a size."
    limits = f"# Limits\n\nSome disks are full. {instruction} The default unit is a byte. Other units may be given too."
    others = [
        f"# {name}\n\nA file {where} a backup is larger than others. Files of one kind are excluded by name, and backup"
        f" number {number} keeps them."
        for number, (name, where) in enumerate(
            [("Names", "in"), ("Kinds", "of"), ("Places", "from"), ("Times", "beside"), ("Owners", "under")]
        )
    ]
    scores = [8.7, 8.6, 9.3, 8.5, 8.3, 8.3]
    nodes = [
        NumberedNode(number, TextNode(text, id_=f"{number}"), score)
        for number, (text, score) in enumerate(zip([limits, *others], scores, strict=True), 1)
    ]
    question = "How can I exclude large files from a backup?"
    answer = await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])
    assert str(answer).startswith(f"{instruction} [1]")


async def test_the_sentence_with_the_option_is_quoted_behind_the_one_that_names_the_matter() -> None:
    text = (
        "# Logs\n\nSometimes it helps to keep the readings of a gauge, for example of the weir. The mill supports this;"
        " just give `--from-gauge` and its number.\n\n"
        "By default the readings of a gauge are kept in pence."
        + " The readings of a gauge are kept as a list. A log has one page a day, and each page a date."
        * 8
    )
    assert "`--from-gauge`" in await text_of("How do I keep the readings of a gauge?", text)


async def test_the_remedy_behind_a_problem_is_quoted_with_it() -> None:
    text = (
        "# Lids\n\nThe lid sticks when the boiler is cold. Pour a cup of warm water over the hinge. "
        "Lids come in three sizes.\n"
    )
    answer = await text_of("What should I do if the lid sticks?", text)
    assert answer == "The lid sticks when the boiler is cold. Pour a cup of warm water over the hinge. [1]"


async def test_how_to_limit_costs_does_not_ask_for_a_price() -> None:
    rows = (
        "| option | meaning |\n| --- | --- |\n| `--max-cost SUM` | limits what a trip may cost |\n| `--dry` | none |\n"
    )
    assert "--max-cost" in await text_of("How can I limit what a trip may cost?", f"# Trips\n\n{rows}")


async def test_a_number_in_words_is_found_in_figures() -> None:
    text = await text_of("When are the four-day weeks?", "We work 4-day weeks from 1 May to 31 August.")
    assert text == "We work 4-day weeks from 1 May to 31 August. [1]"


_LIMITS = (
    "# Trips\n\n## Limits\n\n| option | default |\n| --- | --- |\n| `--most-hours HOURS` | 8 |\n"
    "| `--max-cost SUM` | none; needs the fares of the ferry |\n"
)
_SAMPLE = '# Trips\n\n## In a script\n\n```python\nday = plan.run(question="Which limits hold?")\n```\n'


async def test_a_row_of_an_option_may_lack_one_word_of_how_to_do_it() -> None:
    text = await text_of("How can I limit what the run of a trip may cost?", _SAMPLE, _LIMITS)
    assert text.startswith("| option | default |")
    assert "`--max-cost SUM`" in text


async def test_a_row_of_an_option_lacks_a_word_that_another_row_has() -> None:
    rows = (
        "# Keys\n\n| keys | what they do |\n| --- | --- |\n| `c` | Copy the picture of the page |\n"
        "| `r` | Print the route of the day |\n"
    )
    assert not (await answered("How do I copy the picture of a route?", rows)).supported


async def test_the_section_with_the_name_of_the_task_is_quoted_whole() -> None:
    text = (
        "## Including files\n\nWith this syntax you include files into your sheet:\n\n```\n{{include a.txt}}\n```\n\n"
        "The path is relative.\n\n## Parts\n\nThe first include command only includes the second line of the file.\n"
    )
    told = await text_of("How do I include a file?", text)
    assert told.startswith("With this syntax")
    assert "{{include a.txt}}" in told
    assert "The path is relative." in told


async def test_where_a_link_of_markdown_leads_is_not_an_answer() -> None:
    text = "The sheet can have parts.\n\n[Including files]: ../sheet.md#including-files\n[`files`]: other.md#files\n"
    told = await answered("How do I include files?", text)
    assert "sheet.md#" not in str(told)


async def test_where_a_link_of_restructured_text_leads_is_not_an_answer() -> None:
    text = "The sheet can have parts.\n\n.. _Including files:\n\n.. _files: https://sheet.example/files\n"
    told = await answered("How do I include files?", text)
    assert "_Including" not in str(told)
    assert "https://" not in str(told)


async def test_a_guide_and_an_acronym_maintain_nothing() -> None:
    text = "Read the [CLI Guide](../cli.md) for other `sluice` commands and CLI options."
    assert "Nothing in the passages" in await text_of("Who maintains sluice?", text)
    assert "Mara Holt" in await text_of("Who maintains sluice?", f"{text}\n\nSluice is maintained by Mara Holt.")
