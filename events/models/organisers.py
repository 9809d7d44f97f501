"""Why and by whom a workshop is held: mandate, bodies, the organising team."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nTextField

from events.models.workshops import Workshop
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.constraints import valid_choices
from workshop_portal.terms import TermQuerySet


class Mandate(models.Model):
    """Why a workshop is held: the body and meeting that decided it, when, and the decision's text."""

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="mandate")
    body = models.CharField(_("body"), max_length=200, blank=True)
    meeting = models.CharField(_("meeting"), max_length=200)
    decided_on = models.DateField(_("date"), null=True, blank=True)
    decided_in = models.CharField(_("date in words"), max_length=40, blank=True)
    """Where only the month is known: "October 2021"."""
    decision = I18nTextField(_("text of the decision"), blank=True, max_length=5000)

    def __str__(self) -> str:
        return self.meeting


@valid_choices("role")
class Organiser(models.Model):
    """A body that organises, co-organises, sponsors or hosts a workshop."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        CO_ORGANISER = "co_organiser", _("In cooperation with")
        SPONSOR = "sponsor", _("Sponsor")
        HOST = "host", _("Host")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="organisers")
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    ordinal = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "administration", "role"],
                name="events_organiser_one_role_per_body",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.administration_id}"


@valid_choices("role")
class TeamMember(models.Model):
    """A person's role in organising one workshop, from and until."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        RESOURCE_PERSON = "resource_person", _("Resource person")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="team_roles")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TermQuerySet["TeamMember"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user", "role"],
                condition=models.Q(ends_at__isnull=True),
                name="events_teammember_one_open_role_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                name="events_teammember_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of {self.workshop_id}"
