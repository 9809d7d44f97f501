"""Fields and behaviour that forms of this app share. Upper apps use them too."""

import hashlib
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop_portal.documents.characters import has_unprintable
from workshop_portal.times import city, offset

END_OF_DAY = time(23, 59)


def refuse_hidden(value: str) -> None:
    """Refuse characters that no reader sees or that turn the text around."""
    if has_unprintable(value):
        raise ValidationError(
            _(
                "This holds characters that cannot be seen. Type it again, or paste it as plain text."
            )
        )


def refuse_breaks(value: str) -> None:
    if any(mark in value for mark in "\r\n\t"):
        raise ValidationError(_("Write this on one line, without tabs."))


class Line(forms.CharField):
    """A text of one line."""

    default_validators = [refuse_hidden, refuse_breaks]


class Words(forms.CharField):
    """A text of several lines."""

    default_validators = [refuse_hidden]

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs.setdefault("max_length", 5000)
        super().__init__(**kwargs)


class WebAddress(forms.URLField):
    """A link that a browser opens safely: http or https."""

    default_validators = [*forms.URLField.default_validators, refuse_hidden]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("assume_scheme", "https")
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not str(value).lower().startswith(("http://", "https://")):
            raise ValidationError(_("Enter a link that begins with https://."))


class Day(forms.DateField):
    """A date without a time."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Days of this century: others are slips of the finger."""
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year <= 2099:
            raise ValidationError(_("Enter a year between 2000 and 2099."))
        return day


class Clock(forms.TimeField):
    """An hour on the clock of some zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
        kwargs.setdefault("input_formats", ["%H:%M", "%H.%M", "%H:%M:%S"])
        super().__init__(**kwargs)


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment when a clock in the zone shows that; the first one where it shows it twice.

    Raises: ValidationError where summer time skips it.
    """
    local = datetime.combine(day, clock).replace(tzinfo=zone)
    back = local.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(
            _("Clocks in {city} skip {clock} on that day. Choose another time.").format(
                city=city(zone), clock=clock.strftime("%H:%M")
            )
        )
    return local


def closing(form: forms.Form, day: str, clock: str, zone: ZoneInfo) -> datetime | None:
    """The deadline by two optional fields of a form being cleaned: without an hour, the end of the day.

    What is wrong stands at its field.
    """
    closes_on, closes_at = form.cleaned_data.get(day), form.cleaned_data.get(clock)
    if closes_on is None:
        if closes_at is not None and day not in form.errors:
            form.add_error(day, _("Give the day as well, or leave both empty."))
        return None
    try:
        return moment(closes_on, closes_at or END_OF_DAY, zone)
    except ValidationError as error:
        form.add_error(clock, error)
    return None


def said_back(starts_at: datetime, ends_at: datetime | None, zone: ZoneInfo) -> str:
    """A time in words: "Tuesday 24 May 2022, 09:00 to 09:20 Bangkok (UTC+7)"."""
    start = starts_at.astimezone(zone)
    clock = f"{start:%H:%M}"
    if ends_at is not None:
        clock = _("{start} to {end}").format(start=clock, end=f"{ends_at.astimezone(zone):%H:%M}")
    return f"{date_format(start, _('l j F Y'))}, {clock} {city(zone)} ({offset(zone, start)})"


class LaidOutForm(forms.Form):
    """A form with its layout. Subclasses give `rows` (names, or crispy objects) and the words of the button."""

    rows: tuple[Any, ...] = ()
    submit: Any = gettext_lazy("Save")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(*(self.rows or self.fields), Submit("save", self.submit))
        # What is wrong is told in the order in which the fields stand.
        self.order_fields([each.name for each in self.helper.layout.get_field_names()])


class WatchedForm(LaidOutForm):
    """A form about one row, which notices that somebody else saved it in between.

    `initial` is the row as it is now. The form carries a mark of what it was when it was shown; where they
    differ nothing is saved, the person sees both and may save once more. `watch=False` for a new row.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, watch: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self._mark = self._digest()
        if not watch:
            del self.fields["seen"]
            self.helper.layout.fields = [
                each for each in self.helper.layout.fields if each != "seen"
            ]
        elif self.rows:
            self.helper.layout.fields.insert(0, "seen")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        shown = cleaned.pop("seen", "")
        if shown and shown != self._mark:
            self._show_theirs()
        return cleaned

    def _digest(self) -> str:
        now = [(name, str(self.initial.get(name, ""))) for name in self.fields if name != "seen"]
        return hashlib.sha256(repr(now).encode()).hexdigest()[:16]

    def _show_theirs(self) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["seen"] = self._mark
        self.data = data
        self.add_error(
            None,
            _(
                "A colleague saved this while you were writing. Your text is below; nothing is lost. "
                "Save once more to replace theirs."
            ),
        )
        for name in self.fields:
            theirs = str(self.initial.get(name) or "")
            if name != "seen" and theirs != str(self.data.get(name) or ""):
                said = self._in_words(name, theirs)
                words = _("Saved by your colleague: {text}").format(text=said or _("nothing"))
                self.add_error(name, words[:300])

    def _in_words(self, name: str, value: str) -> str:
        """As the person chooses it: of a choice its label, not the key."""
        field = self.fields[name]
        choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
        return next((str(label) for key, label in choices if value and str(key) == value), value)
