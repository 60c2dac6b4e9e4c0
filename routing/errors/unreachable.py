"""Why nobody answers at an address, each with the next step: for model servers and agents alike."""

from chatstudio.base.json_types import JsonMapping, JsonValue

TRUST = "name the file of it, or of the authority that signed it, in LLM_CA_FILE"

WHY = {
    "unknown_host": (
        "The name {host} is unknown here, so {who} cannot be reached at {server}. Check how it is "
        "written in {setting}, and this machine's network."
    ),
    "no_way": (
        "There is no way from here to {host}, where {who} should be ({server}). Check this "
        "machine's network, and the address in {setting}."
    ),
    "no_connection": (
        "{who} took no connection at {server} within {seconds} seconds. Its machine may be off, or "
        "a firewall stands before it; if it has moved, change {setting}."
    ),
    "self_signed": (
        "{who} at {server} shows a certificate that nobody here vouches for ({detail}). If it is "
        f"yours, {TRUST}."
    ),
    "expired": (
        "The certificate of {who} at {server} is out of date ({detail}). Renew it there, and check "
        "this machine's clock."
    ),
    "other_name": (
        "The certificate at {server} is made out for another name than {host} ({detail}). Use the "
        "name that it has in {setting}."
    ),
    "certificate": (
        "The certificate of {who} at {server} cannot be trusted ({detail}). Mend it there; if it "
        f"is right as it is, {TRUST}."
    ),
    "plain_there": "{who} at {server} speaks no https at this port. Set {setting} to {instead}.",
    "https_there": "At {server} https is spoken, not http. Set {setting} to {instead}.",
    "other_protocol": (
        "What answers at {server} is no web server, so it cannot be {who}. Check the port in "
        "{setting}."
    ),
    "hung_up": (
        "Something at {server} takes connections but hangs up without an answer. Check that "
        "{setting} has the right port, and whether it begins with http:// or https://."
    ),
    "slow": (
        "{who} at {server} did not say within {seconds} seconds which models it has. If it is just "
        "slow, raise LLM_DETECT_SECONDS."
    ),
    "asked_still": (
        "{who} at {server} has not said yet which models it has; it is still being asked. Look "
        "again in a moment."
    ),
    "silent": (
        "{who} at {server} takes connections but said nothing for {seconds} seconds. Look at its "
        "own log, or start it again."
    ),
    "proxy": ("The proxy of LLM_PROXY does not let us through to {server}{said}. Check LLM_PROXY."),
    "bad_key": (
        "The key in {key} holds a line break or another character that cannot be sent, so {server} "
        "was not asked. Copy the key once more."
    ),
    "ca_file": (
        "The file in LLM_CA_FILE cannot be read ({detail}), so {server} was not asked. Name a file "
        "of certificates in PEM form."
    ),
    "bad_address": (
        "{setting} is no address ({server}). Correct it; it looks like http://localhost:11434."
    ),
}


class _Named(dict[str, JsonValue]):
    def __missing__(self, name: str) -> str:
        return "?"


def sentence_why(context: JsonMapping, names: JsonMapping) -> str:
    """The sentence of `reason`; empty where nothing more is known than that nobody answers."""
    why = WHY.get(str(context.get("reason") or ""), "")
    detail = str(context.get("detail") or "")
    facts = {**context, "said": f": {detail}" if detail else ""}
    sentence = why.format_map(_Named({**names, **facts}))
    return sentence[:1].upper() + sentence[1:]
