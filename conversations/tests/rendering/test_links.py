import pytest

from conversations.tests.rendering.html import html_of

REL = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    "url", ["http://a.example", "https://a.example/x?y=1", "mailto:a@b.example"]
)
def test_web_and_mail_links_stay(url: str) -> None:
    assert html_of(f"[x]({url})") == f'<p><a href="{url}" {REL}>x</a></p>'


@pytest.mark.parametrize(
    "url", ["ftp://a.example", "/chat/", "//a.example", "#top", "tel:1", "javascript:x", ""]
)
def test_other_links_become_text(url: str) -> None:
    assert html_of(f"[*x*]({url}) y") == "<p><em>x</em> y</p>"


def test_bare_addresses_become_links() -> None:
    assert (
        html_of("www.a.example") == f'<p><a href="http://www.a.example" {REL}>www.a.example</a></p>'
    )


def test_image_becomes_link() -> None:
    link = f'<a class="remote-image" href="https://a.example/x.png" {REL}>image: a cat</a>'
    assert html_of("![a *cat*](https://a.example/x.png)") == f"<p>{link}</p>"


def test_image_without_words_shows_its_address() -> None:
    assert ">image: https://a.example/x.png</a>" in html_of("![](https://a.example/x.png)")


@pytest.mark.parametrize(
    "source", ["data:image/png;base64,AA", "/media/x.png", "mailto:a@b.example"]
)
def test_image_from_elsewhere_is_text(source: str) -> None:
    assert html_of(f"![cat]({source})") == "<p>image: cat</p>"


def test_image_in_link_is_text_of_the_link() -> None:
    expected = f'<p><a href="https://a.example" {REL}>image: cat</a></p>'
    assert html_of("[![cat](https://b.example/x.png)](https://a.example)") == expected


def test_image_in_refused_link_is_a_link() -> None:
    html = html_of("[![cat](https://b.example/x.png)](javascript:x)")
    assert html.startswith('<p><a class="remote-image" href="https://b.example/x.png"')


def test_link_in_link_is_its_text() -> None:
    html = html_of("[a <https://b.example> c](https://a.example)")
    assert html.count("<a ") == html.count("</a>") == 1
