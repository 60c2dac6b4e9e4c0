"""An MCP server by hand, which says things as odd ones do: malformed schemas among good ones,
results that do not fit, lines beside the protocol, half a character, an answer that is no JSON."""

import json
import sys

ANY = {"type": "object", "properties": {}}
TOOLS = [
    {"name": "sound", "inputSchema": ANY},
    {"name": "no_type", "inputSchema": {"properties": {"a": {}}}},
    {"name": "no_schema"},
    {"name": "inner_required", "inputSchema": {"properties": {"required": ["coin"]}}},
    {"name": "unknown_type", "inputSchema": {"type": "object", "properties": {"a": {"type": "x"}}}},
    {"name": "dangling", "inputSchema": {"properties": {"f": {"$ref": "#/$defs/F"}}}},
    {"name": "list_schema", "inputSchema": []},
    {"inputSchema": ANY},
    "no tool at all",
    {"name": "same name", "inputSchema": ANY},
    {"name": "same.name", "inputSchema": ANY},
    {
        "name": "mismatch",
        "inputSchema": ANY,
        "outputSchema": {"type": "object", "required": ["n"]},
    },
    {
        "name": "dangling_result",
        "inputSchema": ANY,
        "outputSchema": {"type": "object", "properties": {"s": {"$ref": "#/no"}}},
    },
    {"name": "asks", "inputSchema": ANY},
    {"name": "odd_hints", "inputSchema": ANY, "annotations": {"readOnlyHint": "yes", "title": 3}},
]
RESULTS = {
    "mismatch": {"content": [{"type": "text", "text": "the text"}], "structuredContent": {"m": 1}},
    "dangling_result": {"structuredContent": {"s": "only structured"}},
    "sound": {
        "content": [{"type": "hologram"}, {"type": "text", "text": "a\0b \ud83d c \ud83d\ude00"}]
    },
    "no_type": {
        "content": [
            {"type": "resource", "resource": {"uri": "file:///a", "text": "resource text"}},
            {"type": "resource_link", "uri": "file:///b", "name": "b"},
        ]
    },
}
NOTE = {"uri": "note://1", "name": "note", "title": "A note"}


def answer(number: int, result: object) -> None:
    print(json.dumps({"jsonrpc": "2.0", "id": number, "result": result}), flush=True)


for line in sys.stdin:
    message = json.loads(line)
    number, method, params = message.get("id"), message.get("method"), message.get("params", {})
    print("[INFO] asked for", method, flush=True)
    if method == "initialize":
        answer(
            number,
            {
                "protocolVersion": params["protocolVersion"],
                "capabilities": {"tools": {}, "resources": {}},
                "serverInfo": {"name": "odd", "version": "1"},
            },
        )
    elif method == "tools/list":
        answer(number, {"tools": TOOLS})
    elif method == "resources/list":
        answer(number, {"resources": [NOTE]})
    elif method == "resources/read":
        answer(number, {"contents": [{"uri": params["uri"], "text": "Buy figs"}]})
    elif method == "tools/call" and params["name"] == "asks":
        more = "?" * params.get("arguments", {}).get("more", 0)
        asked = {"message": f"Sure?{more}", "requestedSchema": ANY}
        request = {
            "jsonrpc": "2.0",
            "id": f"e{number}",
            "method": "elicitation/create",
            "params": asked,
        }
        print(json.dumps(request), flush=True)
    elif method is None:
        asking, result = int(number[1:]), message["result"]
        answer(asking, {"content": [{"type": "text", "text": json.dumps(result)}]})
    elif method == "tools/call" and params["name"] == "no_schema":
        print(f'{{"jsonrpc": "2.0", "id": {number}, "result": {{"content": [', flush=True)
    elif method == "tools/call":
        answer(number, RESULTS[params["name"]])
    elif number is not None:
        error = {"code": -32601, "message": "Method not found"}
        print(json.dumps({"jsonrpc": "2.0", "id": number, "error": error}), flush=True)
