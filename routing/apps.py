from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"

    def ready(self) -> None:
        from routing.mcp.tools import mcp_tools
        from routing.tools import calculator, clock, registry, web_page

        registry.register(clock.current_time, clock.date_difference, clock.date_add)
        registry.register(calculator.calculate)
        registry.register_source(web_page.when_enabled)
        registry.register_source(mcp_tools)
