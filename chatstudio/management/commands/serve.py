import os
import signal
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from chatstudio.accounts import set_up
from chatstudio.launch import LaunchError, address, asgi_server, demo_install, model_server
from chatstudio.launch.demo_model import DemoModel
from chatstudio.launch.prepare import prepare, prepare_apart
from routing.llm.address import hide_password
from routing.llm.servers import reach_of

MODEL_START_SECONDS = 15.0


class Command(BaseCommand):
    help = (
        "Prepares database and static files, provides a model if need be, and serves Chat Studio."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="the address to listen on")
        parser.add_argument(
            "--port",
            default=settings.PORT,
            type=int,
            help="the port to listen on; 0 takes a free one",
        )
        parser.add_argument(
            "--model",
            choices=("ask", "demo", "none"),
            default="ask",
            help="demo provides the small demo model, none does not, ask asks if there is no other",
        )
        parser.add_argument("--prepare-only", action="store_true", help="do not serve")

    def handle(
        self, *, host: str, port: int, model: str, prepare_only: bool, **options: object
    ) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            self.launch(host, port, model, prepare_only)
        except LaunchError as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)

    def launch(self, host: str, port: int, model: str, prepare_only: bool) -> None:
        if prepare_only:
            prepare(self.say)
            if model == "demo":
                self.install_demo()
            return
        ip = address.resolve(host)
        address.require_free(ip, port)
        demo = self.start_demo() if self.wants_demo(model) else None
        try:
            self.serve(host, ip, port, demo)
        finally:
            if demo is not None:
                demo.stop()

    def serve(self, host: str, ip: str, port: int, demo: DemoModel | None) -> None:
        prepare_apart()
        address.require_private(ip)
        if demo is not None:
            demo.wait(MODEL_START_SECONDS)
        code = set_up.code() if settings.AUTH_MODE == "accounts" and set_up.is_needed() else ""
        connections.close_all()
        asgi_server.run(ip, port, lambda port: self.say_ready(address.url(host, port), code))

    def say_ready(self, url: str, code: str) -> None:
        if code:
            self.say(f"There is no account yet. Make the first one at {url}set-up/ with the code")
            self.say(f"    {code}")
        self.say(f"Chat Studio is ready at {url}")

    def wants_demo(self, model: str) -> bool:
        """When told to, or when there is nobody to talk to and the person does not say no."""
        if model != "ask" or settings.DEMO_MODEL_URL:
            return model == "demo" and not settings.DEMO_MODEL_URL
        url = settings.LLM_BASE_URL
        is_named = bool(settings.ZAIN_AGENT_URL or settings.LLM_MODELS)
        if is_named or model_server.answers(url, settings.LLM_API_KEY, reach=reach_of(url)):
            return False
        self.say(f"No model server answers at {hide_password(url)}.")
        return demo_install.is_installed() or self.agrees()

    def agrees(self) -> bool:
        if not sys.stdin or not sys.stdin.isatty():
            return True
        try:
            reply = input(
                "Install the small demo model (about 130 MB)? MODEL=none never asks. [Y/n] "
            )
        except EOFError:
            reply = ""
        return reply.strip().lower() in ("", "y", "yes")

    def install_demo(self) -> None:
        if not demo_install.is_installed():
            self.say("Installing the demo model (about 130 MB)")
            demo_install.install()

    def start_demo(self) -> DemoModel | None:
        """The running demo model, or None: the server starts without, and says how to get one."""
        try:
            self.install_demo()
        except LaunchError as error:
            self.stderr.write(f"{error}\nGoing on without it.")
            return None
        log = settings.DATA_DIR / "logs" / "demo-model.log"
        demo = DemoModel(demo_install.model_path(), log, self.say)
        self.say("Starting the demo model")
        demo.start()
        settings.DEMO_MODEL_URL = os.environ["DEMO_MODEL_URL"] = demo.url
        return demo

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
