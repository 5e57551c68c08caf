"""Questions about whole documents, in eight languages, and verbs said from the other side."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.query.follow_up import retrieval_query
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode
from bookwheel.engine.text.document_questions import SUMMARY

MINUTES = [
    ("What was decided on 4 March 2024?", "Minutes of 4 March 2024", "The board decided to sell the oven. Dues: 25."),
    (
        "Was wurde in der Versammlung vom 12. April 2024 beschlossen?",
        "Protokoll der Versammlung vom 12. April 2024",
        "Die Versammlung beschloss, den Ofen zu verkaufen. Der Beitrag wird auf 25 Euro erhöht.",
    ),
    (
        "Qu'est-ce qui a été décidé à la réunion du 3 mai 2024 ?",
        "Compte rendu de la réunion du 3 mai 2024",
        "L'assemblée a décidé de vendre le four. La cotisation est fixée à 25 euros.",
    ),
    (
        "¿Qué se decidió en la reunión del 7 de junio de 2024?",
        "Acta de la reunión del 7 de junio de 2024",
        "La junta decidió vender el horno. La cuota sube a 25 euros.",
    ),
    (
        "Che cosa è stato deciso nella riunione del 9 luglio 2024?",
        "Verbale della riunione del 9 luglio 2024",
        "L'assemblea ha deciso di vendere il forno. La quota resta di 25 euro.",
    ),
    (
        "O que foi decidido na reunião de 5 de agosto de 2024?",
        "Ata da reunião de 5 de agosto de 2024",
        "A assembleia decidiu vender o forno. A quota sobe para 25 euros.",
    ),
    (
        "Wat is er besloten in de vergadering van 6 september 2024?",
        "Notulen van de vergadering van 6 september 2024",
        "De vergadering heeft besloten de oven te verkopen. De contributie gaat naar 25 euro.",
    ),
    (
        "Что решили на собрании 10 октября 2024 года?",
        "Протокол собрания от 10 октября 2024 года",
        "Собрание решило продать печь. Взнос повышен до 25 рублей.",
    ),
]

TASKS = [
    ("What must be done after the April meeting?", "To do"),
    ("What is on the to-do list of the April meeting?", "Action items"),
    ("Was ist nach der Sitzung im April zu erledigen?", "Aufgaben der Sitzung"),
    ("Que faut-il faire après la réunion d'avril ?", "À faire"),
    ("Che cosa si deve fare dopo la riunione di aprile?", "Da fare"),
]

ABOUT_A_FOLDER = [
    "What is this folder about?",
    "What is in this folder?",
    "Worum geht es in diesem Ordner?",
    "De quoi parle ce dossier ?",
    "¿De qué trata esta carpeta?",
    "Di cosa parla questa cartella?",
    "De que trata esta pasta?",
    "Waar gaat deze map over?",
    "О чём эта папка?",
]

SAID_AROUND = [
    ("When was the cut closed?", "The flood of 1912 broke the gates. The cut was closed in the same year.", "1912"),
    ("Wann wurde der Kanal geschlossen?", "1912 kam die Flut. Im selben Jahr wurde der Kanal geschlossen.", "1912"),
    ("Who bought the mill?", "The mill stood still. In 1954 it went to Ada Rook, who bought it.", "The mill stood"),
]

OTHER_SIDE = [
    ("Who bought the mill?", "The Coyles owned the mill. In 1954 they sold it to Ada Rook.", "Ada Rook"),
    ("Who sold the press?", "The press was bought from Halden Works.", "Halden Works"),
    ("Who borrowed the cart?", "The miller lent his cart to the brewer Paul Tew.", "Paul Tew"),
    ("Who learned from Harriet Coyle?", "Harriet Coyle taught Edwin Pell.", "Edwin Pell"),
    ("Wer kaufte die Mühle?", "Die Familie verkaufte die Mühle 1954 an Ada Rook.", "Ada Rook"),
    ("Qui a acheté le moulin ?", "La famille a vendu le moulin à Ada Rook.", "Ada Rook"),
    ("¿Quién compró el molino?", "La familia vendió el molino a Ada Rook.", "Ada Rook"),
    ("Wie kocht de molen?", "De familie verkocht de molen aan Ada Rook.", "Ada Rook"),
]

NOT_OTHER_SIDE = [
    ("Who bought the organ?", "The school borrowed the organ from the parish. Ada Rook plays."),
    ("Who bought the mill?", "The family sold the mill in 1954. Ada Rook was there."),
]


async def answered(question: str, *texts: str, **metadata: str) -> ChatResponse:
    nodes = [
        NumberedNode(number, TextNode(text, metadata={**metadata}, id_=f"{number}"), 6.0 / number)
        for number, text in enumerate(texts, 1)
    ]
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


@pytest.mark.parametrize(("question", "title", "text"), MINUTES)
async def test_all_decisions_of_a_meeting_are_quoted(question: str, title: str, text: str) -> None:
    assert "25" in str(await answered(question, f"# {title}\n\n{text}", title=title))


@pytest.mark.parametrize("question", ABOUT_A_FOLDER)
async def test_a_question_about_the_folder_finds_and_quotes_its_overview(question: str) -> None:
    assert "README" in retrieval_query(question, [])
    overview = "# Lindenhof\n\nThis folder holds the papers of the foundry: its tables and minutes."
    assert "papers of the foundry" in str(await answered(question, overview, file_name="README.md"))


@pytest.mark.parametrize(
    "question", ["What is the folder of the mower for?", "Wo liegt der Ordner mit den Rechnungen?"]
)
def test_other_questions_with_the_word_folder_search_for_no_overview(question: str) -> None:
    assert retrieval_query(question, []) == question


@pytest.mark.parametrize(("question", "text", "before"), SAID_AROUND)
async def test_the_sentence_that_names_the_year_or_the_thing_is_quoted_too(
    question: str, text: str, before: str
) -> None:
    assert before in str(await answered(question, text))


@pytest.mark.parametrize(("question", "text", "name"), OTHER_SIDE)
async def test_a_verb_said_from_the_other_side_answers(question: str, text: str, name: str) -> None:
    assert name in str(await answered(question, text))


@pytest.mark.parametrize(("question", "text"), NOT_OTHER_SIDE)
async def test_another_verb_or_another_role_does_not_answer(question: str, text: str) -> None:
    assert (await answered(question, text)).supported is False


async def test_a_row_under_the_column_asked_for_needs_no_verb() -> None:
    rows = (
        "| Box | School | Back |",
        "| --- | --- | --- |",
        "| Kites | Birk | May |",
        "| Puzzles | Saint Oswald | June |",
    )
    table = "\n".join(rows)
    others = "Schools may borrow a box for two weeks. The hall is locked at night."
    text = str(await answered("Which box did Saint Oswald borrow?", table, others))
    assert "Puzzles" in text
    assert "Kites" not in text
    assert (await answered("Which box did Saint Agnes borrow?", table, others)).supported is False


async def test_where_a_thing_is_comes_before_what_only_names_it() -> None:
    text = "# The Freewheel\n\nThe Freewheel gives courses. Ways to us.\n\nThe shop is in the yard, behind the gate.\n"
    assert "behind the gate" in str(await answered("Where is The Freewheel?", text, title="The Freewheel"))


async def test_a_to_do_list_is_found_by_its_heading() -> None:
    text = "# Meeting, 12 March\n\n## To do\n\n- Bram: write to all\n- Suki: sell the boat\n"
    quoted = str(await answered("What is on the to-do list of the March meeting?", text))
    assert "Bram" in quoted
    assert "Suki" in quoted


async def test_the_date_of_a_mail_says_when_its_sender_wrote() -> None:
    mail = (
        "Broken gate\nFrom: Ingrid Sol <i@x.example>\nTo: Bea Lund <b@x.example>\nDate: Mon, 17 Mar 2025 09:14:00 +0100"
    )
    quoted = str(await answered("When did Ingrid write about the gate?", mail, file_name="gate.eml"))
    assert "17 Mar 2025" in quoted
    assert "Ingrid Sol" in str(await answered("Who wrote to Bea Lund?", mail, file_name="gate.eml"))


async def test_the_date_in_a_heading_answers_when_something_was() -> None:
    minutes = "# Board meeting, 19 May 2025\n\nPresent: A. Keay.\n\n1. Roof. The work ends on 30 June.\n"
    assert "19 May 2025" in str(await answered("When did the board meet in May?", minutes))


async def test_one_question_about_two_things_is_answered_for_both() -> None:
    pump = "# Pump\n\nThe guarantee on the pump lasts 36 months. Wear of the seal is excluded."
    lid = "# Lid\n\nThe guarantee on the lid lasts two years. It is made of oak."
    quoted = str(await answered("What guarantee is there on the pump and on the lid?", pump, lid))
    assert "36 months" in quoted
    assert "two years" in quoted
    assert (await answered("What guarantee is there on the tap and on the sink?", pump, lid)).supported is False


@pytest.mark.parametrize(("question", "heading"), TASKS)
async def test_what_is_to_be_done_is_the_list_under_its_heading_and_not_the_decisions(
    question: str, heading: str
) -> None:
    title = "April meeting, Sitzung im April, réunion d'avril, riunione di aprile"
    decided = "## Decided\n- The oven is sold.\n- Dogs stay out."
    text = f"# {title}\n\n{decided}\n\n## {heading}\n- Mia: order flour.\n- Leo: sweep."
    reply = await ExtractiveLLM().achat(
        [ChatMessage(content=question, nodes=[NumberedNode(1, TextNode(text, metadata={"title": title}))])]
    )
    first = str(reply).partition("\n\n")[0]
    assert "Mia: order flour." in str(reply)
    assert "oven" not in first


async def test_a_manual_of_lists_is_about_its_title_and_headings() -> None:
    text = "# Borealis H7: manual\n\n## Technical data\n- Weight: 118 kg\n- Sound: 43 dB\n\n## Codes\n- E04: bleed it\n"
    node = TextNode(text, metadata={"title": "Borealis H7: manual"})
    reply = await ExtractiveLLM().achat(
        [ChatMessage(content="What is the Borealis manual about?", nodes=[NumberedNode(1, node)])]
    )
    assert "Borealis H7: manual" in str(reply)
    assert "Technical data" in str(reply)


@pytest.mark.parametrize("name", ["welcome.md", "Willkommen.txt", "about-these-papers.txt"])
def test_a_text_that_introduces_the_folder_says_what_is_in_it(name: str) -> None:
    text = TextNode("Here the choir keeps its papers: rehearsals, journeys and the scores.", {"file_name": name})
    answer = quoted_answer("What is in this folder?", (), [NumberedNode(1, text, 1.0)])
    assert "keeps its papers" in answer.text


def test_a_log_of_many_days_is_not_the_minutes_of_one_of_them() -> None:
    log = "12 May 2025 steamed\n17 May 2025 glass fitted\n18 May 2025 steamed, two trips"
    node = NumberedNode(1, TextNode(log, {"file_name": "log.txt"}), 1.0)
    assert not quoted_answer("What did the board decide on 17 May 2025?", (), [node]).is_supported


def test_a_folder_without_an_overview_is_told_by_the_titles_of_its_documents() -> None:
    titles = ("Sailing with two", "Repairs in spring")
    nodes = [
        NumberedNode(n, TextNode(f"# {title}\n\nThe boat is blue.", {"file_name": f"{n}.md"}, start_char_idx=0), 1.0)
        for n, title in enumerate(titles, 1)
    ]
    text = quoted_answer("What is in this folder?", (), nodes).text
    assert all(title in text for title in titles)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("How do I resume a session?", False),
        ("When was the work resumed?", False),
        ("Resume el documento", True),
        ("Resumen del acta", True),
        ("Faça um resumo do relatório", True),
    ],
)
def test_to_resume_work_is_not_to_ask_for_a_summary(question: str, asks: bool) -> None:
    assert (SUMMARY.search(question) is not None) is asks


async def test_what_a_ticket_is_about_is_said_by_its_own_line() -> None:
    text = "# Tickets\n\nAll tickets of May.\n\n- INC0012345: mail is down.\n- INC0012354: the door sticks."
    found = await answered("What is INC0012354 about?", text, title="Tickets", file_name="tickets.md")
    text = found.message.content or ""
    assert "the door sticks" in text
    assert "mail is down" not in text


PAPER = """Growth of moss on slate roofs
Ada Rook, Odile Brack
Abstract
Moss grows twice as fast on the north side of a roof as on its south side. We measured
it for three years on the roofs of a quarry. We conclude that roofs need no cleaning there.
1. Site
The roofs are those of the old quarry above the village, which closed in 1911. They were laid
by its own men with the last slate that it gave.
2. Methods
Each tile was weighed in May of each year before noon. The balance was borrowed from the
school, which had bought it for its own lessons. Wet days were left out.
"""


@pytest.mark.parametrize("question", ["What are the main findings of the paper on moss?", "Summarise the moss paper"])
def test_a_paper_is_summarised_by_its_abstract(question: str) -> None:
    """In the text of a PDF no blank line stands over a heading: each section gave a sentence."""
    node = NumberedNode(1, TextNode(PAPER, {"file_name": "moss.pdf", "title": "Growth of moss on slate roofs"}), 9.0)
    answer = quoted_answer(question, [], [node]).text
    assert "Moss grows twice as fast" in answer
    assert "balance" not in answer


def test_of_papers_that_name_a_file_the_file_itself_is_meant() -> None:
    overview = "# Loom project\n\nThis folder holds the notes on looms. See warp-notes.rst first of all.\n"
    notes = "Setting up a warp\n=================\n\nThese notes tell how a warp is wound and tied on.\n"
    nodes = [
        NumberedNode(1, TextNode(overview, {"file_name": "README.md", "title": "Loom project"}, start_char_idx=0), 9.0),
        NumberedNode(
            2, TextNode(notes, {"file_name": "warp-notes.rst", "title": "Setting up a warp"}, start_char_idx=0), 5.0
        ),
    ]
    assert "how a warp is wound" in quoted_answer("What is warp-notes.rst about?", [], nodes).text
