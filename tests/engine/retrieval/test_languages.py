"""Questions in many languages and scripts find their passage, however it is written."""

import pytest

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.schema import Document
from bookwheel.engine.text.analyzers import word_analyzer
from bookwheel.engine.text.languages import UNSEGMENTED, UNSTEMMED, VIETNAMESE, language_of
from bookwheel.engine.text.spelling import normalized

# Three passages a language: of a wheel for books, of rain on the coast, and of bread in the morning.
PASSAGES = {
    "english": (
        "The bookwheel was drawn by an Italian engineer in the sixteenth century.",
        "On the coast it rains for two hundred days of the year.",
        "The baker bakes the bread before the sun rises in the morning.",
    ),
    "german": (
        "Das Bücherrad zeichnete ein italienischer Ingenieur im sechzehnten Jahrhundert.",
        "An der Küste regnet es an zweihundert Tagen im Jahr.",
        "Der Bäcker backt die Frühstücksbrötchen, bevor morgens die Sonne aufgeht.",
    ),
    "russian": (
        "Книжное колесо нарисовал итальянский инженер в шестнадцатом веке.",
        "На побережье дождь идёт двести дней в году.",
        "Пекарь печёт хлеб до того, как утром взойдёт солнце.",
    ),
    "greek": (
        "Τον τροχό των βιβλίων σχεδίασε ένας Ιταλός μηχανικός τον δέκατο έκτο αιώνα.",
        "Στην ακτή βρέχει διακόσιες ημέρες τον χρόνο.",
        "Ο φούρναρης ψήνει το ψωμί πριν ανατείλει ο ήλιος το πρωί.",
    ),
    "arabic": (
        "رسم مهندس إيطالي عجلة الكتب في القرن السادس عشر.",
        "تمطر السماء على الساحل مئتي يوم في السنة.",
        "يخبز الخباز الخبز قبل أن تشرق الشمس في الصباح.",
    ),
    "persian": (
        "چرخ کتاب را مهندسی ایتالیایی در قرن شانزدهم کشید.",
        "در ساحل دویست روز در سال باران می‌بارد.",
        "نانوا پیش از طلوع خورشید نان می‌پزد.",
    ),
    "hindi": (
        "पुस्तक चक्र का चित्र सोलहवीं शताब्दी में एक इतालवी अभियंता ने बनाया था।",
        "समुद्र तट पर साल में दो सौ दिन वर्षा होती है।",
        "नानबाई सुबह सूरज निकलने से पहले रोटियाँ सेंकता है।",
    ),
    "thai": (
        "วงล้อหนังสือถูกวาดโดยวิศวกรชาวอิตาลีในศตวรรษที่สิบหก",
        "ที่ชายฝั่งฝนตกสองร้อยวันต่อปี",
        "คนทำขนมปังอบขนมปังก่อนพระอาทิตย์ขึ้นในตอนเช้า",
    ),
    "turkish": (
        "Kitap çarkını on altıncı yüzyılda İtalyan bir mühendis çizdi.",
        "Kıyıda yılda iki yüz gün yağmur yağar.",
        "Fırıncı ekmeği sabah güneş doğmadan önce pişirir.",
    ),
    "vietnamese": (
        "Bánh xe sách được một kỹ sư người Ý vẽ vào thế kỷ mười sáu.",
        "Ở bờ biển trời mưa hai trăm ngày một năm.",
        "Người thợ bánh nướng bánh mì trước khi mặt trời mọc vào buổi sáng.",
    ),
    "chinese": (
        "图书轮是十六世纪由一位意大利工程师画的。",
        "海边一年下两百天雨。",
        "面包师在早晨太阳升起之前烤面包。",
    ),
    "japanese": (
        "本の車輪は十六世紀にイタリアの技術者が描いた。",
        "海岸では一年に二百日も雨が降る。",
        "パン屋は朝日が昇る前にパンを焼く。",
    ),
    "korean": (
        "책 바퀴는 십육 세기에 이탈리아 기술자가 그렸다.",
        "바닷가에는 일 년에 이백 일 동안 비가 내린다.",
        "제빵사는 아침 해가 뜨기 전에 빵을 굽는다.",
    ),
    "polish": (
        "Koło książkowe narysował w szesnastym wieku włoski inżynier.",
        "Na wybrzeżu deszcz pada przez dwieście dni w roku.",
        "Piekarz piecze chleb, zanim rano wzejdzie słońce.",
    ),
    "finnish": (
        "Kirjapyörän piirsi italialainen insinööri kuudennellatoista vuosisadalla.",
        "Rannikolla sataa kaksisataa päivää vuodessa.",
        "Leipuri paistaa leivän ennen kuin aurinko nousee aamulla.",
    ),
    "tamil": (
        "புத்தகச் சக்கரத்தை பதினாறாம் நூற்றாண்டில் ஒரு இத்தாலியப் பொறியாளர் வரைந்தார்.",
        "கடற்கரையில் ஆண்டுக்கு இருநூறு நாட்கள் மழை பெய்கிறது.",
        "காலையில் சூரியன் உதிக்கும் முன் ரொட்டி சுடுபவர் ரொட்டி சுடுகிறார்.",
    ),
    "indonesian": (
        "Roda buku digambar oleh seorang insinyur Italia pada abad keenam belas.",
        "Di pantai hujan turun dua ratus hari dalam setahun.",
        "Tukang roti memanggang roti sebelum matahari terbit pada pagi hari.",
    ),
}
QUESTIONS = [
    ("english", 0, "Who drew the bookwheels?"),
    ("english", 1, "How often does it rain on coasts?"),
    ("german", 0, "Wer hat das Buecherrad gezeichnet?"),
    ("german", 1, "Wie oft regnet es an den Küsten?"),
    ("german", 2, "Wann backen die Baecker Brötchen?"),
    ("russian", 0, "Кто нарисовал книжные колёса?"),
    ("russian", 1, "Сколько дней идет дождь на побережье?"),
    ("russian", 2, "когда пекут хлеб"),
    ("greek", 0, "ποιος σχεδιασε τους τροχους βιβλιων"),
    ("greek", 2, "Ο ΗΛΙΟΣ ΚΑΙ ΤΟ ΨΩΜΙ"),
    ("arabic", 0, "من رسم عجلات الكتب؟"),
    ("arabic", 2, "متى يُخْبَزُ خبز الصباح؟"),
    ("persian", 1, "باران در ساحل"),
    ("persian", 2, "نان كي پخته می شود؟"),
    ("hindi", 0, "पुस्तकों का चक्र किसने बनाया?"),
    ("hindi", 1, "समुद्री तटों पर वर्षा"),
    ("hindi", 2, "रोटी कौन सेंकता है?"),
    ("thai", 0, "ใครวาดวงล้อหนังสือ"),
    ("thai", 1, "ฝนตกกี่วัน"),
    ("thai", 2, "ขนมปังอบเมื่อไร"),
    ("turkish", 0, "Kitap carkini kim cizdi?"),
    ("turkish", 1, "KIYIDA YAĞMUR"),
    ("turkish", 0, "italyan mühendisler"),
    ("vietnamese", 0, "Ai vẽ bánh xe sách?"),
    ("vietnamese", 1, "mua o bo bien"),
    ("vietnamese", 2, "nướng bánh mì"),
    ("chinese", 0, "谁画了图书轮？"),
    ("chinese", 1, "雨"),
    ("chinese", 2, "烤面包的时间"),
    ("japanese", 0, "車輪を描いたのは誰ですか"),
    ("japanese", 1, "雨"),
    ("japanese", 2, "ﾊﾟﾝを焼く"),
    ("korean", 0, "바퀴를 누가 그렸나요?"),
    ("korean", 1, "비가 오는 날"),
    ("korean", 2, "빵"),
    ("polish", 0, "Kto narysował koła książkowe?"),
    ("polish", 1, "Ile dni pada deszcz na wybrzeżach?"),
    ("finnish", 0, "Kuka piirsi kirjapyörät?"),
    ("finnish", 1, "Kuinka usein rannikoilla sataa?"),
    ("tamil", 1, "கடற்கரை மழை"),
    ("tamil", 2, "ரொட்டியை யார் சுடுகிறார்?"),
    ("indonesian", 0, "Siapa menggambar roda buku?"),
    ("indonesian", 1, "Berapa hari hujan di pantai?"),
]
ALL = DocumentIndex.from_documents([Document(text=text) for texts in PASSAGES.values() for text in texts])


