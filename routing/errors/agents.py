"""What can go wrong between us and the agent. The sentences name its settings."""

from chatstudio.base.json_types import JsonMapping, number_at
from routing.errors.base import RoutingError
from routing.errors.unreachable import sentence_why


class AgentError(RoutingError):
    """context of all: label (as the settings call the agent), server (its address)"""

    code = "agent_error"
    sentence = "{label} could not answer. Try again."

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        return super().describe({"label": "The agent", **context})


class AgentNotConfigured(AgentError):
    """context: problem (the sentence that says which setting lacks what)"""

    code = "agent_not_configured"
    status = 422
    sentence = "{problem}"


class AgentUnreachable(AgentError):
    """context: reason (a key of `unreachable.WHY`), and what its sentence names"""

    code = "agent_unreachable"
    status = 503
    sentence = (
        "{label} is not answering at {server}. Start it, or set ZAIN_AGENT_URL to where it runs."
    )

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        names = {"setting": "ZAIN_AGENT_URL", "key": "ZAIN_AGENT_API_KEY"}
        who = {"who": context.get("label", "the agent")}
        return sentence_why(context, {**who, **names}) or super().describe(context)


class AgentSilent(AgentError):
    """context: seconds"""

    code = "agent_silent"
    status = 504
    sentence = (
        "{label} at {server} said nothing for {seconds} seconds. Try again; if it just takes its "
        "time, raise ZAIN_AGENT_TIMEOUT_SECONDS."
    )

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        return super().describe({**context, "seconds": f"{number_at(context, 'seconds') or 0:g}"})


class AgentRefused(AgentError):
    """401 and 403. context: detail"""

    code = "agent_refused"
    sentence = "{label} at {server} did not accept the key. {detail}Check ZAIN_AGENT_API_KEY."

    @classmethod
    def describe(cls, context: JsonMapping) -> str:
        detail = str(context.get("detail") or "").rstrip(".")
        return super().describe({**context, "detail": f"It says: {detail}. " if detail else ""})


class AgentNotFound(AgentError):
    """404, 405 and redirections. context: address (what was asked), http_status"""

    code = "agent_not_found"
    sentence = (
        "There is no agent at {address} (status {http_status}). "
        "Check ZAIN_AGENT_URL and ZAIN_AGENT_PROTOCOL."
    )


class AgentBusy(AgentError):
    code = "agent_busy"
    status = 429
    sentence = "{label} at {server} takes no more requests for now. Try again later."


class AgentRejected(AgentError):
    """Another 4xx. context: detail"""

    code = "agent_rejected"
    status = 400
    sentence = (
        "{label} at {server} did not accept the request: {detail}. Check that "
        "ZAIN_AGENT_PROTOCOL is what it speaks."
    )


class AgentFailed(AgentError):
    """5xx, or an error instead of an answer. context: detail"""

    code = "agent_failed"
    sentence = "{label} at {server} failed: {detail}. Its own log may tell more."


class AgentSentPage(AgentError):
    code = "agent_sent_page"
    sentence = (
        "At {server} a web page came instead of an answer of {label}. Check ZAIN_AGENT_URL: it "
        "may lead to a page for people, or to a sign-in."
    )


class AgentBadAnswer(AgentError):
    """context: detail"""

    code = "agent_bad_answer"
    sentence = (
        "{label} at {server} answered what cannot be read: {detail}. Check that "
        "ZAIN_AGENT_PROTOCOL is what it speaks."
    )


class AgentSaidNothing(AgentError):
    code = "agent_said_nothing"
    sentence = "{label} at {server} finished without a word. Try again; its own log may tell more."


class AgentLost(AgentError):
    code = "agent_lost"
    sentence = "The connection to {label} broke while it was answering. What had arrived is kept."


class AgentStreamFailed(AgentError):
    """context: detail"""

    code = "agent_stream_failed"
    sentence = "{label} stopped in the middle of its answer: {detail}. What came is kept."


class AgentEndedEarly(AgentError):
    code = "agent_ended_early"
    sentence = (
        "{label} ended in the middle, without saying that the answer is complete. "
        "Continue, or try again."
    )
