from conversations.features.exchange.formats.html_archive.write import write


def test_the_archive_asks_for_no_other_file() -> None:
    html = b"".join(write([])).decode()
    assert "<style>" in html
    assert "url(" not in html