@pytest.mark.parametrize(("language", "expected", "question"), QUESTIONS)
def test_a_question_finds_its_passage_in_a_library_of_its_language(language: str, expected: int, question: str) -> None:
    own = DocumentIndex.from_documents([Document(text=text) for text in PASSAGES[language]])
    assert own.as_retriever(similarity_top_k=1).retrieve(question)[0].text == PASSAGES[language][expected]


@pytest.mark.parametrize(("language", "expected", "question"), QUESTIONS)
def test_a_question_finds_its_passage_in_a_library_of_many_languages(
    language: str, expected: int, question: str
) -> None:
    found = [node.text for node in ALL.as_retriever(similarity_top_k=2).retrieve(question)]
    assert PASSAGES[language][expected] in found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Was sagt Ramelli über 1588?", "Ramelli drew it in 1588."),
        ("拉梅利 Ramelli 是谁？", "Ramelli drew it in 1588."),
        ("Что такое HTTP/2?", "Servers speak HTTP/2."),
        ("ما هو foo_bar؟", "Nothing happens before foo_bar."),
        ("２０２３年の売上", "Sales of 2023 were high."),
        ("١٥٨٨", "Ramelli drew it in 1588."),
        ("Wer ist Mueller?", "Herr Müller wohnt in der Straße nach Köln, und er ist nicht alt."),
        ("Who lives in Strasse Koeln", "Herr Müller wohnt in der Straße nach Köln, und er ist nicht alt."),
    ],
)
def test_names_and_numbers_are_found_from_another_language(question: str, expected: str) -> None:
    texts = [
        "Ramelli drew it in 1588.",
        "Servers speak HTTP/2.",
        "Nothing happens before foo_bar.",
        "Sales of 2023 were high.",
        "Herr Müller wohnt in der Straße nach Köln, und er ist nicht alt.",
        "Das ist die Stadt, und sie ist nicht groß.",
    ]
    found = DocumentIndex.from_documents([Document(text=text) for text in texts]).as_retriever(similarity_top_k=1)
    assert found.retrieve(question)[0].text == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("persian", UNSTEMMED),
        ("hindi", UNSTEMMED),
        ("thai", UNSEGMENTED),
        ("chinese", UNSEGMENTED),
        ("japanese", UNSEGMENTED),
        ("korean", UNSEGMENTED),
        ("polish", UNSTEMMED),
        ("indonesian", UNSTEMMED),
        ("vietnamese", VIETNAMESE),
        ("english", "english"),
        ("german", "german"),
        ("russian", "russian"),
        ("greek", "greek"),
        ("arabic", "arabic"),
        ("turkish", "turkish"),
        ("finnish", "finnish"),
        ("tamil", "tamil"),
    ],
)
def test_the_language_of_a_text_is_detected(language: str, expected: str) -> None:
    assert language_of(" ".join(PASSAGES[language])) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Posso pagare in contanti?", "italian"),
        ("Devo innaffiare ogni pianta?", "italian"),
        ("Was kostet ein Fahrrad?", "german"),
        ("Darf ich hier parken?", "german"),
        ("Warum sollte ich warten?", "german"),
        ("Comment puis-je trouver un vélo ?", "french"),
        ("¿Puedo pagar mañana?", "spanish"),
        ("Posso levar minha bicicleta?", "portuguese"),
        ("Mag ik mijn fiets meenemen?", "dutch"),
        ("Får jag ta med min cykel?", "swedish"),
        ("Mogę zabrać swój rower?", UNSTEMMED),
        ("Bagaimana saya membayar?", UNSTEMMED),
        ("The man was in a hurry.", "english"),
        ("Was it in the box?", "english"),
        ("Can I take my bike?", "english"),
    ],
)
def test_the_language_of_a_short_note_is_detected(note: str, expected: str) -> None:
    assert language_of(note) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("naprawą organów", "naprawa organy"), ("opravu varhan", "oprava varhany"), ("persahabatan", "persahabatannya")],
)
def test_inflected_words_without_a_stemmer_are_the_same_term(one: str, other: str) -> None:
    assert word_analyzer(UNSTEMMED).analyze(one) == word_analyzer(UNSTEMMED).analyze(other)


