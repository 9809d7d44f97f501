"""Rules about editions and what belongs to them, and the loaders that views use."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from breakouts.queries.points import also_by
from events.access import organised_workshops, runs
from events.models import Workshop
from participants.models import Delegation, Registration
from reports.models import Contribution, Edition, Proposal, Section
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.authorization import load, rule

INVITED = [status for status in Delegation.Status if status != Delegation.Status.LISTED]
"""Whatever they answered."""

# Compilation and exports --------------------------------------------------------------------------


@rule("reports.compile_edition", Edition)
def compile_edition(user: User) -> Q:
    """Who runs its workshop; the secretariat any."""
    return runs(user, "workshop")


@rule("reports.export_edition", Edition)
def export_edition(user: User) -> Q:
    """Drafts too, so only those who run its workshop."""
    return runs(user, "workshop")


# Editions, sections, proposals --------------------------------------------------------------------


@rule("reports.create_series")
def create_series(user: User) -> bool:
    return user.is_secretariat


@rule("reports.start_edition", Workshop)
def start_edition(user: User) -> Q:
    """The workshops that the person may start an edition for."""
    return organised_workshops(user)


@rule("reports.view_edition", Edition)
def view_edition(user: User) -> Q:
    """The workbench: who runs its workshop. Everybody else reads the report when it is published."""
    return runs(user, "workshop")


@rule("reports.edit_edition", Edition)
def edit_edition(user: User) -> Q:
    """Its title and dates, its sections and their order, its proposals."""
    return runs(user, "workshop")


@rule("reports.take_points", Edition)
def take_points(user: User) -> Q:
    return runs(user, "workshop")


@rule("reports.edit_section", Section)
def edit_section(user: User) -> Q:
    return runs(user, "edition__workshop")


@rule("reports.edit_proposal", Proposal)
def edit_proposal(user: User) -> Q:
    return runs(user, "edition__workshop")


def get_edition_for(
    user: User, *, slug: str, number: int, to: str = "reports.view_edition"
) -> Edition:
    """The edition as who runs it sees it. Raises: Http404 to everybody else."""
    editions = Edition.objects.select_related("series", "workshop__series")
    return load(editions, to, user, view=to, series__slug=slug, number=number)


def get_section_for(user: User, *, slug: str, number: int, section: int) -> Section:
    """Removed ones too, since they can be put back. Raises: Http404."""
    rows: QuerySet[Section] = Section.objects.select_related(
        "edition__series", "edition__workshop__series"
    )
    action = "reports.edit_section"
    lookup = {"edition__series__slug": slug, "edition__number": number, "pk": section}
    return load(rows, action, user, view=action, **lookup)


def get_proposal_for(user: User, *, slug: str, number: int, proposal: int) -> Proposal:
    rows: QuerySet[Proposal] = Proposal.objects.select_related(
        "edition__series", "edition__workshop__series"
    )
    action = "reports.edit_proposal"
    lookup = {"edition__series__slug": slug, "edition__number": number, "pk": proposal}
    return load(rows, action, user, view=action, **lookup)


# Contributions ------------------------------------------------------------------------------------


def own_administrations(
    user: User, workshop: Workshop | OuterRef | None
) -> QuerySet[Administration]:
    """Those for which the person contributes to an edition of the workshop, once each, in no order.

    As current focal point of an invited administration, or as a delegate who takes part. An edition without a
    workshop asks all focal points. This alone says what is somebody's own; conditions on editions and
    contributions put it as a question to the row.
    """
    terms = FocalPoint.objects.current(timezone.now()).filter(user=user)
    own = Q(pk__in=terms.values("administration"))
    if workshop is None:
        return Administration.objects.filter(own)
    invited = Q(delegations__workshop=workshop, delegations__status__in=INVITED)
    seated = Q(
        delegations__workshop=workshop,
        delegations__registrations__user=user,
        delegations__registrations__status__in=Registration.TAKING_PART,
    )
    return Administration.objects.filter((own & invited) | seated).distinct()


def _asked(user: User, workshop: str, **which: OuterRef) -> Q:
    """Whether the person has an own administration there. `workshop`: the way from the row to it."""
    there = own_administrations(user, OuterRef(workshop)).filter(**which)
    anywhere = own_administrations(user, None).filter(**which)
    return Q(Exists(there)) | Q(Exists(anywhere), **{f"{workshop}__isnull": True})


def _contributes_to(user: User, prefix: str) -> Q:
    """The condition on rows that point at an edition through `prefix` ("" for editions themselves)."""
    return _asked(user, f"{prefix}workshop")


def _own(user: User) -> Q:
    """Contributions of the person's administrations."""
    return _asked(user, "edition__workshop", pk=OuterRef("administration"))


