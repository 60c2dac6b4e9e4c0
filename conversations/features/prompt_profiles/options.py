"""What a prompt profile can be set to."""

from conversations.models import PromptProfile
from conversations.showing.model_choices import list_model_choices
from routing.llm.catalogue import Catalogue
from routing.llm.servers import ref_of


def model_options(profile: PromptProfile, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Reference and label of each model; the profile's own stays, also where it is gone."""
    choices = [(choice.ref, choice.label) for choice in list_model_choices(catalogue).choices]
    chosen = ref_of(profile.model_name, profile.server)
    if chosen and chosen not in dict(choices):
        choices.insert(0, (chosen, f"{profile.model_name} (not available now)"))
    return choices
