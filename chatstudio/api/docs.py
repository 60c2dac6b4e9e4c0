"""The page that describes the API to people: a page as the others are, made from its document.

The library has one of its own, of eight megabytes of script, which neither our
Content-Security-Policy nor the dark theme would take.
"""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.api.errors import CODES
from chatstudio.base.http import Request
from chatstudio.base.sub_path import own_address
from chatstudio.keys_page.forms import SCOPES
from conversations.showing.sidebar import sidebar_shown

FURTHER = {
    409: ("turn_refused", "Not possible now, for instance because an answer is being written."),
    502: ("server_unreachable", "The model server failed, or nobody listens at its address."),
    503: ("server_busy", "The model server is busy or still starting, or there is no model."),
    504: ("timed_out", "The model server took too long."),
}


@require_safe
def docs(request: Request) -> HttpResponse:
    """What knows the doors, and their library, is loaded when somebody first looks."""
    from chatstudio.api.documents import APIS
    from chatstudio.api.explained import chapter

    server = own_address(request)
    with_key = settings.AUTH_MODE == "accounts"
    context = {
        "chapters": [chapter(api, server, with_key) for api in APIS],
        "server": server,
        "with_key": with_key,
        "scopes": [(scope, said) for scope, (_, said) in SCOPES.items()],
        "refusals": [(status, *said) for status, said in sorted((CODES | FURTHER).items())],
        "sidebar": sidebar_shown(request),
    }
    return render(request, "api/docs.html", context)
