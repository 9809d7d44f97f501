"""The columns of the review queue, as its exports write them: what the screen shows, cell by cell."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from participants.models import Registration


def registration_header() -> list[str]:
    return [
        _("Person"),
        _("Given names"),
        _("Family name"),
        _("E-mail"),
        _("Position"),
        _("Administration"),
        _("Status"),
        _("As"),
        _("Came by"),
        _("Attends"),
        _("Seats used"),
        _("Seats"),
        _("Last change"),
        _("By"),
    ]


def registration_rows(
    registrations: Iterable[Registration], places: Mapping[int, int]
) -> Iterator[list[object]]:
    """`places`: of those who wait, in their administration's line. Times in the reader's zone."""
    for row in registrations:
        yield [
            str(row.user),
            row.user.given_name,
            row.user.family_name,
            row.user.email,
            row.user.position,
            row.delegation.administration.name,
            status_words(row, places),
            row.get_role_display(),
            row.get_origin_display(),
            row.get_attends_display(),
            row.delegation.seats_taken,
            row.delegation.quota,
            localtime(row.changed_at).strftime("%Y-%m-%d %H:%M"),
            str(row.changed_by),
        ]


def status_words(row: Registration, places: Mapping[int, int]) -> str:
    """The state in words; on the waiting list with its place."""
    word = str(row.get_status_display())
    place = places.get(row.pk)
    if not place:
        return word
    return _("%(status)s, place %(place)d") % {"status": word, "place": place}
