import re

_ALIGN = re.compile(r'(<t[hd]) align="(left|center|right)"')


def dress_tables(html: str) -> str:
    """Alignment as a class, and a box around the table that a wide one can scroll in."""
    if "<table>" not in html:
        return html
    html = _ALIGN.sub(r'\1 class="align-\2"', html)
    html = html.replace("<table>", '<div class="table-wrap"><table>')
    return html.replace("</table>", "</table></div>")
