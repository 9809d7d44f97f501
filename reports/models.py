"""Report series, editions, contributions, sections with their history, proposals."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models import Point, Topic
from events.models import Workshop
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.constraints import AllOrNone, valid_choices
from workshop_portal.leases import LeasedWork


class ReportSeries(models.Model):
    """A regional report that is updated again and again, such as the Good Practice Report."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "report series"

    def __str__(self) -> str:
        return self.title


@valid_choices("status")
class Edition(models.Model):
    """One issue of a regional report, usually fed by one workshop."""

    class Status(models.TextChoices):
        COLLECTING = "collecting", _("Collecting contributions")
        DRAFT = "draft", _("Draft")
        ADOPTED = "adopted", _("Adopted")

    TRANSITIONS = {
        Status.COLLECTING: [Status.DRAFT],
        Status.DRAFT: [Status.ADOPTED],
        Status.ADOPTED: [],
    }

    series = models.ForeignKey(ReportSeries, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, null=True, blank=True, related_name="editions"
    )
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.COLLECTING)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contributions_close_at = models.DateTimeField(_("contributions close"), null=True, blank=True)
    compiled_at = models.DateTimeField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"], name="reports_edition_one_number_per_series"
            ),
            AllOrNone(
                fields=["adopted_at", "adopted_by"], name="reports_edition_adopted_at_with_by"
            ),
        ]

    def __str__(self) -> str:
        return f"edition {self.number} of {self.series_id}"

    @property
    def is_adopted(self) -> bool:
        return self.status == self.Status.ADOPTED

    @property
    def zone(self) -> ZoneInfo:
        """Whose days the report prints: those of the loaded workshop, else of the installation."""
        return self.workshop.zone if self.workshop else ZoneInfo(settings.TIME_ZONE)

    def is_closed(self, now: datetime) -> bool:
        """Whether administrations can no longer give anything to it."""
        closes_at = self.contributions_close_at
        return self.is_adopted or (closes_at is not None and closes_at <= now)


