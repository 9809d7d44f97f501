"""Forms about sessions, speakers, materials and instruments."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.forms.fields import (
    Clock,
    Day,
    LaidOutForm,
    Line,
    WatchedForm,
    WebAddress,
    Words,
    moment,
)
from events.models import (
    Format,
    Instrument,
    Material,
    Session,
    SessionSpeaker,
    Speaker,
    Workshop,
)
from events.queries import list_offered_instruments, list_speakers
from events.uploads import KINDS, FileRefusedError, identify
from workshop_portal.administrations.models import Administration
from workshop_portal.templatetags.portal import zone_name


class _InZone(forms.Form):
    """Day and hours on the clock of the workshop."""

    workshop: Workshop

    def _moment(self, day: Any, name: str) -> datetime | None:
        clock = self.cleaned_data.get(name)
        if day is None or clock is None:
            return None
        try:
            return moment(day, clock, self.workshop.zone)
        except ValidationError as error:
            self.add_error(name, error)
        return None


class SessionForm(WatchedForm, _InZone):
    """A session, typed in the zone of the workshop."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Session.Kind.choices)
    title = Line(label=gettext_lazy("Title"), max_length=200)
    day = Day(label=gettext_lazy("Day"))
    starts = Clock(label=gettext_lazy("Starts"))
    ends = Clock(label=gettext_lazy("Ends"))
    description = Words(label=gettext_lazy("Description"), required=False)
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("", gettext_lazy("As the workshop")), *Format.choices],
        required=False,
    )
    venue = Line(label=gettext_lazy("Room"), max_length=120, required=False)
    join_url = WebAddress(
        label=gettext_lazy("Join link"),
        required=False,
        help_text=gettext_lazy("Only where it differs from the workshop’s."),
    )
    rows = (
        Row("kind", "day"),
        "title",
        Row("starts", "ends"),
        "description",
        Fieldset(gettext_lazy("Where"), Row("format", "venue"), "join_url"),
    )

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        self.workshop = workshop
        super().__init__(*args, **kwargs)
        self.fields["starts"].help_text = _("In {zone}").format(zone=zone_name(workshop.zone))
        day = self.fields["day"].widget.attrs
        day["min"], day["max"] = workshop.starts_on.isoformat(), workshop.ends_on.isoformat()

    @classmethod
    def values_of(cls, session: Session, workshop: Workshop) -> dict[str, Any]:
        start, end = (at.astimezone(workshop.zone) for at in (session.starts_at, session.ends_at))
        return {
            "kind": session.kind,
            "title": str(session.title),
            "day": start.date(),
            "starts": start.time(),
            "ends": end.time(),
            "description": str(session.description),
            "format": session.format,
            "venue": session.venue,
            "join_url": session.join_url,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = cleaned.pop("day", None)
        starts_at, ends_at = self._moment(day, "starts"), self._moment(day, "ends")
        cleaned.pop("starts", None)
        cleaned.pop("ends", None)
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends", _("The session ends before it starts, or at the same minute."))
        cleaned["starts_at"], cleaned["ends_at"] = starts_at, ends_at
        return cleaned


class MoveForm(LaidOutForm, _InZone):
    """Another beginning for a session; its length stays."""

    day = Day(label=gettext_lazy("Day"))
    starts = Clock(label=gettext_lazy("Starts"))
    with_following = forms.BooleanField(
        label=gettext_lazy("Move all that follow on its day as well"), required=False
    )
    rows = (Row("day", "starts"), "with_following")
    submit = gettext_lazy("Move")

    def __init__(self, *args: Any, session: Session, workshop: Workshop, **kwargs: Any) -> None:
        self.workshop = workshop
        start = session.starts_at.astimezone(workshop.zone)
        kwargs.setdefault("initial", {"day": start.date(), "starts": start.time()})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["starts_at"] = self._moment(cleaned.get("day"), "starts")
        return cleaned


class SpeakerForm(WatchedForm):
    """A person who speaks."""

    title = Line(
        label=gettext_lazy("Title"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As printed: Dr., Ms, Mr."),
    )
    given_name = Line(label=gettext_lazy("Given name"), max_length=80, required=False)
    family_name = Line(label=gettext_lazy("Family name"), max_length=80)
    position = Line(label=gettext_lazy("Position"), max_length=120, required=False)
    administration = forms.ModelChoiceField(
        label=gettext_lazy("Administration"),
        queryset=Administration.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("None"),
    )
    is_resource_person = forms.BooleanField(label=gettext_lazy("Resource person"), required=False)
    accreditation = Line(
        label=gettext_lazy("Accreditation"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("As printed: ACE, HRMD."),
    )
    biography = Words(label=gettext_lazy("Biography"), required=False, rows=6)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Lets the speaker sign in and upload slides. It is never shown."),
    )
    rows = (
        Row("title", "given_name", "family_name"),
        Row("position", "administration"),
        Row("accreditation", "email"),
        "is_resource_person",
        "biography",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["administration"]
        field.queryset = Administration.objects.filter(is_active=True).order_by("name", "pk")

    @classmethod
    def values_of(cls, speaker: Speaker) -> dict[str, Any]:
        names = (
            "title",
            "given_name",
            "family_name",
            "position",
            "is_resource_person",
            "accreditation",
        )
        body = speaker.administration
        return {name: getattr(speaker, name) for name in names} | {
            "administration": body.code if body else None,
            "biography": str(speaker.biography),
            "email": speaker.user.email if speaker.user else "",
        }


class PartForm(LaidOutForm):
    """What a speaker does in a session."""

    speaker = forms.ModelChoiceField(
        label=gettext_lazy("Speaker"),
        queryset=Speaker.objects.none(),
        to_field_name="public_id",
        empty_label=gettext_lazy("Choose a speaker"),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=SessionSpeaker.Role.choices)
    key_message = Words(
        label=gettext_lazy("Key message"),
        max_length=2000,
        required=False,
        rows=2,
        help_text=gettext_lazy("One sentence that report and news may quote."),
    )
    rows = (Row("speaker", "role"), "key_message")
    submit = gettext_lazy("Give this part")

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["speaker"].queryset = list_speakers(workshop)  # type: ignore[attr-defined]  # rows


class EditPartForm(WatchedForm):
    """Another role or key message for a speaker in a session."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=SessionSpeaker.Role.choices)
    key_message = Words(label=gettext_lazy("Key message"), max_length=2000, required=False, rows=3)

    @classmethod
    def values_of(cls, part: SessionSpeaker) -> dict[str, Any]:
        return {"role": part.role, "key_message": str(part.key_message)}


class FileForm(LaidOutForm):
    """A file, its kind checked by name and content."""

    file = forms.FileField(label=gettext_lazy("File"), max_length=255, allow_empty_file=True)
    submit = gettext_lazy("Upload")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ", ".join(kind for kind in KINDS if kind != "jpeg")
        self.fields["file"].help_text = _("{kinds}; at most 50 MB.").format(kinds=kinds)
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{kind}" for kind in KINDS)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            identify(file, file.name)
        except FileRefusedError as error:
            raise ValidationError(str(error)) from error
        return file


class MaterialForm(FileForm):
    """A new material of a session."""

    title = Line(label=gettext_lazy("Title"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=Material.Audience.choices,
        initial=Material.Audience.PARTICIPANTS,
    )
    rows = ("title", "file", Row("language", "audience"))


class MaterialDetailsForm(WatchedForm):
    """Title, language and audience of a material."""

    title = Line(label=gettext_lazy("Title"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"), choices=Material.Audience.choices
    )
    rows = ("title", Row("language", "audience"))

    @classmethod
    def values_of(cls, material: Material) -> dict[str, Any]:
        return {name: getattr(material, name) for name in ("title", "language", "audience")}


class InstrumentForm(WatchedForm):
    """An instrument of the library."""

    title = Line(label=gettext_lazy("Title"), max_length=200)
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=1950, max_value=2099, required=False
    )
    edition = Line(label=gettext_lazy("Edition"), max_length=40, required=False)
    url = WebAddress(label=gettext_lazy("Link"), required=False)
    is_active = forms.BooleanField(
        label=gettext_lazy("Offered for new sessions"), required=False, initial=True
    )
    rows = ("title", Row("year", "edition"), "url", "is_active")

    @classmethod
    def values_of(cls, instrument: Instrument) -> dict[str, Any]:
        return {name: getattr(instrument, name) for name in ("title", "year", "edition", "url")} | {
            "is_active": instrument.is_active
        }


class AttachForm(LaidOutForm):
    """An instrument that a session introduces."""

    instrument = forms.ModelChoiceField(
        label=gettext_lazy("Instrument"),
        queryset=Instrument.objects.none(),
        empty_label=gettext_lazy("Choose an instrument"),
    )
    submit = gettext_lazy("Introduce here")

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["instrument"]
        field.queryset = list_offered_instruments(session)
