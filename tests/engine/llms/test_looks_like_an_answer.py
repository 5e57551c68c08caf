"""A text with the words and a value of the right kind does not answer where it says something else of the thing."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

TOURS = """\
| Tour | Guide | Begins | Price |
| --- | --- | --- | --- |
| Under the old bridge | Ada Rook | 13:45 | 9 euros |
| Night of the owls | Tom Pell | 21:00 | 15 euros |
| Painters of the valley | Ida Kern | 11:30 | 4 euros |
"""
COURSES = """\
| Kurs | Leitung | Beginn | Preis |
| --- | --- | --- | --- |
| Brot aus dem Holzofen | Anna Kern | 13:45 | 9 Euro |
| Nacht der Eulen | Tom Pell | 21:00 | 15 Euro |
"""
ANSWERED = [
    ("How heavy is the mixer?", "The mixer has a weight of 60 kg.", "60 kg"),
    ("How heavy is the bell?", "The bell, cast of 900 kg of bronze, hangs in the tower.", "900"),
    ("How much does a sack of flour weigh?", "We deliver flour in sacks of 25 kg.", "25 kg"),
    ("How much do the loaves weigh?", "The oven bakes 36 loaves of one kilo.", "one kilo"),
    ("How heavy is the cart?", "The cart is a monster of 300 kg.", "300 kg"),
    ("Wie schwer ist die Glocke?", "Die Glocke wiegt 900 kg.", "900 kg"),
    ("How much can the van carry?", "The van carries up to 900 kg.", "900"),
    ("Why did Ada Rook resign?", "Ada Rook resigned as she is moving to Leeds.", "moving"),
    ("Why did the pump stop?", "The pump stopped as old grease blocked the valve.", "grease"),
    ("Why did Ada Rook resign as secretary?", "Ada Rook resigned as secretary, as her eyes are failing.", "eyes"),
    ("How much did repairing the roof cost?", "The roof has been repaired. It cost 900 pounds.", "900"),
    ("How much did repairing the roof cost?", "The roof has been repaired by Pell & Sons for 900 pounds.", "900"),
    ("Who repaired the roof?", "The roof has been repaired by Pell & Sons.", "Pell"),
    ("Who repaired the roof?", "Until the roof is repaired by Tom Pell, the club meets in the barn.", "Tom Pell"),
    ("Wie hoch liegt die Alm?", "Die Alm liegt auf 1840 Metern.", "1840"),
    ("Wie hoch liegt die Alm?", "Die Alm liegt auf 1840 m über Meer und hat 20 Betten.", "1840"),
    ("How high is the hut?", "The hut stands at 2,100 m.", "2,100"),
    ("Wie hoch ist die Miete?", "Die Miete beträgt 410 Euro.", "410"),
    ("Wie hoch ist der Eintritt?", "Der Eintritt kostet 4 Euro.", "4 Euro"),
    ("Wie hoch ist die Kaution für den Schlüssel?", "Für den Schlüssel zahlt man eine Kaution von 20 Euro.", "20"),
    ("¿A qué altura está el refugio?", "El refugio está a 1.840 metros de altura.", "1.840"),
    ("Why did the boat fail its check?", "The boat failed its check because the hull leaks.", "hull"),
    ("Where is the vineyard?", "Tom Pell bought a vineyard near Lausanne in 1880.", "Lausanne"),
    ("Where was the silver mine?", "She had inherited a silver mine in the hills above Orme.", "hills"),
    ("Where is the key?", "The key hangs behind the door.", "behind"),
    (
        "How much did the lottery bring in?",
        "2. Spring ball. 300 guests came, and the lottery brought in 410 euros.",
        "410",
    ),
    (
        "How much did the lottery tickets cost?",
        "A ticket for the lottery cost 2 euros and brought in 410 euros in all.",
        "2 euros",
    ),
    (
        "What was wrong with the church organ?",
        "3. Organ. The church organ had two cracked pipes and came back on 2 May.",
        "cracked",
    ),
    ("What is wrong with the pump?", "The pump leaks at the seal.", "leaks"),
    (
        "What was wrong with the basin?",
        "The hand basin by the mixer has no warm water; this must be put right by 30 June.",
        "no warm",
    ),
    ("What is the matter with the lift?", "The lift stops between two floors.", "stops"),
    ("What was wrong with the engine?", "The engine was worn and knocked.", "worn"),
    ("Was fehlt dem Hund?", "Der Hund hat eine Wunde an der Pfote.", "Wunde"),
    ("How long does a massage take?", "duration.massage: 44\nduration.bath: 12\n", "44"),
    ("How long does a massage take?", "treatment: massage; minutes: 44; price: 30\n", "44"),
    ("プールの入場料はいくらですか？", "市民プール\n\n入場料は四百円。", "四百"),
    ("テニスクラブの会費はいくらですか？", "テニスクラブ案内\n\n会費は月に三千円。", "三千"),
    ("城山の高さは何メートルですか？", "城山\n\n高さは320メートル。", "320"),
    ("山の家の標高は何メートルですか？", "山の家\n\n標高1,850メートルにある。", "1,850"),
    ("王老师今年多大？", "王老师今年五十二岁，教书法。", "五十二"),
    ("山田先生は何歳ですか？", "山田先生は52歳で、弓を教える。", "52"),
    ("Which guide leads the tour Under the old bridge?", TOURS, "Ada Rook"),
    ("Who leads the owls tour?", TOURS, "Tom Pell"),
    ("Which guide leads the night tour?", TOURS, "Tom Pell"),
    ("When does the tour of the painters begin?", TOURS, "11:30"),
    ("Was kostet der Kurs Nacht der Eulen?", COURSES, "15"),
    ("Welche Leitung hat der Kurs über Brot?", COURSES, "Anna Kern"),
]
REFUSED = [
    ("How much does the Marlow M2 weigh?", "The Marlow M2 slices and packs 24 sausages of two pounds."),
    ("How heavy is the mixer?", "The mixer kneads 40 rolls of 60 g at a time."),
    ("Wie schwer ist die Presse?", "Die Presse fasst 12 Säcke zu 25 kg."),
    ("Wie viel wiegt der Ofen?", "Der Ofen backt 36 Brote von einem Kilo."),
    ("Combien pèse le four ?", "Le four cuit 30 pains de 500 g."),
    ("How heavy is the crane?", "The crane lifts 5 tonnes."),
    ("How much does the van weigh?", "The van carries up to 900 kg."),
    ("Wie schwer ist der Anhänger?", "Der Anhänger trägt 750 kg."),
    ("¿Cuánto pesa el horno?", "El horno admite 30 panes de un kilo."),
    (
        "Why does Ada Rook step down as deputy mayor?",
        "Ada Rook resigns as deputy mayor. Tom Pell is elected in her place.",
    ),
    ("Why did Ada Rook leave the board?", "Ada Rook has left the board as vice president of finance."),
    ("Why did Ada Rook resign?", "Ada Rook resigned as acting head warden."),
    (
        "Warum tritt Ada Rook als zweite Vorsitzende zurück?",
        "Ada Rook tritt als zweite Vorsitzende zurück. Tom Pell wird an ihrer Stelle gewählt.",
    ),
    (
        "Pourquoi Ada Rook quitte-t-elle son poste ?",
        "Ada Rook quitte son poste de trésorière adjointe. Tom Pell la remplace.",
    ),
    ("Wer hat die Pumpe geflickt?", "Die Pumpe ist geflickt. Ab 3. Mai trifft sich der Lesekreis am Brunnen."),
    ("Qui a réparé le toit ?", "Jusqu'à ce que le toit soit réparé, le club se réunit à la chapelle Sainte-Anne."),
    (
        "How much did repairing the roof cost?",
        "Until the roof is repaired the club meets in the barn. The barn charges 30 pounds an evening.",
    ),
    (
        "How much did mending the pump cost?",
        "Until the pump is mended we fetch water at the mill. The mill asks 4 euros a day.",
    ),
    (
        "Was hat die Reparatur des Dachs gekostet?",
        "Bis zur Reparatur des Dachs treffen wir uns in der Kapelle. Die Kapelle verlangt 30 Euro am Abend.",
    ),
    (
        "Wie viel kostete es, die Pumpe zu reparieren?",
        "Bis die Pumpe repariert ist, holen wir Wasser an der Mühle. Die Mühle verlangt 4 Euro am Tag.",
    ),
    ("How high is the hut?", "The hut has 32 beds; a night costs 48 francs."),
    ("Wie hoch liegt die Alm?", "Die Alm hat 20 Betten; ein Essen kostet 12 Euro."),
    ("Wie hoch ist der Turm?", "Der Turm hat 30 Stufen und der Eintritt kostet 4 Euro."),
    ("At what altitude is the hut?", "The hut has 32 beds and opens in June."),
    ("À quelle altitude se trouve le refuge ?", "Le refuge compte 32 lits et coûte 48 francs la nuit."),
    ("¿A qué altura está el refugio?", "El refugio tiene 32 camas; una noche cuesta 48 euros."),
    ("Why did the bakery's oven break its door?", "We bake at the mill, because our oven has broken its door."),
    (
        "Warum fiel der Bus der Schule durch die Prüfung?",
        "Wir fahren mit dem Rad, weil unser Bus durch die Prüfung fiel.",
    ),
    ("Where is the vineyard?", "Tom Pell owned a vineyard and two horses, and died in 1880."),
    ("Où se trouvait la mine ?", "Anna Rook avait hérité d'une mine et ne voulait pas d'associés."),
    (
        "How much did the lottery tickets cost?",
        "2. Spring ball. 300 guests came, and the lottery brought in 410 euros.",
    ),
    ("How much was a ticket for the bazaar?", "The bazaar raised 1,200 pounds for the roof."),
    ("Was kosteten die Lose der Tombola?", "Die Tombola brachte 410 Euro ein."),
    ("Was kosteten die Karten für den Ball?", "Der Ball hat 900 Euro eingebracht."),
    ("Combien coûtaient les billets de la tombola ?", "La tombola a rapporté 410 euros."),
    ("How long does a peat bath take?", "prices.peat_bath: 44\nprices.massage: 30\n"),
    ("How long does a tour take?", "prices.tour: 12-15\nprices.massage: 30\n"),
    ("How long is the seminar?", "fees.seminar = 120\nfees.course = 80\n"),
    ("Wie lange dauert eine Massage?", "preise.massage: 44\npreise.bad: 12\n"),
    ("プールの入場料はいくらですか？", "市民プール\n\nロッカーは百円。浮き輪は無料で貸し出す。"),
    ("图书馆的会员费是多少钱？", "图书馆\n\n复印一张一元。"),
    ("山の家の標高は何メートルですか？", "山の家\n\n定員：20名\n営業期間：6月から10月まで\n一泊八千円。"),
    ("城山の高さは何メートルですか？", "城山\n\n駐車場：20台\n開園時間：9時から17時\n"),
    ("湖的深度是多少米？", "湖\n\n船票：二十元\n开放时间：上午九点\n"),
    ("王老师今年多大？", "书法课由王老师教授，每星期六上午十点开始。"),
    ("李明今年几岁？", "李明是馆长，每周三值班，电话 5550。"),
    ("山田先生は何歳ですか？", "山田先生は毎週木曜日の午後6時から教える。"),
    ("Which guide leads the tour Under the church roof?", TOURS),
    ("Which guide leads the tour Night of the long shadows?", TOURS),
    ("Who guides the tour Painters of the northern coast?", TOURS),
    ("What does the tour Under the church roof cost?", TOURS),
    ("Welche Leitung hat der Kurs Brot aus der Pfanne?", COURSES),
    ("Was kostet der Kurs Nacht der langen Messer?", COURSES),
]


@pytest.mark.parametrize(("question", "text", "quoted"), ANSWERED, ids=str)
def test_a_text_that_answers_is_quoted(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


@pytest.mark.parametrize(("question", "text"), REFUSED, ids=str)
def test_a_text_that_only_looks_like_an_answer_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None
