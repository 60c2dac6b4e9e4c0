"""`{% icon "copy" %}` in every template: a drawing of static/icons/icons.svg."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Library
from django.utils.safestring import SafeString

register = Library()


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, css_class: str = "icon") -> SafeString:
    """A page that is saved to a file (`is_still`) holds the drawings itself."""
    # A page has a hundred icons: format_html and {% static %} would take three times as long.
    sheet = "" if "is_still" in context else staticfiles_storage.url("icons/icons.svg")
    return SafeString(
        f'<svg class="{css_class}" aria-hidden="true"><use href="{sheet}#{name}"></use></svg>'
    )
