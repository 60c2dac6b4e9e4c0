"""Why nobody answers, each told by its own sentence; certificates and proxies."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from routing.errors import AgentUnreachable, RoutingError, ServerUnreachable
from routing.llm import servers
from routing.llm.client import Reach, client
from routing.llm.openai_compatible import OpenAICompatibleProvider
from routing.llm.servers import configured_places, detect_models, known_models, provider_at
from routing.llm.unreachable import why_unreachable
from routing.strategies import STRATEGIES
from routing.tests.agents import nobody
from routing.tests.helpers import answer, asking, collect, text_of
from routing.tests.replay import Canned, replay, transcript

LIST = Canned(b'{"data":[{"id":"m1","max_model_len":4096}]}', content_type="application/json")
ANSWERS = {"/v1/models": LIST, "/v1/chat/completions": transcript("71")}


def made_certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 2) -> Path:
    """A certificate that vouches for itself, with its key in the same file; a day ago it began."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server of one's own")])
    named = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    began = datetime.now(UTC) - timedelta(days=1 if days > 0 else 9)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    builder = builder.not_valid_before(began).not_valid_after(datetime.now(UTC) + timedelta(days))
    builder = builder.add_extension(x509.SubjectAlternativeName([named]), critical=False)
    pem = builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
    pem += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / f"{host}{days}.pem"
    path.write_bytes(pem)
    return path


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def own(folder: Path) -> Path:
    return made_certificate(folder)


