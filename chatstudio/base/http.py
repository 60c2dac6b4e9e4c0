from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request as our views get it: HtmxMiddleware has said whether htmx sent it."""

    htmx: HtmxDetails
