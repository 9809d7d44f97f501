"""What the organiser asks of the seating, beyond what the groups themselves say."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models.rounds import Group, Round
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.constraints import valid_choices


@valid_choices("kind")
class SeatingRule(models.Model):
    """Two people who sit together or apart, or a person who sits in a group or stays out of it."""

    class Kind(models.TextChoices):
        TOGETHER = "together", _("Sit together")
        APART = "apart", _("Sit apart")
        PIN = "pin", _("Sits in this group")
        FORBID = "forbid", _("Does not sit in this group")

    OF_TWO = (Kind.TOGETHER, Kind.APART)

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="seating_rules")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    first = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="seating_rules", verbose_name=_("who")
    )
    second = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="seating_rules_as_second",
        verbose_name=_("and who"),
    )
    """For together and apart."""
    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, null=True, blank=True, related_name="seating_rules"
    )
    """Empty for together and apart in every round."""
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, related_name="seating_rules"
    )
    """For the two that name a group; it is one of `round`."""
    note = models.CharField(_("why"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=("together", "apart"), second__isnull=False, group__isnull=True
                )
                | models.Q(
                    kind__in=("pin", "forbid"),
                    second__isnull=True,
                    group__isnull=False,
                    round__isnull=False,
                ),
                name="breakouts_seatingrule_names_a_person_or_a_group",
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("first")),
                name="breakouts_seatingrule_of_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"rule {self.pk} of workshop {self.workshop_id}"
