"""Topics, rounds, groups with their roles, and how delegates rank."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from events.models import Format, Session, Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.constraints import AllOrNone, valid_choices
from workshop_portal.terms import TermQuerySet


class Topic(models.Model):
    """A question that break-out groups of a workshop work on, and a topic of its report."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="topics")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = I18nCharField(_("title"), max_length=200)
    question = I18nTextField(_("question"), blank=True, max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "ordinal"], name="breakouts_topic_one_number_per_workshop"
            )
        ]

    def __str__(self) -> str:
        return f"topic {self.ordinal} of {self.workshop_id}"


@valid_choices("status", "mode", "weighting")
class Round(models.Model):
    """One break-out of a workshop: everybody sits in one group at a time."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        RANKING = "ranking", _("Delegates rank topics")
        ASSIGNING = "assigning", _("Groups not published yet")
        PUBLISHED = "published", _("Groups published")
        CLOSED = "closed", _("Closed")

    class Mode(models.TextChoices):
        MIX = "mix", _("Mix: meet new people")
        SAME = "same", _("Same groups as the round before")

    class Weighting(models.TextChoices):
        TOPICS_FIRST = "topics_first", _("Topics first: what people asked for")
        BALANCED = "balanced", _("Balanced")
        MIXING_FIRST = "mixing_first", _("Mixing first: people meet new ones")

    TRANSITIONS = {
        Status.DRAFT: [Status.RANKING, Status.ASSIGNING],
        Status.RANKING: [Status.ASSIGNING],
        Status.ASSIGNING: [Status.RANKING, Status.PUBLISHED],
        Status.PUBLISHED: [Status.CLOSED],
        Status.CLOSED: [],
    }
    HELD = (Status.PUBLISHED, Status.CLOSED)

    GATHERING = timedelta(minutes=15)
    """How long before and after its time people of a group count as being there."""

    UNDO_START_FOR = timedelta(minutes=10)

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="rounds")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = I18nCharField(_("title"), max_length=200)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="rounds"
    )
    """The agenda item in which it takes place: its beginning and end."""
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=45)
    mode = models.CharField(_("who meets whom"), max_length=4, choices=Mode, default=Mode.MIX)
    weighting = models.CharField(
        _("what counts most"), max_length=12, choices=Weighting, default=Weighting.BALANCED
    )
    topic_once = models.BooleanField(_("nobody gets a topic twice"), default=True)
    """Who sat in a group on a topic in an earlier round sits on another one; not in a round with the same groups."""
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.DRAFT)
    ranking_closes_at = models.DateTimeField(_("ranking closes"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    """What the clock in every group runs to; moved when the round is extended."""
    live_sequence = models.PositiveIntegerField(default=0)
    """Raised under the round's lock by its clock, announcements, calls for help, by who sits or does what in a group,
    and by what the round, a group or its topic is: pages ask by it."""

    class Meta:
        constraints = [
            AllOrNone(
                fields=["started_at", "started_by", "ends_at"],
                name="breakouts_round_started_at_with_by_and_end",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("started_at")),
                name="breakouts_round_ends_after_its_start",
            ),
            models.UniqueConstraint(
                fields=["workshop", "ordinal"], name="breakouts_round_one_number_per_workshop"
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.ordinal} of {self.workshop_id}"

    @property
    def is_held(self) -> bool:
        """Whether its groups are published: they meet, or have met."""
        return self.status in self.HELD

    @property
    def asks_new_topics(self) -> bool:
        """Whether nobody gets a topic that they had in an earlier round: not where the groups stay the same."""
        return self.topic_once and self.mode != self.Mode.SAME and self.ordinal > 1

    def is_ranking_open(self, now: datetime) -> bool:
        """Whether delegates can rank: opened, not closed, its deadline not passed."""
        until = self.ranking_closes_at
        return self.status == self.Status.RANKING and (until is None or now < until)

    def is_running(self, now: datetime) -> bool:
        """Whether groups are at work: started, not over, not closed."""
        return (
            self.ends_at is not None and now < self.ends_at and self.status == self.Status.PUBLISHED
        )

    def can_start_be_undone(self, now: datetime) -> bool:
        """Its clock was started, and not longer than ten minutes ago. Whether a point was noted since is asked apart."""
        return self.started_at is not None and now < self.started_at + self.UNDO_START_FOR

    def is_joined(self, now: datetime) -> bool:
        """Whether people come in now: from a quarter of an hour before its time to its end. Needs `session` read."""
        since, until = self.gathers_at, self.parts_at
        if since is None or until is None or self.status != self.Status.PUBLISHED:
            return False
        return since <= now < until - self.GATHERING

    @property
    def gathers_at(self) -> datetime | None:
        """Who looked in before was not there: before its clock, else before its session. Needs `session` read."""
        begins_at = self.started_at or (self.session.starts_at if self.session else None)
        return begins_at - self.GATHERING if begins_at else None

    @property
    def parts_at(self) -> datetime | None:
        """Who looks in afterwards was not there: after its clock, else after its session. Needs `session` read."""
        ends_at = self.ends_at or (self.session.ends_at if self.session else None)
        return ends_at + self.GATHERING if ends_at else None


@valid_choices("format")
class Group(models.Model):
    """One group of a round, with its topic, its seats and its link."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="groups")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="groups")
    minimum = models.PositiveSmallIntegerField(_("at least"), null=True, blank=True)
    maximum = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    """Language codes; empty: any."""
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.ONLINE)
    venue = models.CharField(_("room"), max_length=120, blank=True)
    join_url = models.URLField(_("join link"), max_length=500, blank=True)
    backup_url = models.URLField(_("back-up link"), max_length=500, blank=True)
    point_sequence = models.PositiveIntegerField(default=0)
    """Raised under the group's lock by every change of a point: "changes since" feeds read it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "ordinal"], name="breakouts_group_one_number_per_round"
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=True)
                | models.Q(maximum__isnull=True)
                | models.Q(minimum__lte=models.F("maximum")),
                name="breakouts_group_minimum_within_maximum",
            ),
        ]

    def __str__(self) -> str:
        return f"group {self.ordinal} of round {self.round_id}"

    @property
    def has_meeting_place(self) -> bool:
        """Whether its members are told where to go: a link or a room."""
        return bool(self.join_url or self.venue)

    @property
    def main_call_url(self) -> str:
        """Where it meets that has neither link nor room: the call of all. Needs round, session and workshop read."""
        if self.has_meeting_place:
            return ""
        session, workshop = self.round.session, self.round.workshop
        return (session.join_url if session else "") or workshop.join_url


@valid_choices("role")
class GroupRole(models.Model):
    """Who facilitates a group or reports for it, from and until."""

    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("Facilitator")
        RAPPORTEUR = "rapporteur", _("Rapporteur")
        DEPUTY = "deputy", _("Deputy rapporteur")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="group_roles")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TermQuerySet["GroupRole"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "role"],
                condition=models.Q(ends_at__isnull=True),
                name="breakouts_grouprole_one_open_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of group {self.group_id}"


class Preference(models.Model):
    """The place of a topic in a delegate's ranking for a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="preferences")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="preferences"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="preferences")
    rank = models.PositiveSmallIntegerField()
    """1 is the first choice."""
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "registration", "topic"], name="breakouts_preference_topic_once"
            ),
            models.UniqueConstraint(
                fields=["round", "registration", "rank"], name="breakouts_preference_rank_once"
            ),
            models.CheckConstraint(
                condition=models.Q(rank__gte=1), name="breakouts_preference_rank_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"rank {self.rank} of {self.registration_id} in round {self.round_id}"
