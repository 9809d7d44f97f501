"""The delegate's profile with the consents, and asking for a new personal link."""

from typing import Any

from django import forms
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from events.models import Format
from participants.actions.profiles import Profile
from participants.forms.nominations import WordsField
from participants.models import Consent, Registration
from workshop_portal.accounts.forms import ProfileForm

SPOKEN = ("en", "fr", "zh-hans", "ja", "ko", "ru", "vi", "th", "id", "km", "mn", "ne", "hi", "bn", "fa", "ar", "es", "pt")  # fmt: skip
"""Working languages to choose from."""

CONSENT_TEXTS = {
    Consent.Purpose.PARTICIPANT_LIST: _(
        "My name, position and administration may stand in the list of participants that everybody who takes part can see."
    ),
    Consent.Purpose.PUBLIC_LIST: _(
        "My name and administration may stand in the published report of the workshop."
    ),
    Consent.Purpose.RECORDING: _("I may be seen and heard in photographs and recordings."),
    Consent.Purpose.LATER_CONTACT: _(
        "The secretariat may write to me about later workshops and surveys."
    ),
}
"""Sentences of the version `Consent.TEXT_VERSION`: raise it when one changes."""


class ConsentsForm(forms.Form):
    """Once a workshop has ended: what was agreed to, to be taken back."""

    consents = forms.MultipleChoiceField(
        label=_("What I agree to"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The workshop has ended. Take out the tick of what you no longer agree to."),
    )

    def __init__(self, data: Any = None, *, given: list[str]) -> None:
        super().__init__(data, initial={"consents": given})
        texts = [(purpose, text) for purpose, text in CONSENT_TEXTS.items() if purpose in given]
        self.fields["consents"].choices = texts  # type: ignore[attr-defined]  # a MultipleChoiceField

    @property
    def kept(self) -> set[Consent.Purpose]:
        """Once valid."""
        return {Consent.Purpose(value) for value in self.cleaned_data["consents"]}


class DelegateForm(ProfileForm):
    """Own data, working languages, how one attends, and each consent apart, none of them ticked before."""

    title = WordsField(
        label=pgettext_lazy("of a person", "Title"),
        max_length=40,
        required=False,
        help_text=_("As printed: Dr., Ms, Mr."),
    )
    given_name = WordsField(label=_("Given name"), max_length=80)
    family_name = WordsField(label=_("Family name"), max_length=80)
    name_in_own_script = WordsField(
        label=_("Name in own script"), max_length=120, required=False, help_text=_("If different.")
    )
    position = WordsField(label=_("Position"), max_length=120, required=False)
    theme = None  # type: ignore[assignment]  # taken out: chosen on the person's own page
    speaks = forms.ChoiceField(label=_("Best working language"))
    speaks_also = forms.MultipleChoiceField(
        label=_("I can also work in"), widget=forms.CheckboxSelectMultiple, required=False
    )
    attends = forms.ChoiceField(
        label=_("I attend"), choices=Registration.Attends.choices, widget=forms.RadioSelect
    )
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[("", _("Not given")), *Registration.Gender.choices],
        required=False,
        help_text=_("If you like. It only counts in the statistics and is shown to nobody."),
    )
    consents = forms.MultipleChoiceField(
        label=_("What I agree to"),
        choices=list(CONSENT_TEXTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Each is a choice of its own, and you can take part without any. You can change them at any time."
        ),
    )

    def __init__(
        self,
        *args: Any,
        registration: Registration,
        given: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, user=registration.user, **kwargs)
        spoken = [(code, get_language_info(code)["name_translated"]) for code in SPOKEN]
        self.fields["speaks"].choices = spoken  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["speaks_also"].choices = spoken  # type: ignore[attr-defined]  # as above
        own = str(registration.user.language)
        speaks = registration.speaks or [own if own in SPOKEN else "en"]
        self.initial.update(
            {
                "speaks": speaks[0],
                "speaks_also": speaks[1:],
                "attends": registration.attends,
                "gender": registration.gender,
                "consents": given,
            }
        )
        if registration.workshop.format != Format.HYBRID:
            del self.fields["attends"]
        self.registration = registration

    def get_profile(self, language: str) -> Profile:
        """Once valid. `language`: in which the sentences of the consents were shown."""
        data = self.cleaned_data
        first = data["speaks"]
        names = (
            "title", "given_name", "family_name", "name_in_own_script", "position", "language", "time_zone",
        )  # fmt: skip
        return Profile(
            person={name: data[name] for name in names},
            speaks=[first, *(code for code in data["speaks_also"] if code != first)],
            attends=Registration.Attends(data.get("attends") or self.registration.attends),
            gender=data["gender"],
            consents=frozenset(Consent.Purpose(value) for value in data["consents"]),
            language=language,
        )
