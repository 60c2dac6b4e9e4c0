"""The demo model's server, a program of its own: demo_child.py MODEL_FILE PORT

Prints one line of JSON when it can answer, {"url": …}, or cannot, {"error": …}. It ends when its
standard input does, which the end of its parent brings about, however sudden. It knows nothing of
Django, so that it starts at once.
"""

import json
import os
import signal
import sys
import threading

MODEL_NAME = "smollm2:135m"


def main(model_file: str, port: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    threading.Thread(target=end_with_parent, daemon=True).start()
    report = keep_stdout_clean()
    try:
        server = start(model_file, port)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        os.write(report, json.dumps({"error": str(error)}).encode() + b"\n")
        sys.exit(1)
    os.write(report, json.dumps({"url": server.listening_address}).encode() + b"\n")
    threading.Event().wait()


def end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)  # at once, also in the middle of an answer


def keep_stdout_clean() -> int:
    """The engine's own lines go to the log with its errors; our one line goes to the parent."""
    report = os.dup(1)
    os.dup2(2, 1)
    return report


def start(model_file: str, port: int):  # type: ignore[no-untyped-def]
    import xllamacpp

    p = xllamacpp.CommonParams()
    p.model.path = model_file
    p.model_alias = {MODEL_NAME}
    p.hostnames, p.port = ["127.0.0.1"], port
    p.cors_origins = "http://127.0.0.1"  # the default lets every website read the answers
    p.endpoint_slots = p.endpoint_props = False
    p.n_ctx, p.n_parallel = 4096, 1
    # With every core busy the engine falls to a tenth of its speed: one is left for others.
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) - 1)
    p.n_predict = 256
    p.sampling.temp, p.sampling.penalty_repeat = 0.3, 1.1
    return xllamacpp.Server(p)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
