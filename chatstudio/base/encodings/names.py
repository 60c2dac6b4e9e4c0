"""The encodings that a person can choose, by Python's names."""

import codecs

PROVEN = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "iso2022_jp")
"""Their bytes tell them."""

CHOICES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (big end first)",
    "cp1252": "Western (Windows-1252)",
    "iso8859_15": "Western (ISO 8859-15)",
    "cp850": "Western (DOS 850)",
    "mac_roman": "Western (Macintosh)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859_2": "Central European (ISO 8859-2)",
    "cp852": "Central European (DOS 852)",
    "iso8859_16": "Romanian (ISO 8859-16)",
    "cp1254": "Turkish (Windows-1254)",
    "iso8859_9": "Turkish (ISO 8859-9)",
    "cp857": "Turkish (DOS 857)",
    "cp1257": "Baltic (Windows-1257)",
    "iso8859_13": "Baltic (ISO 8859-13)",
    "iso8859_4": "Baltic (ISO 8859-4)",
    "cp1258": "Vietnamese (Windows-1258)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8_r": "Cyrillic (KOI8-R)",
    "koi8_u": "Cyrillic (KOI8-U)",
    "cp866": "Cyrillic (DOS 866)",
    "cp1125": "Cyrillic (DOS 1125)",
    "iso8859_5": "Cyrillic (ISO 8859-5)",
    "mac_cyrillic": "Cyrillic (Macintosh)",
    "cp1253": "Greek (Windows-1253)",
    "iso8859_7": "Greek (ISO 8859-7)",
    "cp737": "Greek (DOS 737)",
    "cp1255": "Hebrew (Windows-1255)",
    "iso8859_8": "Hebrew (ISO 8859-8)",
    "cp862": "Hebrew (DOS 862)",
    "cp1256": "Arabic (Windows-1256)",
    "iso8859_6": "Arabic (ISO 8859-6)",
    "cp874": "Thai (Windows-874)",
    "gb18030": "Chinese, simplified (GBK, GB18030)",
    "big5hkscs": "Chinese, traditional (Big5)",
    "cp950": "Chinese, traditional (Windows-950)",
    "cp932": "Japanese (Shift JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "iso2022_jp": "Japanese (ISO-2022-JP)",
    "cp949": "Korean (EUC-KR)",
}
OTHERS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32"}
OTHERS |= {"utf-32-le": "UTF-32", "utf-32-be": "UTF-32"}
# What is meant by some names is more than what they say.
WIDER = {
    "ascii": "cp1252", "iso8859_1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949", "tis_620": "cp874",
    "iso8859_11": "cp874",
}  # fmt: skip


def name_for(label: str) -> str:
    """Of a name that stands in a file, as "windows-1251"; empty where it is none of ours."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    plain = name if name.startswith("utf-") else name.replace("-", "_")
    wide = WIDER.get(plain, plain)
    return wide if wide in CHOICES else ""


def label_of(encoding: str) -> str:
    return CHOICES.get(encoding) or OTHERS.get(encoding, encoding)


def can_be_another(encoding: str) -> bool:
    """Whether it is worth offering to read a text once more in another encoding."""
    return bool(encoding) and encoding not in PROVEN
