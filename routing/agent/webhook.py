"""An agent that is asked with one flat JSON object, as workflow tools take it."""

from chatstudio.base.json_types import JsonMapping, JsonObject
from routing.agent.wire import Wire, for_agents
from routing.types import ChatRequest


def body(request: ChatRequest) -> JsonMapping:
    """`conversation_id` is null and `history` empty where the memory is switched off; only an
    answer that is to be continued is sent along even then. `images` is there where there are some.
    """
    messages = for_agents(request).messages
    system = [message.content for message in messages if message.role == "system"]
    spoken = [message for message in messages if message.role != "system"]
    history, last = spoken[:-1], spoken[-1:]
    asked: JsonObject = {
        "message": last[0].content if last else "",
        "conversation_id": request.conversation_id or None,
        "history": [{"role": one.role, "content": one.content} for one in history],
        "system_prompt": "\n\n".join(system),
        "model": request.model_name,
        "parameters": request.parameters.to_dict(),
        "stream": True,
    }
    if last and last[0].images:
        asked["images"] = list(last[0].images)
    return asked


WEBHOOK = Wire(lambda url: url, body)
