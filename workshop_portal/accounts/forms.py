"""Own data, and asking for a new sign-in link."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workshop_portal.accounts.actions import PROFILE_FIELDS
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.zones import ZoneField

UNSEEN = "\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
"""Signs that have no shape of their own, as a range of a pattern. Joiners stay: some scripts need them."""


class NameField(forms.CharField):
    """A name on one line, without characters that nobody sees or that turn the text around."""

    default_validators = [
        RegexValidator(
            f"[{UNSEEN}]",
            _("Write this on one line, without characters that cannot be seen."),
            inverse_match=True,
        )
    ]


class PersonNameMixin(forms.Form):
    """The fields by which lists and badges name a person."""

    title = NameField(
        label=pgettext_lazy("of a person", "Title"),
        max_length=40,
        required=False,
        help_text=_("As printed: Dr., Ms, Mr."),
    )
    given_name = NameField(label=_("Given name"), max_length=80)
    family_name = NameField(label=_("Family name"), max_length=80)
    name_in_own_script = NameField(label=_("Name in own script"), max_length=120, required=False)
    position = NameField(label=_("Position"), max_length=120, required=False)


class ProfileForm(PersonNameMixin):
    """A person's own data."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = ZoneField(label=_("Time zone"), help_text=_("All times are shown in this zone."))
    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        if user is not None:
            kwargs.setdefault("initial", {name: getattr(user, name) for name in PROFILE_FIELDS})
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(*PROFILE_FIELDS, Submit("save", _("Save")))


class NewLinkForm(forms.Form):
    """Asks for the address that a new link goes to."""

    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.helper = FormHelper()
        self.helper.layout = Layout("email", Submit("send", _("Send me a new link")))


class StaffRoleForm(forms.Form):
    """Names a member of the secretariat."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=StaffRole.Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("email", "role", Submit("grant", _("Give the role")))