def test_a_cut_word_is_not_taken_for_a_word_of_another_language() -> None:
    assert set(word_analyzer(UNSTEMMED).analyze("lanterna")).isdisjoint(word_analyzer("english").analyze("lante"))


def test_only_words_of_letters_are_cut_where_there_is_no_stemmer() -> None:
    terms = word_analyzer(UNSTEMMED).analyze("Latarniami ZX4819RAG 20261129 dom")
    assert terms == ["latar\u02d0", "zx4819rag", "20261129", "dom"]


@pytest.mark.parametrize("text", [text for texts in PASSAGES.values() for text in texts])
def test_no_mark_is_cut_off_a_word(text: str) -> None:
    """The tokenizer cuts at marks that are not letters (tones of Thai, signs of Khmer): they are removed before."""
    analyzer = word_analyzer(UNSEGMENTED)
    words = normalized(text).replace(".", " ").replace(",", " ").split()
    pieces = [word for word in words if word.strip("。।")]
    assert len(analyzer.analyze(" ".join(pieces))) == len(pieces)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ёлка", "елка"),
        ("हिन्दी", "हिंदी"),
        ("किताबें", "किताबों"),
        ("हाँ", "हां"),
        ("٤٢", "42"),
        ("４２", "42"),
        ("१२", "12"),
        ("کتاب", "كتاب"),
        ("café", "cafe\u0301"),
        ("12,345", "12345"),
        ("ﾃﾞｰﾀ", "データ"),
        ("ស្រី", "សរី"),
        ("İzmir", "Izmir"),
        ("کِتاب", "كتاب"),
        ("ofﬁce", "office"),
        ("x²", "x2"),
    ],
)
def test_variants_of_spelling_become_the_same(one: str, other: str) -> None:
    assert normalized(one) == normalized(other)


