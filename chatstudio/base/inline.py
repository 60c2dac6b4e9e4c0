"""Django's own middlewares that wait for nothing run where they are.

Under ASGI Django takes both halves of each of them to a thread and back, as a middleware might wait
for a database. Ten such ways cost a request some 2 ms; these only look at headers and cookies.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

WAIT_FOR_NOTHING = (
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)


def run_inline() -> None:
    """For the rest of this process. Their names in the settings stay Django's, which is what
    `check --deploy` looks for."""
    for name in settings.MIDDLEWARE:
        if name in WAIT_FOR_NOTHING:
            import_string(name).__acall__ = answer


async def answer(middleware: Any, request: HttpRequest) -> HttpResponseBase:
    """As `MiddlewareMixin.__acall__`, without its threads."""
    response = None
    if hasattr(middleware, "process_request"):
        response = middleware.process_request(request)
    response = response or await middleware.get_response(request)
    if hasattr(middleware, "process_response"):
        response = middleware.process_response(request, response)
    return response  # type: ignore[no-any-return]
