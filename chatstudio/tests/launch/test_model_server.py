import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chatstudio.launch import demo_model, model_server


class Server(HTTPServer):
    answers: dict[str, int]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.send_response(self.server.answers.get(self.path, 404))
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.answers = {}
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize("path", ["/api/version", "/v1/models"])
def test_both_kinds_of_model_server_are_recognised(server, path):
    server.answers[path] = 200
    assert model_server.answers(url(server))


def test_an_address_that_ends_in_v1_is_understood(server):
    server.answers["/v1/models"] = 200
    assert model_server.answers(url(server) + "/v1/")


@pytest.mark.parametrize("ending", ["/api/v1", "/api/paas/v4", "/openai?api-version=1"])
def test_an_address_is_asked_as_it_is_given(server, ending):
    path, mark, query = ending.partition("?")
    server.answers[f"{path}/models{mark}{query}"] = 200
    assert model_server.answers(url(server) + ending)


def test_a_model_server_that_wants_a_key_is_one(server):
    server.answers["/v1/models"] = 401
    assert model_server.answers(url(server))


def test_another_web_server_is_not_a_model_server(server):
    assert not model_server.answers(url(server))


def test_where_nothing_listens_there_is_none():
    assert not model_server.answers(f"http://127.0.0.1:{demo_model.free_port()}")


def test_a_proxy_for_other_traffic_is_not_asked(server, monkeypatch):
    server.answers["/api/version"] = 200
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert model_server.answers(url(server))


def test_the_provider_that_needs_no_server_counts_as_there():
    assert model_server.answers("echo:")
