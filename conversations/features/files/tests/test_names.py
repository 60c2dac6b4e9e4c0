import pytest

from conversations.features.files.names import LENGTH, clean_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\plan.docx", "plan.docx"),
        ("a\x00b\nc.txt", "ab c.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("  two   words .txt ", "two words .txt"),
        ("<b>bold</b>.txt", "b>.txt"),
        ("", "file"),
        ("...", "file"),
        ("日本語.txt", "日本語.txt"),
    ],
)
def test_a_name_is_shown_without_what_hides_or_leads_elsewhere(name, shown) -> None:
    assert clean_name(name) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = clean_name("x" * 300 + ".pdf")
    assert len(shown) == LENGTH
    assert shown.endswith("….pdf")
