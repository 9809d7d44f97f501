"""Naming focal points and deputies, ending their terms, sending them access."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.actions import get_or_create_person
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.audit.actions import record
from workshop_portal.mail.actions import queue_mail
from workshop_portal.refusals import Refusal

Kind = FocalPoint.Kind


class AlreadyFocalPointError(Refusal):
    """The person holds that office of that administration today."""

    message = _("This person holds this office already.")


class FocalPointInPlaceError(Refusal):
    """There is a focal point, and nobody said that the new one takes over."""

    message = _(
        "There is a focal point already. Say that the new one takes over, or name a deputy."
    )


class TermEndedError(Refusal):
    """The term has ended."""

    message = _("This term has ended already.")


class EndInPastError(Refusal):
    """The last day is over: what was done since was done in office."""

    message = _("A term cannot end on a day that is over. Choose today or a later day.")


@transaction.atomic
def name_by_address(
    *,
    administration: Administration,
    email: str,
    kind: FocalPoint.Kind,
    takes_over: bool = False,
    with_access: bool = False,
    by: User,
    **names: str,
) -> FocalPoint:
    """Name the person of an address; where a refusal follows, no account is made and no link sent.

    Somebody new gets `names`, and the language and zone of the administration. Raises: as `name_focal_point`.
    """
    person, _made = get_or_create_person(
        email=email,
        by=by,
        language=administration.language,
        time_zone=administration.time_zone,
        **names,
    )
    term = name_focal_point(
        administration=administration, person=person, kind=kind, takes_over=takes_over, by=by
    )
    if with_access:
        send_access(focal_point=term, by=by)
    return term


@transaction.atomic
def name_focal_point(
    *,
    administration: Administration,
    person: User,
    kind: FocalPoint.Kind = Kind.FOCAL_POINT,
    takes_over: bool = False,
    by: User | None,
    now: datetime | None = None,
) -> FocalPoint:
    """Open a term from now on. A deputy who becomes focal point, or the reverse, ends the former term.

    Raises: AlreadyFocalPointError; FocalPointInPlaceError without `takes_over`.
    Locks: the administration.
    """
    now = now or timezone.now()
    administration = Administration.objects.select_for_update().get(pk=administration.pk)
    terms = FocalPoint.objects.filter(administration=administration).current(now)
    own = terms.filter(user=person).first()
    if own is not None and own.kind == kind:
        raise AlreadyFocalPointError
    in_place = terms.filter(kind=Kind.FOCAL_POINT).exclude(user=person).first()
    if kind == Kind.FOCAL_POINT and in_place is not None and not takes_over:
        raise FocalPointInPlaceError
    for ending in (own, in_place if kind == Kind.FOCAL_POINT else None):
        if ending is not None:
            _end(ending, now, by)
    focal_point = FocalPoint.objects.create(
        administration=administration, user=person, kind=kind, starts_at=now, granted_by=by
    )
    record(
        "administrations.focal_point_named",
        by=by,
        target=focal_point,
        context=administration,
        changes={"person": (None, str(person)), "kind": (None, kind)},
    )
    return focal_point


@transaction.atomic
def end_focal_point(
    *,
    focal_point: FocalPoint,
    ends_at: datetime | None = None,
    by: User,
    now: datetime | None = None,
) -> FocalPoint:
    """End a term at once, or at a later moment. Access ends with it; the row stays.

    Raises: TermEndedError; EndInPastError.
    """
    now = now or timezone.now()
    focal_point = FocalPoint.objects.select_for_update().get(pk=focal_point.pk)
    if not focal_point.is_current(now):
        raise TermEndedError
    if ends_at is not None and ends_at < now:
        raise EndInPastError
    _end(focal_point, ends_at or now, by)
    return focal_point


@transaction.atomic
def send_access(*, focal_point: FocalPoint, by: User) -> None:
    """Mail a person in office the link to the own administration. Raises: TermEndedError."""
    if not focal_point.is_current(timezone.now()):
        raise TermEndedError
    queue_mail(
        key=f"access:{focal_point.pk}:{secrets.token_hex(8)}",
        template="administrations/access",
        to=focal_point.user,
        params={"focal_point": focal_point.pk},
        context=focal_point.administration,
        by=by,
    )
    record(
        "administrations.access_sent",
        by=by,
        target=focal_point,
        context=focal_point.administration,
    )


def _end(focal_point: FocalPoint, at: datetime, by: User | None) -> None:
    before = focal_point.ends_at
    focal_point.ends_at = at
    focal_point.save(update_fields=["ends_at"])
    record(
        "administrations.focal_point_ended",
        by=by,
        target=focal_point,
        context=focal_point.administration,
        changes={"ends_at": (before, at)},
    )
