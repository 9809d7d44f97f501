"""Themes of a topic, and points put under them by a person's choice."""

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import ForeignThemeError, ThemeGoneError, TopicGoneError
from breakouts.actions.plenary import lock_standing
from breakouts.models import Group, Point, Theme, Topic
from events.actions.writing import lock_workshop
from events.models import Workshop
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal


class ThemeTakenError(Refusal):
    """Two themes of a topic with one title could not be told apart."""

    message = _("This topic has a theme of that title already.")


@transaction.atomic
def add_theme(*, topic: Topic, title: str, key_words: str = "", by: User) -> Theme:
    """After those that are there.

    Locks: the workshop, the groups of the topic. Raises: ThemeTakenError, TopicGoneError.
    """
    topic, workshop = _lock(topic)
    _guard_title(topic, title)
    last = topic.themes.aggregate(last=Max("ordinal"))["last"] or 0
    theme = Theme.objects.create(
        topic=topic, ordinal=last + 1, title=title.strip(), key_words=key_words.strip()
    )
    _tell_groups(topic)
    record(
        "breakouts.theme_added",
        by=by,
        target=theme,
        context=workshop,
        changes={"title": ("", theme.title)},
    )
    return theme


@transaction.atomic
def edit_theme(*, theme: Theme, title: str, key_words: str, by: User) -> Theme:
    """Locks: the workshop, the groups of the topic. Raises: ThemeTakenError, ThemeGoneError, TopicGoneError."""
    topic, workshop = _lock(theme.topic)
    theme = _read_again(topic, theme)
    _guard_title(topic, title, besides=theme)
    changes = changed(theme, title=title.strip(), key_words=key_words.strip())
    if changes:
        theme.save(update_fields=list(changes))
        _tell_groups(topic)
        record("breakouts.theme_edited", by=by, target=theme, context=workshop, changes=changes)
    return theme


@transaction.atomic
def reorder_theme(*, theme: Theme, up: bool, by: User) -> Theme:
    """Change places with the one above or below; at the end of the list nothing happens.

    Locks: the workshop. Raises: ThemeGoneError, TopicGoneError.
    """
    topic, workshop = _lock(theme.topic)
    theme = _read_again(topic, theme)
    rows = list(topic.themes.order_by("ordinal", "pk"))
    here = rows.index(theme)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return theme
    other = rows[there]
    before, after, free = theme.ordinal, other.ordinal, rows[-1].ordinal + 1
    for each, ordinal in ((theme, free), (other, before), (theme, after)):
        each.ordinal = ordinal  # by way of a free number: no two may be the same at any time
        each.save(update_fields=["ordinal"])
    record(
        "breakouts.theme_moved",
        by=by,
        target=theme,
        context=workshop,
        changes={"ordinal": (before, after)},
    )
    return theme


@transaction.atomic
def remove_theme(*, theme: Theme, by: User) -> None:
    """Its points stay, without a theme. Locks: the workshop, the groups. Raises: ThemeGoneError, TopicGoneError."""
    topic, workshop = _lock(theme.topic)
    theme = _read_again(topic, theme)
    _tell_groups(topic)
    record(
        "breakouts.theme_removed",
        by=by,
        target=theme,
        context=workshop,
        changes={"title": (theme.title, ""), "key_words": (theme.key_words, "")},
    )
    theme.delete()


@transaction.atomic
def set_point_theme(*, point: Point, theme: Theme | None, by: User) -> Point:
    """Put a point under a theme of its topic, or under none. The same again changes nothing.

    It is another version of the point: who is changing it meanwhile is told, and does not undo this.
    Locks: its group, then itself. Raises: ForeignThemeError, ThemeGoneError, PointGoneError,
    PointMergedError and the refusals of `lock_groups`.
    """
    locked, row = lock_standing(point)
    if theme is not None:
        # Removing a theme locks the groups of its topic first: read now, it is there until the end
        found = Theme.objects.filter(pk=theme.pk).order_by("pk").first()
        if found is None:
            raise ThemeGoneError
        if found.topic_id != row.group.topic_id:
            raise ForeignThemeError
    was = row.theme_id
    changes = changed(row, theme_id=theme.pk if theme is not None else None)
    if changes:
        row.version += 1
        locked.save(row, "theme", "version")
        record(
            "breakouts.point_theme_set",
            by=by,
            target=row,
            context=row.group.round.workshop,
            changes={"theme": (was, row.theme_id)},
        )
    return row


def _lock(topic: Topic) -> tuple[Topic, Workshop]:
    """The topic as it is now. Nobody removes a topic without the lock of its workshop."""
    workshop = lock_workshop(topic.workshop)
    row = workshop.topics.filter(pk=topic.pk).order_by("pk").first()
    if row is None:
        raise TopicGoneError
    return row, workshop


def _read_again(topic: Topic, theme: Theme) -> Theme:
    row = topic.themes.filter(pk=theme.pk).order_by("pk").first()
    if row is None:
        raise ThemeGoneError
    return row


def _guard_title(topic: Topic, title: str, *, besides: Theme | None = None) -> None:
    same = topic.themes.filter(title__iexact=title.strip())
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        raise ThemeTakenError


def _tell_groups(topic: Topic) -> None:
    """Raise the sequence of the topic's groups, locked by their keys: their pages show the themes."""
    rows = Group.objects.select_for_update().filter(topic=topic).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    Group.objects.filter(pk__in=keys).update(point_sequence=F("point_sequence") + 1)
