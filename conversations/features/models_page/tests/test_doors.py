"""The models page through its doors, with a fake Ollama behind them."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from chatstudio.models import AuditEntry, User
from conversations.features.models_page.orders.live import ORDERS, SAVE_SECONDS
from conversations.models import ModelOrder
from conversations.tests.rows import order_of, profile_of
from tests.fakes.model_server import running

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


async def ordered() -> ModelOrder:
    """The newest order, once nothing is carried out any more."""
    async with asyncio.timeout(20):
        for live in list(ORDERS.values()):
            await live.wait()
    order = await ModelOrder.objects.afirst()
    assert order
    return order


async def page_of(aclient: AsyncClient) -> str:
    return (await aclient.get("/models/")).text


async def test_the_page_lists_what_is_there(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        page = await page_of(aclient)
    for words in (url, "fast:1b", "1.0 GB · 1B parameters · fake · Q4_K_M", "Uses tools"):
        assert words.lower() in page.lower()
    assert "Loaded 40 % on the GPU with room for 4,096 tokens until it is unloaded" in page
    assert "leaves this machine" in page


async def test_without_a_server_it_says_so(alice, aclient, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9"
    page = await page_of(aclient)
    assert "is not answering at http://127.0.0.1:9" in page
    assert "No model server is answering" in page


async def test_a_server_of_the_other_protocol_is_listed_only(alice, aclient, settings) -> None:
    async with running("openai") as (url, _):
        settings.LLM_BASE_URL = url
        page = await page_of(aclient)
    assert "takes no orders" in page
    assert "/models/load/" not in page
    assert 'action="/models/pull/"' not in page


async def test_a_model_is_fetched_and_listed(alice, aclient, ollama) -> None:
    async with ollama():
        answer = await aclient.post("/models/pull/", {"name": " ollama pull fetched:1b "})
        assert answer.status_code == 302
        order = await ordered()
        page = await page_of(aclient)
    assert (order.status, order.completed_bytes) == ("done", 1_000_001_000)
    assert "fetched:1b is installed." in page
    assert page.count("fetched:1b") > 2
    assert await AuditEntry.objects.filter(action="model_fetched", subject="fetched:1b").aexists()


async def test_a_pull_goes_on_when_its_page_is_left(alice, aclient, ollama) -> None:
    async with ollama() as (_, fake):
        fake.pull_pause = 0.05
        await aclient.post("/models/pull/", {"name": "fetched:1b"}, headers=HTMX)
        (live,) = ORDERS.values()
        while not live.order.completed_bytes:
            await asyncio.sleep(0.01)
        assert "Fetching fetched:1b" in (await aclient.get("/models/list/")).text
        assert (await ordered()).status == "done"


async def test_the_same_twice_is_fetched_once(alice, aclient, ollama) -> None:
    async with ollama() as (_, fake):
        for _ in range(2):
            await aclient.post("/models/pull/", {"name": "forever:1b"})
        (live,) = ORDERS.values()
        while not live.order.total_bytes:
            await asyncio.sleep(0.01)
        assert [seen.path for seen in fake.seen].count("/api/pull") == 1
        await aclient.post(f"/models/orders/{live.order.public_id}/cancel/")
    assert await ModelOrder.objects.acount() == 1


async def test_cancelling_makes_the_server_stop(alice, aclient, ollama) -> None:
    async with ollama() as (_, fake):
        await aclient.post("/models/pull/", {"name": "forever:1b"})
        (live,) = ORDERS.values()
        while not live.order.total_bytes:
            await asyncio.sleep(0.01)
        await aclient.post(f"/models/orders/{live.order.public_id}/cancel/")
        async with asyncio.timeout(30):
            while not any(seen.disconnected_at for seen in fake.seen):
                await asyncio.sleep(0.01)
        page = await page_of(aclient)
    assert (await ordered()).status == "cancelled"
    assert "Fetching forever:1b" not in page


async def test_a_wish_noted_by_another_process_is_found(
    alice, aclient, ollama, monkeypatch
) -> None:
    monkeypatch.setattr(
        "conversations.features.models_page.orders.live.SAVE_SECONDS", SAVE_SECONDS / 20
    )
    async with ollama():
        await aclient.post("/models/pull/", {"name": "forever:1b"})
        await ModelOrder.objects.aupdate(cancel_requested_at="2026-01-01T00:00Z")
        assert (await ordered()).status == "cancelled"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("offline:1b", "cannot reach the internet"),
        ("unknown:1b", "There is no model of this name"),
        ("full:1b", "disk is full"),
        ("breaks:1b", "another try goes on from what has come"),
    ],
)
async def test_a_pull_that_fails_says_what_to_do(alice, aclient, ollama, name, sentence) -> None:
    async with ollama():
        await aclient.post("/models/pull/", {"name": name})
        assert (await ordered()).status == "failed"
        page = await page_of(aclient)
    assert sentence in page
    assert "Try again" in page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Which model?"),
        ("bad name!", "no name of a model"),
        ("../../etc/passwd", "no name of a model"),
        ("x" * 201, "at most 200"),
        ("127.0.0.1/a/b", "nothing is fetched here"),
        ("evil.example/a/b:c", "From evil.example nothing is fetched here"),
        ("http://evil.example/a", "no name of a model"),
    ],
)
async def test_a_name_that_is_none_is_said_at_its_field(
    alice, aclient, ollama, name, sentence
) -> None:
    async with ollama():
        answer = await aclient.post("/models/pull/", {"name": name})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not await ModelOrder.objects.aexists()


@pytest.mark.parametrize("name", ["llama3.2", "qwen3:8b", "hf.co/bartowski/x-GGUF:Q4_K_M", "a/b"])
async def test_names_as_the_libraries_have_them(alice, aclient, ollama, name) -> None:
    async with ollama():
        assert (await aclient.post("/models/pull/", {"name": name})).status_code == 302
        assert (await ordered()).model_name == name


async def test_a_model_is_loaded_and_unloaded(alice, aclient, ollama) -> None:
    async with ollama() as (url, fake):
        fake.load_seconds = 0
        await aclient.post("/models/load/", {"model": f"loading:1b@{url}"})
        assert (await ordered()).status == "done"
        assert "loading:1b" in fake.loaded
        await aclient.post("/models/unload/", {"model": f"loading:1b@{url}"})
        assert "loading:1b" not in fake.loaded


async def test_a_model_that_cannot_be_loaded_says_why(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        await aclient.post("/models/load/", {"model": f"load-fails:1b@{url}"})
        assert (await ordered()).error_code == "model_load_failed"
        assert "It may need more memory than is free" in await page_of(aclient)


async def test_removing_asks_first(alice, aclient, ollama) -> None:
    await sync_to_async(profile_of)(alice, model_name="fast:1b")
    async with ollama() as (url, fake):
        question = (await aclient.get(f"/models/delete/?model=fast:1b@{url}")).text
        assert "fast:1b" in fake.names
        answer = await aclient.post("/models/delete/", {"model": f"fast:1b@{url}"})
        assert answer.status_code == 302
        assert "fast:1b" not in fake.names
    assert "1 prompt profile uses this model" in question
    assert await AuditEntry.objects.filter(action="model_removed", subject="fast:1b").aexists()


@pytest.mark.parametrize("door", ["load", "unload", "delete", "default"])
@pytest.mark.parametrize("ref", ["never-heard-of:1b@{url}", "fast:1b@http://127.0.0.1:9", "@", "x"])
async def test_a_model_that_is_not_there_is_a_sentence(alice, aclient, ollama, door, ref) -> None:
    async with ollama() as (url, _):
        answer = await aclient.post(f"/models/{door}/", {"model": ref.format(url=url)})
    assert answer.status_code == 409
    assert "is not installed at" in answer.text


async def test_a_default_of_ones_own(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        await aclient.post("/models/default/", {"model": f"tools:1b@{url}"})
        chat = (await aclient.get("/chat/")).text
        assert f'<option value="tools:1b@{url}" selected' in chat
        await aclient.post("/models/default/", {"model": ""})
        assert f'<option value="fast:1b@{url}" selected' in (await aclient.get("/chat/")).text


async def test_htmx_gets_the_list_alone(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        data = {"model": f"fast:1b@{url}"}
        answer = await aclient.post("/models/unload/", data, headers=HTMX)
    assert answer.text.strip().startswith('<div id="models"')


async def test_the_list_asks_for_itself_only_while_something_is_under_way(
    alice, aclient, ollama
) -> None:
    async with ollama():
        quiet = (await aclient.get("/models/list/")).text
        order = await sync_to_async(order_of)(alice)
        busy = (await aclient.get("/models/list/")).text
        assert 'hx-trigger="every 1s"' in busy
        assert 'hx-trigger="every 1s"' not in quiet
        await aclient.post(f"/models/orders/{order.public_id}/cancel/")


async def test_who_is_no_administrator_sees_the_list_alone(alice, aclient, ollama) -> None:
    await User.objects.filter(pk=alice.pk).aupdate(is_superuser=False)
    await sync_to_async(order_of)(alice)
    async with ollama() as (url, fake):
        page = await page_of(aclient)
        for door in ("pull", "load", "unload", "delete"):
            data = {"model": f"fast:1b@{url}", "name": "fetched:1b"}
            assert (await aclient.post(f"/models/{door}/", data)).status_code == 404
        assert not {"/api/pull", "/api/delete", "/api/chat"} & {seen.path for seen in fake.seen}
    assert "fast:1b" in page
    assert "Use for new chats" in page
    assert not {word for word in ("Remove…", ">Load<", "Fetch model", "Fetching") if word in page}
