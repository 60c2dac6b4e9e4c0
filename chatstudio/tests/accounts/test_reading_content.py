"""What people wrote is read in the administration with a right that is given, and each look is
noted. Carol is the administrator; Alice wrote."""

import pytest
from django.contrib.auth.models import Group, Permission

from chatstudio.models import AuditEntry, User
from conversations.admin.conversations import MESSAGES_AT_ONCE
from conversations.features.memories.service import remember
from conversations.models import Conversation, Memory, Message
from conversations.showing.content_room import has_right
from conversations.tests.rows import conversation_of, say, turn_in

pytestmark = pytest.mark.django_db

SECRET = "what only Alice may read"
MEMORIES = "/admin/conversations/memory/"


@pytest.fixture
def answer(alice: User) -> Message:
    return turn_in(conversation_of(alice, title=SECRET), SECRET, f"Answered: {SECRET}")


@pytest.fixture
def right() -> Permission:
    return Permission.objects.get(codename="view_content")


def room(row: Conversation | Memory | Message) -> str:
    return f"/admin/conversations/{row._meta.model_name}/{row.pk}/content/"


def test_being_an_administrator_is_not_enough(carol, answer, signed_in) -> None:
    browser = signed_in(carol)
    assert carol.has_perm("conversations.view_content")  # as every superuser has everything
    for row in (answer, answer.conversation):
        for told in (browser.get(room(row)), browser.post(room(row), {"reason": "x"})):
            assert told.status_code == 403
            assert SECRET not in told.text
    assert not AuditEntry.objects.exists()


def test_with_the_right_one_asks_reads_and_is_noted(carol, answer, right, signed_in) -> None:
    carol.user_permissions.add(right)
    browser, url = signed_in(carol), room(answer.conversation)
    assert SECRET not in browser.get(url).text
    assert not AuditEntry.objects.exists()
    told = browser.post(url, {"reason": "Ticket 7"}, REMOTE_ADDR="192.0.2.9")
    assert f"Answered: {SECRET}" in told.text
    entry = AuditEntry.objects.get()
    subject = f"conversation {answer.conversation.public_id}"
    assert (entry.person, entry.person_name, entry.action) == (carol, "carol", "content_read")
    assert (entry.subject, entry.detail, entry.address) == (subject, "Ticket 7", "192.0.2.9")


def test_one_message_by_itself(carol, answer, right, signed_in) -> None:
    carol.user_permissions.add(right)
    assert f"Answered: {SECRET}" in signed_in(carol).post(room(answer)).text
    assert AuditEntry.objects.get().subject == f"message {answer.public_id}"


def test_a_memory_is_read_as_a_message_is(carol, alice, right, signed_in) -> None:
    memory, browser = remember(alice, SECRET), signed_in(carol)
    for page in (room(memory), room(memory).replace("content", "change"), MEMORIES):
        assert SECRET not in browser.get(page).text
    assert browser.post(room(memory)).status_code == 403
    carol.user_permissions.add(right)
    assert SECRET in browser.post(room(memory)).text
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("content_read", f"memory {memory.public_id}")


def test_a_groups_right_counts(carol, right) -> None:
    group = Group.objects.create(name="Support")
    group.permissions.add(right)
    assert not has_right(carol)
    carol.groups.add(group)
    assert has_right(carol)


def test_ones_own_words_need_no_right_and_are_noted_too(carol, signed_in) -> None:
    mine = turn_in(conversation_of(carol), "Mine", "Yours").conversation
    assert "Yours" in signed_in(carol).post(room(mine)).text
    assert AuditEntry.objects.count() == 1


def test_a_long_conversation_is_read_in_pages(carol, right, alice, signed_in) -> None:
    carol.user_permissions.add(right)
    conversation = conversation_of(alice)
    for number in range(MESSAGES_AT_ONCE + 5):
        say(conversation, "user", f"word{number}.")
    browser, url = signed_in(carol), room(conversation)
    newest = browser.post(url).text
    assert "word5." in newest
    assert "word4." not in newest
    before = Message.objects.order_by("id")[5].public_id
    earlier = browser.post(url, {"before": str(before)}).text
    assert "word4." in earlier
    assert "word5." not in earlier


@pytest.mark.parametrize("before", ["x", "0" * 32, "'; --"])
def test_a_page_that_never_was_is_empty_or_the_newest(carol, right, answer, signed_in, before):
    carol.user_permissions.add(right)
    assert signed_in(carol).post(room(answer.conversation), {"before": before}).status_code == 200


def test_the_right_is_given_and_taken_on_the_persons_page(carol, signed_in) -> None:
    url, browser = f"/admin/chatstudio/user/{carol.pk}/change/", signed_in(carol)
    form = {"username": "carol", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    browser.post(url, {**form, "may_read_content": "on"})
    assert has_right(carol)
    browser.post(url, {**form, "may_read_content": "on"})
    browser.post(url, form)
    assert not has_right(carol)
    noted = AuditEntry.objects.order_by("id").values_list("action", "subject")
    assert list(noted) == [("right_given", "carol"), ("right_taken", "carol")]


def test_nobody_changes_what_is_noted(carol, answer, right, signed_in) -> None:
    carol.user_permissions.add(right)
    browser = signed_in(carol)
    browser.post(room(answer))
    entry = AuditEntry.objects.get()
    base = f"/admin/chatstudio/auditentry/{entry.pk}"
    assert "content" in browser.get(f"{base}/change/").text
    statuses = [
        browser.post(f"{base}/change/", {"detail": "gone"}).status_code,
        browser.post(f"{base}/delete/", {"post": "yes"}).status_code,
        browser.post("/admin/chatstudio/auditentry/add/", {}).status_code,
    ]
    assert statuses == [403, 403, 403]
    assert AuditEntry.objects.filter(pk=entry.pk, detail="").exists()


def test_a_note_outlives_its_person(bob) -> None:
    AuditEntry.objects.create(person=bob, person_name="bob", action="content_read")
    User.objects.filter(pk=bob.pk)._raw_delete("default")
    entry = AuditEntry.objects.get()
    assert (entry.person_id, entry.person_name) == (None, "bob")
