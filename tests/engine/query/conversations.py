"""Short conversations in four languages over a small library of look-alikes, and which document answers the last turn.

Half of the last turns lean on what went before, half begin something new: carrying words over must find the first and
must not spoil the second.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conversation:
    """The questions in turn; `document` answers the last one. `is_switch`: it has nothing to do with the others."""

    questions: tuple[str, ...]
    document: str
    is_switch: bool = False


DOCUMENTS = {
    "wren": "The lighthouse at Cape Wren was built in 1874. The tower is 38 metres tall. Its lamp burns rapeseed oil. "
    "Visitors may climb it from May to September and pay four pounds.",
    "skerry": "The lighthouse at Skerry Point was built in 1902. The tower is 21 metres tall. Its lamp burns paraffin. "
    "Visitors may climb it all year and pay two pounds.",
    "thorne": "Ada Thorne was an engineer. Born in Leith in 1839, she died in 1911. She built the lighthouse at "
    "Cape Wren and eleven bridges.",
    "hale": "Tom Hale was an engineer. Born in Wick in 1860, he died in 1931. He built the lighthouse at Skerry "
    "Point and a harbour.",
    "acme-2021": "ACME annual report 2021. ACME's revenue was 4.1 million in 2021. Capital expenditure: 0.3 million.",
    "acme-2022": "ACME annual report 2022. ACME's revenue was 4.9 million in 2022. Capital expenditure: 0.7 million.",
    "bolt-2021": "Bolt annual report 2021. Bolt's revenue was 9.4 million in 2021. Capital expenditure: 1.1 million.",
    "bolt-2022": "Bolt annual report 2022. Bolt's revenue was 8.8 million in 2022. Capital expenditure: 1.2 million.",
    "cats": "Cats sleep sixteen hours a day. They purr when they are content and hunt at dusk.",
    "dogs": "Dogs sleep twelve hours a day. They bark at strangers and want to be walked.",
    "france": "France has 68 million inhabitants. The capital is Paris and the currency is the euro.",
    "norway": "Norway has 5 million inhabitants. The capital is Oslo and the currency is the krone.",
    "bm25": "BM25 is a ranking function. It weighs words by how rare they are.",
    "bread": "A sourdough loaf is baked for forty minutes at 240 degrees. The dough rises over night.",
    "theme": "To change the theme, open the palette and type its name. A theme of your own is a file.",
    "quit": "To quit the program press Control and Q. Everything is saved when you quit.",
    "turm": "Der Leuchtturm am Kap Wren wurde 1874 gebaut. Der Turm ist 38 Meter hoch. Die Lampe brennt Rapsöl.",
    "horn": "Der Leuchtturm von Nordhorn wurde 1902 gebaut. Der Turm ist 21 Meter hoch. Die Lampe brennt Petroleum.",
    "bosch-2021": "Geschäftsbericht 2021. Der Umsatz von Bosch betrug im Jahr 2021 rund 78 Milliarden Euro.",
    "bosch-2022": "Geschäftsbericht 2022. Der Umsatz von Bosch betrug im Jahr 2022 rund 88 Milliarden Euro.",
    "siemens-2021": "Geschäftsbericht 2021. Der Umsatz von Siemens betrug im Jahr 2021 rund 62 Milliarden Euro.",
    "siemens-2022": "Geschäftsbericht 2022. Der Umsatz von Siemens betrug im Jahr 2022 rund 72 Milliarden Euro.",
    "brot": "Ein Sauerteigbrot wird vierzig Minuten bei 240 Grad gebacken. Der Teig geht über Nacht.",
    "katzen": "Katzen schlafen sechzehn Stunden am Tag. Sie schnurren, wenn sie zufrieden sind.",
    "hunde": "Hunde schlafen zwölf Stunden am Tag. Sie bellen Fremde an.",
    "faro": "El faro de Cabo Wren se construyó en 1874. La torre mide 38 metros. La lámpara quema aceite de colza.",
    "punta": "El faro de Punta Norte se construyó en 1902. La torre mide 21 metros. La lámpara quema petróleo.",
    "pan": "El pan de masa madre se hornea cuarenta minutos a 240 grados. La masa reposa toda la noche.",
    "madrid": "Madrid tiene tres millones de habitantes. El alcalde gobierna desde Cibeles.",
    "sevilla": "Sevilla tiene setecientos mil habitantes. El alcalde gobierna desde la Plaza Nueva.",
    "phare": "Le phare du cap Wren fut construit en 1874. La tour mesure 38 mètres. La lampe brûle de l'huile.",
    "pointe": "Le phare de Pointe Nord fut construit en 1902. La tour mesure 21 mètres. La lampe brûle du pétrole.",
    "pain": "Le pain au levain cuit quarante minutes à 240 degrés. La pâte lève toute la nuit.",
    "lyon": "Lyon compte cinq cent mille habitants. Le maire siège à l'hôtel de ville.",
    "nantes": "Nantes compte trois cent mille habitants. Le maire siège près de la cathédrale.",
}

CONVERSATIONS = (
    # Names and pronouns
    Conversation(("When was the lighthouse at Cape Wren built?", "How tall is it?"), "wren"),
    Conversation(("When was the lighthouse at Skerry Point built?", "What does its lamp burn?"), "skerry"),
    Conversation(
        ("When was the lighthouse at Skerry Point built?", "How tall is it?", "And what do visitors pay?"), "skerry"
    ),
    Conversation(("Who was Ada Thorne?", "Where was she born?"), "thorne"),
    Conversation(("Who was Tom Hale?", "When did he die?"), "hale"),
    Conversation(("Who was Tom Hale?", "When did he die?", "And what did he build?"), "hale"),
    Conversation(("What does the lamp at Cape Wren burn?", "Why?"), "wren"),
    Conversation(("When was the lighthouse at Skerry Point built?", "Do visitors climb the lighthouse?"), "skerry"),
    # Years and names that replace others
    Conversation(("What was ACME's revenue in 2022?", "And in 2021?"), "acme-2021"),
    Conversation(("What was Bolt's revenue in 2021?", "And in 2022?"), "bolt-2022"),
    Conversation(("What was ACME's revenue in 2022?", "What about Bolt?"), "bolt-2022"),
    Conversation(("What was Bolt's revenue in 2021?", "How high was the capital expenditure in 2021?"), "bolt-2021"),
    Conversation(("What was Bolt's revenue in 2021?", "And the capital expenditure?"), "bolt-2021"),
    Conversation(("How many inhabitants does France have?", "And Norway?"), "norway"),
    Conversation(("How many inhabitants does Norway have?", "What is its capital?"), "norway"),
    Conversation(("How long do cats sleep?", "And dogs?"), "dogs"),
    # Other languages
    Conversation(("Wann wurde der Leuchtturm am Kap Wren gebaut?", "Wie hoch ist er?"), "turm"),
    Conversation(("Wann wurde der Leuchtturm von Nordhorn gebaut?", "Und womit brennt die Lampe?"), "horn"),
    Conversation(("Wie hoch war der Umsatz von Siemens im Jahr 2022?", "Und 2021?"), "siemens-2021"),
    Conversation(("Wie hoch war der Umsatz von Siemens im Jahr 2022?", "Und der von Bosch?"), "bosch-2022"),
    Conversation(("Wie lange schlafen Katzen?", "Und Hunde?"), "hunde"),
    Conversation(("¿Cuándo se construyó el faro de Punta Norte?", "¿Y cuánto mide la torre?"), "punta"),
    Conversation(("¿Cuándo se construyó el faro de Cabo Wren?", "¿Qué quema su lámpara?"), "faro"),
    Conversation(("¿Cuántos habitantes tiene Madrid?", "¿Y Sevilla?"), "sevilla"),
    Conversation(("¿Cuántos habitantes tiene Sevilla?", "¿Desde dónde gobierna el alcalde?", "¿Por qué?"), "sevilla"),
    Conversation(("Quand le phare de Pointe Nord fut-il construit ?", "Et combien mesure la tour ?"), "pointe"),
    Conversation(("Quand le phare du cap Wren fut-il construit ?", "Que brûle sa lampe ?"), "phare"),
    Conversation(("Combien d'habitants compte Lyon ?", "Et Nantes ?"), "nantes"),
    Conversation(("Combien d'habitants compte Nantes ?", "Où siège son maire ?"), "nantes"),
    # Something new
    Conversation(
        ("What was ACME's revenue in 2022?", "What was Bolt's capital expenditure in 2021?"), "bolt-2021", True
    ),
    Conversation(("How long do cats sleep?", "What is BM25?"), "bm25", True),
    Conversation(("Who was Ada Thorne?", "How do I change the theme?"), "theme", True),
    Conversation(("How do I change the theme?", "How do I quit?"), "quit", True),
    Conversation(("How do I change the theme?", "How long is sourdough baked?"), "bread", True),
    Conversation(("When was the lighthouse at Cape Wren built?", "Is there a capital of Norway?"), "norway", True),
    Conversation(("How long do cats sleep?", "Do they purr?", "Who was Tom Hale?"), "hale", True),
    Conversation(
        ("Wie lange schlafen Katzen?", "Wie hoch war der Umsatz von Siemens im Jahr 2021?"), "siemens-2021", True
    ),
    Conversation(
        ("Wann wurde der Leuchtturm am Kap Wren gebaut?", "Wie lange wird Sauerteigbrot gebacken?"), "brot", True
    ),
    Conversation(("Wie hoch war der Umsatz von Bosch im Jahr 2022?", "Wie backe ich Sauerteigbrot?"), "brot", True),
    Conversation(("¿Cuántos habitantes tiene Madrid?", "¿Cuánto se hornea el pan de masa madre?"), "pan", True),
    Conversation(("¿Cuándo se construyó el faro de Cabo Wren?", "¿Cuántos habitantes tiene Sevilla?"), "sevilla", True),
    Conversation(("Combien d'habitants compte Lyon ?", "Combien de temps cuit le pain au levain ?"), "pain", True),
    Conversation(
        ("Quand le phare du cap Wren fut-il construit ?", "Combien d'habitants compte Nantes ?"), "nantes", True
    ),
)