@pytest.mark.parametrize(
    ("question", "with_name", "with_pieces"),
    [
        ("Nordwind 成立", "Nordwind 在北方生产自行车。", "图书馆成立很多年了，读者不少。"),
        ("Nordwind 設立", "Nordwind は自転車を作る。", "図書館の設立は昔のことだ。"),
        ("Nordwind ก่อตั้งที่ไหน", "Nordwind ทำจักรยานและกระดิ่งในเมืองทางเหนือ", "ห้องสมุดก่อตั้งขึ้นริมทะเล"),
        ("Nordwind 설립 연도", "Nordwind 회사는 북쪽 도시에서 자전거를 만든다.", "도서관 설립 축제는 오래전에 있었다."),
    ],
)
def test_a_name_in_other_letters_weighs_more_than_a_few_pieces(question: str, with_name: str, with_pieces: str) -> None:
    library = DocumentIndex.from_documents([Document(text=text) for text in (with_pieces, with_name)])
    assert library.as_retriever(similarity_top_k=1).retrieve(question)[0].text == with_name


@pytest.mark.parametrize(
    ("question", "expected", "is_in"),
    [
        ("Was bedeutet Vorkasse?", "german", "german"),
        ("A che ora apre?", "italian", "italian"),
        ("Quanto custa a assinatura?", "portuguese", "portuguese"),
        ("What does the baker sell?", "german", "english"),
        ("Who is the baker?", "italian", "english"),
    ],
)
def test_one_short_word_does_not_make_a_question_foreign(question: str, expected: str, is_in: str) -> None:
    assert language_of(question, [expected, "english"], expected) == is_in


def test_question_words_of_a_language_without_a_list_of_stop_words_do_not_count() -> None:
    texts = [
        "Nie wiem, jak i gdzie.",
        "Rower wypożycza się na dworcu przy kasie, obok wejścia do hali, codziennie poza niedzielą.",
        "Chleb jest na stole.",
    ]
    found = DocumentIndex.from_documents([Document(text=text) for text in texts]).as_retriever(similarity_top_k=1)
    assert found.retrieve("Jak i gdzie wypożyczyć rower?")[0].text == texts[1]


def test_question_words_of_ukrainian_do_not_count() -> None:
    texts = [
        "Не знаю, як і де це можна.",
        "Велосипед видають на вокзалі біля каси, поруч із входом до зали, щодня, крім неділі.",
        "Хліб лежить на столі.",
    ]
    found = DocumentIndex.from_documents([Document(text=text) for text in texts]).as_retriever(similarity_top_k=1)
    assert found.retrieve("Як і де можна взяти велосипед?")[0].text == texts[1]


def test_a_long_hebrew_word_with_prefixes_counts_more_than_a_short_one_as_it_is_asked() -> None:
    texts = ["ליד הים יש חנות.", "ליד הים נוסעים ובאופניים.", "הלחם על השולחן."]
    found = DocumentIndex.from_documents([Document(text=text) for text in texts]).as_retriever(similarity_top_k=1)
    assert found.retrieve("חנות אופניים")[0].text == texts[1]
