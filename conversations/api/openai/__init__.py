"""Doors for programs that speak with OpenAI's servers: the same requests, the same answers."""
