"""Every HTTP door, with a sample address and what its owner gets. A door that is missing here makes
the matrix fail: say whose it is before it opens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from django.urls import URLPattern, URLResolver, get_resolver

from conversations.forms import LONGEST_MESSAGE

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


class For(Enum):
    EVERYBODY = auto()  # also who is not signed in
    PEOPLE = auto()  # each signed-in person sees their own
    OWNER = auto()  # names a row of Alice's, which for others does not exist
    ADMINISTRATORS = auto()  # for others it does not exist


@dataclass(frozen=True)
class Door:
    whose: For
    path: str
    answers: dict[str, int] = field(default_factory=lambda: {"GET": 200})
    data: dict[str, str] = field(default_factory=dict)


GET_OR_POST = {"GET": 200, "POST": 422}
GOES = {"POST": 302}
INVALID = {"POST": 422}
TOO_LONG = {"text": "x" * (LONGEST_MESSAGE + 1)}
REFUSED = {"POST": 409}
ECHO = {"model": "echo@echo:"}
GONE = {"GET": 404, "POST": 404}
THUMB = {"value": "up"}

DOORS = {
    "": Door(For.PEOPLE, "/", {"GET": 302}),
    "health": Door(For.EVERYBODY, "/health"),
    "sidebar/": Door(For.PEOPLE, "/sidebar/", GOES, {"folded": "1"}),
    "theme/": Door(For.PEOPLE, "/theme/", GOES, {"theme": "dark"}),
    # The chat
    "chat/": Door(For.PEOPLE, "/chat/"),
    "chat/send/": Door(For.PEOPLE, "/chat/send/", INVALID),
    "chat/attach/": Door(For.PEOPLE, "/chat/attach/", INVALID),
    "chat/older/": Door(For.PEOPLE, "/chat/older/"),
    "chat/filtered/": Door(For.PEOPLE, "/chat/filtered/?tag=home&archived=1"),
    "chat/models/": Door(For.PEOPLE, "/chat/models/"),
    "chat/models/pick/": Door(For.PEOPLE, "/chat/models/pick/"),
    "chat/model-state/": Door(For.PEOPLE, "/chat/model-state/"),
    "chat/live/": Door(For.PEOPLE, "/chat/live/"),
    "keyboard/": Door(For.PEOPLE, "/keyboard/"),
    "search/": Door(For.PEOPLE, "/search/"),
    "chat/<uuid:key>/": Door(For.OWNER, "/chat/{conversation}/"),
    "chat/<uuid:key>/attach/": Door(For.OWNER, "/chat/{conversation}/attach/", INVALID),
    "chat/<uuid:key>/live/": Door(For.OWNER, "/chat/{conversation}/live/"),
    "chat/<uuid:key>/send/": Door(For.OWNER, "/chat/{conversation}/send/", INVALID),
    "chat/<uuid:key>/older/": Door(For.OWNER, "/chat/{conversation}/older/?before={message}"),
    "chat/<uuid:key>/actions/": Door(For.OWNER, "/chat/{conversation}/actions/"),
    "chat/<uuid:key>/rename/": Door(
        For.OWNER, "/chat/{conversation}/rename/", {"GET": 200, "POST": 302}, {"title": "New"}
    ),
    "chat/<uuid:key>/pin/": Door(For.OWNER, "/chat/{conversation}/pin/", GOES),
    "chat/<uuid:key>/archive/": Door(For.OWNER, "/chat/{conversation}/archive/", GOES),
    "chat/<uuid:key>/delete/": Door(For.OWNER, "/chat/{conversation}/delete/", GOES),
    "chat/<uuid:key>/undo-delete/": Door(For.OWNER, "/chat/{deleted}/undo-delete/", GOES),
    "chat/<uuid:key>/<uuid:message_key>/stop/": Door(
        For.OWNER, "/chat/{conversation}/{message}/stop/", GOES
    ),
    "chat/<uuid:key>/<uuid:message_key>/retry/": Door(
        For.OWNER, "/chat/{conversation}/{question}/retry/", REFUSED
    ),
    "chat/<uuid:key>/<uuid:message_key>/continue/": Door(
        For.OWNER, "/chat/{conversation}/{question}/continue/", REFUSED
    ),
    "chat/<uuid:key>/settings/": Door(
        For.OWNER, "/chat/{conversation}/settings/", GET_OR_POST, {"temperature": "hot"}
    ),
    "chat/<uuid:key>/calls/<uuid:call_key>/": Door(
        For.OWNER, "/chat/{conversation}/calls/{call}/", GET_OR_POST, {"decision": "perhaps"}
    ),
    "chat/<uuid:key>/<uuid:message_key>/edit/": Door(
        For.OWNER, "/chat/{conversation}/{question}/edit/", GET_OR_POST, TOO_LONG
    ),
    "chat/<uuid:key>/<uuid:message_key>/again/": Door(
        For.OWNER, "/chat/{conversation}/{message}/again/", GET_OR_POST, {"routing_profile": "no"}
    ),
    "chat/<uuid:key>/<uuid:message_key>/show/": Door(
        For.OWNER, "/chat/{conversation}/{message}/show/", GOES
    ),
    "chat/<uuid:key>/<uuid:message_key>/compare/": Door(
        For.OWNER, "/chat/{conversation}/{message}/compare/"
    ),
    "chat/<uuid:key>/<uuid:message_key>/text/": Door(
        For.OWNER, "/chat/{conversation}/{message}/text/"
    ),
    "chat/<uuid:key>/<uuid:message_key>/more/<int:position>/": Door(
        For.OWNER, "/chat/{conversation}/{message}/more/0/?from=0"
    ),
    "chat/<uuid:key>/<uuid:message_key>/receipt/": Door(
        For.OWNER, "/chat/{conversation}/{message}/receipt/"
    ),
    "chat/<uuid:key>/<uuid:message_key>/receipt.json": Door(
        For.OWNER, "/chat/{conversation}/{message}/receipt.json"
    ),
    "attachments/<uuid:key>/": Door(For.OWNER, "/attachments/{attachment}/"),
    "attachments/<uuid:key>/remove/": Door(For.OWNER, "/attachments/{draft}/remove/", GOES),
    "attachments/<uuid:key>/encoding/": Door(For.OWNER, "/attachments/{draft}/encoding/", INVALID),
    "memories/": Door(For.PEOPLE, "/memories/", GET_OR_POST, {"text": " "}),
    "memories/switch-all/": Door(For.PEOPLE, "/memories/switch-all/", GOES),
    "memories/<uuid:key>/": Door(For.OWNER, "/memories/{memory}/", GET_OR_POST, {"text": " "}),
    "memories/<uuid:key>/switch/": Door(For.OWNER, "/memories/{memory}/switch/", GOES),
    "memories/<uuid:key>/delete/": Door(For.OWNER, "/memories/{memory}/delete/", GOES),
    "chat/<uuid:key>/<uuid:message_key>/feedback/": Door(
        For.OWNER, "/chat/{conversation}/{message}/feedback/", {"GET": 200, "POST": 302}, THUMB
    ),
    "metrics/": Door(For.PEOPLE, "/metrics/"),
    "metrics/answers.csv": Door(For.PEOPLE, "/metrics/answers.csv"),
    # By its token alone; without METRICS_TOKEN it does not exist.
    "metrics/prometheus": Door(For.EVERYBODY, "/metrics/prometheus", {"GET": 404}),
    # Models. The echo server, which answers here, takes no orders.
    "models/": Door(For.PEOPLE, "/models/"),
    "models/list/": Door(For.PEOPLE, "/models/list/"),
    "models/default/": Door(For.PEOPLE, "/models/default/", GOES, ECHO),
    "models/tools/": Door(For.ADMINISTRATORS, "/models/tools/", GOES, ECHO),
    "models/pull/": Door(For.ADMINISTRATORS, "/models/pull/", INVALID),
    "models/load/": Door(For.ADMINISTRATORS, "/models/load/", REFUSED, ECHO),
    "models/unload/": Door(For.ADMINISTRATORS, "/models/unload/", REFUSED, ECHO),
    "models/delete/": Door(
        For.ADMINISTRATORS, "/models/delete/?model=echo%40echo%3A", {"GET": 409, "POST": 409}, ECHO
    ),
    "models/orders/<uuid:key>/cancel/": Door(
        For.ADMINISTRATORS, "/models/orders/{order}/cancel/", GOES
    ),
    "models/orders/<uuid:key>/dismiss/": Door(
        For.ADMINISTRATORS, "/models/orders/{order}/dismiss/", GOES
    ),
    "transfer/": Door(For.PEOPLE, "/transfer/"),
    "transfer/import/": Door(For.PEOPLE, "/transfer/import/", INVALID),
    "transfer/export/": Door(For.PEOPLE, "/transfer/export/?format=own"),
    "transfer/profiles/": Door(For.PEOPLE, "/transfer/profiles/"),
    "transfer/<uuid:run_key>/": Door(For.OWNER, "/transfer/{run}/", {"GET": 302}),
    "transfer/<uuid:run_key>/resume/": Door(For.OWNER, "/transfer/{run}/resume/", REFUSED),
    "transfer/<uuid:run_key>/remove/": Door(For.OWNER, "/transfer/{run}/remove/", GOES),
    "prompt-profiles/": Door(For.PEOPLE, "/prompt-profiles/"),
    "prompt-profiles/chosen/": Door(For.PEOPLE, "/prompt-profiles/chosen/", {"GET": 204}),
    "prompt-profiles/new/": Door(For.PEOPLE, "/prompt-profiles/new/", GET_OR_POST, {"stop": "x"}),
    "prompt-profiles/<uuid:key>/": Door(
        For.OWNER, "/prompt-profiles/{profile}/", GET_OR_POST, {"stop": "x"}
    ),
    "prompt-profiles/<uuid:key>/delete/": Door(
        For.OWNER, "/prompt-profiles/{profile}/delete/", GOES
    ),
    "data/": Door(For.PEOPLE, "/data/", GET_OR_POST),
    "data/<uuid:key>/": Door(For.OWNER, "/data/{source}/"),
    "data/<uuid:key>/csv/": Door(For.OWNER, "/data/{source}/csv/", {"GET": 302}),
    "data/<uuid:key>/ask/": Door(For.OWNER, "/data/{source}/ask/", INVALID),
    "data/<uuid:key>/encoding/": Door(For.OWNER, "/data/{source}/encoding/", INVALID),
    "data/<uuid:key>/delete/": Door(For.OWNER, "/data/{source}/delete/", GOES),
    "keys/": Door(For.PEOPLE, "/keys/", GET_OR_POST),
    "keys/<uuid:key>/revoke/": Door(For.OWNER, "/keys/{key}/revoke/", {"GET": 200, "POST": 302}),
    "mcp/": Door(For.ADMINISTRATORS, "/mcp/"),
    "mcp/restart/": Door(For.ADMINISTRATORS, "/mcp/restart/", {"POST": 404}, {"name": "none"}),
    "prompt-profiles/<uuid:key>/restore/": Door(
        For.OWNER, "/prompt-profiles/{profile}/restore/", GOES, {"number": "1"}
    ),
    "api/docs": Door(For.PEOPLE, "/api/docs"),
    # Accounts
    "sign-in/": Door(For.EVERYBODY, "/sign-in/", {"GET": 302, "POST": 302}),
    "sign-out/": Door(For.EVERYBODY, "/sign-out/", GOES),
    "sign-up/": Door(For.EVERYBODY, "/sign-up/", GONE),
    "set-up/": Door(For.EVERYBODY, "/set-up/", GONE),
    "invitation/": Door(For.EVERYBODY, "/invitation/?code=made-up", GONE),
    "account/": Door(For.PEOPLE, "/account/", GET_OR_POST, {"old_password": "wrong"}),
    "people/": Door(For.ADMINISTRATORS, "/people/"),
    "people/invite/": Door(For.ADMINISTRATORS, "/people/invite/", {"POST": 200}, {"days": "7"}),
    "people/activate/": Door(For.ADMINISTRATORS, "/people/activate/", GOES, {"username": "alice"}),
    "people/deactivate/": Door(
        For.ADMINISTRATORS, "/people/deactivate/", GOES, {"username": "alice"}
    ),
    "people/invitations/<uuid:key>/revoke/": Door(
        For.ADMINISTRATORS, "/people/invitations/{invitation}/revoke/", GOES
    ),
}

# Rows that are named in another place than the path, or under another row of one's own.
FURTHER = {
    "messages that are found": Door(For.PEOPLE, "/search/?q=only"),
    "a message to open at": Door(For.OWNER, "/chat/{conversation}/?message={message}"),
    "what the models do besides": Door(For.OWNER, "/chat/model-state/?conversation={conversation}"),
    "a conversation's model": Door(For.OWNER, "/chat/models/?conversation={conversation}"),
    "a prompt profile that is picked": Door(
        For.OWNER, "/prompt-profiles/chosen/?prompt_profile={profile}"
    ),
    "a prompt profile to begin with": Door(For.OWNER, "/chat/?prompt_profile={profile}"),
    "a prompt profile that is used": Door(
        For.OWNER, "/chat/send/", {}, {"text": "Hi", "prompt_profile": "{profile}"}
    ),
}

# Under a conversation of one's own, for Alice as for anybody: a message of another one.
NESTED = [
    "/chat/{own}/?message={message}",
    "/chat/{own}/older/?before={message}",
    "/chat/{own}/{message}/stop/",
    "/chat/{own}/{message}/retry/",
    "/chat/{own}/{message}/continue/",
    "/chat/{own}/{question}/edit/",
    "/chat/{own}/{message}/again/",
    "/chat/{own}/{message}/show/",
    "/chat/{own}/{message}/compare/",
    "/chat/{own}/{message}/text/",
    "/chat/{own}/{message}/more/0/?from=0",
    "/chat/{own}/{message}/receipt/",
    "/chat/{own}/{message}/receipt.json",
    "/chat/{own}/calls/{call}/",
    "/chat/{own}/{message}/feedback/",
]

# What stands for the arguments of the admin's addresses.
ADMIN_SAMPLES = {
    "conversations/conversation/<path:object_id>": "conversations/conversation/{conversation_row}",
    "conversations/message/<path:object_id>": "conversations/message/{message_row}",
    "conversations/datasource/<path:object_id>": "conversations/datasource/{source_row}",
    "conversations/memory/<path:object_id>": "conversations/memory/{memory_row}",
    "chatstudio/apikey/<path:object_id>": "chatstudio/apikey/{key_row}",
    "promptprofile/<path:object_id>": "promptprofile/{shared_profile_row}",
    "<path:object_id>": "{alice}",
    "<id>": "{alice}",
    "<path:content_type_id>": "1",
    "(?P<url>.*)$": "nothing-here/",
}

# Its doors that even administrators find closed: by GET, or since none suggests rows, or without
# such a row, or such a page.
ADMIN_ANSWERS = {
    "admin/logout/": 405,
    "admin/autocomplete/": 404,
    "admin/r/<path:content_type_id>/<path:object_id>/": 404,
    "admin/(?P<url>.*)$": 404,
}


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[str]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield route


def admin_door(route: str) -> Door:
    status = ADMIN_ANSWERS.get(route, 200)
    route = re.sub(r"\^\(\?P<app_label>[a-z|]+\)/\$", "chatstudio/", route)
    for argument, sample in ADMIN_SAMPLES.items():
        route = route.replace(argument, sample)
    assert not set(route) & set("<>^$?"), f"ADMIN_SAMPLES knows no sample for a part of {route}"
    return Door(For.ADMINISTRATORS, f"/{route}", {"GET": status})


API = "^(?P<where>api|v1)/"
"""One door for programs, with a matrix of its own over what lies behind it."""


def every_door() -> dict[str, Door]:
    found = list(routes(get_resolver().url_patterns))
    ours = [route for route in found if not route.startswith("admin/")]
    ours = [route for route in ours if route != API]
    missing, stale = set(ours) - set(DOORS), set(DOORS) - set(ours)
    assert not missing, f"Doors without an entry in {__name__}: {sorted(missing)}"
    assert not stale, f"Entries in {__name__} without a door: {sorted(stale)}"
    admin = {route: admin_door(route) for route in found if route.startswith("admin/")}
    return DOORS | FURTHER | admin
