from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations.tools import remember
        from routing.tools import registry

        registry.register(remember.remember)
