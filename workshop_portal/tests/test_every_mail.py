"""What holds for every mail that any app can send: a test of it arrives, and nobody's words become a link."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from breakouts import mails as breakout_mails
from breakouts.models import Absence, Round, Topic
from breakouts.tests.worlds import BreakoutWorld, make_role, make_round
from events.models import Workshop
from participants import mails
from participants.models import Delegation, Registration
from participants.tests.worlds import make_delegation, make_registration
from reports import mails as report_mails
from reports.models import Contribution, Edition, ReportSeries
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.mail.actions import Mail, queue_mails, send_test_of_mail
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import TEMPLATES
from workshop_portal.mail.rendering import RenderedMail, render_mail

Status = Registration.Status
HOSTILE = "Win at http://evil.example/now or www.evil.example by win@evil.example"


class World(BreakoutWorld):
    """One mail of each template, queued and still due: what each speaks of is there."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.plan = self.publish()
        self.crowd(0)  # more seats for Fiji
        self.cancelled = make_workshop_cancelled(self)
        self.edition = Edition.objects.create(
            series=ReportSeries.objects.create(slug="report", title="Report"),
            number=1,
            workshop=self.here,
            title="First",
        )
        queue_mails(self._mails(), by=self.secretariat)

    def _mails(self) -> list[Mail]:
        now, ana = timezone.now(), self.people["ana"]
        return [
            self._mail("participants/invitation", delegation=self.fiji.pk),
            mails.approved(ana),
            mails.cancelled(make_registration(self.fiji, status=Status.WITHDRAWN)),
            *mails.declined([make_registration(self.fiji, status=Status.DECLINED)], now),
            *mails.moved_up([make_registration(self.fiji)], now),
            mails.nomination_receipt([make_registration(self.fiji)], self.fiji_contact),
            *self._reminders(),
            self._mail("participants/workshop_cancelled", delegation=self.cancelled.pk),
            self._mail("participants/new_days", delegation=self.fiji.pk, was="2049-05-24"),
            breakout_mails.ranking_opened(ana, make_round(self.here, status=RANKING), now),
            breakout_mails.group_published(
                self.plan.assignments.get(registration=ana), self.plan, self.here
            ),
            breakout_mails.role_named(
                make_role(self.one, self.user("ben"), "facilitator"), self.here
            ),
            breakout_mails.absence_noted(self._absence(self.people["dai"]), self.round),
            *report_mails.contribution_sent_back(self._sent_back(now), [self.fiji_contact], now),
            self._mail(
                "administrations/access",
                focal_point=FocalPoint.objects.get(user=self.fiji_contact).pk,
            ),
        ]

    def _reminders(self) -> list[Mail]:
        names = ("profile", "agenda", "join", "thanks", "follow_up")
        ana = self.people["ana"]
        return [
            self._mail("participants/reminder_nominations", delegation=self.fiji.pk),
            self._mail("reports/reminder_contribution", delegation=self.fiji.pk),
            *(
                self._mail(f"participants/reminder_{name}", to=ana.user, registration=ana.pk)
                for name in names
            ),
        ]

    def _absence(self, registration: Registration) -> Absence:
        return Absence.objects.create(
            round=self.round, registration=registration, noted_by=self.organiser
        )

    def _mail(self, template: str, *, to: User | None = None, **params: Any) -> Mail:
        return Mail(
            key=f"{template}:1", template=template, to=to or self.fiji_contact, params=params
        )

    def _sent_back(self, now: datetime) -> Contribution:
        return Contribution.objects.create(
            edition=self.edition,
            administration=self.fj,
            kind="challenge",
            title="A challenge",
            comment="Name the year.",
            sent_back_at=now,
            sent_back_by=self.secretariat,
            created_by=self.fiji_contact,
        )


RANKING = Round.Status.RANKING


def make_workshop_cancelled(world: BreakoutWorld) -> Delegation:
    Workshop.objects.filter(pk=world.elsewhere.pk).update(
        status=Workshop.Status.CANCELLED, ended_reason="No quorum"
    )
    return make_delegation(world.elsewhere, world.jp, by=world.secretariat)


