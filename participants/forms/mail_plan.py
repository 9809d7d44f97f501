"""One row of a mail plan as a person says it: which mail to whom, how long before or after what, and how."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.actions.mail_plan import ReminderDetails
from participants.audiences import AUDIENCES, REMINDER_MAILS
from participants.models import PlannedReminder
from participants.naming import number_and_unit

UNITS = {
    "days": (timedelta(days=1), _("days")),
    "hours": (timedelta(hours=1), _("hours")),
    "minutes": (timedelta(minutes=1), _("minutes")),
}
SIDES = (("before", _("before")), ("after", _("after")))
Timing = PlannedReminder.Timing


class ReminderForm(forms.Form):
    """Distance in three fields, so that nobody writes "-21 d"."""

    mail = forms.ChoiceField(label=_("Mail, and to whom"))
    number = forms.IntegerField(label=_("How long"), min_value=0, max_value=100_000)
    unit = forms.ChoiceField(
        label=_("Unit"), choices=[(name, words) for name, (_size, words) in UNITS.items()]
    )
    side = forms.ChoiceField(label=_("Before or after"), choices=SIDES)
    anchor = forms.ChoiceField(label=_("What"), choices=PlannedReminder.Anchor.choices)
    timing = forms.ChoiceField(
        label=_("Kind of time"),
        choices=Timing.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "“24 hours before” is the same moment for all. “The day before at 09:00” is each recipient’s own morning."
        ),
    )
    at = forms.TimeField(
        label=_("Hour of the recipient’s day"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    needs_release = forms.BooleanField(
        label=_("Wait in the outbox until the secretariat releases it"), required=False
    )

    def __init__(self, data: Any = None, *, reminder: PlannedReminder | None = None) -> None:
        super().__init__(data, initial=_said(reminder) if reminder else _usual())
        field = self.fields["mail"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        field.choices = [
            (f"{mail.template}|{name}", f"{mail.title} – {AUDIENCES[name].label}")
            for mail in REMINDER_MAILS.values()
            for name in mail.audiences
            if name in AUDIENCES
        ]

    def details(self) -> ReminderDetails:
        """What the action takes. The form is valid."""
        said = self.cleaned_data
        template, _bar, audience = said["mail"].partition("|")
        size, _words = UNITS[said["unit"]]
        distance = said["number"] * size
        return ReminderDetails(
            template=template,
            audience=audience,
            anchor=said["anchor"],
            timing=said["timing"],
            offset=-distance if said["side"] == "before" else distance,
            at=said["at"],
            needs_release=said["needs_release"],
        )


class SwitchForm(forms.Form):
    """On or off, as the pressed button says."""

    is_active = forms.BooleanField(required=False)


def _said(reminder: PlannedReminder) -> dict[str, Any]:
    number, unit = number_and_unit(reminder.offset, reminder.timing)
    return {
        "mail": f"{reminder.template}|{reminder.audience}",
        "number": number,
        "unit": unit,
        "side": "after" if reminder.offset > timedelta(0) else "before",
        "anchor": reminder.anchor,
        "timing": reminder.timing,
        "at": reminder.at,
        "needs_release": reminder.needs_release,
    }


def _usual() -> dict[str, Any]:
    return {"unit": "days", "side": "before", "timing": Timing.WALL_CLOCK, "at": "09:00"}