@valid_choices("kind", "status", "attribution")
class Contribution(models.Model):
    """What an administration gives to an edition: one practice, challenge, solution or trend.

    Template of the series: background, challenge, practice, implementation, results, lessons, contact.
    """

    class Kind(models.TextChoices):
        CHALLENGE = "challenge", _("Challenge")
        SOLUTION = "solution", _("Possible solution")
        TREND = "trend", _("Trend")
        GOOD_PRACTICE = "good_practice", _("Good practice")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Attribution(models.TextChoices):
        NAMED = "named", _("With the administration’s name")
        REGION = "region", _("As the region’s, unnamed")
        SECRETARIAT = "secretariat", _("For the secretariat only")

    TRANSITIONS = {
        Status.DRAFT: [Status.SUBMITTED, Status.WITHDRAWN],
        Status.SUBMITTED: [Status.ACCEPTED, Status.DRAFT, Status.WITHDRAWN],
        Status.ACCEPTED: [Status.WITHDRAWN, Status.DRAFT],
        Status.WITHDRAWN: [],
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="contributions")
    administration = models.ForeignKey(
        Administration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
    )
    """Null where a group noted it and no administration is named."""
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, related_name="contributions"
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.DRAFT)
    attribution = models.CharField(
        _("how it is shown"), max_length=11, choices=Attribution, default=Attribution.NAMED
    )
    title = models.CharField(_("title"), max_length=200)
    background = models.TextField(_("background"), blank=True, max_length=20000)
    challenge = models.TextField(_("challenge"), blank=True, max_length=20000)
    practice = models.TextField(_("practice"), blank=True, max_length=20000)
    implementation = models.TextField(_("implementation"), blank=True, max_length=20000)
    results = models.TextField(_("results"), blank=True, max_length=20000)
    lessons = models.TextField(_("lessons learnt"), blank=True, max_length=20000)
    contact = models.CharField(_("contact"), blank=True, max_length=200)
    point = models.ForeignKey(
        Point, on_delete=models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    """The point of a break-out group that it came from; one contribution for each administration tagged."""
    is_entered = models.BooleanField(default=False)
    """Whether who runs the edition wrote it down, as what came by mail, or took it from a group: all of them
    may correct it. Else it is the administration's own."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_back_at = models.DateTimeField(null=True, blank=True)
    sent_back_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    comment = models.TextField(_("comment"), blank=True, max_length=2000)
    """What the secretariat asked for when it last sent it back."""
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            AllOrNone(
                fields=["submitted_at", "submitted_by"],
                name="reports_contribution_submitted_at_with_by",
            ),
            AllOrNone(
                fields=["sent_back_at", "sent_back_by"],
                name="reports_contribution_sent_back_at_with_by",
            ),
            models.UniqueConstraint(
                fields=["point", "administration"],
                name="reports_contribution_one_per_point_and_administration",
            ),
            models.UniqueConstraint(
                fields=["point"],
                condition=models.Q(administration__isnull=True),
                name="reports_contribution_one_unnamed_per_point",
            ),
            models.CheckConstraint(
                condition=~models.Q(title=""), name="reports_contribution_has_title"
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "administration"], name="reports_contribution_by_admin")
        ]

    def __str__(self) -> str:
        return f"contribution {self.pk} to {self.edition_id}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    def may_become(self, status: "Contribution.Status") -> bool:
        return status in self.TRANSITIONS[self.Status(self.status)]


class SectionQuerySet(models.QuerySet["Section"]):
    def shown(self) -> "SectionQuerySet":
        """What the edition consists of: removed ones can be put back, but are printed nowhere."""
        return self.filter(removed_at__isnull=True)


@valid_choices("kind")
class Section(models.Model):
    """A part of an edition's text. The compilation writes it until somebody edits it by hand."""

    class Kind(models.TextChoices):
        FOREWORD = "foreword", _("Foreword")
        SUMMARY = "summary", _("Executive summary")
        MANDATE = "mandate", _("Background and mandate")
        PARTICIPATION = "participation", _("Participation")
        INSTRUMENTS = "instruments", _("Instruments introduced")
        TOPIC = "topic", _("Topic")
        PRACTICES = "practices", _("Good practices by administration")
        PROPOSALS = "proposals", _("Proposals")
        AGENDA = "agenda", _("Annex: agenda")
        PARTICIPANTS = "participants", _("Annex: participants")
        ABBREVIATIONS = "abbreviations", _("Annex: abbreviations")
        FREE = "free", _("Section of its own")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    ordinal = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=13, choices=Kind)
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    heading = models.CharField(_("heading"), max_length=200)
    text = models.TextField(_("text"), blank=True, max_length=200000)
    """CommonMark without HTML."""
    version = models.PositiveIntegerField(default=1)
    is_edited = models.BooleanField(default=False)
    """Whether a person changed it since the last compilation wrote it."""
    is_dropped = models.BooleanField(default=False)
    """Whether the compilation removed it, since nothing belongs there any more: it puts it back itself."""
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "ordinal"], name="reports_section_one_number_per_edition"
            ),
            AllOrNone(
                fields=["removed_at", "removed_by"], name="reports_section_removed_at_with_by"
            ),
            models.CheckConstraint(
                condition=models.Q(is_dropped=False) | models.Q(removed_at__isnull=False),
                name="reports_section_dropped_is_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"section {self.ordinal} of {self.edition_id}"


@valid_choices("origin")
class SectionRevision(models.Model):
    """A section's text as it once stood. Appended, never edited."""

    class Origin(models.TextChoices):
        COMPILED = "compiled", _("Compiled")
        EDITED = "edited", _("Edited")
        RESTORED = "restored", _("Restored")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    heading = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=8, choices=Origin)
    based_on = models.PositiveIntegerField(null=True, blank=True)
    """The version it was written from."""
    made_of = models.JSONField(default=list)
    """The contributions that the text was made of, by key, in its order: taken again, it has these sources."""
    written_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Null where the compilation wrote it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "version"], name="reports_sectionrevision_one_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.version} of section {self.section_id}"


class SectionSource(models.Model):
    """That a section's text was made from a contribution: the thread under the paragraph."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="sources")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="sources")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "contribution"], name="reports_sectionsource_once"
            )
        ]

    def __str__(self) -> str:
        return f"source {self.contribution_id} of section {self.section_id}"


class Proposal(models.Model):
    """What Members are asked to agree to at a workshop, as text of the report."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="proposals")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=5000)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "ordinal"], name="reports_proposal_one_number_per_edition"
            )
        ]

    def __str__(self) -> str:
        return f"proposal {self.ordinal} of {self.edition_id}"


class CompilationRun(LeasedWork):
    """Building the draft from contributions, points and facts. Sections edited by hand are kept."""

    LEASE = timedelta(minutes=5)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="compilations")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    progress_done = models.PositiveSmallIntegerField(default=0)
    """How many of its steps are done; `compilation.steps` has the words."""
    progress_total = models.PositiveSmallIntegerField(default=0)
    written = models.PositiveSmallIntegerField(default=0)
    """Sections that got a new text."""
    kept = models.PositiveSmallIntegerField(default=0)
    """Sections edited by hand: their text stays, the new one is offered beside it."""
    problems = models.JSONField(default=list)
    """What the draft still lacks. Shape: [{"section": key, "code": of `compilation.problems`, "names": {}}]."""

    class Meta(LeasedWork.Meta):
        constraints = [
            *LeasedWork.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(progress_done__lte=models.F("progress_total")),
                name="reports_compilationrun_progress_within_total",
            ),
        ]
        indexes = [
            *LeasedWork.Meta.indexes,
            models.Index(fields=["edition", "-created_at"], name="reports_compilation_by_edition"),
        ]
