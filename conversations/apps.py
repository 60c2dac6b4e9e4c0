from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations import Migration
from django.db.models.signals import post_migrate, pre_migrate

type Plan = Sequence[tuple[Migration, bool]]


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations.answering import news
        from conversations.features.data import tool as query_data
        from conversations.features.exchange import feedback  # noqa: F401  they register
        from conversations.features.files import section as attachments  # noqa: F401  they register
        from conversations.features.files import tool as read_attachment
        from conversations.features.memories import section as memories  # noqa: F401  they register
        from conversations.features.memories import tool as remember
        from conversations.features.prompt_profiles import section as profiles  # noqa: F401  they register
        from conversations.features.search import tool as search
        from conversations.showing.announcing import announce
        from routing.tools import registry

        news.listen(announce)

        registry.register(remember.remember, search.search_conversations)
        registry.register_source(query_data.data_tools)
        registry.register_source(read_attachment.attachment_tools, read_attachment.read_attachment)
        connection_created.connect(bring_search_functions)
        pre_migrate.connect(before_migrations, sender=self)
        post_migrate.connect(after_migrations, sender=self)


def bring_search_functions(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """What the search index's triggers in SQLite call; some builds trust no function of ours."""
    from conversations.features.search.words import foldable

    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA trusted_schema = ON")
        connection.connection.create_function("search_foldable", 1, foldable, deterministic=True)


def before_migrations(plan: Plan = (), **kwargs: Any) -> None:
    from conversations.features.search import index

    if _is_ours(plan):
        index.take_down()


def after_migrations(plan: Plan = (), **kwargs: Any) -> None:
    from conversations.features.search import index

    if index.has_tables() and (_is_ours(plan) or not index.is_up()):
        index.rebuild()


def _is_ours(plan: Plan) -> bool:
    return any(migration.app_label == ConversationsConfig.name for migration, _ in plan)
