"""Who may more than others."""

from django.http import HttpRequest

from chatstudio.base.api.errors import ApiError
from chatstudio.models import User
from conversations.lookup import person_of


def administrator_of(request: HttpRequest) -> User:
    """For others these doors do not exist, as on the pages."""
    person = person_of(request)
    if not person.is_administrator:
        raise ApiError(404)
    return person
