"""Plain questions of every supported language, whose sentence has all their words and the value asked for."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.asked.usual_spelling import as_usually_written
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode

ANSWERED = [
    ("How many kilometres does the path run?", "The path runs for 74 km."),
    ("To how many degrees is the boiler set?", "The boiler is set to 60 °C."),
    ("What is wrong with the harbour crane?", "The harbour crane has a bent hook."),
    ("Where is the bread normally baked?", "The bread is baked in the mill."),
    ("What did she charge for a goat?", "She charged a penny for a man and twopence for a goat."),
    ("Bis wann muss ich den Verlust melden?", "Ein Verlust ist innerhalb von drei Tagen zu melden."),
    ("Warum gibt es keine Sauna?", "Eine Sauna gibt es nicht, weil der Keller feucht ist."),
    ("Darf man mit Salz streuen?", "Im Winter streut Ada. Streusalz ist nicht erlaubt, Sand liegt neben der Pumpe."),
    ("Wie viele Bücher hat das Regal im Archiv?", "Das Archivregal hat 312 Bücher."),
    ("Was muss ich tun, wenn der Aufzug steckenbleibt?", "Bleibt der Aufzug stecken, so drückt man den Schalter."),
    ("Wen rufe ich an, wenn die Pumpe stehenbleibt?", "Bleibt die Pumpe stehen, so ruft man Anna an."),
    ("Wem gebe ich den Schlüssel?", "Der Schlüssel wird Anna Lenz gegeben."),
    ("Wann ist die Ausstellung abzubauen?", "Wir bauen die Ausstellung am 4. Juni ab."),
    ("市场几点开门？", "市场早上七点开门。"),
    ("図書館は何時に閉まりますか？", "図書館は夜八時に閉まります。"),
    ("What does the door cost?", "Part: door; Supplier: Nordtor; Price: 2,950 EUR"),
    ("Who won the war?", "The war was won by the Sea League."),
    ("Wie hoch sind die Kosten?", "Die Kosten betragen ca. 3,5 Mio. Euro."),
    ("Wie hoch ist der Preis?", "Der Preis liegt bei 980 Euro."),
    ("Hoe hoog zijn de kosten?", "De kosten bedragen ca. 40 euro per jaar."),
    ("Where do I park?", "How do I pay?\n\nAt the machine.\n\nWhere do I park?\nBehind the mill, rows A to D."),
    ("Who is the owner of B13?", "Room: B13; Owner: Olaf"),
    ("When does the ferry sail?", "The ferry sails at nine from the south pier."),
    ("Wann fährt die Fähre ab?", "Die Fähre fährt um neun Uhr vom Anleger Süd ab."),
    ("When does F3 leave?", "line: F3; to: Aldhaven; departure: 16:20"),
    ("May I take a bicycle on F3?", "line: F3; to: Aldhaven; bicycle: no"),
    ("Who is the author of the guide?", "# A guide to locks\n\nVersion 2.3, 7 October 2025, author: Petra Nowak"),
    ("When did the plumber close the valve?", "The plumber closed the valve at half past six."),
    ("How fast do the sails turn?", "The sails turn at twelve revolutions."),
    ("How much did the mill cost?", "The mill cost 310 guilders."),
    ("Wie lange dauert der Aufenthalt in Villach?", "In Villach haben wir 50 Minuten Aufenthalt."),
    ("What does E03 mean, and when does the shop open?", "E03 means that no water comes in.\n\nThe shop opens at 9."),
    ("Which language is the viewer written in?", "The viewer is written in Rust."),
    ("What colour is the cabin?", "The cabin is dark green."),
    ("How many people use the archive?", "Six volunteers use the archive."),
    ("How many passengers to Skerry were there in 2020?", "Passengers to Skerry; 2019: 412; 2020: 208; 2021: 377"),
    ("How long does a permit take?", "A permit is issued within 21 working days."),
    ("Can the trailer carry 300 kg?", "The trailer carries up to 250 kg."),
    ("When did the last ice age end?", "The last ice age ended 11,700 years ago."),
    ("Which pier did they move the crane to?", "We moved the crane to pier nine in 2019."),
    ("What percentage of the fee is kept?", "A third of the fee is kept."),
    ("Quel est le montant de la caution ?", "La caution s'élève à 700 euros."),
    ("Chi dirige la biblioteca?", "La biblioteca è diretta da Carla Neri."),
    ("When did the miller rise?", "The miller rose at five."),
    ("Wann hat Ilse Vogt Schicht?", "Name: Ilse Vogt; Tel: 88; Schicht: Donnerstag"),
    ("Wann hat der Wirt die Stube geschlossen?", "Der Wirt schloss die Stube um elf."),
    ("What does version 2.10 add?", "Version 2.10 adds the map."),
    (
        "What is the temperature?",
        "name: flow; value: 40; unit: l/min\nname: load; value: 3; unit: bar\nname: temperature; value: 81; unit: °C",
    ),
    ("Quanto dura la mostra?", "La mostra dura una settimana."),
    ("Quando è stata aperta la mostra?", "Il sindaco aprì la mostra a maggio."),
    ("Dove è nata Carla?", "Carla nacque a Siena."),
    ("Hoe lang duurt de markt?", "De markt duurt een week."),
    ("Wanneer is de molen verkocht?", "De bakker verkocht de molen in 1902."),
    ("Сколько длится выставка?", "Выставка длится неделю."),
    ("Vem leder kursen?", "Dr. Eva Ek leder kursen."),
    ("Wann ist der Beitrag fällig?", "Der Beitrag ist zum 5. Werktag fällig."),
    ("How fast does the mill wheel turn?", "The mill wheel turns at nine revolutions a minute."),
    ("How fast does the mill wheel turn?", "The mill wheel turns at 9 revolutions a minute."),
    ("How fast does the fan spin?", "The fan spins at 1,200 rpm."),
    ("How fast may cars drive in the lane?", "Cars may drive at walking pace in the lane."),
    ("How fast does the snail crawl?", "The snail crawls a metre in an hour."),
    ("At what speed does the ferry sail?", "The ferry sails at fourteen knots."),
    ("When does the shop open?", "The shop opens at 9."),
    ("When does the shop open?", "The shop opens at nine."),
    ("When does the office close?", "The office closes at half past five."),
    ("At what time does the concert begin?", "The concert begins at eight in the evening."),
    ("What time does the bus leave?", "The bus leaves at 7 a.m."),
    ("When are the hedges cut?", "The hedges are cut after the harvest."),
    ("How often is the filter changed?", "The filter is changed every two weeks."),
    ("How often are the bins emptied?", "The bins are emptied on Mondays and Fridays."),
    ("How often does the committee meet?", "The committee meets quarterly."),
    ("How many bees live in the hive?", "About 40,000 bees live in the hive."),
    ("How many guests were at the wedding?", "There were eighty guests at the wedding."),
    ("How far is the beach from the hotel?", "The beach is ten minutes on foot from the hotel."),
    ("How far is the beach from the hotel?", "The beach is 300 m from the hotel."),
    ("How deep is the well?", "The well is 30 metres deep."),
    ("How deep is the well?", "The well is six fathoms deep."),
    ("How wide is the gate?", "The gate is three paces wide."),
    ("How heavy is the bell?", "The bell weighs two tonnes."),
    ("How old is the oak?", "The oak is 400 years old."),
    ("How old is the bridge?", "The bridge is more than two centuries old."),
    ("How long is the tunnel?", "The tunnel is 2 km long."),
    ("When did the barge sink?", "The barge sank on Nov. 12."),
    ("Quand ferme le musée ?", "Le musée ferme le 9 oct. à Lyon."),
    ("¿A qué hora cierra la oficina?", "La oficina cierra a las 5 p. m. los lunes."),
    ("Quando suona la banda?", "La banda suona alle ore 21."),
    ("Qual è il prezzo della villa?", "Il prezzo della villa è di 2 milioni di euro."),
    ("What is the height of the mast?", "The mast measures 18 metres."),
    ("Quelle est la hauteur du mât ?", "Le mât mesure 18 mètres."),
    ("Hoe hoog is de boete?", "De boete bedraagt 90 euro."),
    ("Hoe hoog is de mast?", "De mast is 18 meter hoog."),
    ("Was hat die Wirtin gekocht?", "Die Wirtin kochte Linsen."),
    ("Qui tient le registre ?", "MM. Blanc et Roux tiennent le registre."),
    ("How long does the ferry take?", "The ferry takes forty minutes."),
    ("How high is the tower?", "The tower is 38 metres high."),
    ("What does a ticket cost?", "A ticket costs 4 euros."),
    ("How much does the ticket cost?", "The ticket costs four crowns."),
    ("How long may a guest stay?", "A guest may stay for five nights."),
    ("Wen ruft man bei Stromausfall?", "Bei Stromausfall ist Frau Dr. Lene Voss zu rufen, Durchwahl 317."),
    ("Who ordered the pretzels?", "Order: B-2050; Customer: Anne Lorenz; Product: Pretzel; Pieces: 200"),
    (
        "What happened on 5 March 2025?",
        "2025-03-05 14:00 buoy 7 replaced, 640 euros",
    ),
    ("Hoeveel bedraagt de borg?", "De borg bedraagt 150 euro."),
    ("À combien s'élève l'amende ?", "L'amende est de 20 centimes par jour."),
    ("Quand ouvre l'atelier ?", "L'atelier ouvre le mercredi à 14 h."),
    ("Quanto costa l'iscrizione?", "Per l'iscrizione si pagano 15 euro."),
    ("What is the phone number of the mill?", "The phone number of the mill is 0155 902 771."),
    (
        "How much was spent on heating by May?",
        "| item | planned | spent by May |\n| --- | --- | --- |\n| Heating | 7,400 | 3,905 |",
    ),
    ("Until when is the shop open on Mondays?", "The shop closes at 21:00 on Mondays."),
    ("Bis wann ist der Laden montags offen?", "Der Laden schließt montags um 21 Uhr."),
    ("Jusqu'à quelle heure la cave est-elle ouverte ?", "La cave ferme à 21 heures."),
    ("How much power does the furnace draw?", "The furnace draws 38 kW."),
    ("Wie viel Strom braucht der Ofen?", "Der Ofen braucht 3 kWh am Tag."),
    ("Who leads the evning course?", "The evening course is led by Leo Brand."),
    ("Where is the key kept?", "The key is kept under the stairs."),
    ("Who repaired the clock?", "The clock was repaired by Anna Berg."),
    ("Who waters the plants?", "The caretaker waters the plants."),
    ("Which paint is used for the fence?", "The fence paint that is used is linseed oil paint."),
    ("Wie schnell dreht sich das Rad?", "Das Rad dreht sich neunmal in der Minute."),
    ("Wie schnell fährt die Bahn?", "Die Bahn fährt 80 Stundenkilometer."),
    ("Wann öffnet der Laden?", "Der Laden öffnet um 9."),
    ("Wann öffnet der Laden?", "Der Laden öffnet um neun."),
    ("Um wie viel Uhr beginnt das Konzert?", "Das Konzert beginnt um 20 Uhr."),
    ("Wie oft tagt der Rat?", "Der Rat tagt zweimal im Jahr."),
    ("Wie weit ist der Bahnhof vom Hotel?", "Der Bahnhof ist zehn Minuten zu Fuß vom Hotel."),
    ("Wie tief ist der See?", "Der See ist 30 Meter tief."),
    ("Wie schwer ist die Glocke?", "Die Glocke wiegt zwei Tonnen."),
    ("Wie alt ist die Brücke?", "Die Brücke ist 200 Jahre alt."),
    ("Was kostet eine Karte?", "Eine Karte kostet 4 Euro."),
    ("Wo liegt der Schlüssel?", "Der Schlüssel liegt unter der Treppe."),
    ("À quelle vitesse tourne la roue ?", "La roue tourne à neuf tours par minute."),
    ("Quand ouvre le magasin ?", "Le magasin ouvre à 9 heures."),
    ("À quelle heure ouvre le magasin ?", "Le magasin ouvre à neuf heures."),
    ("Combien de fois par an le conseil se réunit-il ?", "Le conseil se réunit deux fois par an."),
    ("Combien coûte le billet ?", "Le billet coûte quatre euros."),
    ("Où est la clé ?", "La clé est sous l'escalier."),
    ("Quelle est la profondeur du puits ?", "La profondeur du puits est de 30 mètres."),
    ("¿A qué velocidad gira la rueda?", "La rueda gira a nueve vueltas por minuto."),
    ("¿Cuándo abre la tienda?", "La tienda abre a las 9."),
    ("¿A qué hora abre la tienda?", "La tienda abre a las nueve."),
    ("¿Con qué frecuencia se reúne el consejo?", "El consejo se reúne dos veces al año."),
    ("¿Cuánto cuesta la entrada?", "La entrada cuesta cuatro euros."),
    ("¿Cuántas abejas viven en la colmena?", "En la colmena viven 40.000 abejas."),
    ("¿Dónde está la llave?", "La llave está debajo de la escalera."),
    ("A che velocità gira la ruota?", "La ruota gira a nove giri al minuto."),
    ("Quando apre il negozio?", "Il negozio apre alle 9."),
    ("A che ora apre il negozio?", "Il negozio apre alle nove."),
    ("Ogni quanto si riunisce il consiglio?", "Il consiglio si riunisce due volte l'anno."),
    ("Quanto costa il biglietto?", "Il biglietto costa quattro euro."),
    ("Quante api vivono nell'alveare?", "Nell'alveare vivono 40.000 api."),
    ("Dove si trova la chiave?", "La chiave si trova sotto la scala."),
]

REFUSED = [
    ("Who built the great clock?", "The great clock is wound every Monday. Its pendulum is made of cherry wood."),
    ("How tall is the paddle steamer?", "The paddle steamer was made in Nuremberg in 1872."),
    ("How many bees live in the hive?", "The entrance of the hive is two bees wide."),
    # Another name, number or thing.
    ("How fast does the fan in room 7 spin?", "The fan in room 9 spins at 1,200 rpm."),
    ("When does Anna's shop open?", "Peter's shop opens at 9."),
    ("When does the bus to Rome leave?", "The bus to Vienna leaves at 7."),
    ("How many bees lived in the hive in 1990?", "About 40,000 bees lived in the hive in 2005."),
    ("Wann öffnet der Laden in Köln?", "Der Laden in Bonn öffnet um 9."),
    ("Combien coûte le billet pour Lyon ?", "Le billet pour Paris coûte quatre euros."),
    ("¿Cuándo abre la tienda de Marta?", "La tienda de Lucía abre a las 9."),
    ("Quando apre il negozio di Torino?", "Il negozio di Milano apre alle 9."),
    # What is planned was not done; a manual with all words in its title does not say who wrote it.
    ("Who painted the staircase?", "In autumn we want to paint the staircase."),
    ("Wer hat die Treppe gestrichen?", "Im Herbst wollen wir die Treppe streichen."),
    ("Who wrote the heat pump manual?", "# Heat pump manual\n\n## Start\n4. Wait until the display is on."),
    # Born, a language and people are asked for, and the text has none.
    ("Where was Ada Rook born?", "It is taught by Ada Rook, a cabinet maker."),
    ("Which language is the tide service written in?", "The tide service is written by the pipeline."),
    ("How many people work in the archive?", "Forty-two boxes in the archive got wet."),
    # What is asked about, and nothing more.
    ("Why did the pipe burst?", "On Saturday a pipe burst."),
    ("When was the tide service deployed?", "The tide service is deployed on port 8460."),
    ("How many people use the archive?", "People use the archive, policy HI-77231, since 3 Nov 2025 08:40:00 +0100."),
    # All words, but not the value.
    ("What is the phone number of Nadia Marsh?", "Nadia Marsh sent invoice FH-2024-118 on 2024-05-14 17:40:00."),
    ("Wie hoch ist der Preis?", "Der Turm ist 40 Meter hoch. Der Preis wurde im Rathaus verliehen."),
    ("Wie hoch ist der Ofen?", "Der Ofen fasst 48 Laibe und wiegt 2,4 Tonnen."),
    ("Why did Jonas leave?", "Lamp\nFrom: Jonas Pell <j@x.example>\nTo: Mira Stahl <m@x.example>\nDate: 12 Mar 2025"),
    ("How fast does the mill wheel turn?", "The mill wheel turns with a loud noise."),
    ("How often is the filter changed?", "The filter is changed by the caretaker."),
    ("When does the shop open?", "The shop opens at the back to the garden."),
    ("When was the shop opened?", "The shop opens at 9."),
    ("What does a ticket cost?", "A ticket costs money."),
    ("How deep is the well?", "The well is deep and dark."),
    ("Wie schnell dreht sich das Rad?", "Das Rad dreht sich mit Lärm."),
    ("Wann öffnet der Laden?", "Der Laden öffnet um die Ecke."),
    ("A che velocità gira la ruota?", "La ruota gira a fatica."),
]  # fmt: skip


async def answer(question: str, sentence: str) -> ChatResponse:
    # Another sentence of the passage shares no word with the question.
    between = "\n\n" if "\n" in sentence else " "
    nodes = [NumberedNode(1, TextNode(f"{sentence}{between}Rain fell on the long walk."))]
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


@pytest.mark.parametrize(("question", "sentence"), ANSWERED)
async def test_a_sentence_with_all_words_and_the_value_is_quoted(question: str, sentence: str) -> None:
    assert sentence.rpartition("\n")[2].rstrip(".") in str(await answer(question, sentence))


@pytest.mark.parametrize(("question", "sentence"), REFUSED)
async def test_another_name_or_no_value_is_not_an_answer(question: str, sentence: str) -> None:
    assert (await answer(question, sentence)).supported is False


def test_a_typing_error_before_a_number_is_read_as_the_texts_write_it() -> None:
    asked = as_usually_written("Who inspected the brigde 14?", lambda: ["Bridge 14 was inspected by Tamsin Oduya."])
    assert asked == "Who inspected the bridge 14?"
    assert as_usually_written("Who has locker 14?", lambda: ["Rocker 15 is Ada's."]) == "Who has locker 14?"


async def test_the_number_of_one_thing_is_its_name() -> None:
    fields = "drone.model: Kite 3\ndrone.permit: UAV-44-S\ndrone.max_height_m: 90"
    assert "UAV-44-S" in str(await answer("What is the number of the drone's permit?", fields))
    assert "90" in str(await answer("What is the number of the club's members?", "The club has 90 members."))
