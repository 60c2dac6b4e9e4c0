"""A small agent for Chat Studio: it does sums, tells the time, and remembers names.

    python3 examples/agent/agent.py [--port 8500] [--answers sse|ndjson|json] [--key KEY]

It needs nothing but Python. POST to /v1/chat/completions is the `openai` protocol, POST to any
other path the `webhook` protocol, which answers in the way that `--answers` says.
"""

import argparse
import ast
import contextlib
import json
import operator
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TYPES = {"sse": "text/event-stream", "ndjson": "application/x-ndjson", "json": "application/json"}
SUMS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
NAME = re.compile(r"my name is (\w+)", re.IGNORECASE)


def think(message, earlier):
    """Where your own agent begins: a message in, an answer in Markdown out. `earlier` are those
    that the person has written before; there are none where the memory is switched off."""
    if told := NAME.search(message):
        return f"Nice to meet you, **{told[1]}**."
    if "my name" in message.lower():
        names = [told[1] for text in earlier if (told := NAME.search(text))]
        return f"Your name is **{names[-1]}**." if names else "You have not told me your name."
    if "time" in message.lower():
        return time.strftime("It is %H:%M.")
    if found := re.search(r"\d[\d\s.()*/+-]*", message):
        try:
            return f"`{found[0].strip()}` is **{calculate(found[0].strip()):g}**."
        except (ArithmeticError, SyntaxError, KeyError, TypeError, ValueError):
            return "I cannot work that out."
    return "I do sums, such as `12 * (3 + 4)`, and I tell the time. Tell me your name, too."


def calculate(text):
    def value(node):
        if isinstance(node, ast.Constant):
            return float(node.value)
        if isinstance(node, ast.UnaryOp):
            return -value(node.operand)
        return SUMS[type(node.op)](value(node.left), value(node.right))

    return value(ast.parse(text, mode="eval").body)


def words_of(messages):
    """What the person wrote. Beside images the content is a list of parts."""
    contents = [one["content"] for one in messages if one["role"] == "user"]
    return [
        "".join(part.get("text", "") for part in content) if isinstance(content, list) else content
        for content in contents
    ]


def pieces(text):
    return re.findall(r"\S+\s*", text)


class Agent(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    options = None

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        key = self.options.key
        if key and self.headers.get("Authorization") != f"Bearer {key}":
            return self.whole(401, {"error": "the key is missing or wrong"})
        if self.path.endswith("/chat/completions"):
            return self.openai(body)
        return self.webhook(body)

    def openai(self, body):
        """The messages come whole each time, so nothing has to be remembered here."""
        *earlier, message = words_of(body["messages"])
        self.begin("sse")
        for piece in pieces(think(message, earlier)):
            self.piece({"choices": [{"index": 0, "delta": {"content": piece}}]})
        self.piece({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.send(b"data: [DONE]\n\n")
        self.send(b"")

    def webhook(self, body):
        """So they do here. An agent that remembers by itself knows a talk by its
        `conversation_id`."""
        answer = think(body["message"], words_of(body.get("history", [])))
        usage = {"input_tokens": len(pieces(body["message"])), "output_tokens": len(pieces(answer))}
        if self.options.answers == "json":
            return self.whole(200, {"answer": answer, "usage": usage})
        self.begin(self.options.answers)
        for piece in pieces(answer):
            self.piece({"delta": piece})
        self.piece({"done": True, "usage": usage})
        self.send(b"")

    def whole(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", TYPES["json"])
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self, kind):
        self.kind = kind
        self.send_response(200)
        self.send_header("Content-Type", TYPES[kind])
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def piece(self, value):
        line = json.dumps(value).encode() + b"\n"
        self.send(b"data: " + line + b"\n" if self.kind == "sse" else line)
        time.sleep(self.options.pace)

    def send(self, data):
        """One chunk; an empty one ends the answer."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def log_message(self, *arguments):
        pass


def main():
    parser = argparse.ArgumentParser(description="A small agent for Chat Studio.")
    parser.add_argument("--port", type=int, default=8500)
    parser.add_argument("--answers", choices=list(TYPES), default="sse")
    parser.add_argument("--key", default="", help="accept only this bearer token")
    parser.add_argument("--pace", type=float, default=0.05, help="seconds between two words")
    Agent.options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", Agent.options.port), Agent)
    print(f"The agent listens at http://127.0.0.1:{server.server_port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
