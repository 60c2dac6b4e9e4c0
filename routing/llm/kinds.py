"""What a model is for: chats, or speech, images, vectors, order, judgement.

Where a server says so, by its word; else by the whole pieces of the name: `Robert-8B` is no BERT.
"""

import re
from collections.abc import Iterator

from chatstudio.base.json_types import JsonMapping, flag_at, list_at, object_at, text_at

KIND_NAMES = ("type", "model_type", "task", "mode", "kind", "pipeline_tag")
CHAT_KINDS = {
    *("llm", "vlm", "chat", "language", "text", "chat-completion", "chat_completion"),
    *("text-generation", "text generation", "image-text-to-text", "any-to-any", "completion"),
    *("text2text-generation", "code", "reasoning", "responses"),
}
OTHER_PIECES = {
    *("embed", "embedding", "embeddings", "embedder", "vectors", "feature"),
    *("rerank", "reranker", "reranking", "ranking", "moderation", "moderations", "classification"),
    *("image", "images", "video", "audio", "speech", "tts", "stt", "asr"),
    *("transcription", "transcriptions", "transcribe", "diffusion"),
}
OTHER_POWERS = OTHER_PIECES - {"image", "images", "video", "audio", "speech"}
"""Images and sounds may be what a model that chats can take."""
CHAT_POWERS = {
    "completion",
    "completions",
    "chat",
    "chat_completion",
    "completion_chat",
    "generate",
}
CHAT_POWERS |= {"chat-completion", "chat_completions", "text-generation", "chat/completions"}
POWER_NAMES = ("capabilities", "endpoints", "supported_endpoints", "supported_methods", "labels")

NOT_CHAT = {
    # to hear and to speak
    *("tts", "stt", "asr", "xtts", "kokoro", "piper", "bark", "parakeet", "transcribe", "speech"),
    *("realtime", "musicgen", "lyria", "vad", "silero"),
    # to paint
    *("dall", "dalle", "flux", "sdxl", "sd", "diffusion", "imagen", "sora", "veo", "upscaler"),
    *("stablediffusion", "t2i", "t2v", "i2v", "rmbg"),
    # to compare
    *("bge", "gte", "e5", "minilm", "mpnet", "clip", "siglip", "instructor"),
    *("sentence", "paraphrase", "voyage", "m3e", "text2vec", "splade"),
    *("bert", "roberta", "distilbert", "modernbert", "colbert", "deberta", "camembert", "sbert"),
    *("finbert", "scibert", "codebert", "biobert", "neobert"),
    # to judge
    *("moderation", "guard", "shieldgemma", "reward"),
    # to go on with a text alone
    *("babbage", "davinci"),
}
NOT_CHAT_BEGINNINGS = ("embed", "rerank", "whisper", "moderation", "transcri")
NOT_CHAT_PAIRS = ("gpt-image", "qwen-image", "stable-diffusion", "stable-audio")


def says_chats(entry: JsonMapping) -> bool | None:
    """Whether an entry of a server's list is for chats; None where it says nothing of the kind."""
    if "supports_chat" in entry:
        return flag_at(entry, "supports_chat")
    if (can := _can_chat(entry)) is not None:
        return can
    output = list_at(object_at(entry, "architecture"), "output_modalities")
    if output and "text" not in output:
        return False
    told = (_is_chat_kind(entry, name) for name in KIND_NAMES)
    return next((says for says in told if says is not None), None)


def _is_chat_kind(entry: JsonMapping, name: str) -> bool | None:
    """Cloudflare's `task` is an object."""
    kind = (text_at(entry, name) or text_at(object_at(entry, name), "name")).lower()
    if kind in CHAT_KINDS:
        return True
    return None if OTHER_PIECES.isdisjoint(pieces_of(kind)) else False


def _can_chat(entry: JsonMapping) -> bool | None:
    """No, where the list of what a model can do has no chats in it, but something else."""
    for name in POWER_NAMES:
        told = {word.lower() for word in _words(entry, name)}
        if told & CHAT_POWERS:
            return True
        if any(object_at(entry, name).get(power) is False for power in CHAT_POWERS):
            return False
        if any(not OTHER_POWERS.isdisjoint(pieces_of(word)) for word in told):
            return False
    return None


def _words(entry: JsonMapping, name: str) -> Iterator[str]:
    """Of a list of words, or of an object that says yes and no."""
    yield from (word for word in list_at(entry, name) if isinstance(word, str))
    yield from (word for word, can in object_at(entry, name).items() if can is True)


def capabilities_of(entry: JsonMapping) -> frozenset[str] | None:
    """In Ollama's words; None unless the server tells all of it, as OpenRouter does."""
    inputs = list_at(object_at(entry, "architecture"), "input_modalities")
    parameters = list_at(entry, "supported_parameters")
    if not inputs or not parameters:
        return None
    told = {"tools": "tools" in parameters, "vision": "image" in inputs}
    told["thinking"] = "reasoning" in parameters
    return frozenset({"completion", *(name for name, can in told.items() if can)})


def is_for_chats(name: str, family: str = "") -> bool:
    """By the name, where nobody says more."""
    whole = name.lower()
    if any(pair in whole for pair in NOT_CHAT_PAIRS):
        return False
    pieces = [*pieces_of(whole), *pieces_of(family)]
    return not any(_is_other(piece) for piece in pieces)


def _is_other(piece: str) -> bool:
    return (
        piece in NOT_CHAT
        or (len(piece) > 2 and piece.rstrip("0123456789") in NOT_CHAT)
        or piece.startswith(NOT_CHAT_BEGINNINGS)
        or piece.endswith("tts")
    )


def pieces_of(text: str) -> list[str]:
    return [piece for piece in re.split(r"[^a-z0-9]+", text.lower()) if piece]
