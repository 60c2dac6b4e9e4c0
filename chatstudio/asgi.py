"""What Daphne serves. Importing this is the start of a server: no command and no test does."""

import gc
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from twisted.internet import reactor  # noqa: E402

from chatstudio.base.inline import run_inline  # noqa: E402
from chatstudio.base.sub_path import UnderSubPath  # noqa: E402
from chatstudio.sockets import OurPagesOnly  # noqa: E402
from chatstudio.warming import look_for_models, warm_up_pages  # noqa: E402
from conversations.answering.runner import join_others, start_process  # noqa: E402
from conversations.showing.streamer import serve_request  # noqa: E402
from conversations.sockets import websocket_urlpatterns  # noqa: E402
from metrics import catching_up, tracing  # noqa: E402
from routing.llm.client import warm_up  # noqa: E402

warm_up_pages()
# A thread that renders a page gives way to the event loop after a millisecond, not after
# five: every answer that is being written waits for the loop.
sys.setswitchinterval(0.001)
run_inline(http)
# What is there now stays: the collector need not look through it again and again.
gc.collect()
gc.freeze()
warm_up()
start_process(serve_request)
tracing.start()
catching_up.start()
reactor.callLater(0, look_for_models)
if settings.REDIS_URL:  # else there are no others, as far as this process knows
    reactor.callLater(0, join_others)
application = UnderSubPath(
    ProtocolTypeRouter({"http": http, "websocket": OurPagesOnly(URLRouter(websocket_urlpatterns))})
)
