"""PostgreSQL databases of the configuration. They are everybody's who may come in."""

from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

from conversations.models import DataSource


def configured_sources() -> list[DataSource]:
    return [_make_source(name) for name in settings.DATA_POSTGRES_URLS]


def configured_source(key: UUID) -> DataSource | None:
    return next((source for source in configured_sources() if source.public_id == key), None)


def _make_source(name: str) -> DataSource:
    """The same name has the same address on every server."""
    return DataSource(
        public_id=uuid5(NAMESPACE_URL, f"chat-studio:postgres:{name}"),
        name=name,
        kind=DataSource.Kind.POSTGRES,
        status=DataSource.Status.READY,
    )


def url_of(source: DataSource) -> str:
    url: str = settings.DATA_POSTGRES_URLS[source.name]
    return url
