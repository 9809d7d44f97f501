"""Forms of topics, rounds, groups and who facilitates them."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breakouts.instances.weighing import say_all_weightings
from breakouts.models import Group, GroupRole, Round, Topic
from breakouts.queries.rounds import list_nameable, list_topics, name_administrations
from events.forms.fields import (
    Clock,
    Day,
    Line,
    WatchedForm,
    WebAddress,
    Words,
    closing,
)
from events.models import Format, Session, Workshop
from workshop_portal.accounts.models import User
from workshop_portal.templatetags.portal import when_words, zone_name

MOST_PEOPLE = 1000
MOST_GROUPS = 20
"""At once."""


class TopicForm(WatchedForm):
    """A topic with its question."""

    title = Line(label=gettext_lazy("Topic"), max_length=200)
    question = Words(
        label=gettext_lazy("Question"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=gettext_lazy("What the groups answer. It stands large on top of their page."),
    )

    @staticmethod
    def values_of(topic: Topic) -> dict[str, Any]:
        return {"title": str(topic.title), "question": str(topic.question)}


class RoundForm(WatchedForm):
    """A round: its title, length, agenda item and when the ranking closes."""

    title = Line(label=gettext_lazy("Title"), max_length=200)
    session: Any = forms.ModelChoiceField(
        label=gettext_lazy("Item of the agenda"),
        queryset=Session.objects.none(),
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("Not on the agenda yet"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=5, max_value=480, initial=45
    )
    mode = forms.ChoiceField(label=gettext_lazy("Who meets whom"), choices=Round.Mode.choices)
    weighting = forms.ChoiceField(
        label=gettext_lazy("What counts most"),
        choices=Round.Weighting.choices,
        initial=Round.Weighting.BALANCED,
        help_text=lazy(say_all_weightings, str)(),
    )
    topic_once = forms.BooleanField(
        label=gettext_lazy("Nobody gets a topic twice"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Who had a topic in an earlier round of the workshop gets another one, chosen or not; only who "
            "facilitates may have it again. Switch it off where the rounds go on with the same topics. With the same "
            "groups as the round before it does not count."
        ),
    )
    closes_on = Day(label=gettext_lazy("Ranking closes on"), required=False)
    closes_at = Clock(label=gettext_lazy("At"), required=False)

    rows = (
        "title", "session", Row("minutes", "mode"), "weighting", "topic_once",
        Row("closes_on", "closes_at"),
    )  # fmt: skip

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        self.workshop = workshop
        super().__init__(*args, **kwargs)
        field: Any = self.fields["session"]
        field.queryset = workshop.sessions.order_by("starts_at", "pk")
        field.label_from_instance = self._session_name
        self.fields[
            "closes_at"
        ].help_text = f"{zone_name(workshop.zone)}. {_('Left empty, at 23:59.')}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["ranking_closes_at"] = closing(self, "closes_on", "closes_at", self.workshop.zone)
        for name in ("closes_on", "closes_at"):
            cleaned.pop(name, None)
        return cleaned

    def _session_name(self, session: Session) -> str:
        with timezone.override(self.workshop.zone):
            return f"{when_words(session.starts_at)}, {session.title}"

    @staticmethod
    def values_of(row: Round, workshop: Workshop) -> dict[str, Any]:
        until = row.ranking_closes_at
        local = until.astimezone(workshop.zone) if until else None
        return {
            "title": str(row.title),
            "session": row.session.public_id if row.session else None,
            "minutes": row.minutes,
            "mode": row.mode,
            "weighting": row.weighting,
            "topic_once": row.topic_once,
            "closes_on": local.date() if local else None,
            "closes_at": local.time().replace(microsecond=0) if local else None,
        }


class GroupForm(WatchedForm):
    """A group: topic, size, languages, where it meets."""

    topic: Any = forms.ModelChoiceField(
        label=gettext_lazy("Topic"),
        queryset=Topic.objects.none(),
        to_field_name="ordinal",
        empty_label=None,
    )
    minimum = forms.IntegerField(
        label=gettext_lazy("People at least"),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("Leave both empty to share people evenly."),
    )
    maximum = forms.IntegerField(
        label=gettext_lazy("People at most"), required=False, min_value=1, max_value=MOST_PEOPLE
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Without a choice any language will do."),
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=Format.choices)
    venue = Line(label=gettext_lazy("Room"), max_length=120, required=False)
    join_url = WebAddress(label=gettext_lazy("Link to the call"), required=False)
    backup_url = WebAddress(label=gettext_lazy("Back-up link"), required=False)

    rows = (
        "topic", Row("minimum", "maximum"), "languages", Row("format", "venue"),
        Row("join_url", "backup_url"),
    )  # fmt: skip

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["topic"]
        field.queryset = list_topics(workshop=workshop)
        field.label_from_instance = lambda topic: f"{topic.ordinal}. {topic.title}"

    @staticmethod
    def values_of(group: Group) -> dict[str, Any]:
        return {
            "topic": group.topic.ordinal,
            "minimum": group.minimum,
            "maximum": group.maximum,
            "languages": group.languages,
            "format": group.format,
            "venue": group.venue,
            "join_url": group.join_url,
            "backup_url": group.backup_url,
        }


class NewGroupsForm(GroupForm):
    """One or several groups at once, alike but for their numbers."""

    count = forms.IntegerField(
        label=gettext_lazy("How many groups"),
        min_value=1,
        max_value=MOST_GROUPS,
        initial=1,
        help_text=gettext_lazy("All alike; each can be changed afterwards."),
    )

    rows = (Row("topic", "count"), *GroupForm.rows[1:])


class RolesForm(WatchedForm):
    """Who facilitates and reports for a group: one person a role, or nobody. `initial`: who holds each now."""

    facilitator = forms.ChoiceField(label=GroupRole.Role.FACILITATOR.label, required=False)
    rapporteur = forms.ChoiceField(label=GroupRole.Role.RAPPORTEUR.label, required=False)
    deputy = forms.ChoiceField(label=GroupRole.Role.DEPUTY.label, required=False)

    submit = gettext_lazy("Save facilitator and rapporteur")

    def __init__(
        self, *args: Any, workshop: Workshop, suggested: Mapping[str, User], **kwargs: Any
    ) -> None:
        """`suggested`: for roles that nobody holds. They are no part of what the form watches."""
        people = list(list_nameable(workshop=workshop))
        self.people = {str(person.public_id): person for person in people}
        super().__init__(*args, **kwargs)
        names = name_administrations(workshop=workshop)
        labels = {
            key: f"{one}, {names[one.pk]}" if one.pk in names else str(one)
            for key, one in self.people.items()
        }
        choices = [("", _("Nobody yet")), *labels.items()]
        for role in GroupRole.Role.values:
            field: Any = self.fields[role]
            field.choices = choices
            if role in suggested:
                field.initial = str(suggested[role].public_id)

    def chosen(self) -> dict[str, User | None]:
        return {
            role: self.people.get(self.cleaned_data.get(role, "")) for role in GroupRole.Role.values
        }
