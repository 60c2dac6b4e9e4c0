from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, PasswordChangeForm, UserCreationForm
from django.core.exceptions import ValidationError

from chatstudio.accounts import set_up
from chatstudio.accounts.noting import revoke_keys_of
from chatstudio.models import ApiKey, User

if TYPE_CHECKING:
    CreationForm = UserCreationForm[User]
    OthersPasswordForm = AdminPasswordChangeForm[User]
else:
    CreationForm = UserCreationForm
    OthersPasswordForm = AdminPasswordChangeForm


class SignInForm(forms.Form):
    username = forms.CharField(
        label="Name",
        max_length=150,
        error_messages={"required": "Write your name."},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        strip=False,
        max_length=1000,
        error_messages={"required": "Write your password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignUpForm(CreationForm):
    """A name and a password, twice."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username",)
        labels = {"username": "Name"}
        help_texts = {"username": "Letters, digits and @ . + - _"}
        error_messages = {
            "username": {
                "required": "Choose a name.",
                "unique": "This name is taken. Choose another one.",
            }
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "At least ten characters, and none that many use."
        self.fields["password2"].label = "Password again"
        self.fields["password2"].help_text = ""
        for name in ("password1", "password2"):
            self.fields[name].max_length = 1000  # type: ignore[attr-defined]

    def clean_username(self) -> str:
        name = super().clean_username()
        if name and name.casefold() == User.LOCAL:
            raise ValidationError("This name is taken. Choose another one.")
        return name


class SetUpForm(SignUpForm):
    code = forms.CharField(
        label="Set-up code",
        max_length=40,
        help_text="It stands where the server was started.",
        error_messages={"required": "Copy the code from the server's console."},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True}
        ),
    )
    field_order = ("code", "username", "password1", "password2")

    def clean_code(self) -> str:
        if not set_up.is_code(self.cleaned_data["code"]):
            raise ValidationError("That is not the code on the server's console.")
        return str(self.cleaned_data["code"])

    def make_administrator(self) -> User:
        data = self.cleaned_data
        return User.objects.create_superuser(data["username"], password=data["password1"])


class NewPasswordForm(PasswordChangeForm):
    revoke_keys = forms.BooleanField(
        required=False,
        label="Revoke my API keys too",
        help_text="They outlive a new password. Whoever knew the old one may have made one.",
    )

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "That is not your password until now.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ApiKey.objects.filter(owner=self.user).exists():
            del self.fields["revoke_keys"]
        self.fields["old_password"].label = "Password until now"
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].help_text = "At least ten characters, and none that many use."
        self.fields["new_password2"].label = "New password again"
        self.fields["new_password2"].help_text = ""
        self.fields["old_password"].error_messages["required"] = "Write your password until now."


class SetPasswordForm(OthersPasswordForm):
    """For somebody else, in the administration."""

    revoke_keys = forms.BooleanField(
        required=False,
        initial=True,
        label="Revoke this person's API keys too",
        help_text="They outlive a new password. Whoever knew the old one may have made one.",
    )

    def save(self, commit: bool = True) -> User:
        person = super().save(commit)
        if self.cleaned_data["revoke_keys"]:
            revoke_keys_of(person)
        return person


class InvitationForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=120,
        label="For whom",
        help_text="Only administrators see it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        coerce=int,
        initial=7,
        label="Valid for",
        choices=[(1, "a day"), (7, "a week"), (30, "30 days")],
    )
