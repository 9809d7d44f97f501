"""Forms of report series, editions, sections and proposals."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from events.forms.fields import Day, LaidOutForm, Line, Words, moment
from events.models import Workshop
from reports.models import Edition
from workshop_portal.documents.characters import is_blank

SECTION_AT_MOST = 200_000


def refuse_blank(field: forms.Field, value: Any) -> None:
    """Characters that show nothing are no text."""
    if value and is_blank(str(value)):
        raise ValidationError(field.error_messages["required"], code="required")


class Seen(Line):
    """A line of which something can be seen."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_blank(self, value)


class Prose(Words):
    """A text of paragraphs, with one kind of line end whatever the browser sends."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.required:
            refuse_blank(self, value)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class SeriesForm(LaidOutForm):
    """A report to be updated again and again."""

    submit = _("Create")

    title = Seen(
        label=_("Title"),
        max_length=200,
        help_text=_("What stays the same from edition to edition: Good Practice Report."),
    )
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=80,
        help_text=_("Small letters, digits and hyphens: good-practice-report."),
    )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug == "new":
            raise ValidationError(_("This word has another use here. Choose another one."))
        return slug


class EditionForm(LaidOutForm):
    """Title of an edition, and until when administrations may contribute."""

    title = Seen(label=_("Title of the edition"), max_length=200)
    closes_on = Day(
        label=_("Contributions until"),
        required=False,
        help_text=_(
            "The end of that day in the workshop’s zone, in UTC where no workshop feeds it. "
            "Without a date they stay open."
        ),
    )

    zone = ZoneInfo("UTC")

    @property
    def contributions_close_at(self) -> datetime | None:
        """Once valid."""
        day = self.cleaned_data["closes_on"]
        return moment(day, time(23, 59), self.zone) if day else None


class StartEditionForm(EditionForm):
    """The next edition of a report."""

    submit = _("Start the edition")

    workshop = forms.ModelChoiceField(
        label=_("Workshop that feeds it"),
        queryset=Workshop.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("None"),
    )
    based_on = forms.ModelChoiceField(
        label=_("Updates"),
        queryset=Edition.objects.none(),
        to_field_name="number",
        required=False,
        empty_label=_("Nothing before it"),
    )
    field_order = ("title", "workshop", "based_on", "closes_on")

    def __init__(
        self,
        *args: Any,
        workshops: QuerySet[Workshop],
        earlier: QuerySet[Edition],
        must_name_workshop: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        workshop: Any = self.fields["workshop"]
        workshop.queryset, workshop.required = workshops, must_name_workshop
        workshop.label_from_instance = lambda row: str(row.title)
        earlier_field: Any = self.fields["based_on"]
        earlier_field.queryset = earlier
        earlier_field.label_from_instance = lambda row: f"{row.number}: {row.title}"

    @property
    def contributions_close_at(self) -> datetime | None:
        workshop = self.cleaned_data["workshop"]
        self.zone = workshop.zone if workshop else self.zone
        return super().contributions_close_at


class SectionForm(forms.Form):
    """A section's words, written from `version`."""

    heading = Seen(label=_("Heading"), max_length=200)
    text = Prose(
        label=_("Text"),
        rows=24,
        max_length=SECTION_AT_MOST,
        required=False,
        help_text=_(
            "Plain text with # for headings, - for lists, *…* for emphasis, **…** for strong, | for tables. "
            "The line *Source: …* below a paragraph is printed as its source, a bold line above a table as its title."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class NewSectionForm(forms.Form):
    heading = Seen(label=_("Heading"), max_length=200)


class ProposalForm(forms.Form):
    """What Members are asked to agree to."""

    title = Seen(label=_("Title"), max_length=200)
    text = Prose(label=_("Text"), rows=8, max_length=5000)
