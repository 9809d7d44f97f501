"""Forms of contributions: the structured template, and the review."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from breakouts.models import Point, Topic
from events.forms.fields import Line
from reports.actions.contributions import EDITABLE, TEMPLATE, Draft
from reports.forms.editions import Prose, Seen
from reports.models import Contribution
from workshop_portal.administrations.models import Administration

GONE = _("One of the chosen is not in the list any more. Look again.")
PART_AT_MOST = 20_000


class ContributionForm(forms.Form):
    """One contribution. `administrations`: offered only where there is a choice."""

    administration = forms.ModelChoiceField(
        label=_("Administration"),
        queryset=Administration.objects.none(),
        to_field_name="code",
        empty_label=_("Choose an administration"),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Contribution.Kind.choices, widget=forms.RadioSelect
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.none(),
        to_field_name="ordinal",
        required=False,
        empty_label=_("None of the topics"),
    )
    title = Seen(
        label=_("Title"), max_length=200, help_text=_("The point in one sentence, or its name.")
    )
    background = Prose(
        label=_("Background"),
        required=False,
        max_length=PART_AT_MOST,
        help_text=_("Where and since when; what others need to know."),
    )
    challenge = Prose(label=_("Challenge"), required=False, max_length=PART_AT_MOST)
    practice = Prose(
        label=_("Practice"), required=False, max_length=PART_AT_MOST, help_text=_("What was done.")
    )
    implementation = Prose(
        label=_("Implementation"),
        required=False,
        max_length=PART_AT_MOST,
        help_text=_("How: steps, people, cost, tools."),
    )
    results = Prose(label=_("Results"), required=False, max_length=PART_AT_MOST)
    lessons = Prose(label=_("Lessons learnt"), required=False, max_length=PART_AT_MOST)
    contact = Line(
        label=_("Contact"),
        required=False,
        max_length=200,
        help_text=_("Who answers questions. Printed only where the administration is named."),
    )
    attribution = forms.ChoiceField(
        label=_("How it is shown"),
        choices=Contribution.Attribution.choices,
        initial=Contribution.Attribution.NAMED,
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000, initial=0
    )

    def __init__(
        self,
        *args: Any,
        topics: QuerySet[Topic],
        administrations: QuerySet[Administration] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if administrations is None:
            del self.fields["administration"]
        else:
            self._field("administration").queryset = administrations
        self._field("topic").queryset = topics
        self._field("topic").label_from_instance = lambda row: str(row.title)

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @classmethod
    def values_of(cls, row: Contribution) -> dict[str, Any]:
        """What an edit form of the row starts with."""
        topic = row.topic.ordinal if row.topic else None
        return {name: getattr(row, name) for name in EDITABLE} | {
            "topic": topic,
            "version": row.version,
        }

    @property
    def values(self) -> dict[str, Any]:
        """Once valid: the fields that `edit_contribution` takes."""
        return {name: self.cleaned_data[name] for name in EDITABLE}

    def draft(
        self, administration: Administration | None, *, own: QuerySet[Administration]
    ) -> Draft:
        """Once valid: what `write_contribution` takes.

        `administration`: whose, where there is no choice. `own`: for whom the person writes as one of them.
        """
        chosen = administration or self.cleaned_data["administration"]
        return Draft(
            administration=chosen,
            is_entered=not own.filter(pk=chosen.pk).exists(),
            kind=self.cleaned_data["kind"],
            topic=self.cleaned_data["topic"],
            title=self.cleaned_data["title"],
            values={name: self.cleaned_data[name] for name in TEMPLATE},
            attribution=self.cleaned_data["attribution"],
        )


class SendBackForm(forms.Form):
    """What the administration is asked to change."""

    comment = Prose(
        label=_("What is to be changed"),
        rows=3,
        max_length=2000,
        help_text=_("The administration reads it, word for word."),
    )


class Chosen(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Rows that were ticked, by their public ids."""

    def __init__(self, *, none_chosen: Any) -> None:
        errors = {"required": none_chosen}
        super().__init__(None, to_field_name="public_id", error_messages=errors)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code == "required":
                raise
            raise ValidationError(
                GONE
            ) from error  # whatever was wrong with it, an id at all or not


class ChosenContributionsForm(forms.Form):
    """The rows ticked in the list; found only in the person's scope."""

    chosen = Chosen(none_chosen=_("Choose at least one contribution."))

    def __init__(self, *args: Any, reviewable: QuerySet[Contribution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.queryset = reviewable


class ChosenPointsForm(forms.Form):
    """The points ticked; only those that were not used yet."""

    chosen = Chosen(none_chosen=_("Choose at least one point."))

    def __init__(self, *args: Any, unused: QuerySet[Point], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.queryset = unused


class ClaimForm(forms.Form):
    """The own administration for which a contribution is claimed."""

    administration = forms.ModelChoiceField(
        label=_("Administration"),
        queryset=Administration.objects.none(),
        to_field_name="code",
        empty_label=_("Choose an administration"),
    )

    def __init__(self, *args: Any, own: QuerySet[Administration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["administration"]
        field.queryset = own


def problem_of(form: forms.Form) -> str:
    """Of an invalid form without a page of its own: what to say."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
