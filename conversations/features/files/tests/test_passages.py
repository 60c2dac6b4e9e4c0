from conversations.features.files.passages import LENGTH, nearest, split

TEXT = "\n".join(f"Row {n} is about {'penguins' if n == 150 else 'nothing'}." for n in range(300))


def test_passages_are_about_as_long_as_meant_and_lose_nothing() -> None:
    passages = split(TEXT)
    assert all(len(passage.text) <= LENGTH for passage in passages)
    assert "\n".join(passage.text for passage in passages) == TEXT


def test_a_passage_says_its_lines() -> None:
    assert split("One\nTwo\nThree")[0].place == "lines 1–3"
    assert split("One")[0].place == "line 1"


def test_a_passage_says_its_page_where_there_are_pages() -> None:
    assert [passage.place for passage in split("One\fTwo")] == ["page 1", "page 2"]


def test_a_line_without_end_is_cut() -> None:
    assert [len(passage.text) for passage in split("x" * 2000)] == [800, 800, 400]


def test_the_nearest_has_the_words_of_the_question() -> None:
    (found,) = nearest(split(TEXT), "What about the Penguins?", LENGTH)
    assert "penguins" in found.text


def test_rare_words_weigh_more_than_usual_ones() -> None:
    text = "\f".join(["the the the the"] * 9 + ["one walrus"])
    assert nearest(split(text), "the walrus", 15)[0].place == "page 10"


def test_scripts_without_spaces_are_searched_too() -> None:
    text = "\f".join(["今日は天気がいい", "鯨は海に住む"])
    assert nearest(split(text), "鯨はどこ", 8)[0].place == "page 2"


def test_they_stand_in_the_order_of_the_text() -> None:
    text = "\f".join(["one cat", "nothing", "cat cat cat"])
    assert [p.place for p in nearest(split(text), "cat", 20)] == ["page 1", "page 3"]


def test_without_a_word_in_common_the_beginning_is_taken() -> None:
    assert nearest(split(TEXT), "xyzzy", LENGTH)[0].place.startswith("lines 1–")
