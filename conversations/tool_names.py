"""Which tools may be sent, as rows, forms, programs and files name them; null is all."""

from django.core.exceptions import ValidationError

from chatstudio.base.text import is_storable

MOST, LONGEST = 200, 128


def clean_tool_names(value: object) -> list[str]:
    """Each once. A tool that is not there now may be named: its server may only be away."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValidationError('Write a list of names, such as ["calculate"].')
    names = list(dict.fromkeys(value))
    if len(names) > MOST:
        raise ValidationError(f"At most {MOST} tools can be chosen.")
    if any(len(name) > LONGEST or not is_storable(name) for name in names):
        raise ValidationError(f"A tool's name has at most {LONGEST} characters, and no NUL.")
    return names


def read_tool_names(value: object) -> list[str] | None:
    """As stored or in a file; what is no such list says nothing."""
    try:
        return clean_tool_names(value)
    except ValidationError:
        return None
