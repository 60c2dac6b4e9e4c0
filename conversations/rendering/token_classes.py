"""The kinds of token that have a colour in static/css/code.css; any other takes its parent's.

Pygments knows some eighty classes. Names, punctuation and spaces go without a span, which halves
the HTML.
"""

TOKEN_CLASSES: dict[tuple[str, ...], str] = {
    ("Comment",): "c",
    ("Comment", "Preproc"): "cp",
    ("Error",): "err",
    ("Generic", "Deleted"): "gd",
    ("Generic", "Heading"): "gh",
    ("Generic", "Subheading"): "gh",
    ("Generic", "Inserted"): "gi",
    ("Generic", "Prompt"): "gp",
    ("Generic", "Output"): "go",
    ("Generic", "Emph"): "ge",
    ("Generic", "Strong"): "gs",
    ("Keyword",): "k",
    ("Keyword", "Constant"): "kc",
    ("Keyword", "Type"): "kt",
    ("Literal",): "m",
    ("Literal", "String"): "s",
    ("Literal", "String", "Escape"): "se",
    ("Literal", "String", "Interpol"): "se",
    ("Literal", "String", "Regex"): "se",
    ("Name", "Attribute"): "na",
    ("Name", "Builtin"): "nb",
    ("Name", "Class"): "nc",
    ("Name", "Constant"): "kc",
    ("Name", "Decorator"): "nd",
    ("Name", "Exception"): "nc",
    ("Name", "Function"): "nf",
    ("Name", "Tag"): "nt",
    ("Name", "Variable"): "nv",
    ("Operator",): "o",
    ("Operator", "Word"): "k",
}


def css_class(kind: tuple[str, ...]) -> str:
    """`kind` is the path of a Pygments token type; an empty answer means no colour."""
    while kind and kind not in TOKEN_CLASSES:
        kind = kind[:-1]
    return TOKEN_CLASSES.get(kind, "")
