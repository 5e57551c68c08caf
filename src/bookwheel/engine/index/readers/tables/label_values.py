"""Tables of two columns without a header: a label on the left (Tenant, Date), its value on the right."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.index.readers.tables.column_names import is_number
from bookwheel.lazy_regex import lazy_regex

_LONGEST_LABEL = 60
_FEWEST_LABELS = 2
_LABEL_SHARE = 0.3
_WORD = lazy_regex(r"[^\W\d_]+")
# What a form asks for. The words that name columns as often as fields of a form (price, total) are left out.
_LABELS = frozenset(
    """address age applicant area author bank berth birthday board buyer capacity car city client colour color company
    contact contractor contract country course created currency customer date deadline department depth destination
    duration email employee employer end engine expiry fax father flow from fuel gender height iban iso job kind
    landlord language lawyer length lessee lessor licence license location maiden maker manager manufacturer model
    mobile mother name nationality no occupation office operator order organisation organization owner passport patient
    payment phone place port position postcode power profession project property purchaser reference registration
    responsible review reviewer seller sender sex signature signed size speaker sponsor start status street subject
    supplier surname tel telephone tenant term title to town trainer type until vehicle vendor venue version volume
    website weight width zip
    adresse alter anschrift ansprechpartner antragsteller art auftraggeber auftragnehmer autor bearbeiter beginn beruf
    betreff bezeichnung breite dauer datum einzug ende erstellt farbe firma frist geburtsdatum geburtsort geschlecht
    gewicht größe halter hausnummer hersteller höhe inhaber käufer kennzeichen kontakt kunde laufzeit länge leiter
    lieferant lieferung mieter modell nachname nummer objekt ort patient plz projekt rechnung referenz sprache stand
    standort staße straße tag telefon termin thema titel unterschrift verantwortlich verkäufer vermieter verein vertrag
    verwendungszweck vorname wohnort zeitraum zuständig
    acheteur adresse bailleur banque client code commune contact contrat couleur courriel date debut début destinataire
    durée entreprise fabricant fin fournisseur hauteur largeur lieu locataire longueur marque métier modèle naissance
    nom numéro objet pays poids prénom profession projet propriétaire rue référence société sujet téléphone vendeur
    ville âge
    altura ancho apellido apellidos asunto arrendador arrendatario autor ciudad cliente comprador contrato correo
    dirección domicilio duración edad empresa fabricante fecha firma inquilino largo lugar modelo nombre número país
    peso proveedor proyecto referencia solicitante teléfono titular título vencimiento vendedor
    acquirente altezza azienda cantiere cap città cliente cognome committente comune conduttore contratto data ditta
    durata età fornitore indirizzo inizio larghezza locatario locatore luogo lunghezza modello nome numero oggetto paese
    peso professione progetto proprietario referente scadenza telefono titolo venditore via
    altura apelido arrendatário cidade código comprador contacto contrato data duração empresa endereço fabricante
    fornecedor idade inquilino largura local morada nome número objeto país peso profissão projeto proprietário
    referência requerente senhorio sobrenome telefone título
    aanvrager achternaam adres afzender beroep bedrijf breedte contactpersoon contract datum duur eigenaar einde
    fabrikant geboortedatum gemeente gewicht hoogte huurder klant kleur koper lengte leverancier looptijd merk naam
    nummer onderwerp opdrachtgever plaats postcode project straat telefoon titel verhuurder verkoper voornaam woonplaats
    автор адрес арендатор арендодатель валюта вес возраст высота город дата длина договор должность заказчик имя инн
    клиент компания контакт место модель название наименование номер организация отчество паспорт покупатель поставщик
    почта продавец проект производитель профессия размер срок статус страна сумма тема телефон тип улица фамилия цвет
    ширина""".split()
)
# Compounds end with these in German and Dutch.
_ENDS = (
    "nummer", "datum", "adresse", "name", "ort", "straße", "zeit", "termin", "beginn", "ende", "nehmer", "geber",
    "partner", "dauer", "länge", "breite", "höhe", "gewicht", "bezeichnung", "stelle", "naam", "adres", "plaats",
)  # fmt: skip
_LINKS = frozenset("of for de du des d di del della dello da do der für van".split())
# The second name of a header: a table of terms, settings or measured things.
_NAMES_OF_VALUES = frozenset(
    """amount answer comment cost count content data default definition description detail details effect entry example
    explanation field figure function info information key meaning measure name note notes number percent percentage
    points price purpose quantity reason remark remarks result role rule score setting share sum text time total type
    unit units use value values
    angabe angaben anteil anzahl art bedeutung bemerkung beschreibung betrag eingabe einheit ergebnis erklärung funktion
    info inhalt menge preis summe typ wert werte zahl zweck
    commentaire contenu description définition explication fonction montant nombre prix quantité remarque résultat
    signification type unité valeur valeurs
    cantidad contenido definición descripción función importe nombre observaciones precio resultado significado tipo
    unidad valor valores
    contenuto definizione descrizione funzione importo prezzo quantità risultato significato tipo unità valore valori
    conteúdo descrição definição função preço quantidade resultado unidade
    aantal bedrag beschrijving betekenis eenheid functie inhoud omschrijving prijs resultaat soort waarde
    единица значение количество описание определение примечание результат содержание сумма тип функция цена""".split()
)


def label_columns(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The columns of labels where rows without a header pair labels and values: (0,), or (0, 2) for two pairs a row.

    Empty where the rows are another table. A label is a short text that no other row repeats, and
    enough of them are words that a form asks for: two at least, or one where the first value has several words and
    values with figures stand among values without. Where the first value names values ("Meaning"), the row is a header.
    """
    wide = [row for row in rows if sum(map(bool, row)) > 1]
    width = max((number for row in wide for number, cell in enumerate(row, 1) if cell), default=0)
    if len(wide) < _FEWEST_LABELS:
        return ()
    if width == 2:
        pairs = [(row[0], row[1]) for row in wide]
        return (0,) if _are_pairs(pairs) else ()
    if width == 4 and all(row[2] or not row[3] for row in wide if len(row) == width):
        left = [(row[0], row[1]) for row in wide]
        right = [(row[2], row[3]) for row in wide if len(row) == width and row[2]]
        return (0, 2) if all(_are_known(part) for part in (left, right)) else ()
    return ()


