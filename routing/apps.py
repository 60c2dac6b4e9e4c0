from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"

    def ready(self) -> None:
        from routing.tools import calculator, clock, registry, web_page

        registry.register(clock.current_time, clock.date_difference, clock.date_add)
        registry.register(calculator.calculate)
        registry.register_source(web_page.when_enabled)
