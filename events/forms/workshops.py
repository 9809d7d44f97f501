"""Forms about series, workshops, their mandate, bodies, team and states."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Div, Fieldset, Row, Submit
from django import forms
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
    closing,
)
from events.models import Format, Organiser, TeamMember, Workshop, WorkshopSeries
from events.queries import list_series
from workshop_portal.administrations.models import Administration
from workshop_portal.zones import ZoneField

FORMAT_HELP = gettext_lazy(
    "Online has join links, on-site has a venue and travel information, hybrid has both."
)


class SeriesForm(WatchedForm):
    title = Line(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("What recurs, such as “Training Management, Asia/Pacific”."),
    )
    description = Words(label=gettext_lazy("Description"), required=False)

    @classmethod
    def values_of(cls, series: WorkshopSeries) -> dict[str, Any]:
        return {"title": str(series.title), "description": str(series.description)}


class _Days(forms.Form):
    """First and last day."""

    starts_on = Day(label=gettext_lazy("First day"))
    ends_on = Day(label=gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first day."))
        elif first and last and (last - first).days > 60:
            self.add_error("ends_on", _("A workshop takes 60 days at most."))
        return cleaned


class PlanForm(_Days, LaidOutForm):
    """A new workshop: what is needed to have a draft. The rest follows in its settings."""

    series = forms.ModelChoiceField(
        label=gettext_lazy("Series"),
        queryset=WorkshopSeries.objects.none(),
        required=False,
        empty_label=gettext_lazy("A new series"),
        to_field_name="slug",
        help_text=gettext_lazy(
            "The recurring event that it belongs to. “Next workshop” in the list of series takes over its agenda."
        ),
    )
    series_title = Line(
        label=gettext_lazy("Title of the new series"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as “Training Management, Asia/Pacific”."),
    )
    title = Line(label=gettext_lazy("Title of the workshop"), max_length=200)
    short_title = Line(
        label=gettext_lazy("Short title"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For trails and lists, such as “Online 2022”."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=Format.choices, help_text=FORMAT_HELP
    )
    time_zone = ZoneField(
        label=gettext_lazy("Time zone of the workshop"),
        help_text=gettext_lazy("The agenda is typed in it; everybody sees the own zone beside it."),
    )
    rows = (
        Row("series", "series_title"),
        "title",
        "short_title",
        Row("starts_on", "ends_on"),
        Row("format", "time_zone"),
    )
    submit = gettext_lazy("Make the draft")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["series"]
        field.queryset = list_series()
        field.label_from_instance = lambda each: str(each.title)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_new = "series" in cleaned and not cleaned["series"]
        if is_new and not cleaned.get("series_title") and "series_title" not in self.errors:
            self.add_error("series_title", _("Choose a series, or give the new one a title."))
        return cleaned


class NextWorkshopForm(LaidOutForm):
    """The next workshop of a series, made in the shape of an earlier one."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("In the shape of"),
        queryset=Workshop.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("Choose a workshop"),
        help_text=gettext_lazy("Agenda, bodies and instruments are taken over; people are not."),
    )
    starts_on = Day(
        label=gettext_lazy("First day"),
        help_text=gettext_lazy("Every date moves by as many days; hours stay."),
    )
    title = Line(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, the title stays as it was."),
    )
    short_title = Line(label=gettext_lazy("Short title"), max_length=60, required=False)
    submit = gettext_lazy("Make the draft")

    def __init__(self, *args: Any, series: WorkshopSeries, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.queryset = series.workshops.order_by("-starts_on", "-pk")
        field.label_from_instance = lambda each: each.name


class WorkshopForm(_Days, WatchedForm):
    """What is said of a workshop. Fields that its format does not have are emptied."""

    title = Line(label=gettext_lazy("Title"), max_length=200)
    short_title = Line(
        label=gettext_lazy("Short title"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For trails and lists, such as “Online 2022”."),
    )
    summary = Words(label=gettext_lazy("What it is about"), required=False)
    time_zone = ZoneField(
        label=gettext_lazy("Time zone of the workshop"),
        help_text=gettext_lazy("Another zone keeps the hours of the agenda on its clocks."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=Format.choices, help_text=FORMAT_HELP
    )
    join_url = WebAddress(
        label=gettext_lazy("Join link"),
        required=False,
        help_text=gettext_lazy("Only people who take part see it."),
    )
    backup_url = WebAddress(label=gettext_lazy("Back-up link"), required=False)
    venue = Line(label=gettext_lazy("Venue"), max_length=200, required=False)
    travel_information = Words(label=gettext_lazy("Travel information"), required=False)
    contact_name = Line(label=gettext_lazy("Contact"), max_length=120, required=False)
    contact_email = forms.EmailField(
        label=gettext_lazy("Contact address"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("At the foot of pages, mails and the report."),
    )
    ONLINE_FIELDS = ("join_url", "backup_url")
    PLACE_FIELDS = ("venue", "travel_information")
    rows = (
        Fieldset(gettext_lazy("What"), "title", "short_title", "summary"),
        Fieldset(gettext_lazy("When"), Row("starts_on", "ends_on"), "time_zone"),
        Fieldset(
            gettext_lazy("How people take part"),
            "format",
            Div(*ONLINE_FIELDS, css_class="only-online"),
            Div(*PLACE_FIELDS, css_class="only-place"),
            css_class="by-format",
        ),
        Fieldset(gettext_lazy("Contact"), Row("contact_name", "contact_email")),
    )

    @classmethod
    def values_of(cls, workshop: Workshop) -> dict[str, Any]:
        texts = ("title", "short_title", "summary", "travel_information")
        values = {name: getattr(workshop, name) for name in cls.base_fields if name != "seen"}
        return {name: str(value) if name in texts else value for name, value in values.items()}

    def ask(self) -> None:
        """Show what was typed once more: only the next save is meant."""
        self.helper.layout.fields[-1] = Submit("confirmed", _("Save and tell everybody"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        away: tuple[str, ...] = ()
        if cleaned.get("format") == Format.ONLINE:
            away = self.PLACE_FIELDS
        elif cleaned.get("format") == Format.ON_SITE:
            away = self.ONLINE_FIELDS
        for name in away:
            self.errors.pop(name, None)
            cleaned[name] = ""
        return cleaned


class MandateForm(WatchedForm):
    """Why the workshop is held."""

    meeting = Line(
        label=gettext_lazy("Meeting"),
        max_length=200,
        help_text=gettext_lazy("Such as “19th A/P Regional Training Centre Heads Meeting”."),
    )
    body = Line(
        label=gettext_lazy("Body"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Who decided, where the meeting does not say it."),
    )
    decided_on = Day(label=gettext_lazy("Date of the decision"), required=False)
    decided_in = Line(
        label=gettext_lazy("Date in words"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Where only the month is known: “October 2021”."),
    )
    decision = Words(label=gettext_lazy("Text of the decision"), required=False, rows=6)
    rows = ("meeting", "body", Row("decided_on", "decided_in"), "decision")

    @classmethod
    def values_of(cls, workshop: Workshop) -> dict[str, Any]:
        mandate = getattr(workshop, "mandate", None)
        if mandate is None:
            return {}
        names = ("meeting", "body", "decided_on", "decided_in")
        return {name: getattr(mandate, name) for name in names} | {
            "decision": str(mandate.decision)
        }


class OrganiserForm(LaidOutForm):
    """A body in a role."""

    administration = forms.ModelChoiceField(
        label=gettext_lazy("Body"),
        queryset=Administration.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("Choose a body"),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Organiser.Role.choices)
    rows = (Row("administration", "role"),)
    submit = gettext_lazy("Add")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["administration"]
        field.queryset = Administration.objects.filter(is_active=True).order_by("name", "pk")


class TeamMemberForm(LaidOutForm):
    """A person in a role of the organising team."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("Who is not known yet gets an account and signs in by mailed code."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=TeamMember.Role.choices)
    given_name = Line(label=gettext_lazy("Given name"), max_length=80, required=False)
    family_name = Line(label=gettext_lazy("Family name"), max_length=80, required=False)
    rows = (Row("email", "role"), Row("given_name", "family_name"))
    submit = gettext_lazy("Appoint")


class DeadlineForm(LaidOutForm):
    """Until when focal points may nominate, on the clock of the workshop."""

    closes_on = Day(label=gettext_lazy("Nominations close on"), required=False)
    closes_clock = Clock(label=gettext_lazy("At"), required=False)
    rows = (Row("closes_on", "closes_clock"),)

    def __init__(self, *args: Any, workshop: Workshop, submit: Any, **kwargs: Any) -> None:
        self.workshop, self.submit = workshop, submit
        known = workshop.nominations_close_at
        if known is not None:
            local = known.astimezone(workshop.zone)
            kwargs.setdefault("initial", {"closes_on": local.date(), "closes_clock": local.time()})
        super().__init__(*args, **kwargs)
        self.fields["closes_on"].help_text = _(
            "In the zone of the workshop. Left empty, they stay open until you close them."
        )
        self.fields["closes_clock"].help_text = _("Left empty, at 23:59.")

    def closes_at(self) -> datetime | None:
        return self.cleaned_data.get("closes_at")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["closes_at"] = closing(self, "closes_on", "closes_clock", self.workshop.zone)
        return cleaned


class ReasonForm(LaidOutForm):
    """Why a workshop is postponed or cancelled."""

    reason = Words(
        label=gettext_lazy("Reason"),
        max_length=2000,
        help_text=gettext_lazy("Everybody who was invited reads it."),
    )
    typed_name = Line(max_length=60, required=False)

    def __init__(self, *args: Any, submit: Any, must_type: str = "", **kwargs: Any) -> None:
        self.submit, self.must_type = submit, must_type
        super().__init__(*args, **kwargs)
        if must_type:
            self.fields["typed_name"].label = _("Type “{name}” to go on").format(name=must_type)
            self.fields["typed_name"].required = True
        else:
            del self.fields["typed_name"]
            self.helper.layout.fields.remove("typed_name")

    def clean_typed_name(self) -> str:
        typed: str = self.cleaned_data["typed_name"]
        if self.must_type and typed.strip() != self.must_type:
            raise ValidationError(_("This is not the name. Nothing was done."))
        return typed


class ResumeForm(LaidOutForm):
    """The new first day of a postponed workshop."""

    starts_on = Day(
        label=gettext_lazy("New first day"),
        help_text=gettext_lazy("Agenda and deadline move by as many days; hours stay."),
    )
    submit = gettext_lazy("Hold it then and tell everybody")