def _open(prefix: str) -> Q:
    """Administrations may still write: not adopted, and before the contributions close."""
    closes = f"{prefix}contributions_close_at"
    in_time = Q(**{f"{closes}__isnull": True}) | Q(**{f"{closes}__gt": timezone.now()})
    return in_time & ~Q(**{f"{prefix}status": Edition.Status.ADOPTED})


@rule("reports.view_contributions", Edition)
def view_contributions(user: User) -> Q:
    """The list of all contributions, and its exports."""
    return runs(user, "workshop")


@rule("reports.view_own_contributions", Edition)
def view_own_contributions(user: User) -> Q:
    """The page of the own administration's contributions."""
    return _contributes_to(user, "")


@rule("reports.write_contribution", Edition)
def write_contribution(user: User) -> Q:
    """Administrations until the contributions close; who runs the edition also later, for what came by mail."""
    own: Q = runs(user, "workshop")
    return own | (_contributes_to(user, "") & _open(""))


@rule("reports.view_contribution", Contribution)
def view_contribution(user: User) -> Q:
    """Who runs the edition, the own administration; unnamed ones of groups whoever may claim them."""
    own: Q = runs(user, "edition__workshop")
    return own | _own(user) | _unnamed(user)


@rule("reports.edit_contribution", Contribution)
def edit_contribution(user: User) -> Q:
    """Write on it, as everybody of the administration while the edition is open.

    Who runs the edition: what any of them entered. An administration's own stays its own.
    """
    return (_own(user) & _open("edition__")) | _entered(user)


@rule("reports.submit_contribution", Contribution)
def submit_contribution(user: User) -> Q:
    """Give it as the administration's one version, and take that back.

    The focal point; everybody of an administration that has none at the moment.
    """
    terms = FocalPoint.objects.current(timezone.now())
    speaks = Q(administration__in=terms.filter(user=user).values("administration"))
    nobody = ~Exists(terms.filter(administration=OuterRef("administration")))
    own = _own(user) & _open("edition__") & (speaks | Q(nobody))
    return own | _entered(user)


@rule("reports.withdraw_contribution", Contribution)
def withdraw_contribution(user: User) -> Q:
    """A draft whoever writes on it; what was submitted whoever may submit it."""
    draft: Q = edit_contribution(user) & Q(status=Contribution.Status.DRAFT)
    given: Q = submit_contribution(user)
    return draft | given


def _entered(user: User) -> Q:
    """What who runs the edition entered, whoever of them it was, or nobody in particular said."""
    return runs(user, "edition__workshop") & (Q(administration=None) | Q(is_entered=True))


@rule("reports.review_contribution", Contribution)
def review_contribution(user: User) -> Q:
    """Accept it, send it back."""
    return runs(user, "edition__workshop")


@rule("reports.claim_contribution", Contribution)
def claim_contribution(user: User) -> Q:
    """Say that an unnamed one is the own administration's."""
    return _unnamed(user) & _open("edition__")


def _unnamed(user: User) -> Q:
    shown = ~Q(attribution=Contribution.Attribution.SECRETARIAT)
    return Q(administration=None) & shown & _contributes_to(user, "edition__")


def get_contribution_for(
    user: User,
    *,
    slug: str,
    number: int,
    public_id: UUID,
    to: str = "reports.view_contribution",
) -> Contribution:
    """Raises: Http404 outside the own administration and the own workshops; PermissionDenied."""
    rows: QuerySet[Contribution] = Contribution.objects.select_related(
        "edition__series",
        "edition__workshop__series",
        "administration",
        "topic",
        "created_by",
        "submitted_by",
        "sent_back_by",
        "point__group__round__session",
        "point__group__round__workshop",
    ).prefetch_related(also_by("point"))
    return load(
        rows,
        to,
        user,
        view="reports.view_contribution",
        edition__series__slug=slug,
        edition__number=number,
        public_id=public_id,
    )


def get_edition_to_contribute(
    user: User, *, slug: str, number: int, to: str = "reports.view_own_contributions"
) -> Edition:
    """The edition as administrations see it. Raises: Http404; PermissionDenied once it is closed to them."""
    editions = Edition.objects.select_related("series", "workshop__series")
    view = "reports.reach_edition"
    return load(editions, to, user, view=view, series__slug=slug, number=number)


@rule("reports.reach_edition", Edition)
def reach_edition(user: User) -> Q:
    """Who runs it, and who contributes to it: for them it exists."""
    own: Q = runs(user, "workshop")
    return own | _contributes_to(user, "")


def get_workshop_for_edition(user: User, *, slug: str) -> Workshop:
    """Raises: Http404 to everybody who does not run the workshop."""
    workshops = Workshop.objects.select_related("series")
    action = "reports.start_edition"
    return load(workshops, action, user, view=action, slug=slug)
