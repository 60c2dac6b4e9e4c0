"""What model servers write when they refuse: the one table of their wordings.

Each row is a kind of sentence rather than one server's; `tests/wire/` has what servers really say.
"""

import re

LACKS = (
    r"(?:(?:does|do|did|is|are)(?:n't|n’t| not)(?: \w+)? (?:support\w*|enabled|available|permitted"
    r"|allowed|implemented)|not supported|not allowed|not permitted|only supported by|unsupported"
    r"|unrecognized|unknown (?:parameter|field|argument|name)|extra inputs|requires? --"
    r"|no endpoints found that support|cannot use|can't use|disabled|has no\b"
    r"|(?:does|do)(?:n't|n’t| not) (?:have|accept|take|allow)\b)"
)


def _lacking(thing: str) -> str:
    """The thing and that it is missing, in either order and within one sentence."""
    return rf"(?:{thing})[^.\n]{{0,80}}?{LACKS}|{LACKS}[^.\n]{{0,60}}?(?:{thing})"


TOOLS = (
    r"\btools?\b(?! ?[.\[]\d)|\btool[ _-](?:use|call\w*|choice)\b|\bfunctions?[ _-]?call\w*"
    r"|tool-call-parser"
)
IMAGES = (
    r"(?<!unsupported )\bimages?\b(?!/| (?:\w+ )?(?:format|type|size|data|file|url|dimension)s?\b)"
    r"|\bimage_url\b"
    r"|\bvision\b|\bmulti-?modal\w*|\bmmproj\b|\bpictures?\b"
)
THINKING = r"\bthink(?:ing)?\b|\breasoning(?:_effort)?\b|\benable_thinking\b|chat_template_kwargs"

CANNOT = {
    "such roles": (
        r"system (?:role|messages?|prompts?)\b[^.\n]{0,20} not supported|roles? must alternate"
        r"|alternate between user|(?:does|do)(?:n't| not) support '?system"
    ),
    "so many images": r"at most [1-9]\d* image|too many images|image limit",
    "images": (
        rf"at most 0 image|not (?:a )?(?:multi-?modal|vision)|mmproj is required|{_lacking(IMAGES)}"
        # Only what goes with images is more than a text; servers that take texts alone say so.
        r"|content\b[^.\n]{0,30}(?:must be a string|should be a valid string|expected a string)"
        r"|(?:valid|be a|expected a) string[^\n]{0,30}\bcontent\b|content type:? \W?image_url"
        r"|unknown variant `?image_url|only (?:supports? |accepts? )?text\b|text[- ]only"
    ),
    "tools": _lacking(TOOLS),
    "thinking": rf"{_lacking(THINKING)}|reasoning_effort\W{{1,3}} must be one of",
    "embeddings": r"does not support embeddings",
    "chat": r"does not support (?:chat|generate|completion)|not a chat model",
}
CAPABILITIES = {name: re.compile(words, re.IGNORECASE) for name, words in CANNOT.items()}

ROOM = r"(?:context|max_?seq_?len|n_ctx)"
SENT = r"(?:prompt|inputs?|messages?|request|conversation|history|sequence|tokens?)"
OVER = (
    r"(?:exceed\w*|too (?:long|large|big|many)|(?:longer|larger|greater|more) than|over the limit"
    r"|overflow\w*|not enough|超长|超过)"
)
TOO_LONG = re.compile(
    rf"{ROOM}\b.{{0,120}}?{OVER}|{OVER}.{{0,120}}?{ROOM}\b"
    rf"|\b{SENT}\b[^.\n]{{0,80}}?(?:{OVER}|less than \d+ tokens|must be <=)"
    rf"|\b{SENT}\b[^.\n]{{0,40}}?\d\)? > |{ROOM}\b(?: is)? full|kv cache is full"
    r"|context (?:length|window|size) is \d|too many (?:input )?tokens|token limit|input_?too_?long"
    r"|(?:at most|maximum of) \d+ (?:input )?tokens|context_length_exceeded|exceed_context_size"
    r"|maximum (?:context|prompt|input|sequence|model|allowed) (?:length|size)"
    r"|reduce (?:the|your) (?:length|prompt|input|messages?|number of tokens)"
    r"|(?:keep the first|tokens to keep)|shorter input|range of input length"
    r"|max_tokens must be at least 1, got -|body too large for \S+ model",
    re.IGNORECASE | re.DOTALL,
)
TOO_LONG_CODES = {
    "exceed_context_size_error",
    "context_length_exceeded",
    "context_window_exceeded",
    "model_context_window_exceeded",
    "tokens_limit_reached",
    "string_above_max_length",
}
ANSWER_TOO_LONG = re.compile(
    r"(?<!\+ )(?<!\+ `)max_(?:\w+_)?tokens\W{0,3}"
    r"(?: or \W?max_(?:\w+_)?tokens\W{0,2})? "
    r"(?:is |are )?(?:too large|(?:must|should|cannot|exceeds)(?!.{0,40}got -))"
    r"|at most \d+ completion tokens",
    re.IGNORECASE,
)
"""How long the answer may become is said wrongly; less history would change nothing."""
OF_IMAGES = re.compile(rf"{IMAGES}|\battachments?\b|\bcontent\b", re.IGNORECASE)
OF_TOOLS = re.compile(rf"{TOOLS}|\bfunctions?\b", re.IGNORECASE)
OF_LENGTH = re.compile(r"token|context|length|too (?:long|large|big)|上下文|超长", re.IGNORECASE)

