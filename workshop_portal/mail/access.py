"""Rules about outgoing mail: the secretariat sees and handles it, in every state."""

from django.db.models import Q

from workshop_portal.accounts.access import staff_only
from workshop_portal.accounts.models import User
from workshop_portal.authorization import rule
from workshop_portal.mail.models import OutgoingMail


@rule("mail.open_outbox")
def open_outbox(user: User) -> bool:
    """The pages that show or handle many mails. Which mails these are, the rules below say."""
    return user.is_secretariat


@rule("mail.view_outgoing_mail", OutgoingMail)
def view_outgoing_mail(user: User) -> Q:
    return staff_only(user)


@rule("mail.release_outgoing_mail", OutgoingMail)
def release_outgoing_mail(user: User) -> Q:
    return staff_only(user)


@rule("mail.drop_outgoing_mail", OutgoingMail)
def drop_outgoing_mail(user: User) -> Q:
    return staff_only(user)


@rule("mail.resend_outgoing_mail", OutgoingMail)
def resend_outgoing_mail(user: User) -> Q:
    return staff_only(user)


@rule("mail.retry_outgoing_mail", OutgoingMail)
def retry_outgoing_mail(user: User) -> Q:
    return staff_only(user)


@rule("mail.test_outgoing_mail", OutgoingMail)
def test_outgoing_mail(user: User) -> Q:
    return staff_only(user)
