from collections.abc import Iterator

from chatstudio.base.json_types import JsonObject, flag_at, list_at, object_at, objects_at
from chatstudio.base.text import clean_text
from conversations.features.exchange import fields, tools
from conversations.features.exchange.formats.open_webui.details import add_content
from conversations.features.exchange.formats.open_webui.params import parameters_of
from conversations.features.exchange.tree import with_system_prompt
from conversations.features.exchange.values import ForeignConversation, ForeignMessage, Refused


def claims(value: JsonObject) -> bool:
    chat = value.get("chat")
    if isinstance(chat, dict):
        return "history" in chat or "messages" in chat
    return isinstance(value.get("history"), dict)


def read_value(value: JsonObject) -> Iterator[ForeignConversation]:
    chat = object_at(value, "chat") or value
    history = object_at(chat, "history")
    messages = object_at(history, "messages") or _listed(chat)
    if not messages and not isinstance(history.get("messages"), dict):
        raise Refused("Its messages are missing: there is no history.messages in it.")
    meta = object_at(value, "meta")
    models = [one for one in list_at(chat, "models") if isinstance(one, str)]
    conversation = ForeignConversation(
        fields.text_of(value, "id") or fields.text_of(chat, "id"),
        title=fields.line_of(chat, "title", 200) or fields.line_of(value, "title", 200),
        created_at=fields.moment_of(value, "created_at") or fields.moment_of(chat, "timestamp"),
        updated_at=fields.moment_of(value, "updated_at"),
        model_name=clean_text(models[0])[:255] if models else "",
        is_pinned=flag_at(value, "pinned"),
        is_archived=flag_at(value, "archived"),
        tags=tags_of(meta) or tags_of(chat),
        parameters=parameters_of(object_at(chat, "params")),
        head=fields.text_of(history, "currentId") or None,
    )
    conversation.messages = [
        _message(key, one, conversation) for key, one in messages.items() if isinstance(one, dict)
    ]
    params = object_at(chat, "params")
    prompt = fields.text_of(params, "system") or fields.text_of(chat, "system")
    with_system_prompt(conversation, prompt)
    yield conversation


def _listed(chat: JsonObject) -> JsonObject:
    """The branch that is shown, which stands beside the tree, and alone in the oldest exports."""
    found: JsonObject = {}
    for number, one in enumerate(objects_at(chat, "messages"), 1):
        above = next(reversed(found), None)
        found[fields.text_of(one, "id") or f"message {number}"] = {"parentId": above, **one}
    return found


def tags_of(source: JsonObject) -> list[str]:
    """Names, or objects that have one."""
    names = [one.get("name") if isinstance(one, dict) else one for one in list_at(source, "tags")]
    return [clean_text(one) for one in names if isinstance(one, str)]


def _message(key: str, value: JsonObject, conversation: ForeignConversation) -> ForeignMessage:
    role = fields.text_of(value, "role")
    message = ForeignMessage(
        clean_text(key),
        fields.text_of(value, "parentId") or None,
        role if role in ("user", "assistant", "system", "tool") else "assistant",
        created_at=fields.moment_of(value, "timestamp"),
    )
    if message.role == "assistant":
        message.model_name = fields.line_of(value, "model", 255) or conversation.model_name
        if value.get("error"):
            message.status = "failed"
            _note_error(value, conversation)
    _add_parts(message, value, conversation)
    tools.add_citations(message, _sources(value))
    if found := len(list_at(value, "files")):
        conversation.notes.append(f"{found} attached files are not in the export.")
    return message


def _note_error(value: JsonObject, conversation: ForeignConversation) -> None:
    error = value.get("error")
    found = object_at(value, "error")
    words = fields.line_of(found, "content", 300) or fields.line_of(found, "message", 300)
    words = words or fields.line_of({"error": error}, "error", 300)
    conversation.notes.append(f"An answer had failed{f': {words}' if words else '.'}")


def _add_parts(
    message: ForeignMessage, value: JsonObject, conversation: ForeignConversation
) -> None:
    """`output` tells the steps apart, or `content_list` the phases; where both are missing they are
    marked up in the content."""
    for step in objects_at(value, "output"):
        _add_step(message, step)
    for phase in objects_at(value, "content_list"):
        _add_phase(message, phase, conversation)
    tools.add_reasoning(message, fields.text_of(value, "reasoning_content"))
    if not any(part.kind == "text" for part in message.parts):
        without_steps = bool(message.parts)
        add_content(message, tools.words_of(value.get("content")), without_steps=without_steps)


def _add_step(message: ForeignMessage, step: JsonObject) -> None:
    match step.get("type"):
        case "reasoning":
            words = tools.words_of(step.get("content")) or tools.words_of(step.get("summary"))
            seconds = fields.count_of(step, "duration")
            tools.add_reasoning(message, words, seconds)
        case "function_call":
            call_id = fields.text_of(step, "call_id")
            tools.add_call(message, call_id, step.get("name"), step.get("arguments"))
        case "function_call_output":
            text = tools.words_of(step.get("output"))
            tools.add_result(message, fields.text_of(step, "call_id"), text)
        case "message":
            tools.add_text(message, tools.words_of(step.get("content")))


def _add_phase(
    message: ForeignMessage, value: JsonObject, conversation: ForeignConversation
) -> None:
    """Of Qwen's chat, whose export has this shape otherwise."""
    phase, words = fields.line_of(value, "phase", 40), tools.words_of(value.get("content"))
    if phase in ("think", "thinking_summary"):
        tools.add_reasoning(message, words)
    elif phase == "answer" or (words and not phase):
        tools.add_text(message, words)
    else:
        tools.note_left_out(conversation, phase)


def _sources(value: JsonObject) -> Iterator[JsonObject]:
    for one in objects_at(value, "sources") or objects_at(value, "citations"):
        source = object_at(one, "source")
        url = fields.text_of(source, "url")
        name = fields.text_of(source, "name")
        for detail in objects_at(one, "metadata"):
            url = url or fields.text_of(detail, "source")
        yield {"title": name or url, "url": url if url.startswith("http") else ""}
