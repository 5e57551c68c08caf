"""Sentences and names in many languages, with the encodings of before Unicode in which they are found."""

import unicodedata
from typing import NamedTuple


class Sample(NamedTuple):
    """Two sentences of a language, five names, and the codecs of its legacy encodings."""

    sentences: str
    names: tuple[str, ...]
    encodings: tuple[str, ...]


SAMPLES = {
    "czech": Sample(
        "Mlýnské kolo se otáčí pomalu a voda přitéká z hor. Řemeslníci opravili žebřík u staré věže.",
        ("Jiří Dvořák", "Zdeněk Růžička", "Žaneta Šťastná", "Tomáš Kříž", "Běla Čechová"),
        ("cp1250", "iso8859_2", "cp852", "mac_latin2"),
    ),
    "polish": Sample(
        "Koło młyńskie obraca się powoli, a źródło leży wśród gór. Rzemieślnicy naprawili drabinę obok wieży.",
        ("Łukasz Wójcik", "Małgorzata Żak", "Stanisław Dąbrowski", "Zofia Święta", "Józef Kłos"),
        ("cp1250", "iso8859_2", "cp852"),
    ),
    "hungarian": Sample(
        "A malomkerék lassan forog, és a víz a hegyekből érkezik. A mesterek megjavították a létrát a régi toronynál.",
        ("Kovács Győző", "Szűcs Ildikó", "Török Jenő", "Fülöp Ágnes", "Erdős Pál"),
        ("cp1250",),
    ),
    "croatian": Sample(
        "Mlinsko kolo se okreće polako, a voda dolazi iz planina. Majstori su juče popravili ljestve kraj tvrđave.",
        ("Željko Babić", "Šime Đurđević", "Vesna Čović", "Krešimir Živković", "Anđela Šarić"),
        ("cp1250",),
    ),
    "romanian": Sample(
        "Roata morii se învârte încet, iar apa vine din munţi. Meşterii au reparat scara de lângă turnul vechi.",
        ("Ştefan Ţurcanu", "Ionuţ Bălan", "Mihăiţă Drăguş", "Cătălina Răducanu", "Gheorghiţă Pârvu"),
        ("cp1250",),
    ),
    "russian": Sample(
        "Мельничное колесо медленно вращается, вода приходит с гор. Мастера починили лестницу у старой башни.",
        ("Щукин Олег", "Андрей Бойцов", "Юлия Ежова", "Пётр Цыганов", "Жанна Яковлева"),
        ("cp1251", "koi8_r", "cp866", "cp855", "iso8859_5"),
    ),
    "ukrainian": Sample(
        "Млинове колесо повільно обертається, вода тече з гір. Майстри полагодили драбину біля старої вежі.",
        ("Ганна Їжакевич", "Євген Кіщук", "Олексій Дзюба", "Юрій Ґудзь", "Соломія Ярміш"),
        ("cp1251", "koi8_u"),
    ),
    "bulgarian": Sample(
        "Воденичното колело се върти бавно, а водата идва от планината. Майсторите поправиха стълбата до кулата.",
        ("Щерьо Ангелов", "Жечка Пъдарска", "Любомир Цонев", "Гълъбина Юнак", "Христо Ялъмов"),
        ("cp1251",),
    ),
    "german": Sample(
        "Das Mühlrad dreht sich langsam, das Wasser fließt über die Höhe. Die Männer prüften die Leiter für den Turm.",
        ("Jürgen Groß", "Käthe Müller", "Björn Weiß", "Sören Hübner", "Günther Böhm"),
        ("cp1252", "mac_roman", "cp850", "cp437"),
    ),
    "french": Sample(
        "La roue tourne très lentement près du fossé, où l'été fut sec. Les maçons ont réparé l'échelle de la forêt.",
        ("Gaël Lefèvre", "Renée Béranger", "François Hébert", "Benoît Crémieux", "Zoé Châtelain"),
        ("cp1252", "mac_roman", "cp850"),
    ),
    "spanish": Sample(
        "La rueda gira despacio y el agua llega aún desde la montaña. ¿Quién reparó ayer la escalera del jardín?",
        ("Íñigo Peña", "María Muñoz", "Andrés Ibáñez", "Begoña Ríos", "Ramón Núñez"),
        ("cp1252", "mac_roman", "cp850"),
    ),
    "portuguese": Sample(
        "A roda não gira depressa; a água vem das montanhas até à vila. Os artesãos já consertaram o portão.",
        ("João Gonçalves", "Conceição Simões", "Antônio Magalhães", "Inês Leitão", "Luís Guimarães"),
        ("cp1252", "mac_roman", "cp850"),
    ),
    "italian": Sample(
        "La ruota girerà più lentamente perché l'acqua è poca. In città c'è già chi riparò la scala laggiù.",
        ("Niccolò Barà", "Mosè Libertà", "Pelù Corrà", "Cantù Esposìto", "Nicolò Virtù"),
        ("cp1252",),
    ),
    "swedish": Sample(
        "Kvarnhjulet går långsamt och vattnet kommer från höga fjäll. Männen lagade stegen på gården i måndags.",
        ("Åke Sjöberg", "Göran Hägg", "Märta Ångström", "Örjan Björk", "Tåve Älvén"),
        ("cp1252", "mac_roman", "cp850"),
    ),
    "danish": Sample(
        "Møllehjulet går langsomt, og åen løber forbi kæret. Håndværkerne lappede stigen på gården sidste år.",
        ("Søren Ærø", "Åse Kjær", "Jørgen Høgh", "Pæle Nørgaard", "Bodil Østergård"),
        ("cp1252", "cp850"),
    ),
    "finnish": Sample(
        "Myllyn pyörä kääntyy hitaasti, ja vesi tulee järveltä. Miehet korjasivat tikkaat, jotka jäivät pihalle yöksi.",
        ("Väinö Hämäläinen", "Päivi Lähde", "Yrjö Mäkelä", "Äijö Töyrä", "Tyyne Kärkkäinen"),
        ("cp1252",),
    ),
    "icelandic": Sample(
        "Mylluhjólið snýst hægt og vatnið kemur ofan úr fjöllunum. Það var gert við stigann þegar hlýnaði í maí.",
        ("Þórður Ásgeirsson", "Guðrún Ægisdóttir", "Sigríður Þráinsdóttir", "Hörður Óðinsson", "Ýmir Davíðsson"),
        ("cp1252",),
    ),
    "greek": Sample(
        "Ο τροχός του μύλου γυρίζει αργά και το νερό έρχεται από τα βουνά. Οι τεχνίτες έφτιαξαν τη σκάλα.",
        ("Γιώργος Ξένος", "Ελένη Ψαρά", "Νίκος Χατζής", "Μαρία Ωραίου", "Πέτρος Δήμου"),
        ("cp1253", "iso8859_7", "cp737", "mac_greek"),
    ),
    "turkish": Sample(
        "Değirmen çarkı yavaşça dönüyor, su dağlardan geliyor. Ustalar eski kulenin yanındaki ahşap merdiveni onardı.",
        ("Ayşe Yıldız", "Uğur Şimşek", "İsmail Çağlar", "Gülşah Dağ", "Barış Işık"),
        ("cp1254", "cp857", "mac_turkish"),
    ),
    "hebrew": Sample(
        "גלגל הטחנה מסתובב לאט והמים באים מן ההרים. הפועלים תיקנו אתמול את הסולם שליד המגדל הישן.",
        ("משה כהן", "רחל לוי", "יצחק פרץ", "שרה אזולאי", "דוד ביטון"),
        ("cp1255", "cp862"),
    ),
    "arabic": Sample(
        "تدور عجلة الطاحونة ببطء ويأتي الماء من الجبال. أصلح العمال السلم القريب من البرج القديم أمس.",
        ("محمد الحسن", "فاطمة الزهراء", "خالد العمري", "مريم يوسف", "أحمد القاضي"),
        ("cp1256", "iso8859_6"),
    ),
    "lithuanian": Sample(
        "Malūno ratas sukasi lėtai, o vanduo atiteka iš kalnų. Meistrai pataisė kopėčias prie senojo bokšto.",
        ("Jūratė Žukauskienė", "Šarūnas Kęstutis", "Gintarė Čepaitė", "Žydrūnas Mažeika", "Eglė Šležaitė"),
        ("cp1257", "cp775"),
    ),
    "latvian": Sample(
        "Dzirnavu rats griežas lēnām, un ūdens nāk no kalniem. Meistari saremontēja kāpnes pie vecā torņa.",
        ("Jānis Bērziņš", "Līga Kalniņa", "Pēteris Ķēniņš", "Ģirts Šķēle", "Rūta Zariņa"),
        ("cp1257", "cp775"),
    ),
    "vietnamese": Sample(
        "Bánh xe cối xay quay chậm và nước chảy từ trên núi xuống. Những người thợ đã sửa chiếc thang cạnh tháp cổ.",
        ("Nguyễn Văn An", "Trần Thị Hoa", "Lê Đình Phúc", "Phạm Quốc Đạt", "Đỗ Thị Thủy"),
        ("cp1258",),
    ),
    "thai": Sample(
        "กังหันน้ำหมุนช้าๆ และน้ำไหลมาจากภูเขา ช่างไม้ซ่อมบันไดข้างหอคอยเก่าเมื่อวานนี้",
        ("สมชาย ใจดี", "วิภา แสงทอง", "ประเสริฐ บุญมา", "อรทัย ศรีสุข", "ธนา วงศ์ไทย"),
        ("cp874",),
    ),
    "japanese": Sample(
        "水車はゆっくりと回り、水は山から流れてくる。職人たちは古い塔のはしごを昨日修理した。",
        ("高木商店", "株式会社ヤマト", "佐藤花子", "カタログ担当", "鈴木一郎"),
        ("cp932", "euc_jp"),
    ),
    "simplified chinese": Sample(
        "水车慢慢地转动，水从山上流下来。工人们昨天修好了旧塔旁边的梯子。",
        ("上海机械厂", "王小明", "深圳电子公司", "李秀英", "北京图书馆"),
        ("gbk", "gb18030", "hz"),
    ),
    "traditional chinese": Sample(
        "水車慢慢地轉動，水從山上流下來。工人們昨天修好了舊塔旁邊的梯子。",
        ("臺北書局", "陳美玲", "高雄機械廠", "張國華", "圖書館"),
        ("cp950",),
    ),
    "korean": Sample(
        "물레방아가 천천히 돌고 물은 산에서 흘러온다. 일꾼들은 어제 낡은 탑 옆의 사다리를 고쳤다.",
        ("김철수", "이영희", "한국전자", "박민호", "서울도서관"),
        ("cp949", "johab"),
    ),
}


def encoded(text: str, codec: str) -> bytes:
    """The bytes of `text`; cp1258 has the marks of the tones as characters of their own."""
    return (_with_tones_apart(text) if codec == "cp1258" else text).encode(codec)


def _with_tones_apart(text: str) -> str:
    return "".join(map(_with_tone_apart, text))


def _with_tone_apart(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones)) + "".join(tones)
