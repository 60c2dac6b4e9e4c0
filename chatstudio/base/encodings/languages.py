"""What a text in a language looks like: the data by which a decoding is judged.

`letters` are those beyond ASCII, the frequent ones first; `encodings` are those in which people
have written it, the likely ones first.
"""

from dataclasses import dataclass, field

CYRILLIC = ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")
WEST = ("cp1252", "iso8859_15", "cp850", "mac_roman")
CENTRAL = ("cp1250", "iso8859_2", "cp852")


@dataclass(frozen=True, slots=True)
class Language:
    """`is_own_script`: its words have no ASCII letters among their own. `width` is how many bits
    the most frequent letter is worth, `steps` how much more each rarer one."""

    name: str
    encodings: tuple[str, ...]
    letters: str
    is_own_script: bool = False
    ranks: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.ranks.update({letter: rank for rank, letter in enumerate(self.letters)})


LANGUAGES = (
    Language("German", WEST, "üäößéàèêâôçëñ"),
    Language("French", WEST, "éèàêçùôîâûëïœæÿü"),
    Language("Spanish", WEST, "óíáéñúüªºç"),
    Language("Portuguese", WEST, "ãçáéíóõêâàúôªºü"),
    Language("Italian", WEST, "èàòùéìíóúîº"),
    Language("Catalan", WEST, "àóéèíçòúïü·"),
    Language("Danish or Norwegian", WEST, "øåæéóôüèòâ"),
    Language("Swedish or Finnish", WEST, "äåöéüàšž"),
    Language("Dutch", WEST, "ëéïèöüáóê"),
    Language("Icelandic", WEST, "áðíóéöþúýæ"),
    Language("Polish", CENTRAL, "łąęóżśćńźéü"),
    Language("Czech or Slovak", CENTRAL, "íáéěřčšžýůúľťňôďóäĺŕ"),
    Language("Hungarian", CENTRAL, "áéóöőíüúű"),
    Language("Romanian", (*CENTRAL, "iso8859_16"), "ăîţâşșț"),
    Language("Croatian or Slovene", CENTRAL, "čšžćđ"),
    Language("Turkish", ("cp1254", "iso8859_9", "cp857"), "ıüşçğöâîû"),
    Language("Baltic", ("cp1257", "iso8859_13", "iso8859_4"), "āėšīčžēūņąļģķįęųäõöü"),
    Language("Vietnamese", ("cp1258",), "đ\u0301\u0300ưâơô\u0323ê\u0309ă\u0303"),
    Language("Russian", CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", True),
    Language(
        "Ukrainian or Belarusian",
        ("cp1251", "koi8_u", "cp1125", "iso8859_5", "mac_cyrillic"),
        "оанвиірестклпудмяьзгбчхйцжїєюшфщґыўэё’",
        True,
    ),
    Language("Bulgarian", CYRILLIC, "аоиентрсвлкдпмзгбуъячцщжйхшюфь", True),
    Language(
        "Serbian or Macedonian", ("cp1251", "iso8859_5"), "аиоенрстувдкпмљлјзбгшчцњхћжфђџѓќѕ", True
    ),
    Language(
        "Greek", ("cp1253", "iso8859_7", "cp737"), "αοιτεσνηυρπκςλμίόάωέδγχήθβύφώξζψϊϋΐΰ", True
    ),
    Language("Hebrew", ("cp1255", "iso8859_8", "cp862"), "יוהלאתברשםמנעדחקפטגצזכןסךףץ", True),
    Language("Arabic", ("cp1256", "iso8859_6"), "اليمونترهبعدسفكقحجىشةأصطخإذضزغظءثئؤآ", True),
    Language("Persian", ("cp1256",), "ایرندهمتوبسشکزلگفقخعجحپصطءآئچضظذغثژ", True),
    Language(
        "Thai",
        ("cp874",),
        "านรอกเ่งมย้ลัวดีทตสะิปบคห์แจพำุชูขใไืโ็ผซธศณภึถฟญษฐฉฎฏ๊๋",
        True,
    ),
)

SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前"
    "开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重"
    "并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常"
    "先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报"
    "才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼"
    "书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术"
    "领共确传师观清今切院让识候带导争运京李刘陈杨黄您请谢号备注姓址额单价购买用户密码"
)
TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過"
    "發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前"
    "開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重"
    "並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常"
    "先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報"
    "才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼"
    "書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術"
    "領共確傳師觀清今切院讓識候帶導爭運京李劉陳楊黃您請謝台灣號備註姓址額單價購買"
)
JAPANESE = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四"
    "定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約"
    "主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多県続進"
    "正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍"
    "文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投"
    "示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有口"
    "過局少放税検町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費付施切由説転食比難防車"
    "佐藤鈴橋渡辺伊村林斎様店番号株"
)
KOREAN = (
    "이다는을의가에고를은하지도로사서어기한그나리자아시해으인라대있정들게보과부수일만면여전원장스구주"
    "것상제할성조동선경오신공화생국비문연유모음소진미저우물학세때무니요러방내안발습개재실회용관중업없"
    "말작더야위양트드든까합않년월마치간금계분민현단되된려와통적영명최강산반각심행교크체결바데두히식터"
    "달김박녕"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """A language of Chinese signs or Korean syllables. `levels` is the encoding whose first part
    holds the frequent signs, and the lead byte behind that part."""

    name: str
    encodings: tuple[str, ...]
    frequent: frozenset[str]
    levels: tuple[str, int]
    is_japanese: bool = False
    is_korean: bool = False


SIGNS = (
    Signs("Chinese", ("gb18030",), frozenset(SIMPLIFIED), ("gb2312", 0xD8)),
    Signs("Chinese", ("big5hkscs", "cp950", "gb18030"), frozenset(TRADITIONAL), ("big5", 0xC9)),
    Signs(
        "Japanese",
        ("cp932", "euc_jp"),
        frozenset(JAPANESE),
        ("cp932", 0x99),
        is_japanese=True,
    ),
    Signs("Korean", ("cp949",), frozenset(KOREAN), ("euc_kr", 0xC9), is_korean=True),
)
