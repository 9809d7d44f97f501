"""Forms of nominating: one person, several pasted rows, a letter, another person in a seat, an address."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from events.uploads import FileRefusedError, identify
from participants.actions.nominations import Nominee
from participants.imports import ROLES, why_taken
from participants.models import Delegation, Registration
from participants.queries.registrations import list_active_by_address
from workshop_portal.accounts.forms import NameField
from workshop_portal.documents.characters import clean_text

LARGEST_LETTER = 10 * 1024 * 1024
LETTER_KINDS = {"application/pdf", "image/png", "image/jpeg"}
LARGEST_PASTE = 100_000

Role = Registration.Role


class WordsField(NameField):
    """A name or title: on one line, without characters that hide others."""

    def to_python(self, value: Any) -> str:
        return " ".join(clean_text(super().to_python(value) or "").split())


class PersonForm(forms.Form):
    """A person by name and address."""

    given_name = WordsField(label=_("Given name"), max_length=80)
    family_name = WordsField(label=_("Family name"), max_length=80)
    name_in_own_script = WordsField(
        label=_("Name in own script"), max_length=120, required=False, help_text=_("If different.")
    )
    email = forms.EmailField(
        label=_("Work e-mail address"),
        max_length=254,
        help_text=_("The personal link goes to this address."),
    )
    position = WordsField(label=_("Position"), max_length=120, required=False)

    def __init__(self, *args: Any, delegation: Delegation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delegation = delegation
        for name in self.fields:
            self.fields[name].widget.attrs["autocomplete"] = "off"
        first, second, *rest = self.fields
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Row(first, second), *rest)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        known = list_active_by_address(workshop=self.delegation.workshop, addresses=[email])
        if known:
            raise forms.ValidationError(why_taken(known[email], self.delegation))
        return email

    @property
    def person(self) -> Nominee:
        """Once valid. The role only where the form asks for it."""
        names = ("given_name", "family_name", "name_in_own_script", "email", "position")
        values = {name: str(self.cleaned_data[name]) for name in names}
        return Nominee(**values, role=Role(self.cleaned_data.get("role") or Role.DELEGATE))


class LetterForm(forms.Form):
    """The administration's letter that comes along, where there is one."""

    letter = forms.FileField(
        label=_("Letter"), required=False, help_text=_("PDF or picture, up to 10 MB.")
    )

    def clean_letter(self) -> Any:
        letter = self.cleaned_data.get("letter")
        if not letter:
            return None
        try:
            found = identify(letter, letter.name)
        except FileRefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if found.content_type not in LETTER_KINDS or found.size > LARGEST_LETTER:
            raise forms.ValidationError(_("Choose a PDF or a picture of at most 10 MB."))
        letter.name = found.name
        return letter

    @property
    def scan(self) -> dict[str, Any]:
        """Once valid: the letter and its name, as the actions take them."""
        letter = self.cleaned_data["letter"]
        return {"letter": letter, "letter_name": letter.name if letter else ""}


class NominateForm(LetterForm, PersonForm):
    """One nomination, by the focal point or recorded from a letter or mail, with the scan where there is one."""

    role = forms.ChoiceField(
        label=_("Takes part as"), widget=forms.RadioSelect, initial=Role.DELEGATE
    )
    field_order = (*PersonForm.base_fields, "role", "letter")

    def __init__(self, *args: Any, has_head: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (role, role.label) for role in ROLES if not (has_head and role == Role.HEAD)
        ]


class PasteForm(forms.Form):
    """Several people as rows of a sheet."""

    rows = forms.CharField(
        label=_("Rows"),
        max_length=LARGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "One person a row: given name, family name, e-mail, position, takes part as. "
            "Copy them from a sheet, or separate by commas."
        ),
        strip=False,
    )


class AddressForm(forms.Form):
    """A corrected address."""

    email = forms.EmailField(
        label=_("Right address"),
        max_length=254,
        help_text=_("A new personal link goes there; the old one no longer works."),
    )


class WithdrawForm(forms.Form):
    """Why a person no longer comes, where there is something to say."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_reason(self) -> str:
        return clean_text(str(self.cleaned_data["reason"]))
