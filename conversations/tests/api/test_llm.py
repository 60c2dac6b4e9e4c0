"""Orders to model servers by programs, with a fake Ollama behind them."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from chatstudio.models import AuditEntry, User
from conversations.features.models_page.orders.live import ORDERS
from conversations.models import ModelOrder
from conversations.tests.rows import order_of
from routing.llm import servers

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "/api/llm/models"
JSON = "application/json"
ORDER_DOORS = ("pull", "load", "unload", "delete")


async def post(aclient, door: str, data: dict, **more):
    return await aclient.post(f"{HERE}/{door}", data, content_type=JSON, **more)


async def ended(answer) -> dict:
    """The order that was given, once it has ended."""
    assert answer.status_code == 200, answer.text
    async with asyncio.timeout(20):
        for live in list(ORDERS.values()):
            await live.wait()
    row = await ModelOrder.objects.aget(public_id=answer.json()["order"]["id"])
    return {"status": row.status, "error": row.error_code, "model": row.model_name}


async def test_the_list_says_what_they_take_and_what_may_be_done(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        told = (await aclient.get(HERE)).json()
    by_name = {one["name"]: one for one in told["models"]}
    fast = by_name["fast:1b"]
    assert told["servers"] == [{"address": url, "takes_orders": True}]
    assert (fast["loaded"], fast["gpu_share"], fast["can_unload"]) == (True, 0.0, True)
    assert any(one["gpu_share"] == 0.4 for one in told["models"])
    assert (fast["can_load"], fast["can_delete"], fast["use"]) == (False, True, None)
    assert sum(one["is_default"] for one in told["models"]) == 1
    assert any(not one["can_chat"] for one in told["models"])


async def test_a_model_is_fetched(alice, aclient, ollama) -> None:
    async with ollama():
        answer = await post(aclient, "pull", {"name": " ollama pull fetched:1b "})
        first = answer.json()["order"]
        assert (first["kind"], first["model"], first["status"]) == ("pull", "fetched:1b", "running")
        assert (await ended(answer))["status"] == "done"
        now = (await aclient.get(f"{HERE}/orders/{first['id']}")).json()["order"]
        listed = (await aclient.get(f"{HERE}/orders")).json()["orders"]
    assert (now["status"], now["completed_bytes"]) == ("done", 1_000_001_000)
    assert [one["id"] for one in listed] == [first["id"]]
    assert await AuditEntry.objects.filter(action="model_fetched", subject="fetched:1b").aexists()


async def test_one_that_fails_keeps_its_reason(alice, aclient, ollama) -> None:
    async with ollama():
        told = await ended(await post(aclient, "pull", {"name": "full:1b"}))
        assert told["status"] == "failed"
        (order,) = (await aclient.get(f"{HERE}/orders")).json()["orders"]
    assert "disk is full" in order["error"]["message"]


async def test_an_order_is_cancelled(alice, aclient, ollama) -> None:
    async with ollama():
        order = (await post(aclient, "pull", {"name": "forever:1b"})).json()["order"]
        answer = await post(aclient, f"orders/{order['id']}/cancel", {})
    assert answer.json()["order"]["status"] == "cancelled"
    assert ORDERS == {}


def test_an_order_that_has_ended_is_put_away(alice, client) -> None:
    failed, other = order_of(alice, "full:1b", status="failed"), order_of(alice, status="failed")
    answer = client.delete(f"{HERE}/orders/{failed.public_id}", content_type=JSON)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert [row.pk for row in ModelOrder.objects.all()] == [other.pk]
    again = client.delete(f"{HERE}/orders/{failed.public_id}", content_type=JSON)
    assert again.status_code == 404


def test_one_that_runs_has_to_be_cancelled_first(alice, client) -> None:
    order = order_of(alice)
    answer = client.delete(f"{HERE}/orders/{order.public_id}", content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "order_running")
    assert ModelOrder.objects.get().status == "running"


@pytest.mark.parametrize("scope", ["read", "chat"])
def test_only_a_key_that_manages_puts_orders_away(alice, client, bearer, scope) -> None:
    order = order_of(alice, status="failed")
    address = f"{HERE}/orders/{order.public_id}"
    answer = client.delete(address, content_type=JSON, headers=bearer(alice, scope))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "scope_missing")
    assert ModelOrder.objects.exists()


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({}, "name", "required"),
        ({"name": ""}, "name", "Which model?"),
        ({"name": "bad name!"}, "name", "no name of a model"),
        ({"name": "evil.example/a/b"}, "name", "nothing is fetched here"),
        ({"name": "x" * 201}, "name", "at most 200"),
        ({"name": "fetched:1b", "server": "http://evil.example"}, "server", "It is one of"),
        ({"name": "fetched:1b", "stream": True}, "stream", "not permitted"),
        ({"name": 7}, "name", "string"),
    ],
)
async def test_what_cannot_be_fetched_is_said_at_its_field(
    alice, aclient, ollama, data, field, words
) -> None:
    async with ollama():
        answer = await post(aclient, "pull", data)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["fields"][field][0]
    assert not await ModelOrder.objects.aexists()


async def test_without_a_server_that_takes_orders_it_is_a_conflict(alice, aclient) -> None:
    answer = await post(aclient, "pull", {"name": "fetched:1b"})
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "no_manageable_server"


async def test_a_model_is_loaded_unloaded_and_removed(alice, aclient, ollama) -> None:
    async with ollama() as (url, fake):
        fake.load_seconds = 0.1
        known = (await aclient.get(HERE)).json()["models"]
        ref = next(one["id"] for one in known if one["can_load"])
        assert (await ended(await post(aclient, "load", {"model": ref})))["status"] == "done"
        for door in ("unload", "delete"):
            answer = await post(aclient, door, {"model": ref})
            assert (answer.status_code, answer.json()) == (200, {"success": True})
        left = [one["id"] for one in (await aclient.get(HERE)).json()["models"]]
    assert ref not in left
    name = ref.removesuffix(f"@{url}")
    assert await AuditEntry.objects.filter(action="model_removed", subject=name).aexists()


@pytest.mark.parametrize("door", ["load", "unload", "delete"])
async def test_a_model_that_is_not_there_is_not_found(alice, aclient, ollama, door) -> None:
    async with ollama():
        answer = await post(aclient, door, {"model": "nowhere:1b"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


async def test_a_server_that_takes_no_orders_says_so(alice, aclient) -> None:
    answer = await post(aclient, "load", {"model": "echo@echo:"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "cannot_manage")


async def test_ones_default_is_chosen_and_given_back(alice, aclient, ollama) -> None:
    async with ollama():
        before = (await aclient.get(HERE)).json()
        wanted = [one["id"] for one in before["models"] if one["can_chat"]][-1]
        answer = await aclient.put(f"{HERE}/default", {"model": wanted}, content_type=JSON)
        assert answer.json()["default_model"] == wanted
        answer = await aclient.put(f"{HERE}/default", {"model": None}, content_type=JSON)
        assert answer.json()["default_model"] == before["default_model"]


async def test_what_cannot_chat_is_nobodys_default(alice, aclient, ollama) -> None:
    async with ollama():
        known = (await aclient.get(HERE)).json()["models"]
        wrong = next(one["id"] for one in known if not one["can_chat"])
        answer = await aclient.put(f"{HERE}/default", {"model": wrong}, content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "model_cannot")


async def test_for_others_than_administrators_there_are_no_orders(
    alice, bob, aclient, ollama, bearer
) -> None:
    order = await sync_to_async(order_of)(alice)
    headers = await sync_to_async(bearer)(bob, "read", "chat", "manage")
    async with ollama():
        for door in ORDER_DOORS:
            data = {"name": "fetched:1b"} if door == "pull" else {"model": "fast:1b"}
            assert (await post(aclient, door, data, headers=headers)).status_code == 404
        for address in ("orders", f"orders/{order.public_id}"):
            assert (await aclient.get(f"{HERE}/{address}", headers=headers)).status_code == 404
        answer = await post(aclient, f"orders/{order.public_id}/cancel", {}, headers=headers)
        assert answer.status_code == 404
        gone = f"{HERE}/orders/{order.public_id}"
        answer = await aclient.delete(gone, content_type=JSON, headers=headers)
        assert answer.status_code == 404
        shown = (await aclient.get(HERE, headers=headers)).json()["models"]
    assert not any(one["can_load"] or one["can_unload"] or one["can_delete"] for one in shown)
    assert (await ModelOrder.objects.aget()).status == "running"


async def test_a_person_without_rights_still_has_a_default(bob, aclient, bearer) -> None:
    headers = await sync_to_async(bearer)(bob, "manage")
    body = {"model": "echo@echo:"}
    answer = await aclient.put(f"{HERE}/default", body, content_type=JSON, headers=headers)
    assert answer.status_code == 200
    assert (await User.objects.aget(pk=bob.pk)).default_server == "echo:"


@pytest.mark.parametrize("door", ORDER_DOORS)
async def test_a_key_that_only_reads_gives_no_orders(alice, aclient, bearer, door) -> None:
    headers = await sync_to_async(bearer)(alice, "read", "chat")
    answer = await post(aclient, door, {"name": "x", "model": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "scope_missing")


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch) -> None:
    monkeypatch.setattr(servers, "_latest", None)
