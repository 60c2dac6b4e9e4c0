"""Runs in Chainlit's own environment: the model's name stands before a line's end in the message,
and each token goes to the page as it comes."""

import json
import os

import chainlit
import httpx

client = httpx.AsyncClient(trust_env=False, timeout=60, limits=httpx.Limits(max_connections=None))


@chainlit.on_message
async def answer(message: chainlit.Message) -> None:
    model, _, text = message.content.partition("\n")
    asked = {"model": model, "messages": [{"role": "user", "content": text}]}
    shown = chainlit.Message(content="")
    url = f"{os.environ['MODELS_URL']}/api/chat"
    async with client.stream("POST", url, json=asked) as response:
        async for line in response.aiter_lines():
            said = json.loads(line)
            if not said.get("done"):
                await shown.stream_token(said["message"]["content"])
    await shown.update()
