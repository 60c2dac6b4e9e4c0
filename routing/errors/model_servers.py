"""What can go wrong between us and a model server."""

from typing import ClassVar

from chatstudio.base.json_types import JsonMapping, integer_at
from chatstudio.base.words import count_of, group_digits
from routing.errors.base import RoutingError


class ServerUnreachable(RoutingError):
    """context: server"""

    code = "server_unreachable"
    status = 503
    sentence = (
        "The model server is not answering at {server}. Start it (for Ollama: `ollama serve`), "
        "or set LLM_BASE_URL to where it runs."
    )


class NotAModelServer(RoutingError):
    """context: server"""

    code = "not_a_model_server"
    sentence = (
        "Something answers at {server}, but it is neither Ollama nor an OpenAI-compatible server. "
        "Check LLM_BASE_URL."
    )


class ServerRefused(RoutingError):
    """context: server, detail"""

    code = "server_refused"
    sentence = (
        "The model server at {server} refused the request. {detail} If it is Ollama on another "
        "machine, let it listen there with OLLAMA_HOST=0.0.0.0."
    )

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        detail = str(context.get("detail") or "").rstrip(".")
        said = f"It says: {detail}." if detail else ""
        return super().describe({**context, "detail": said}).replace("  ", " ")


class AuthenticationFailed(RoutingError):
    """context: server"""

    code = "authentication_failed"
    sentence = "The model server at {server} wants a key. Check LLM_API_KEY, or sign in there."


class ModelNotFound(RoutingError):
    """context: model_name, server"""

    code = "model_not_found"
    status = 404
    sentence = (
        "The model {model_name} is not installed at {server}. Choose another model, or install it "
        "(for Ollama: `ollama pull {model_name}`)."
    )


class NoModel(RoutingError):
    """context: server"""

    code = "no_model"
    status = 503
    sentence = (
        "There is no model to answer with: {server} offers none. Install one "
        "(for Ollama: `ollama pull llama3.2`) and try again."
    )


class ModelCannot(RoutingError):
    """context: model_name, capability (tools | thinking | images | chat | embeddings)"""

    code = "model_cannot"
    status = 400
    sentence = "{model_name} does not support {capability}. Choose a model that does."


class ToolMisused(RoutingError):
    """Of older answers; what does not fit is told to the model today. context: model_name, tool,
    detail"""

    code = "tool_misused"
    sentence = (
        "{model_name} called the tool {tool} wrongly twice, so it was stopped. {detail} Try again, "
        "or choose a model that is better with tools."
    )


class UnreadableCall(RoutingError):
    """context: model_name, detail"""

    code = "unreadable_call"
    sentence = (
        "{model_name} wanted to call a tool, but wrote the call so that the model server could not "
        "read it. Try again, or choose a model that is better with tools."
    )


class ContextExceeded(RoutingError):
    """context: model_name, prompt_tokens, context_length (both may be None), cause: a key of
    CAUSES, where it was not the last message"""

    code = "context_exceeded"
    status = 400
    sentence = (
        "Your last message is longer than {model_name} can hold at once, even without the earlier "
        "ones. Make it shorter, or choose a model or a profile with a larger window."
    )
    CAUSES: ClassVar[dict[str, str]] = {
        "tools": (
            "What the tools are and have told is more than {model_name} can hold at once, even "
            "shortened. Ask for less at a time, or choose a model or a profile with a larger "
            "window."
        ),
        "files": (
            "The files are more than {model_name} can hold at once, even shortened. Send fewer, or "
            "choose a model or a profile with a larger window."
        ),
        "instructions": (
            "The system prompt, the memories and the summary are more than {model_name} can hold "
            "at once. Shorten them, or choose a model or a profile with a larger window."
        ),
    }

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        used, room = (integer_at(context, name) for name in ("prompt_tokens", "context_length"))
        other = cls.CAUSES.get(str(context.get("cause")))
        model_name = str(context.get("model_name") or "?")
        sentence = other.format(model_name=model_name) if other else super().describe(context)
        if not used or not room:
            return sentence
        numbers = f"{count_of(used, 'token')} sent, room for {group_digits(room)}"
        return sentence.replace(" at once", f" at once ({numbers})", 1)

    @property
    def context_length(self) -> int | None:
        """The window in tokens, where the server said it."""
        return integer_at(self.context, "context_length")


class ServerBusy(RoutingError):
    """context: server"""

    code = "server_busy"
    status = 503
    sentence = "The model server at {server} has too many requests waiting. Try again in a moment."


class ServerStarting(RoutingError):
    """context: server"""

    code = "server_starting"
    status = 503
    sentence = "The model server at {server} is still loading its model. Try again in a moment."


class RateLimited(RoutingError):
    """context: server"""

    code = "rate_limited"
    status = 429
    sentence = "The model server at {server} allows no more requests for now. Try again later."


class ModelLoadFailed(RoutingError):
    """context: model_name, detail"""

    code = "model_load_failed"
    sentence = (
        "{model_name} could not be loaded: {detail}. It may need more memory than is free; "
        "close other programs or choose a smaller model."
    )


class PullFailed(RoutingError):
    """context: model_name, detail, reason: a key of ADVICE, or "" """

    code = "pull_failed"
    sentence = "{model_name} could not be fetched. {advice}"
    ADVICE: ClassVar[dict[str, str]] = {
        "unknown": "There is no model of this name; look it up at ollama.com/library.",
        "offline": "The model server cannot reach the internet. Connect it and try again.",
        "broken": "The connection broke; another try goes on from what has come.",
        "space": "The model server's disk is full. Remove a model there and try again.",
    }

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        said = f"The server says: {context.get('detail') or 'nothing more'}"
        return super().describe(
            {**context, "advice": cls.ADVICE.get(str(context.get("reason")), said)}
        )


class CannotManage(RoutingError):
    """context: server"""

    code = "cannot_manage"
    status = 409
    sentence = "Models at {server} are loaded, fetched and removed there; it takes no orders."


class TimedOut(RoutingError):
    """context: server, seconds, phase ("loading" | "tools" | "answering")"""

    code = "timed_out"
    status = 504
    sentence = (
        "Nothing came from {server} for {seconds:g} seconds. Try again; if the machine is just "
        "slow, raise {setting}."
    )

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        short = context.get("phase") == "answering"
        setting = "LLM_TIMEOUT_SECONDS" if short else "LLM_LOAD_TIMEOUT_SECONDS"
        return super().describe({"seconds": 0, **context, "setting": setting})


class ConnectionLost(RoutingError):
    """context: server"""

    code = "connection_lost"
    sentence = (
        "The connection to {server} broke while the answer was being written. "
        "What had arrived is kept."
    )


class StreamFailed(RoutingError):
    """context: server, detail"""

    code = "stream_failed"
    sentence = "The model server stopped in the middle of the answer: {detail}. What came is kept."


class RequestRejected(RoutingError):
    """context: server, detail"""

    code = "request_rejected"
    status = 400
    sentence = "The model server at {server} did not accept the request: {detail}"


class ServerFailed(RoutingError):
    """context: server, detail"""

    code = "server_failed"
    sentence = "The model server at {server} failed: {detail}"


class BadAnswer(RoutingError):
    """context: server, detail"""

    code = "bad_answer"
    sentence = "{server} answered something that is not of its protocol: {detail}"
