"""GET /search/, with and without script, and opening what was found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conversations.models import Message
from conversations.tagging import set_tags
from conversations.tests.rows import conversation_of, everything, long_chain, say, turn_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def page(client, text: str = "", **query: str) -> str:
    return client.get("/search/", {"q": text, **query}).text


def test_the_page_without_a_question_says_how_to_ask(client) -> None:
    html = page(client)
    assert 'id="search-text"' in html
    assert "finds the words next to each other" in html
    assert "Nothing found" not in html


def test_hits_are_marked_and_lead_to_their_message(conversation, client) -> None:
    answer = turn_in(conversation, "What is it?", "A heat pump.")
    html = page(client, "heat")
    url = reverse("conversation", args=[conversation.public_id])
    assert f'href="{url}?message={answer.public_id}#message-{answer.public_id}"' in html
    assert "A <mark>heat</mark> pump." in html
    assert "<mark>Heat</mark> pumps" in html
    assert "1 conversation by title. 1 message." in html


def test_hostile_words_stay_words(conversation, client) -> None:
    say(conversation, "user", "<script>heat</script> <b onclick=x>")
    html = page(client, "heat")
    assert "&lt;script&gt;<mark>heat</mark>&lt;/script&gt; &lt;b onclick=x&gt;" in html
    assert 'value="&quot;&gt;&lt;x"' in page(client, '"><x')


def test_as_one_types_the_results_alone_are_sent(conversation, client) -> None:
    say(conversation, "user", "heat")
    response = client.get("/search/", {"q": "hea", "role": "user", "model": ""}, headers=HTMX)
    assert "<html" not in response.text
    assert "<mark>heat</mark>" in response.text
    assert '<p id="search-status" hx-swap-oob="innerHTML">1 message.</p>' in response.text
    assert response["HX-Replace-Url"] == "/search/?q=hea&role=user"


def test_the_box_and_the_list_beside_it_come_with_the_whole_page_alone(alice, client) -> None:
    say(conversation_of(alice, title="Boilers"), "user", "heat")
    whole, results = (client.get("/search/?q=heat", headers=each).text for each in ({}, HTMX))
    for part in ("<html", 'id="sidebar"', 'class="sidebar-group"', 'id="search-form"'):
        assert part in whole
        assert part not in results
    assert whole.count('class="hit"') == results.count('class="hit"') == 1


def test_older_messages_follow_with_and_without_script(alice, client) -> None:
    conversation = conversation_of(alice, title="Long")
    for number in range(25):
        say(conversation, "user", f"heat {number}")
    first = page(client, "heat")
    assert first.count('class="hit"') == 20
    following = first.split('id="hits-before-')[1].split('href="')[1].split('"')[0]
    url = following.replace("&amp;", "&")
    assert client.get(url).text.count('class="hit"') == 5
    assert "Newest results" in client.get(url).text
    more = client.get(url, headers=HTMX).text
    assert more.count('class="hit"') == 5
    assert 'id="hits-before-' in more


def test_filters_narrow_and_stay_chosen(alice, client) -> None:
    answer = turn_in(conversation_of(alice), "heat", "heat answered")
    Message.objects.filter(id=answer.id).update(model_name="echo")
    html = page(client, "heat", role="assistant", model="echo", since="2020-01-01")
    assert html.count('class="hit"') == 1
    assert '<option value="assistant" selected>' in html
    assert "<option selected>echo</option>" in html
    assert 'value="2020-01-01"' in html
    assert '<details class="search-filters" open>' in html


def test_a_tag_narrows_and_stays_chosen(alice, bob, client) -> None:
    for person, tag in ((alice, "home"), (alice, "work"), (bob, "secret")):
        conversation = conversation_of(person)
        say(conversation, "user", "heat")
        set_tags(conversation, [tag])
    html = page(client, "heat", tagged="home")
    assert html.count('class="hit-facts"') == 2  # its message and its title
    assert "<option selected>home</option> <option>work</option>" in html
    assert "secret" not in html
    response = client.get("/search/", {"q": "heat", "tagged": "home"}, headers=HTMX)
    assert response["HX-Replace-Url"] == "/search/?q=heat&tagged=home"


def test_without_tags_there_is_nothing_to_choose(client, conversation) -> None:
    assert 'id="search-tag"' not in page(client)


def test_nothing_found_offers_to_drop_the_filters(conversation, client) -> None:
    say(conversation, "user", "heat")
    html = page(client, "heat", role="assistant")
    assert "Nothing found" in html
    assert 'href="/search/?q=heat">Search without filters' in html


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "x"}, "The first day is no date"),
        ({"until": "31.5.2026"}, "The last day is no date"),
        ({"since": "2026-05-02", "until": "2026-05-01"}, "The first day is after the last one."),
        ({"role": "tool"}, "choose you, answers or anybody"),
        ({"model": "m" * 256}, "at most 255"),
        ({"tagged": "t" * 61}, "at most 60"),
        ({"tagged": "a\x00b"}, "Null characters"),
    ],
)
def test_a_filter_that_cannot_be_is_said(client, query, sentence) -> None:
    for headers in ({}, HTMX):
        response = client.get("/search/", {"q": "heat", **query}, headers=headers)
        assert response.status_code == 422
        assert sentence in response.text


@pytest.mark.parametrize("text", ['"', "AND", "*", "NEAR(", "x" * 10_000, "\x00!", "🎉", "-x"])
def test_any_text_has_an_answer(client, conversation, text) -> None:
    response = client.get("/search/", {"q": text})
    assert response.status_code == 200
    assert 'class="hit"' not in response.text
    assert "notice-warning" in response.text or "Nothing found" in response.text


def queries(client, url: str, headers: dict[str, str] | None = None) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, headers=headers).status_code == 200
    return len(captured)


def test_any_number_of_hits_takes_the_same_queries(alice, client) -> None:
    turn_in(conversation_of(alice), "heat", "heat")
    few = queries(client, "/search/?q=heat")
    for _ in range(15):
        turn_in(conversation_of(alice), "heat", "heat")
    assert queries(client, "/search/?q=heat") == few <= 10


def test_results_alone_ask_for_nothing_but_the_person_and_what_was_found(alice, client) -> None:
    turn_in(conversation_of(alice), "heat", "heat")
    assert queries(client, "/search/?q=heat", HTMX) == 6
    assert queries(client, "/search/?q=nowhere", HTMX) == 3
    assert queries(client, "/search/?q=", HTMX) == 0


def test_models_to_choose_from_are_those_of_ones_own_conversations(alice, bob, client) -> None:
    for person, model in ((alice, "echo"), (alice, "echo"), (alice, ""), (bob, "secret")):
        conversation_of(person, model_name=model)
    assert page(client, "heat").count("<option>echo</option>") == 1
    assert "secret" not in page(client, "heat")


def opened(client, message: Message) -> str:
    url = reverse("conversation", args=[message.conversation.public_id])
    return client.get(url, {"message": message.public_id}).text


def test_a_message_far_up_is_shown_with_what_is_around_it(conversation, client) -> None:
    long_chain(conversation, 200)
    sought = conversation.messages.order_by("id")[50]
    html = opened(client, sought)
    assert f'id="message-{sought.public_id}"' in html
    assert html.count("<article") == 30
    assert "Words 64<" in html
    assert "Words 65<" not in html
    assert 'data-follows=""' in html  # nothing new is to appear there
    assert "Back to the newest messages" in html
    assert "another version" not in html


def test_later_messages_follow_page_by_page(conversation, client) -> None:
    long_chain(conversation, 200)
    messages = list(conversation.messages.order_by("id"))
    last = messages[64].public_id
    assert f'href="?message={last}#message-{last}">Show later messages' in opened(
        client, messages[50]
    )
    assert "Words 78<" in opened(client, messages[64])


def test_a_message_near_the_end_is_shown_on_the_living_page(conversation, client) -> None:
    long_chain(conversation, 40)
    html = opened(client, conversation.messages.order_by("id")[10])
    assert "Words 10<" in html
    assert "Words 39<" in html
    assert f'data-follows="{conversation.public_id}"' in html
    assert "Back to the newest messages" not in html


def test_a_message_on_another_branch_is_shown_there_and_changes_nothing(conversation, client):
    first = turn_in(conversation, "Which heating?", "An oil boiler")
    say(conversation, "user", "Really?")
    say(conversation, "assistant", "A heat pump", parent=first.parent)
    before = everything()
    html = opened(client, first)
    assert "An oil boiler" in html
    assert "Really?" in html
    assert "another version of the conversation" in html
    url = reverse("show_branch", args=[conversation.public_id, first.public_id])
    assert f'formaction="{url}"' in html
    assert "A heat pump" not in html
    assert everything() == before


@pytest.mark.parametrize("message", ["x", "0" * 32])
def test_a_message_that_is_not_there_is_not_found(conversation, client, message) -> None:
    url = reverse("conversation", args=[conversation.public_id])
    assert client.get(url, {"message": message}).status_code == 404


def test_opening_a_message_takes_the_same_queries_at_any_distance(alice, client) -> None:
    costs = []
    for length in (60, 2000):
        conversation = conversation_of(alice)
        long_chain(conversation, length)
        sought = conversation.messages.order_by("id")[10]
        url = reverse("conversation", args=[conversation.public_id])
        costs.append(queries(client, f"{url}?message={sought.public_id}"))
    assert costs[0] == costs[1] <= 16
