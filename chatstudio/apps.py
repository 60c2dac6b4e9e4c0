from django.apps import AppConfig
from django.conf import settings


class ChatStudioConfig(AppConfig):
    name = "chatstudio"
    verbose_name = "Chat Studio"

    def ready(self) -> None:
        from chatstudio import checks  # noqa: F401  registers the system checks
        from chatstudio.accounts import noting, open_sockets  # noqa: F401  connect their signals
        from chatstudio.base import sub_path

        if settings.BASE_PATH or settings.TRUST_PROXY:
            sub_path.put_in_front()