def _are_pairs(pairs: Sequence[tuple[str, str]]) -> bool:
    if _are_known(pairs):
        return True
    value = pairs[0][1]
    figures = sum(any(map(str.isdecimal, value)) for _, value in pairs)
    is_mixed = 0 < figures < len(pairs)
    is_value = len(value.split()) > 1 or any(map(str.isdecimal, value))
    return is_mixed and is_value and _may_be_pairs(pairs) and any(_is_known(label) for label, _ in pairs)


def _are_known(pairs: Sequence[tuple[str, str]]) -> bool:
    known = sum(_is_known(label) for label, _ in pairs)
    return known >= max(_FEWEST_LABELS, _LABEL_SHARE * len(pairs)) and _may_be_pairs(pairs)


def _may_be_pairs(pairs: Sequence[tuple[str, str]]) -> bool:
    labels = [label for label, _ in pairs]
    if len(set(labels)) < len(labels) or not all(map(_may_be_label, labels)):
        return False
    return not any(word.casefold() in _NAMES_OF_VALUES for word in _WORD.findall(pairs[0][1]))


def _may_be_label(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_LABEL and not is_number(text) and text[-1] != "!"


def _is_known(label: str) -> bool:
    """Whether the head of the label is such a word: its last one, or the first of "Date of issue", "Nom du client"."""
    words = [word.casefold() for word in _WORD.findall(label)]
    heads = words[-1:] + (words[:1] if len(words) > 2 and words[1] in _LINKS else [])
    return any(word in _LABELS or word.endswith(_ENDS) for word in heads)