@asynccontextmanager
async def saying(words: bytes) -> AsyncIterator[str]:
    """The address of a server that says this to everybody and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(words)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def error_at(settings: Any, url: str) -> RoutingError:
    settings.LLM_BASE_URL = url
    (error,) = (await detect_models(fresh=True, patient=True)).errors
    return error


async def test_a_certificate_of_ones_own_is_told_with_the_setting_for_it(
    settings: Any, own: Path
) -> None:
    async with replay(ANSWERS, tls=tls(own)) as told:
        error = await error_at(settings, told.url)
    assert error.context["reason"] == "self_signed"
    assert "LLM_CA_FILE" in str(error)
    assert told.requests == []


async def test_a_certificate_that_is_named_is_trusted(settings: Any, own: Path) -> None:
    settings.LLM_CA_FILE = str(own)
    async with replay(ANSWERS, tls=tls(own)) as told:
        settings.LLM_BASE_URL = told.url
        assert (await detect_models(fresh=True)).models
        provider = await provider_at(told.url)
        assert text_of(await answer(provider, asking(model_name="m1"))) == "Hello there. I"


@pytest.mark.parametrize(
    ("host", "days", "reason", "step"),
    [
        ("127.0.0.1", -2, "expired", "Renew it"),
        ("box.example.org", 2, "other_name", "another name than 127.0.0.1"),
    ],
)
async def test_a_trusted_certificate_may_still_be_wrong(
    settings: Any, folder: Path, host: str, days: int, reason: str, step: str
) -> None:
    certificate = made_certificate(folder, host=host, days=days)
    settings.LLM_CA_FILE = str(certificate)
    async with replay(ANSWERS, tls=tls(certificate)) as told:
        error = await error_at(settings, told.url)
    assert error.context["reason"] == reason
    assert step in str(error)


async def test_a_file_of_certificates_that_is_none_is_said(settings: Any, tmp_path: Path) -> None:
    settings.LLM_CA_FILE = str(tmp_path / "not-there.pem")
    error = await error_at(settings, "https://127.0.0.1:9")
    assert "LLM_CA_FILE cannot be read (No such file" in str(error)


async def test_http_where_https_is_spoken(settings: Any, own: Path) -> None:
    async with replay(ANSWERS, tls=tls(own)) as told:
        error = await error_at(settings, told.url.replace("https", "http"))
    assert f"Set LLM_BASE_URL to {told.url}." in str(error)


async def test_https_where_http_is_spoken(settings: Any) -> None:
    async with saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as place:
        error = await error_at(settings, f"https://{place}")
    assert f"Set LLM_BASE_URL to http://{place}." in str(error)


@pytest.mark.parametrize(
    "page",
    [
        b"<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>",
        b"Client sent an HTTP request to an HTTPS server.\n",
    ],
)
async def test_some_servers_say_that_they_want_https(settings: Any, page: bytes) -> None:
    canned = Canned(page, 400, "text/html")
    async with replay({"/api/tags": canned, "/v1/models": canned}) as told:
        error = await error_at(settings, told.url)
    assert "Set LLM_BASE_URL to https://127.0.0.1" in str(error)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (b"220 mail.example.org ESMTP\r\n\r\n", "other_protocol"),
        (b"", "hung_up"),
    ],
)
async def test_what_is_no_web_server(settings: Any, words: bytes, reason: str) -> None:
    async with saying(words) as place:
        error = await error_at(settings, f"http://{place}")
    assert error.context["reason"] == reason


async def test_a_refused_connection_says_how_to_start_the_server(settings: Any) -> None:
    error = await error_at(settings, "http://127.0.0.1:9")
    assert "reason" not in error.context
    assert "ollama serve" in str(error)


async def test_an_unknown_name_is_told(settings: Any) -> None:
    error = await error_at(settings, "http://no-such-host.invalid:11434")
    assert "The name no-such-host.invalid is unknown here" in str(error)


@pytest.mark.parametrize("url", ["", "http://[", "http://127.0.0.1:99999", "ftp://box", "http://"])
async def test_an_address_that_is_none_is_told(settings: Any, url: str) -> None:
    assert "LLM_BASE_URL is no address" in str(await error_at(settings, url))


async def test_a_key_that_cannot_be_sent_is_told(settings: Any) -> None:
    settings.LLM_API_KEY = "one\ntwo"
    error = await error_at(settings, "http://127.0.0.1:9")
    assert "LLM_API_KEY holds a line break" in str(error)


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (httpx.ConnectTimeout(""), "no_connection"),
        (OSError(113, "No route to host"), "no_way"),
        (httpx.InvalidURL("x"), "bad_address"),
        (httpx.UnsupportedProtocol("x"), "bad_address"),
        (ExceptionGroup("all", [ConnectionRefusedError(111, "x")]), None),
    ],
)
def test_what_is_raised_has_a_reason(raised: Exception, reason: str | None) -> None:
    why = why_unreachable(raised, "http://me:pass@box:1")
    assert why.get("reason") == reason
    assert "pass" not in str(ServerUnreachable(**{**why, "server": "http://box:1"}))


async def test_an_agent_is_told_apart_alike(settings: Any, own: Path) -> None:
    async with replay({"/hook": Canned(b'{"answer":"Hi"}', content_type="application/json")},
                      tls=tls(own)) as told:  # fmt: skip
        settings.ZAIN_AGENT_URL, settings.ZAIN_AGENT_PROTOCOL = f"{told.url}/hook", "webhook"
        with pytest.raises(AgentUnreachable, match=r"^Zain Agent at .* LLM_CA_FILE"):
            await collect(STRATEGIES["agent"].answer(asking(), nobody))
        settings.LLM_CA_FILE = str(own)
        assert text_of(await collect(STRATEGIES["agent"].answer(asking(), nobody))) == "Hi"
    settings.ZAIN_AGENT_URL = "http://no-such-host.invalid/"
    with pytest.raises(AgentUnreachable, match="in ZAIN_AGENT_URL"):
        await collect(STRATEGIES["agent"].answer(asking(), nobody))


async def test_the_proxy_is_asked_for_what_is_elsewhere(settings: Any) -> None:
    asked_for = "http://models.example.org/v1/models"
    async with replay({asked_for: LIST}) as proxy:
        settings.LLM_BASE_URL, settings.LLM_PROXY = "http://models.example.org", proxy.url
        catalogue = await detect_models(fresh=True)
    assert [model.name for model in catalogue.models] == ["m1"]
    assert asked_for in [path for _, path, *_ in proxy.requests]


async def test_what_is_on_this_machine_is_asked_directly(settings: Any) -> None:
    async with replay(ANSWERS) as told:
        settings.LLM_BASE_URL, settings.LLM_PROXY = told.url, "http://127.0.0.1:9"
        assert (await detect_models(fresh=True)).models
    settings.DEMO_MODEL_URL = "http://127.0.0.1:1"
    assert [place.reach.proxy for place in configured_places()] == ["", ""]


async def test_a_proxy_that_is_not_there_is_named(settings: Any) -> None:
    settings.LLM_PROXY = "http://127.0.0.1:9"
    error = await error_at(settings, "https://models.example.org")
    assert "LLM_PROXY" in str(error)


async def test_servers_that_are_reached_alike_share_a_client(own: Path) -> None:
    assert client(Reach(str(own))) is client(Reach(str(own)))
    assert client(Reach(str(own))) is not client()


async def test_a_slow_list_holds_no_page_up_and_is_there_in_the_end(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer = asyncio.Event()
    listing = OpenAICompatibleProvider._list_at

    async def slowly(self: OpenAICompatibleProvider, *place: Any) -> Any:
        await may_answer.wait()
        return await listing(self, *place)

    monkeypatch.setattr(OpenAICompatibleProvider, "_list_at", slowly)
    monkeypatch.setattr(servers, "WAIT_SECONDS", 0.05)
    async with replay(ANSWERS) as slow, replay(ANSWERS) as quick:
        settings.LLM_BASE_URL, settings.DEMO_MODEL_URL = "echo:", ""
        settings.LLM_BASE_URL = slow.url
        (error,) = (await detect_models()).errors
        assert "still being asked" in str(error)
        whole = asyncio.create_task(detect_models(patient=True))
        await asyncio.sleep(0)
        may_answer.set()
        assert (await whole).models
        assert (await known_models()).models
        assert quick.requests == []


async def test_a_server_that_is_too_slow_names_the_setting(settings: Any) -> None:
    settings.LLM_DETECT_SECONDS = 0.2
    async with replay({"/api/tags": Canned(silent=True)}) as told:
        error = await error_at(settings, told.url)
    assert "within 0.2 seconds" in str(error)
    assert "LLM_DETECT_SECONDS" in str(error)


async def test_a_server_that_hangs_on_ollamas_path_is_asked_in_the_other_protocol(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "LONE_SECONDS", 0.05)
    async with replay({**ANSWERS, "/api/tags": Canned(silent=True)}) as told:
        settings.LLM_BASE_URL = told.url
        assert (await detect_models(fresh=True)).models