NOT_LOADED = re.compile(
    r"(llama-server|llama runner) process|out[- ]of[- ]memory|more system memory"
    r"|timed out waiting for (llama|server)|unable to (load|allocate)"
    r"|(failed|error) (to load|loading)(?! (the )?images?\b)|cudamalloc",
    re.IGNORECASE,
)
UNKNOWN_MODEL = re.compile(
    r"is not a valid model( id)?\b"
    r"|\bmodel\W{1,2}[^\s]+\W? (does not exist|was not found|not found)",
    re.IGNORECASE,
)
BAD_KEY = re.compile(
    r"(api[ _-]?key|token|credentials?) (is )?(not valid|invalid|missing|required|incorrect)"
    r"|(invalid|incorrect|missing|no|valid) (auth\w* )?(api[ _-]?key|credentials?)",
    re.IGNORECASE,
)
HTTPS_THERE = re.compile(
    rb"plain HTTP request was sent to HTTPS|HTTP request to an HTTPS|plain HTTP to an SSL",
    re.IGNORECASE,
)
STARTING = re.compile(r"\bloading\b|\bstarting\b|warming up|not ready|being (loaded|started)", re.I)
BUSY = re.compile(
    r"busy|queue|pending|overload|capacity|too many|no (available |free )?slots?", re.I
)
UNREADABLE_CALL = re.compile(
    r"pars(?:e|ing) (?:the )?tool.?call|failed to parse input at pos", re.IGNORECASE
)
"""Ollama's words and llama.cpp's for what a model has written, not for what we have sent."""
OUR_MISTAKE = re.compile(r"option \"\w+\" must be of type|invalid format", re.IGNORECASE)

NUMBER = r"(\d{1,3}(?:[,_]\d{3})+|\d+)"
LIMITS = (
    rf"\d(?: tokens?)? > {NUMBER}",
    rf"(?:maximum|max\.?)(?: allowed| context| prompt| input| sequence| model)*"
    rf"(?: length| size)(?: is| of|:)?[ (]*{NUMBER}",
    rf"{NUMBER} maximum",
    rf"\bmax(?:imum)?(?: of|:)? {NUMBER}",
    rf"maximum number of tokens allowed \({NUMBER}",
    rf"context (?:length|size|window|limit)(?: of| is|:)?(?: only)?[ (]*{NUMBER}",
    rf"(?:max_seq_len|n_ctx)[ =:(]*{NUMBER}",
    rf"(?:at most|a maximum of|less than|cannot exceed|<=) ?{NUMBER}|\[\d+, ?{NUMBER}\]",
    rf"limit(?: of| is|:)? {NUMBER}",
)
COUNTS = (
    rf"{NUMBER}(?: \+ \d+)?(?: tokens?)? > \d",
    rf"total of (?:at least )?{NUMBER}",
    rf"requested:? (?:about )?(?:tokens )?\(?{NUMBER}|received {NUMBER}|given:? {NUMBER}",
    rf"resulted in (?:over )?{NUMBER}|contains (?:at least )?{NUMBER}|keep the first {NUMBER}",
    rf"(?:prompt|inputs?|request|length|count|long)(?: tokens)?(?: of|:)?[ (]*(?:length )?{NUMBER}",
)


def lacks_capability(words: str) -> str:
    """A name of CANNOT, or "" where nothing is missing."""
    return next((name for name, said in CAPABILITIES.items() if said.search(words)), "")


def is_too_long(words: str) -> bool:
    """Whether what was sent did not fit."""
    return bool(TOO_LONG.search(words)) and not ANSWER_TOO_LONG.search(words)


def may_be_too_long(words: str) -> bool:
    """Of a refusal in unknown words: whether sending less is worth a try."""
    return bool(OF_LENGTH.search(words))


def may_be_about_images(words: str) -> bool:
    """Of a refusal in unknown words: whether it is worth a try without the earlier images."""
    return bool(OF_IMAGES.search(words))


def may_be_about_tools(words: str) -> bool:
    """The same of tools."""
    return bool(OF_TOOLS.search(words))


def count_and_limit(words: str) -> tuple[int | None, int | None]:
    """How many tokens were counted, and for how many there is room, where the words say it."""
    counted, limit = _first_number(COUNTS, words), _first_number(LIMITS, words)
    return (None if counted == limit else counted), limit


def _first_number(patterns: tuple[str, ...], words: str) -> int | None:
    for pattern in patterns:
        if found := re.search(pattern, words, re.IGNORECASE):
            digits = next(group for group in found.groups() if group)
            return int(re.sub(r"\D", "", digits))
    return None
