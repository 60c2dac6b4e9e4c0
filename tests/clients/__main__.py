import argparse
import tempfile
from pathlib import Path

from tests.clients.libraries import CLIENTS, folder, install, table
from tests.servers import FakeModels, Studio

PROTOCOLS = ("ollama", "openai")


def main() -> int:
    parser = argparse.ArgumentParser(description="Client libraries of others against /v1.")
    parser.add_argument("clients", nargs="*", help="by their names; all of them if none is named")
    parser.add_argument("--install", action="store_true", help=f"them, in {folder()}")
    parser.add_argument("--protocol", choices=PROTOCOLS, help="of the model server; else both")
    options = parser.parse_args()
    if options.install:
        install()
    wanted = [one for one in CLIENTS if not options.clients or one.name in options.clients]
    for one in wanted:
        if not one.is_there():
            print(f"{one.name} is not there: python -m tests.clients --install")
    there = [one for one in wanted if one.is_there()]
    failures = 0
    for protocol in [options.protocol] if options.protocol else PROTOCOLS:
        models = FakeModels("--protocol", protocol)
        with tempfile.TemporaryDirectory() as data:
            studio = Studio(Path(data), models.url).start()
            try:
                found = {one.name: one.run(studio.url) for one in there}
            finally:
                studio.close()
                models.close()
        print(
            f"\nIn front of a server that speaks the protocol {protocol}:\n\n{table(found)}",
            flush=True,
        )
        for name, told in found.items():
            for way, detail in told.items():
                if detail:
                    failures += 1
                    print(f"{name}, {way}: {detail}")
    return 1 if failures else 0


raise SystemExit(main())
