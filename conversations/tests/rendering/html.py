from conversations.rendering import render


def html_of(markdown: str, *, final: bool = True) -> str:
    return "".join(block.html for block in render(markdown, final=final)).strip()
