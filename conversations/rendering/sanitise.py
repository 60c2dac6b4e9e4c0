"""The last step for every block: nothing but the tags, attributes and classes that we emit."""

from nh3 import Cleaner

from conversations.rendering.languages import ENDINGS
from conversations.rendering.token_classes import TOKEN_CLASSES

TEXT_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
    *("em", "strong", "del", "code", "pre", "a", "input", "div", "span", "section"),
    *("sub", "sup", "kbd", "u", "mark", "s", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "button"),
}
MATH_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts"),
    *("mtable", "mtr", "mtd", "mstyle", "mphantom", "mpadded", "menclose"),
}
# Lengths are left out where they could push a formula over its neighbours.
ATTRIBUTES = {
    "a": {"href", "title"},
    "details": {"open"},
    "ol": {"start"},
    "input": {"checked"},
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mo": {"stretchy", "fence", "form", "movablelimits", "accent", "minsize", "maxsize"},
    "mtext": {"mathvariant"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mtable": {"displaystyle", "columnalign", "columnlines", "rowlines"},
    "mtd": {"columnalign"},
    "mstyle": {"displaystyle", "scriptlevel", "mathcolor"},
    "menclose": {"notation"},
}
# The blocks that begin on the side where their first words do.
DIRECTED = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "div", "details"),
    "section",
}
SPACES = {"-0.167em", "0.167em", "0.222em", "0.278em", "1em", "2em"}  # \, \: \; \quad \qquad
FIXED_VALUES = {
    **{tag: {"dir": {"auto"}} for tag in DIRECTED},
    "button": {
        **{"type": {"button"}, "data-copy": {"code", "table"}, "data-wrap": {"code"}},
        "data-save": {*ENDINGS.values(), "txt"},
    },
    "input": {"type": {"checkbox"}, "aria-label": {"Done", "To do"}},
    "math": {"display": {"inline", "block"}},
    "mfrac": {"linethickness": {"0"}},
    "mo": {"lspace": {"0"}, "rspace": {"0.167em"}},
    "mspace": {"width": SPACES, "linebreak": {"newline"}},
}
ALERTS = {f"markdown-alert-{kind}" for kind in ("note", "tip", "important", "warning", "caution")}
ALIGNMENTS = {"align-left", "align-center", "align-right"}
CLASSES = {
    "a": {"remote-image"},
    "button": {"copy-code"},
    "div": {"table-wrap", "markdown-alert", *ALERTS},
    "figure": {"code"},
    "p": {"markdown-alert-title"},
    "section": {"footnotes"},
    "span": {"code-language", "code-file", "label", *TOKEN_CLASSES.values()},
    "sup": {"footnote-ref"},
    "td": ALIGNMENTS,
    "th": ALIGNMENTS,
}
LINK_SCHEMES = {"http", "https", "mailto"}
LINK_REL = "noopener noreferrer nofollow"

sanitise = Cleaner(
    tags=TEXT_TAGS | MATH_TAGS,
    attributes=ATTRIBUTES,
    tag_attribute_values=FIXED_VALUES,
    set_tag_attribute_values={
        "a": {"target": "_blank"},
        "input": {"disabled": ""},
    },
    allowed_classes=CLASSES,
    url_schemes=LINK_SCHEMES,
    url_relative="deny",
    link_rel=LINK_REL,
).clean
