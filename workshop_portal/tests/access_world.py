"""One person of each kind, and for each object an own one and one of another workshop or administration."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.authorization import AccessMiddleware

ROLES = (
    "visitor",
    "stranger",
    "delegate",
    "other_delegate",
    "focal_point",
    "other_focal_point",
    "organiser",
    "secretariat",
)
"""`delegate` and `focal_point` are of Fiji, the `other_` ones of Japan; `organiser` runs `here` alone."""


@dataclass
class AccessWorld:
    """The people by role, and the values of URL parameters by the side on which their object lies.

    `own`: workshop `here`, delegation of Fiji. `elsewhere`: a workshop that only the secretariat runs.
    """

    base: World = field(default_factory=World)

    def __post_init__(self) -> None:
        base = self.base
        self.registration = make_registration(
            base.fiji,
            status=Registration.Status.CONFIRMED,
            user=make_person("delegate@fiji.example"),
        )
        self.other_registration = make_registration(
            base.japan,
            status=Registration.Status.CONFIRMED,
            user=make_person("delegate@japan.example"),
        )
        self.elsewhere_registration = make_registration(
            base.fiji_elsewhere, status=Registration.Status.CONFIRMED
        )
        self.people: dict[str, User | None] = {
            "visitor": None,
            "stranger": base.stranger,
            "delegate": self.registration.user,
            "other_delegate": self.other_registration.user,
            "focal_point": base.fiji_contact,
            "other_focal_point": base.japan_contact,
            "organiser": base.organiser,
            "secretariat": base.secretariat,
        }


def list_patterns() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every URL of ours: name with namespace, route, names of its parameters. Third-party ones are left out."""
    found = []

    def walk(patterns: list[Any], prefix: str, namespace: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, prefix + str(pattern.pattern), inner)
            elif isinstance(pattern, URLPattern) and not pattern.callback.__module__.startswith(
                AccessMiddleware.THIRD_PARTY
            ):
                names = tuple(pattern.pattern.converters)
                found.append((f"{namespace}{pattern.name}", prefix + str(pattern.pattern), names))

    walk(get_resolver().url_patterns, "/", "")
    return sorted(found)
