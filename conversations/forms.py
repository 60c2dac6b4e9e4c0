from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from conversations.models import PromptProfile
from conversations.services import clean_title
from routing.strategies import STRATEGIES
from routing.types import Parameters

if TYPE_CHECKING:
    ProfileModelForm = forms.ModelForm[PromptProfile]
else:
    ProfileModelForm = forms.ModelForm

LONGEST_MESSAGE = 500_000


class TurnForm(forms.Form):
    """A message and how it shall be answered. `model` is a reference, see models_shown."""

    text = forms.CharField(
        max_length=LONGEST_MESSAGE,
        strip=False,
        error_messages={
            "required": "Write something first.",
            "max_length": f"This message is too long: at most {LONGEST_MESSAGE:,} characters.",
        },
    )
    request_id = forms.UUIDField(required=False)
    model = forms.CharField(max_length=520, required=False)
    routing_profile = forms.ChoiceField(required=False)
    prompt_profile = forms.CharField(max_length=36, required=False)
    memory = forms.BooleanField(required=False)
    memory_present = forms.BooleanField(required=False)
    tab = forms.CharField(max_length=64, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, strategy.label) for name, strategy in STRATEGIES.items()]
        self.fields["routing_profile"].choices = choices  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").replace("\x00", "")
        if not text.strip():
            raise ValidationError("Write something first.")
        return text.strip("\n")

    def clean_request_id(self) -> UUID:
        return self.cleaned_data["request_id"] or uuid4()

    def clean_routing_profile(self) -> str:
        return self.cleaned_data["routing_profile"] or "direct"

    @property
    def sentence(self) -> str:
        """The first thing that is wrong, for the place below the message box."""
        return next((str(errors[0]) for errors in self.errors.values()), "")


class RenameForm(forms.Form):
    title = forms.CharField(max_length=200, error_messages={"required": "A title needs a word."})

    def clean_title(self) -> str:
        return clean_title(self.cleaned_data["title"])


class PromptProfileForm(ProfileModelForm):
    """A profile's parameters are fields of their own here and one JSON object in its row."""

    model = forms.ChoiceField(required=False)
    temperature = forms.FloatField(
        required=False, min_value=0, max_value=5, help_text="0 is sober, 1 is lively."
    )
    top_p = forms.FloatField(required=False, min_value=0, max_value=1, label="Top p")
    top_k = forms.IntegerField(required=False, min_value=0, max_value=1000, label="Top k")
    repeat_penalty = forms.FloatField(required=False, min_value=0, max_value=5)
    seed = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="The same seed, the same dice."
    )
    num_ctx = forms.IntegerField(
        required=False,
        min_value=256,
        max_value=4_000_000,
        label="Context window",
        help_text="Tokens. A change makes Ollama load the model again.",
    )
    num_predict = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        label="Longest answer",
        help_text="Tokens.",
    )
    stop = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Stop at",
        help_text="One text a line; the answer ends where one of them would come.",
    )
    thinking = forms.ChoiceField(
        required=False,
        choices=[
            ("", "As the model does"),
            ("on", "On"),
            ("off", "Off"),
            ("low", "A little"),
            ("medium", "Medium"),
            ("high", "A lot"),
        ],
    )

    NUMBERS = ("temperature", "top_p", "top_k", "repeat_penalty", "seed", "num_ctx", "num_predict")

    class Meta:
        model = PromptProfile
        fields = ("name", "description", "system_prompt", "is_default")
        widgets = {"system_prompt": forms.Textarea(attrs={"rows": 6})}
        labels = {"is_default": "Use for new chats"}
        error_messages = {"name": {"required": "A profile needs a name."}}

    def __init__(self, *args: Any, model_choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", "Whatever is chosen in the chat"), *model_choices]  # type: ignore[attr-defined]
        self.fields["system_prompt"].strip = False  # type: ignore[attr-defined]
        stored = Parameters.from_dict(self.instance.parameters)
        for name in self.NUMBERS:
            self.fields[name].initial = getattr(stored, name)
        self.fields["stop"].initial = "\n".join(stored.stop)
        on_off = {True: "on", False: "off", None: ""}
        thinking = stored.thinking
        self.fields["thinking"].initial = (
            thinking if isinstance(thinking, str) else on_off[thinking]
        )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        taken = PromptProfile.objects.filter(owner=self.instance.owner, name=name)
        if taken.exclude(pk=self.instance.pk).exists():
            raise ValidationError("You have a profile of this name already.")
        return name

    def clean_stop(self) -> tuple[str, ...]:
        return tuple(line for line in self.cleaned_data["stop"].splitlines() if line)

    def parameters(self) -> dict[str, Any]:
        on_off: dict[str, Any] = {"on": True, "off": False, "": None}
        thinking = self.cleaned_data["thinking"]
        chosen = {name: self.cleaned_data[name] for name in self.NUMBERS}
        return Parameters.from_dict(
            {
                **chosen,
                "stop": self.cleaned_data["stop"] or None,
                "thinking": on_off.get(thinking, thinking),
            }
        ).to_dict()
