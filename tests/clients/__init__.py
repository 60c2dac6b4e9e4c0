"""Client libraries of other people against `/v1`: each way that they have to ask.

    python -m tests.clients --install     makes a venv and node_modules, and tries them all
    python -m tests.clients [CLIENT …]    tries those that are there

They are kept in CLIENTS_DIR, by default ~/.cache/chat-studio-clients.
"""
