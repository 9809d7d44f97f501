"""One-time sign-in links: made when a mail is sent, kept as a hash, used by one POST."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from workshop_portal.accounts.models import SignInLink, User


class LinkNotValidError(Exception):
    """The link is unknown, used, ended or too old. The page says only that, and offers a new one."""


def create_link(*, user: User, path: str, subject: str = "", valid_for: timedelta) -> str:
    """An absolute address that signs `user` in once and leads to `path`.

    Links sent earlier for the same subject end. Its token exists only in the returned address.
    """
    now = timezone.now()
    token = secrets.token_urlsafe(16)
    with transaction.atomic():
        if subject:
            revoke_links(subject=subject, user=user, now=now)
        SignInLink.objects.create(
            user=user,
            token_hash=hash_token(token),
            path=path,
            subject=subject,
            created_at=now,
            expires_at=now + valid_for,
        )
    return f"{settings.SITE_URL}{reverse('accounts:sign-in-link', args=[token])}"


def revoke_links(*, subject: str, user: User | None = None, now: datetime) -> None:
    """End the links of a subject that were not used: the seat, role or address changed."""
    links = SignInLink.objects.filter(subject=subject, used_at=None, revoked_at=None)
    if user is not None:
        links = links.filter(user=user)
    links.update(revoked_at=now)


def find_link(token: str, *, now: datetime) -> SignInLink:
    """Raises: LinkNotValidError."""
    link = (
        SignInLink.objects.select_related("user")
        .filter(token_hash=hash_token(token), used_at=None, revoked_at=None, expires_at__gt=now)
        .first()
    )
    if link is None or not link.user.is_active:
        raise LinkNotValidError
    return link


def use_link(token: str, *, now: datetime) -> SignInLink:
    """Use the link up. Of two who try at once one succeeds. Raises: LinkNotValidError."""
    link = find_link(token, now=now)
    changed = SignInLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(
        used_at=now
    )
    if not changed:
        raise LinkNotValidError
    return link


def hash_token(token: str) -> str:
    """SHA-256 in hexadecimal: 128 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
