"""What the search's engines would take for syntax, and cursors that nobody was given: an answer
or a refusal, and at no door a failure."""

import pytest

from conversations.tests.rows import conversation_of, turn_in

pytestmark = pytest.mark.django_db

WORDS = [
    *(
        '"',
        'a"b',
        "*",
        "^a",
        "NEAR(a b)",
        "a NEAR/2 b",
        "AND",
        "NOT a",
        "a OR OR",
        "(((",
        "title:a",
    ),
    *("{a b}:c", "-a", "';drop table x;--", "%", "\\", "<->", "a & b", "!a", ":*", "a:*", "\0"),
    *("\u202e", "😀" * 100, "你好" * 100, "é" * 500, "a\nb", "owner_1", "１", "\ufdd0", "ſ", "İ"),
    *("a " * 500, '"a ' * 200, '"' * 500, "a" * 5_000),
]
CURSORS = [
    *("x", "-1", "9" * 18, "9" * 19, "9" * 4000, "1.5", "１", "²", "' or 1", "\0", "1_1", "_"),
    *("9999-12-31T23:59:59-23:59_1", "0001-01-01T00:00:00+00:00_1", "2024-W01-1T00Z_1"),
    f"2024-01-01T00:00:00Z_{'9' * 30}",
]
LISTS = ["conversations", "data", "memories", "metrics", "prompt-profiles"]


@pytest.mark.parametrize("path", ["/search/", "/api/chat/ui/search"])
def test_words_are_words(alice, client, path) -> None:
    turn_in(conversation_of(alice), "hello a b", "answer")
    for words in WORDS:
        assert client.get(path, {"q": words}).status_code in (200, 400, 422), words


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/search/?q=hello", "cursor"),
        ("/api/chat/ui/search?q=hello", "cursor"),
        ("/chat/", "before"),
        ("/chat/", "after"),
        *[(f"/api/chat/ui/{name}", "cursor") for name in LISTS],
    ],
)
def test_a_cursor_that_nobody_was_given(alice, client, path, name) -> None:
    turn_in(conversation_of(alice), "hello a b", "answer")
    for cursor in CURSORS:
        answer = client.get(path, query_params={"q": "hello", name: cursor})
        assert answer.status_code in (200, 400, 404, 422), cursor