@pytest.fixture
def world(db: None) -> World:
    return World()


def queued() -> dict[str, OutgoingMail]:
    rows = {mail.template: mail for mail in OutgoingMail.objects.order_by("-pk")}
    assert set(rows) == set(TEMPLATES)
    return rows


def test_a_test_mail_to_oneself_arrives(world: World, mailoutbox: list[Any]) -> None:
    for mail in queued().values():
        send_test_of_mail(mail=mail, by=world.secretariat)
    OutgoingMail.objects.exclude(kind="test").update(due_at=timezone.now() + timedelta(days=1))

    send_due()

    tests = OutgoingMail.objects.filter(kind="test")
    ended = {mail.template: (mail.status, mail.last_error) for mail in tests}
    assert ended == dict.fromkeys(TEMPLATES, ("done", ""))
    assert [mail.to for mail in mailoutbox] == [[world.secretariat.email]] * len(TEMPLATES)


def test_a_test_of_a_test_arrives_too(world: World) -> None:
    mail = queued()["participants/approved"]
    OutgoingMail.objects.exclude(pk=mail.pk).delete()
    test = send_test_of_mail(mail=mail, by=world.secretariat)
    again = send_test_of_mail(mail=test, by=world.organiser)

    send_due()

    rows = OutgoingMail.objects.filter(kind="test").order_by("pk").values_list("status", "to")
    assert (again.copy_of, list(rows)) == (
        test,
        [("done", world.secretariat.email), ("done", world.organiser.email)],
    )


def test_what_would_not_be_sent_is_not_tried_either(world: World) -> None:
    mail = queued()["participants/approved"]
    Registration.objects.filter(pk=world.people["ana"].pk).update(user=world.stranger)
    test = send_test_of_mail(mail=mail, by=world.secretariat)

    send_due()

    test.refresh_from_db()
    assert (test.status, test.last_error) == ("superseded", "The registration has changed.")


def test_what_people_typed_becomes_no_link(world: World) -> None:
    User.objects.update(title="", given_name="<b>Ana</b>", family_name=HOSTILE)
    Administration.objects.filter(pk__in=[world.fj.pk, world.jp.pk]).update(official_name=HOSTILE)
    world.fj.name, world.jp.name = HOSTILE, f"Japan {HOSTILE}"
    Administration.objects.bulk_update([world.fj, world.jp], ["name"])
    Workshop.objects.update(title=HOSTILE, venue=HOSTILE, ended_reason=HOSTILE, format="hybrid")
    Round.objects.update(title=HOSTILE)
    Topic.objects.update(title=HOSTILE, question=HOSTILE)
    Contribution.objects.update(title=HOSTILE, comment=HOSTILE)
    Edition.objects.update(title=HOSTILE)

    read = {name: render_mail(mail, with_links=False) for name, mail in queued().items()}

    assert {name: linked(mail) for name, mail in read.items()} == {name: [] for name in TEMPLATES}
    assert "<b>Ana" not in "".join(mail.html for mail in read.values())


def linked(mail: RenderedMail) -> list[str]:
    """What a mail program would make a link of."""
    parts = {"subject": mail.subject, "text": mail.text, "html": mail.html}
    return [
        f"{name}: {sign}"
        for name, words in parts.items()
        for sign in ("http://evil", "www.evil", "evil.example", "win@")
        if sign in words
    ]


@pytest.mark.parametrize("language", ["fr", "zh-hans"])
def test_the_name_of_each_kind_of_mail_follows_the_reader(language: str) -> None:
    titles = {name: template.title for name, template in TEMPLATES.items()}
    with override("en"):
        english = {name: str(title) for name, title in titles.items()}
    with override(language):
        same = [name for name, title in titles.items() if str(title) == english[name]]

    assert [name for name, title in titles.items() if not isinstance(title, Promise)] == []
    assert same == []
