"""The places where a call can stand in a text: between marks, in a fence, on lines of its own; and
whether what has come so far can still become one."""

import re

from routing.tools.written_calls import KEYS, NAMES, WORD, Offered, known_name

LONGEST_NAME = 80
FOLDED = str.maketrans("｜▁ABCDEFGHIJKLMNOPQRSTUVWXYZ", "|_abcdefghijklmnopqrstuvwxyz")
"""Marks are compared without case, and without the odd characters in those of DeepSeek."""
MARKS = {
    **{
        f"<{name}>": f"</{name}>"
        for name in (
            *("tool_call", "tool_calls", "toolcall", "tools", "tool_code", "tool"),
            *("function_call", "function_calls", "functioncall"),
            *("minimax:tool_call", "seed:tool_call", "longcat_tool_call"),
            *("|dsml|function_calls", "|dsml|tool_calls"),
        )
    },
    "<function=": "</function>",
    "<function name=": "</function>",
    "<invoke name=": "</invoke>",
    "<tool name=": "</tool>",
    "<tool_call name=": "</tool_call>",
    "<start_function_call>": "<end_function_call>",
    "<|tool_call>": "<tool_call|>",
    "<|tool_call|>": "<|/tool_call|>",
    "<|tool_call_start|>": "<|tool_call_end|>",
    "<|tool_call_begin|>": "<|tool_call_end|>",
    "<|tool_calls_begin|>": "<|tool_calls_end|>",
    "<|tool_calls_section_begin|>": "<|tool_calls_section_end|>",
    "<|tools_prefix|>": "<|tools_suffix|>",
    "<|start_action|>": "<|end_action|>",
    "<|action_start|>": "<|action_end|>",
    "<|python_start|>": "<|python_end|>",
    "<|python_tag|>": "<|eom_id|>",
    "<|channel|>commentary to=": "<|call|>",
    "<|start|>assistant to=": "<|call|>",
    "[tool_calls]": "</s>",
    "functools[": "]<|end|>",
    "action: ```json": "```",
}
ENDS = (
    *{*MARKS.values()} - {"```"},
    *("</s>", "<|eot_id|>", "<|im_end|>", "<|end|>", "<eos>", "<end_of_turn>"),
    *("<|end_of_sentence|>", "<|eom_id|>"),
)
"""What may stand behind a call and means nothing."""


def _beginnings_of(*texts: str) -> frozenset[str]:
    return frozenset(text[:length] for text in texts for length in range(1, len(text)))


BEGINNINGS = _beginnings_of(*MARKS)
BEGINNINGS_BEHIND = BEGINNINGS | _beginnings_of(*ENDS, "```")
"""Behind a call the end of a mark may follow, too."""
UNSURE = ("<tools>", "<tool>", "<tool_code>")
"""Marks that may as well belong to an answer in XML: only what is a call counts."""


def any_of(texts: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))


MARK = re.compile(rf"(?<!`)(?:{any_of((*MARKS,))})")
BEHIND = re.compile(rf"\s*(?:[}}\]]|[;,](?=\s*[{{\[<])|{any_of(ENDS)})")
FENCE = re.compile(r"`{3,}[ \t]*(?P<kind>[\w-]*)[ \t]*\r?(?P<head>\n)?")
FENCE_END = re.compile(r"(?:^[ \t]*|(?<=[}\])>]))```[^\n]*\n?", re.MULTILINE)
FENCE_LINE = re.compile(r"^[ \t]*(?P<marks>`{3,})[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
FENCES = ("", "json", "xml", "tool_code", "tool_call", "tool_calls", "tool", "function_call")
PLAIN = re.compile(r"[\"']?(?:id|type|tool_call_id)[\"']?\s*:\s*(?:[\"'][^\"']*[\"']|\d+)\s*,\s*")
"""What may stand before a call's name."""
KEY = re.compile(r"[\"']?(?P<key>\w*)(?P<end>[\"']?\s*:)?")
NAME = re.compile(r"\s*[\"'](?P<name>[^\"']*)(?P<end>[\"'])?")
EXAMPLE = re.compile(r"\b(?:example|e\.g\.|for instance|looks? like|syntax)\b", re.IGNORECASE)


def bare_place(offered: Offered) -> re.Pattern[str]:
    """How a line begins that may be a call: with a fence, JSON, or a tool's name."""
    names = any_of(tuple(name.translate(FOLDED) for name in offered)) or "(?!)"
    return re.compile(rf"^[ \t]*(?P<begin>```|[{{\[]|(?:{names})\()", re.MULTILINE)


def may_be_marked(body: str, offered: Offered) -> bool:
    """Whether what stands behind a mark can become a call."""
    body = body.lstrip()
    if not body or body[0] in "{[<`(\"'":
        return True
    word = WORD.match(body)
    if word is None:
        return False
    after = body[word.end() :].lstrip()
    return len(word[0]) <= LONGEST_NAME and (
        not after or after[0] in "({[<`|｜" or bool(known_name(word[0], offered))
        or word[0].rstrip(":") in ("call", "function", "json", "print")
    )  # fmt: skip


def is_attempt(body: str, offered: Offered) -> bool:
    """Whether what cannot be read was meant as a call: then the model is told, else it is text."""
    body = body.lstrip()
    word = WORD.match(body)
    return body[:1] in ("{", "[") or bool(word and known_name(word[0], offered))


def may_be_bare(text: str, offered: Offered) -> bool:
    """Whether an object or list that begins so can become a call."""
    text = text.lstrip()
    is_list = text.startswith("[")
    inner = text.lstrip("[{ \t\r\n")
    if not inner:
        return not text.strip("[{ \t\r\n")
    if is_list and (word := WORD.match(inner)):
        if word.end() == len(inner):
            return any(name.startswith(word[0]) for name in offered)
        return bool(known_name(word[0].removesuffix(".call"), offered)) and inner[word.end()] == "("
    while plain := PLAIN.match(inner):
        inner = inner[plain.end() :]
    key = KEY.match(inner)
    if key is None or (not key["end"] and inner[key.end() :].strip("\"' \t\r\n")):
        return False
    if not key["end"]:
        return any(one.startswith(key["key"]) for one in KEYS)
    value = NAME.match(inner, key.end())
    if key["key"] not in NAMES or value is None:
        return key["key"] in KEYS
    if not value["end"]:
        return len(value["name"]) <= LONGEST_NAME
    return bool(known_name(value["name"], offered))
