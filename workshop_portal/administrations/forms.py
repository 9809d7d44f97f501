"""Forms of the registry. Their shape only: what goes beyond one form is an action's refusal."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.forms import PersonNameMixin
from workshop_portal.administrations.actions.administrations import EDITABLE
from workshop_portal.administrations.imports import refuse_harmful
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.zones import ZoneField

LARGEST_FILE = 1_000_000


class Code(forms.CharField):
    """The code of an administration, which has capital letters, however it was typed."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").upper()


class AdministrationForm(forms.Form):
    """One administration."""

    code = Code(
        label=_("Code"),
        max_length=12,
        help_text=_("As in lists and addresses: JP, JP-RTC."),
        validators=[
            RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Use capital letters, digits and hyphens."))
        ],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Administration.Kind.choices)
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As lists and the report name it: Korea (Republic of)."),
        validators=[refuse_harmful],
    )
    official_name = forms.CharField(
        label=_("Official name"),
        max_length=200,
        help_text=_("Of the authority: Korea Customs Service."),
        validators=[refuse_harmful],
    )
    sub_region = forms.CharField(
        label=_("Sub-region"), max_length=80, required=False, validators=[refuse_harmful]
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = ZoneField(label=_("Time zone"))
    official_address = forms.EmailField(
        label=_("Official address"),
        max_length=254,
        required=False,
        help_text=_("The office’s own e-mail address, whoever is focal point."),
    )
    parent = forms.ModelChoiceField(
        label=_("Under"),
        queryset=Administration.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("The Member to which a training centre belongs."),
    )
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("Others stay on record and are offered nowhere."),
    )

    def __init__(
        self, *args: Any, administration: Administration | None = None, **kwargs: Any
    ) -> None:
        if administration is not None:
            kwargs.setdefault("initial", {name: getattr(administration, name) for name in EDITABLE})
        super().__init__(*args, **kwargs)
        parents = Administration.objects.filter(parent=None).order_by("name", "pk")
        if administration is not None:
            parents = parents.exclude(pk=administration.pk)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]  # a ModelChoiceField


class FocalPointForm(PersonNameMixin):
    """Names a focal point or a deputy. A known address keeps the names that its person gave."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The person signs in with it. Somebody known keeps the name already given."),
    )
    kind = forms.ChoiceField(label=_("Office"), choices=FocalPoint.Kind.choices)
    takes_over = forms.BooleanField(
        label=_("Takes over from the present focal point, whose term ends now"), required=False
    )
    with_access = forms.BooleanField(
        label=_("Send a sign-in link now"), required=False, initial=True
    )

    field_order = ("email", "title", "given_name", "family_name", "name_in_own_script", "position")

    def __init__(self, *args: Any, in_place: FocalPoint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "given_name", "family_name", "name_in_own_script", "position"):
            self.fields[name].validators.append(refuse_harmful)
        if in_place is None:
            del self.fields["takes_over"]


class EndTermForm(forms.Form):
    """When a term ends: at once where nothing is said."""

    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: at once."),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class RegistryUploadForm(forms.Form):
    """A list of administrations as CSV or XLSX."""

    file = forms.FileField(
        label=_("List"), max_length=200, help_text=_("CSV in UTF-8 or XLSX, up to 1 MB.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".csv,.xlsx"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith((".csv", ".xlsx")):
            raise forms.ValidationError(_("Choose a file that ends in .csv or .xlsx."))
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        return file


class SaveImportForm(forms.Form):
    """Says which list was looked at."""

    expected = forms.CharField(max_length=32, widget=forms.HiddenInput)
