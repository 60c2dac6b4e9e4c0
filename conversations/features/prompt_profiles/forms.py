from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from conversations.models import PromptProfile
from conversations.showing.model_choices import list_model_choices
from conversations.showing.parameter_fields import ParameterFields
from conversations.showing.routing_choices import routing_options
from conversations.showing.tool_choices import ToolFields
from routing.llm.catalogue import Catalogue
from routing.llm.servers import ref_of, split_ref

if TYPE_CHECKING:
    ProfileModelForm = forms.ModelForm[PromptProfile]
else:
    ProfileModelForm = forms.ModelForm


def model_options(profile: PromptProfile, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Reference and label of each model; the profile's own stays, also where it is gone."""
    choices = [(choice.ref, choice.label) for choice in list_model_choices(catalogue).choices]
    chosen = ref_of(profile.model_name, profile.server)
    if chosen and chosen not in dict(choices):
        choices.insert(0, (chosen, f"{profile.model_name} (not available now)"))
    return choices


class ModelField(forms.ChoiceField):
    """A model may be named without its server."""

    def to_python(self, value: object) -> str:
        found = super().to_python(value)
        choices: Iterable[tuple[str, str]] = self.choices  # type: ignore[assignment]
        refs = (ref for ref, _ in choices if found and found in (ref, split_ref(ref)[0]))
        return next(refs, found)


class PromptProfileForm(ParameterFields, ToolFields, ProfileModelForm):
    """A profile's parameters are fields of their own here and one JSON object in its row."""

    model = ModelField(required=False)
    routing_profile = forms.ChoiceField(required=False, label="Routing profile in new chats")
    agent_fallback = forms.TypedChoiceField(
        required=False,
        choices=[("", "As configured"), ("True", "Yes"), ("False", "No")],
        coerce=lambda value: value == "True",
        empty_value=None,
        label="When an agent does not answer, Direct LLM does",
    )

    class Meta:
        model = PromptProfile
        fields = (
            *("name", "description", "system_prompt"),
            *("routing_profile", "agent_fallback", "is_default"),
            *("thinking_begins", "thinking_ends"),
        )
        widgets = {"system_prompt": forms.Textarea(attrs={"rows": 6})}
        labels = {
            "is_default": "Use for new chats",
            "thinking_begins": "Thinking begins with",
            "thinking_ends": "Thinking ends with",
        }
        help_texts = {
            "thinking_begins": (
                "Only for a model whose thoughts are shown as text: the mark that it writes before "
                "them. The usual ones, such as <think>, are known."
            ),
            "thinking_ends": "The mark behind them. It is enough where the model writes no first.",
        }
        error_messages = {"name": {"required": "A profile needs a name."}}

    def __init__(self, *args: Any, model_choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", "Whatever is chosen in the chat"), *model_choices]  # type: ignore[attr-defined]
        self.fields["routing_profile"].choices = routing_options(self.instance.routing_profile)  # type: ignore[attr-defined]
        self.fields["system_prompt"].strip = False  # type: ignore[attr-defined]
        self.fill(self.instance.parameters)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        taken = PromptProfile.objects.filter(owner=self.instance.owner, name=name)
        if taken.exclude(pk=self.instance.pk).exists():
            raise ValidationError("You have a profile of this name already.")
        return name

    def filled(self) -> PromptProfile:
        """The row as the form wants it, not saved yet."""
        profile: PromptProfile = self.save(commit=False)
        profile.parameters = self.parameters()
        profile.chosen_tools = self.tool_names(profile.chosen_tools)
        profile.model_name, profile.server = split_ref(self.cleaned_data["model"])
        return profile
