"""The agenda's actions: sessions, speakers, instruments, and what each raises."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from events.actions.instruments import (
    AlreadyIntroducedError,
    InstrumentExistsError,
    InstrumentInUseError,
    add_instrument,
    attach_instrument,
    detach_instrument,
    edit_instrument,
    remove_instrument,
)
from events.actions.sessions import (
    SessionEndsBeforeStartError,
    SessionExistsError,
    SessionTooLongError,
    add_session,
    edit_session,
    move_session,
    remove_session,
)
from events.actions.speakers import (
    AlreadyInSessionError,
    OtherWorkshopError,
    SpeakerExistsError,
    add_speaker,
    assign_speaker,
    edit_part,
    edit_speaker,
    remove_speaker,
    unassign_speaker,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Instrument, Session, SessionInstrument, SessionSpeaker, Speaker
from events.tests.worlds import (
    actions_on_record,
    at,
    make_administration,
    make_instrument,
    make_person,
    make_session,
    make_speaker,
    make_workshop,
)

pytestmark = pytest.mark.django_db
NEW = {"title": "Opening", "kind": "opening", "starts_at": at(9), "ends_at": at(9, 20)}


def test_a_session_is_added_and_the_public_page_is_new() -> None:
    workshop = make_workshop()
    session = add_session(workshop=workshop, by=make_person(), **NEW)
    workshop.refresh_from_db()
    assert (str(session.title), session.minutes, session.revision) == ("Opening", 20, 0)
    assert (workshop.version, actions_on_record()) == (2, ["events.session_added"])


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"ends_at": at(9)}, SessionEndsBeforeStartError),
        ({"ends_at": at(8)}, SessionEndsBeforeStartError),
        ({"ends_at": at(9, 1, day=1)}, SessionTooLongError),
    ],
)
def test_impossible_times_are_refused(values: dict[str, Any], error: type[Exception]) -> None:
    workshop = make_workshop()
    with pytest.raises(error):
        add_session(workshop=workshop, by=make_person(), **(NEW | values))
    session = make_session(workshop)
    with pytest.raises(error):
        edit_session(session=session, by=make_person(), **values)
    session.refresh_from_db()
    assert (session.ends_at, session.revision, actions_on_record()) == (at(10), 0, [])


def test_the_same_session_sent_twice_is_one() -> None:
    workshop = make_workshop()
    add_session(workshop=workshop, by=make_person(), **NEW)
    with pytest.raises(SessionExistsError):
        add_session(workshop=workshop, by=make_person(), **NEW)
    assert Session.objects.count() == 1


def test_an_edit_raises_revision_and_version_once() -> None:
    session = make_session(make_workshop())
    stamped = session.changed_at
    edited = edit_session(session=session, by=make_person(), title="Other", venue="Hall")
    edited.workshop.refresh_from_db()
    assert (edited.revision, edited.workshop.version) == (1, 2)
    assert edited.changed_at > stamped
    edit_session(session=session, by=make_person(), title="Other")
    assert actions_on_record() == ["events.session_edited"]


def test_moving_keeps_the_length() -> None:
    session = make_session(make_workshop())
    moved = move_session(session=session, starts_at=at(14), by=make_person())
    session.refresh_from_db()
    assert moved == [session]
    assert (session.starts_at, session.ends_at, session.revision) == (at(14), at(15), 1)
    assert move_session(session=session, starts_at=at(14), by=make_person()) == []
    assert actions_on_record() == ["events.session_moved"]


def test_those_that_follow_on_the_day_move_along() -> None:
    workshop = make_workshop()
    before = make_session(workshop, starts_at=at(8), ends_at=at(9))
    first = make_session(workshop)
    after = make_session(workshop, starts_at=at(10), ends_at=at(11))
    next_day = make_session(workshop, starts_at=at(9, day=1), ends_at=at(10, day=1))
    moved = move_session(session=first, starts_at=at(9, 30), by=make_person(), with_following=True)
    assert moved == [first, after]
    for session in (before, after, next_day):
        session.refresh_from_db()
    assert (before.starts_at, after.starts_at, next_day.starts_at) == (
        at(8),
        at(10, 30),
        at(9, day=1),
    )
    assert actions_on_record() == ["events.session_moved"] * 2


def test_a_removed_session_stays_on_record() -> None:
    workshop = make_workshop()
    remove_session(session=make_session(workshop), by=make_person())
    workshop.refresh_from_db()
    assert (Session.objects.count(), workshop.version) == (0, 2)
    assert actions_on_record() == ["events.session_removed"]


def test_a_failure_in_the_last_step_leaves_the_agenda_as_it_was() -> None:
    session = make_session(make_workshop())
    with (
        patch("events.actions.sessions.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        edit_session(session=session, by=make_person(), title="Other")
    session.refresh_from_db()
    session.workshop.refresh_from_db()
    assert (session.revision, session.workshop.version) == (0, 1)


# Speakers -----------------------------------------------------------------------------------------


def test_speakers_come_in_the_order_in_which_they_were_added() -> None:
    workshop, by = make_workshop(), make_person()
    first = add_speaker(workshop=workshop, by=by, title="Dr.", given_name="Hua", family_name="Tong")
    second = add_speaker(workshop=workshop, by=by, family_name="Kuramoto")
    assert (first.full_name, first.ordinal, second.ordinal) == ("Dr. Hua Tong", 1, 2)
    assert actions_on_record() == ["events.speaker_added"] * 2


def test_the_same_person_of_the_same_body_is_one_speaker() -> None:
    workshop, body = make_workshop(), make_administration()
    values = {"given_name": "Hua", "family_name": "Tong"}
    add_speaker(workshop=workshop, by=make_person(), administration=body, **values)
    with pytest.raises(SpeakerExistsError):
        add_speaker(
            workshop=workshop,
            by=make_person(),
            administration=body,
            given_name="HUA",
            family_name="tong",
        )
    other = add_speaker(workshop=workshop, by=make_person(), **values)
    with pytest.raises(SpeakerExistsError):
        edit_speaker(speaker=other, by=make_person(), administration=body)
    other.refresh_from_db()
    assert (other.administration, Speaker.objects.count()) == (None, 2)


def test_an_edited_speaker_is_recorded_once() -> None:
    speaker = make_speaker(make_workshop())
    edited = edit_speaker(speaker=speaker, by=make_person(), accreditation="ACE, HRMD")
    edit_speaker(speaker=speaker, by=make_person(), accreditation="ACE, HRMD")
    edited.workshop.refresh_from_db()
    assert (edited.accreditation, edited.workshop.version) == ("ACE, HRMD", 2)
    assert actions_on_record() == ["events.speaker_edited"]


def test_a_part_is_given_changed_and_taken() -> None:
    session = make_session(make_workshop())
    speaker = make_speaker(session.workshop)
    by = make_person()
    part = assign_speaker(
        session=session, speaker=speaker, role="chair", key_message="Share more.", by=by
    )
    with pytest.raises(AlreadyInSessionError):
        assign_speaker(session=session, speaker=speaker, role="speaker", by=by)
    part = edit_part(part=part, role="speaker", key_message="Share all.", by=by)
    assert (part.role, str(part.key_message)) == ("speaker", "Share all.")
    unassign_speaker(part=part, by=by)
    session.refresh_from_db()
    session.workshop.refresh_from_db()
    assert (SessionSpeaker.objects.count(), session.revision) == (0, 3)
    assert session.workshop.version == 4
    assert actions_on_record() == [
        "events.speaker_assigned",
        "events.part_edited",
        "events.speaker_unassigned",
    ]


def test_a_speaker_of_another_workshop_gets_no_part() -> None:
    session, speaker = make_session(make_workshop()), make_speaker(make_workshop())
    with pytest.raises(OtherWorkshopError):
        assign_speaker(session=session, speaker=speaker, role="speaker", by=make_person())
    assert SessionSpeaker.objects.count() == 0


def test_a_removed_speaker_leaves_every_session() -> None:
    session = make_session(make_workshop())
    speaker = make_speaker(session.workshop)
    assign_speaker(session=session, speaker=speaker, role="speaker", by=make_person())
    remove_speaker(speaker=speaker, by=make_person())
    session.refresh_from_db()
    assert (session.revision, SessionSpeaker.objects.count()) == (2, 0)
    assert actions_on_record()[-1] == "events.speaker_removed"


# Instruments --------------------------------------------------------------------------------------


def test_an_instrument_is_kept_once_for_each_edition() -> None:
    by = make_person()
    first = add_instrument(title="Guide", edition="1", by=by)
    other = add_instrument(title="Guide", edition="2", by=by)
    with pytest.raises(InstrumentExistsError):
        add_instrument(title="GUIDE", edition="1", by=by)
    with pytest.raises(InstrumentExistsError):
        edit_instrument(instrument=other, edition="1", by=by)
    assert list(Instrument.objects.order_by("pk")) == [first, other]
    assert actions_on_record() == ["events.instrument_added"] * 2


def test_an_instrument_in_use_stays() -> None:
    session, instrument = make_session(make_workshop()), make_instrument()
    link = attach_instrument(session=session, instrument=instrument, by=make_person())
    with pytest.raises(AlreadyIntroducedError):
        attach_instrument(session=session, instrument=instrument, by=make_person())
    with pytest.raises(InstrumentInUseError):
        remove_instrument(instrument=instrument, by=make_person())
    detach_instrument(link=link, by=make_person())
    remove_instrument(instrument=instrument, by=make_person())
    session.refresh_from_db()
    assert (session.revision, Instrument.objects.count()) == (2, 0)
    assert SessionInstrument.objects.count() == 0
    assert actions_on_record() == [
        "events.instrument_attached",
        "events.instrument_detached",
        "events.instrument_removed",
    ]


def test_a_corrected_instrument_makes_every_page_that_names_it_new() -> None:
    session, instrument = make_session(make_workshop()), make_instrument()
    SessionInstrument.objects.create(session=session, instrument=instrument)
    edit_instrument(instrument=instrument, year=2022, by=make_person())
    session.workshop.refresh_from_db()
    assert session.workshop.version == 2


def frozen_session() -> Session:
    return make_session(make_workshop(status="archived"))


@pytest.mark.parametrize(
    "act",
    [
        lambda s: add_session(workshop=s.workshop, by=make_person(), **NEW),
        lambda s: edit_session(session=s, by=make_person(), title="Other"),
        lambda s: move_session(session=s, starts_at=at(14), by=make_person()),
        lambda s: remove_session(session=s, by=make_person()),
        lambda s: add_speaker(workshop=s.workshop, by=make_person(), family_name="Tong"),
        lambda s: edit_speaker(
            speaker=make_speaker(s.workshop), by=make_person(), family_name="Tong"
        ),
        lambda s: remove_speaker(speaker=make_speaker(s.workshop), by=make_person()),
        lambda s: assign_speaker(
            session=s, speaker=make_speaker(s.workshop), role="chair", by=make_person()
        ),
        lambda s: attach_instrument(session=s, instrument=make_instrument(), by=make_person()),
    ],
)
def test_in_the_archive_nothing_changes(act: Callable[[Session], Any]) -> None:
    session = frozen_session()
    with pytest.raises(WorkshopFrozenError):
        act(session)
    session.refresh_from_db()
    session.workshop.refresh_from_db()
    assert (session.revision, session.workshop.version, actions_on_record()) == (0, 1, [])


def test_a_session_over_midnight_is_possible() -> None:
    session = add_session(
        workshop=make_workshop(),
        by=make_person(),
        **(NEW | {"starts_at": at(23), "ends_at": at(0, 30, day=1)}),
    )
    assert session.length == timedelta(minutes=90)
