from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from workshop_portal.accounts.models import User
from workshop_portal.audit.models import Entry
from workshop_portal.mail import actions
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import Attachment

pytestmark = pytest.mark.django_db


def queue(to: User | str = "a@example.org", key: str = "note:1", **fields: Any) -> OutgoingMail:
    actions.queue_mail(
        **{
            "key": key,
            "template": "tests/note",
            "to": to,
            "params": {"name": "Workshop"},
            "context": None,
            "by": None,
            **fields,
        }
    )
    return OutgoingMail.objects.get(key=key)


def end(mail: OutgoingMail, status: str) -> None:
    now = timezone.now()
    OutgoingMail.objects.filter(pk=mail.pk).update(
        status=status, finished_at=now, sent_at=now if status == "done" else None, attempts=2
    )
    mail.refresh_from_db()


class TestQueue:
    def test_one_key_is_one_mail(self, django_assert_num_queries: Any) -> None:
        first = queue()
        with django_assert_num_queries(1):
            actions.queue_mails(
                [
                    actions.Mail(key="note:1", template="tests/note", to="other@example.org"),
                    actions.Mail(key="note:2", template="tests/note", to="b@example.org"),
                ],
                by=None,
            )
        assert list(OutgoingMail.objects.order_by("pk").values_list("key", "to")) == [
            ("note:1", "a@example.org"),
            ("note:2", "b@example.org"),
        ]
        first.refresh_from_db()
        assert first.to == "a@example.org"

    def test_keeps_what_the_mail_needs(self, delegate: User, secretary: User) -> None:
        mail = queue(
            delegate,
            key="note:7:2022",
            context=secretary,
            reply_to="desk@example.org",
            attachments=[Attachment(name="a.txt", type="text/plain", content=b"hello")],
            by=secretary,
        )
        assert (mail.kind, mail.recipient, mail.to, mail.address) == (
            "note", delegate, "", "ana@example.org",
        )  # fmt: skip
        assert (mail.context_type, mail.context_id) == ("accounts.user", str(secretary.pk))
        assert mail.attachment_names == ["a.txt"]
        assert (mail.actor, mail.reply_to, mail.status) == (
            secretary,
            "desk@example.org",
            "planned",
        )
        assert mail.message_id.endswith("@testserver>")

    def test_wakes_the_worker_for_what_is_due_only(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks() as now:
            queue(key="note:1")
        with django_capture_on_commit_callbacks() as later:
            queue(key="note:2", due_at=timezone.now() + timedelta(days=1))
            queue(key="note:3", held=True)
        assert (len(now), len(later)) == (1, 0)

    def test_refuses_a_malformed_address(self) -> None:
        for address in ("", "nobody", "a@example.org\r\nBcc: b@example.org"):
            with pytest.raises(ValidationError):
                queue(address)
        assert not OutgoingMail.objects.exists()

    def test_refuses_a_template_that_nobody_registered(self) -> None:
        with pytest.raises(LookupError):
            queue(template="tests/nothing")

    def test_refuses_a_large_attachment(self) -> None:
        with pytest.raises(ValueError, match="too large"):
            queue(attachments=[Attachment(name="x", type="text/plain", content=b"x" * 500_001)])


class TestRelease:
    def test_lets_exactly_the_shown_number_go(self, secretary: User) -> None:
        for number in (1, 2):
            queue(key=f"note:{number}", held=True, context=secretary)
        batch = f"note:accounts.user:{secretary.pk}"
        held = OutgoingMail.objects.filter(batch=batch)
        with pytest.raises(actions.HeldMailsChangedError):
            actions.release_mails(mails=held, expected=1, by=secretary)
        assert set(held.values_list("status", flat=True)) == {"held"}
        actions.release_mails(mails=held, expected=2, by=secretary)
        assert set(held.values_list("status", "released_by")) == {("planned", secretary.pk)}
        entries = Entry.objects.filter(action="mail.mail_released", actor_id=secretary.pk)
        assert entries.filter(context_type="accounts.user").count() == 2

    def test_releases_once(self, secretary: User) -> None:
        queue(held=True)
        actions.release_mails(mails=OutgoingMail.objects.all(), expected=1, by=secretary)
        with pytest.raises(actions.HeldMailsChangedError):
            actions.release_mails(mails=OutgoingMail.objects.all(), expected=1, by=secretary)
        assert Entry.objects.count() == 1


class TestDrop:
    def test_takes_waiting_mails_out_and_leaves_others(self, secretary: User) -> None:
        queue(key="note:1")
        queue(key="note:2", held=True)
        end(queue(key="note:3"), "done")
        assert actions.drop_mails(mails=OutgoingMail.objects.all(), by=secretary) == 2
        assert list(OutgoingMail.objects.order_by("key").values_list("status", flat=True)) == [
            "dropped",
            "dropped",
            "done",
        ]
        assert Entry.objects.filter(action="mail.mail_dropped").count() == 2

    def test_superseding_says_why(self) -> None:
        mail = queue()
        actions.supersede_mails(mails=OutgoingMail.objects.all(), reason="Moved", by=None)
        mail.refresh_from_db()
        assert (mail.status, mail.last_error) == ("superseded", "Moved")

    def test_what_was_superseded_can_be_planned_again(self) -> None:
        long = f"note:{'1' * 195}"
        firsts = [queue(), queue(key=long)]
        actions.supersede_mails(mails=OutgoingMail.objects.all(), reason="Moved", by=None)
        again = [queue(), queue(key=long)]
        assert [mail.status for mail in again] == ["planned", "planned"]
        assert not {mail.pk for mail in firsts} & {mail.pk for mail in again}
        actions.supersede_mails(mails=OutgoingMail.objects.all(), reason="Moved", by=None)
        assert queue().status == "planned"

    def test_what_was_dropped_stays_dropped(self, secretary: User) -> None:
        dropped = queue()
        actions.drop_mails(mails=OutgoingMail.objects.all(), by=secretary)
        assert (queue().pk, queue().status) == (dropped.pk, "dropped")


class TestRetry:
    def test_sends_to_the_corrected_address_with_the_same_message_id(
        self, delegate: User, secretary: User
    ) -> None:
        mail = queue(delegate)
        message_id = mail.message_id
        end(mail, "failed")
        actions.retry_mail(mail=mail, address="ana.t@example.org", by=secretary)
        mail.refresh_from_db()
        assert (mail.status, mail.attempts, mail.address) == ("planned", 0, "ana.t@example.org")
        assert mail.message_id == message_id
        entry = Entry.objects.get(action="mail.mail_retried")
        assert entry.changes == {"status": ["failed", "planned"]}
        assert entry.personal == {"to": ["ana@example.org", "ana.t@example.org"]}

    def test_only_what_failed(self, secretary: User) -> None:
        mail = queue()
        with pytest.raises(actions.MailStateError):
            actions.retry_mail(mail=mail, by=secretary)

    def test_refuses_a_malformed_address(self, secretary: User) -> None:
        mail = queue()
        end(mail, "failed")
        with pytest.raises(ValidationError):
            actions.retry_mail(mail=mail, address="nobody", by=secretary)


class TestResend:
    def test_is_a_new_mail(self, delegate: User, secretary: User) -> None:
        mail = queue(delegate)
        end(mail, "done")
        again = actions.resend_mail(mail=mail, by=secretary)
        assert again.key != mail.key
        assert again.message_id != mail.message_id
        assert (again.copy_of, again.recipient, again.status) == (mail, delegate, "planned")
        assert Entry.objects.filter(action="mail.mail_resent", target_id=str(mail.pk)).count() == 1

    def test_only_what_was_sent(self, secretary: User) -> None:
        with pytest.raises(actions.MailStateError):
            actions.resend_mail(mail=queue(), by=secretary)


class TestTestMail:
    def test_goes_to_oneself(self, delegate: User, secretary: User) -> None:
        mail = queue(delegate, held=True)
        actions.send_test_mail(
            template="tests/note", params={"name": "X"}, context=None, by=secretary
        )
        actions.send_test_of_mail(mail=mail, by=secretary)
        tests = OutgoingMail.objects.filter(kind="test").order_by("pk")
        assert [(test.recipient, test.params["name"]) for test in tests] == [
            (secretary, "X"),
            (secretary, "Workshop"),
        ]


class TestConstraints:
    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"to": ""}, "mail_outgoingmail_goes_somewhere"),
            ({"body": "See /sign-in/x/"}, "mail_outgoingmail_no_sign_in_link_kept"),
            ({"sent_at": timezone.now()}, "mail_outgoingmail_sent_when_done"),
            (
                {"status": "done", "finished_at": timezone.now()},
                "mail_outgoingmail_sent_when_done",
            ),
            ({"released_at": timezone.now()}, "mail_outgoingmail_released_at_with_by"),
        ],
    )
    def test_hold(self, fields: dict[str, Any], name: str) -> None:
        queue()
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            OutgoingMail.objects.update(**fields)
