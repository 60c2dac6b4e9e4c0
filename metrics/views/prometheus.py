"""What Prometheus scrapes."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    """With accounts METRICS_TOKEN opens it, and without one it does not exist. In local mode
    nobody but this machine gets this far."""
    if settings.AUTH_MODE != "local":
        if not settings.METRICS_TOKEN:
            raise Http404
        if not _has_token(request):
            return _refuse()
    from metrics import prometheus

    body, content_type = prometheus.exposition(request.headers.get("Accept", ""))
    return HttpResponse(body, content_type=content_type)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    matches = constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return matches and scheme.lower() == "bearer"


def _refuse() -> HttpResponse:
    headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
    text = "Send METRICS_TOKEN as a Bearer token in the Authorization header.\n"
    return HttpResponse(text, "text/plain; charset=utf-8", status=401, headers=headers)
