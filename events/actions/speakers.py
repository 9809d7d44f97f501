"""Speakers, and what each does in which session."""

from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from events.actions.sessions import revise
from events.actions.writing import Text, in_languages, lock_workshop, show_change, with_languages
from events.models import Session, SessionSpeaker, Speaker, Workshop
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal


class SpeakerDetails(TypedDict, total=False):
    """What is said of a speaker. The family name at least."""

    title: str
    given_name: str
    family_name: str
    position: str
    administration: Administration | None
    accreditation: str
    biography: Text
    is_resource_person: bool
    user: User | None


class SpeakerExistsError(Refusal):
    """Somebody of that name and body is among the speakers."""

    message = _("A person of this name is already among the speakers.")


class AlreadyInSessionError(Refusal):
    """The speaker has a part in that session."""

    message = _("This speaker already has a part in the session. Change that one instead.")


class OtherWorkshopError(Refusal):
    """The speaker belongs to another workshop."""

    message = _("This speaker belongs to another workshop.")


@transaction.atomic
def add_speaker(*, workshop: Workshop, by: User, **details: Unpack[SpeakerDetails]) -> Speaker:
    """Raises: WorkshopFrozenError, SpeakerExistsError."""
    workshop = lock_workshop(workshop)
    values = dict(details)
    values["biography"] = in_languages(details.get("biography", ""))
    speaker = Speaker(workshop=workshop, **values)
    if _same_person(speaker).exists():
        raise SpeakerExistsError
    last = workshop.speakers.aggregate(last=Max("ordinal"))["last"] or 0
    speaker.ordinal = last + 1
    speaker.save(force_insert=True)
    show_change(workshop)
    changes = {"family_name": ("", speaker.family_name)}
    record("events.speaker_added", by=by, target=speaker, context=workshop, changes=changes)
    return speaker


@transaction.atomic
def edit_speaker(*, speaker: Speaker, by: User, **details: Unpack[SpeakerDetails]) -> Speaker:
    """Raises: WorkshopFrozenError, SpeakerExistsError."""
    workshop = lock_workshop(speaker.workshop)
    speaker = workshop.speakers.select_for_update().get(pk=speaker.pk)
    changes = changed(speaker, **with_languages(speaker, dict(details), ("biography",)))
    if not changes:
        return speaker
    if _same_person(speaker).exists():
        raise SpeakerExistsError
    speaker.save(update_fields=list(changes))
    show_change(workshop)
    record("events.speaker_edited", by=by, target=speaker, context=workshop, changes=changes)
    return speaker


@transaction.atomic
def remove_speaker(*, speaker: Speaker, by: User) -> None:
    """Take a speaker off the workshop and out of every session. Raises: WorkshopFrozenError."""
    workshop = lock_workshop(speaker.workshop)
    changes = {"family_name": (speaker.family_name, "")}
    record("events.speaker_removed", by=by, target=speaker, context=workshop, changes=changes)
    for session in workshop.sessions.filter(session_speakers__speaker=speaker).order_by("pk"):
        revise(session)
    speaker.delete()
    show_change(workshop)


@transaction.atomic
def assign_speaker(
    *,
    session: Session,
    speaker: Speaker,
    role: str,
    by: User,
    key_message: Text = "",
) -> SessionSpeaker:
    """Give a speaker a part in a session.

    Raises: WorkshopFrozenError, OtherWorkshopError, AlreadyInSessionError.
    """
    workshop = lock_workshop(session.workshop)
    if speaker.workshop_id != workshop.pk:
        raise OtherWorkshopError
    session = workshop.sessions.select_for_update().get(pk=session.pk)
    if session.session_speakers.filter(speaker=speaker).exists():
        raise AlreadyInSessionError
    last = session.session_speakers.aggregate(last=Max("ordinal"))["last"] or 0
    part = SessionSpeaker.objects.create(
        session=session,
        speaker=speaker,
        role=role,
        key_message=in_languages(key_message),
        ordinal=last + 1,
    )
    revise(session)
    show_change(workshop)
    changes = {"speaker": ("", speaker.full_name), "role": ("", role)}
    record("events.speaker_assigned", by=by, target=session, context=workshop, changes=changes)
    return part


@transaction.atomic
def edit_part(*, part: SessionSpeaker, role: str, key_message: Text, by: User) -> SessionSpeaker:
    """Another role, or another key message. Raises: WorkshopFrozenError."""
    session = part.session
    workshop = lock_workshop(session.workshop)
    part = session.session_speakers.select_for_update().get(pk=part.pk)
    message = in_languages(key_message, part.key_message)
    changes = changed(part, role=role, key_message=message)
    if changes:
        part.save(update_fields=list(changes))
        revise(session)
        show_change(workshop)
        record("events.part_edited", by=by, target=session, context=workshop, changes=changes)
    return part


@transaction.atomic
def unassign_speaker(*, part: SessionSpeaker, by: User) -> None:
    """Take a speaker out of one session. Raises: WorkshopFrozenError."""
    session = part.session
    workshop = lock_workshop(session.workshop)
    changes = {"speaker": (part.speaker.full_name, "")}
    part.delete()
    revise(session)
    show_change(workshop)
    record("events.speaker_unassigned", by=by, target=session, context=workshop, changes=changes)


def _same_person(speaker: Speaker) -> QuerySet[Speaker]:
    return Speaker.objects.filter(
        workshop=speaker.workshop,
        given_name__iexact=speaker.given_name,
        family_name__iexact=speaker.family_name,
        administration=speaker.administration,
    ).exclude(pk=speaker.pk)
