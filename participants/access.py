"""Rules about delegations and registrations, and the loaders that views use."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from events.access import organised_workshops, runs
from events.models import Workshop
from participants.models import Delegation, PlannedReminder, Registration
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.authorization import load, rule

# Delegations --------------------------------------------------------------------------------------


def focal_point_of(user: User, prefix: str) -> Q:
    """The condition on rows that point at an administration through `prefix`: the person's own today."""
    own = FocalPoint.objects.current(timezone.now()).filter(user=user)
    return Q(**{f"{prefix}__in": own.values("administration")})


@rule("participants.view_delegations", Workshop)
def view_delegations(user: User) -> Q:
    """The tracker of a workshop and its exports."""
    return organised_workshops(user)


@rule("participants.list_delegations", Workshop)
def list_delegations(user: User) -> Q:
    """Put administrations on the list, and set how many seats they have by default."""
    return organised_workshops(user)


@rule("participants.invite_delegations", Workshop)
def invite_delegations(user: User) -> Q:
    return organised_workshops(user)


@rule("participants.view_delegation", Delegation)
def view_delegation(user: User) -> Q:
    """Who runs the workshop; a focal point sees the own one once it was invited."""
    invited = ~Q(status=Delegation.Status.LISTED)
    return runs(user, "workshop") | (focal_point_of(user, "administration") & invited)


@rule("participants.edit_delegation", Delegation)
def edit_delegation(user: User) -> Q:
    return runs(user, "workshop")


@rule("participants.invite_delegation", Delegation)
def invite_delegation(user: User) -> Q:
    return runs(user, "workshop")


@rule("participants.decline_invitation", Delegation)
def decline_invitation(user: User) -> Q:
    """The focal point, or the organisers where the answer came by letter."""
    rows: Q = view_delegation(user)
    return rows


def get_delegation_for(
    user: User, *, slug: str, code: str, to: str = "participants.view_delegation"
) -> Delegation:
    """Raises: Http404 outside the own administration and the own workshops; PermissionDenied."""
    rows: QuerySet[Delegation] = Delegation.objects.select_related(
        "workshop__series", "administration"
    )
    return load(
        rows,
        to,
        user,
        view="participants.view_delegation",
        workshop__slug=slug,
        administration__code=code,
    )


# Nominations and registrations --------------------------------------------------------------------


@rule("participants.view_registrations", Workshop)
def view_registrations(user: User) -> Q:
    """The review queue of a workshop, its exports and its list of participants."""
    return organised_workshops(user)


@rule("participants.view_registration", Registration)
def view_registration(user: User) -> Q:
    """Who runs the workshop, the focal point of an invited administration, the person."""
    return _own_delegation(user) | Q(user=user)


@rule("participants.review_registration", Registration)
def review_registration(user: User) -> Q:
    """The page of one registration with its history."""
    return runs(user, "workshop")


@rule("participants.approve_registration", Registration)
def approve_registration(user: User) -> Q:
    return runs(user, "workshop")


@rule("participants.decline_registration", Registration)
def decline_registration(user: User) -> Q:
    return runs(user, "workshop")


@rule("participants.nominate_registration", Delegation)
def nominate_registration(user: User) -> Q:
    """The focal point, once the administration was invited. What came by letter is recorded instead."""
    invited = ~Q(status=Delegation.Status.LISTED)
    own: Q = focal_point_of(user, "administration") & invited
    return own


@rule("participants.record_nomination", Delegation)
def record_nomination(user: User) -> Q:
    return runs(user, "workshop")


@rule("participants.change_registration", Registration)
def change_registration(user: User) -> Q:
    """Withdraw, replace, correct the address, send a new link."""
    return _own_delegation(user)


@rule("participants.view_letter", Registration)
def view_letter(user: User) -> Q:
    """The scan that a nomination came with; the same one for all that came in one submission."""
    return runs(user, "workshop")


@rule("participants.view_home", Registration)
def view_home(user: User) -> Q:
    """My workshop: the person's own, until the registration ends."""
    return Q(user=user) & ~Q(status__in=Registration.ENDED)


@rule("participants.confirm_registration", Registration)
def confirm_registration(user: User) -> Q:
    return Q(user=user, status__in=Registration.TAKING_PART)


def _own_delegation(user: User) -> Q:
    """Rows of a delegation that the person sees: as organiser, or as its focal point."""
    invited = ~Q(delegation__status=Delegation.Status.LISTED)
    own = focal_point_of(user, "delegation__administration") & invited
    return runs(user, "workshop") | own


def get_registration_for(
    user: User,
    *,
    slug: str,
    public_id: UUID,
    code: str = "",
    to: str = "participants.review_registration",
) -> Registration:
    """With `code`, of that administration. Raises: Http404 outside the own rows and elsewhere; PermissionDenied."""
    rows: QuerySet[Registration] = Registration.objects.select_related(
        "user", "workshop__series", "delegation__administration"
    )
    if code:
        rows = rows.filter(delegation__administration__code=code)
    return load(
        rows,
        to,
        user,
        view="participants.view_registration",
        workshop__slug=slug,
        public_id=public_id,
    )


def workshops_of_participant(user: User) -> QuerySet[Any]:
    """Where the person takes part: who reads the materials of the audience `participants`."""
    rows = Registration.objects.taking_part().filter(user=user)
    return rows.values("workshop")


def workshops_of_focal_point(user: User) -> QuerySet[Any]:
    """Where the person nominates: who reads the materials of the audience `focal_points`."""
    return Delegation.objects.filter(nominate_registration(user)).values("workshop")


def get_own_registration(
    user: User, *, slug: str, to: str = "participants.view_home"
) -> Registration:
    """The person's own registration in a workshop. Raises: Http404; PermissionDenied before the approval."""
    rows: QuerySet[Registration] = Registration.objects.select_related(
        "user", "workshop__series", "delegation__administration"
    )
    return load(rows, to, user, view="participants.view_home", workshop__slug=slug)


def get_workshop_for_review(user: User, *, slug: str) -> Workshop:
    """Raises: Http404 to everybody who does not run the workshop."""
    workshops = Workshop.objects.select_related("series")
    action = "participants.view_registrations"
    return load(workshops, action, user, view=action, slug=slug)


# Mail plan ----------------------------------------------------------------------------------------


@rule("participants.view_mail_plan", Workshop)
def view_mail_plan(user: User) -> Q:
    return organised_workshops(user)


@rule("participants.edit_mail_plan", Workshop)
def edit_mail_plan(user: User) -> Q:
    """Add rows to the plan."""
    return organised_workshops(user)


@rule("participants.edit_reminder", PlannedReminder)
def edit_reminder(user: User) -> Q:
    """Change, switch and remove a row of the plan, and send its mail to oneself."""
    return runs(user, "workshop")


def get_reminder_for(user: User, *, slug: str, reminder: int) -> PlannedReminder:
    """Raises: Http404 to everybody who does not run the workshop."""
    rows = PlannedReminder.objects.select_related("workshop__series")
    action = "participants.edit_reminder"
    return load(rows, action, user, view=action, workshop__slug=slug, pk=reminder)
