"""Hostile words in the pages of the administration and of versions: nothing runs or leaves."""

import json

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from tests.browser.payloads import ALL, ONE_LINE
from tests.conftest import MakeStudio
from tests.servers import Studio

pytestmark = pytest.mark.browser

HANDLERS = """() => [...document.querySelectorAll("body *")].flatMap((element) =>
  element.getAttributeNames().filter((name) => /^on/.test(name)))"""

PREPARE = """
import json, sys
from django.utils import timezone
from chatstudio.local import local_person
from chatstudio.models import AuditEntry
from conversations.models import (
    Conversation, DataSource, Memory, Message, MessagePart, PromptProfile)
from conversations.features.prompt_profiles.saving import save_profile
from metrics.models import ChatMetric
person = local_person()
for number, text in enumerate(json.loads(sys.stdin.read())):
    name = f"{number} {text}"[:80]
    profile = save_profile(PromptProfile(name=name, system_prompt=text, owner=person), person)
    profile.description, profile.system_prompt = text[:200], text[::-1] + text
    save_profile(profile, person)
    ChatMetric.objects.create(owner=person, strategy="direct", model_name=text[:250],
        status="failed", error_code=text[:60], created_at=timezone.now())
    AuditEntry.objects.create(person=person, action="content_read", subject=text[:255],
        detail=text[:500], person_name=text[:150])
    conversation = Conversation.objects.create(owner=person, title=text[:200],
        model_name=text[:250], last_message_at=timezone.now())
    Memory.objects.create(owner=person, text=text[:1000])
    DataSource.objects.create(owner=person, name=name, kind="csv", error=text)
    message = Message.objects.create(conversation=conversation, role="user",
        model_name=text[:250], created_at=timezone.now())
    MessagePart.objects.create(message=message, kind="text", position=0, content=text)
    Conversation.objects.filter(pk=conversation.pk).update(head=message)
person.username = json.loads('"<img src=x onerror=window.taken=1>"')
person.save()
"""


@pytest.fixture(scope="module")
def hostile(module_studio: MakeStudio) -> Studio:
    studio = module_studio()
    words = [text.replace("\x00", "") for text in (*ONE_LINE, *ALL[::5])]
    studio.run("shell", "-v0", "-c", PREPARE, told=json.dumps(words))
    return studio


@pytest.fixture(autouse=True)
def no_dialog(context: BrowserContext):
    seen: list[str] = []

    def opened(dialog: Dialog) -> None:
        seen.append(dialog.message)
        dialog.dismiss()

    context.on("dialog", opened)
    yield
    assert seen == []


PAGES = [
    "/admin/",
    "/admin/conversations/promptprofile/",
    "/admin/conversations/promptprofile/?p=2",
    "/admin/metrics/chatmetric/",
    "/admin/metrics/chatmetric/1/change/",
    "/admin/conversations/conversation/",
    "/admin/conversations/message/",
    "/admin/conversations/memory/",
    "/admin/conversations/memory/1/change/",
    "/admin/conversations/datasource/",
    "/admin/conversations/datasource/1/delete/",
    "/admin/chatstudio/auditentry/",
    "/admin/chatstudio/auditentry/1/change/",
    "/prompt-profiles/",
    "/admin/metrics/chatmetric/?q=<script>window.taken=1</script>",
]


def is_unharmed(page: Page) -> None:
    assert page.evaluate("window.taken") is None
    assert page.evaluate(HANDLERS) == []
    assert "127.0.0.1" in page.url


def test_nothing_runs_on_any_page(hostile: Studio, bare_page: Page) -> None:
    for path in PAGES:
        bare_page.goto(hostile.url + path)
        is_unharmed(bare_page)


def test_nothing_runs_where_a_profile_is_edited_and_compared(
    hostile: Studio, bare_page: Page
) -> None:
    page, count = bare_page, 40
    for number in range(1, count, 3):
        room = f"{hostile.url}/admin/conversations/promptprofile/{number}"
        for door in ("change", "versions", "delete"):
            page.goto(f"{room}/{door}/")
            is_unharmed(page)
    page.goto(f"{hostile.url}/prompt-profiles/")
    for number in range(0, count, 5):
        page.locator(".card h2 a").nth(number).click()
        page.locator(".version summary").first.click()
        is_unharmed(page)
        page.go_back()


def test_nothing_runs_where_words_are_read(hostile: Studio, bare_page: Page) -> None:
    page = bare_page
    for number in range(1, 40, 4):
        page.goto(f"{hostile.url}/admin/conversations/conversation/{number}/content/")
        page.get_by_role("button", name="Read").click()
        expect(page.locator(".written-text").first).to_be_visible()
        is_unharmed(page)
