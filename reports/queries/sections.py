"""Reads of sections, their history and their sources."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from breakouts.queries.points import also_by
from reports.models import Contribution, Edition, Section, SectionRevision
from workshop_portal.accounts.models import User
from workshop_portal.authorization import scope


def list_sections(user: User, *, edition: Edition) -> QuerySet[Section]:
    """The edition's parts in order; `has_offer`: the compilation has a newer text beside; `is_empty`. Queries: 1."""
    offered = SectionRevision.objects.filter(
        section=OuterRef("pk"),
        origin=SectionRevision.Origin.COMPILED,
        version__gt=OuterRef("version"),
    )
    rows = scope(Section, "reports.edit_section", user).filter(
        edition=edition, removed_at__isnull=True
    )
    empty = Q(text="")
    return (
        rows.annotate(has_offer=Exists(offered), is_empty=ExpressionWrapper(empty, BooleanField()))
        .defer("text")
        .order_by("ordinal", "pk")
    )


def list_removed(*, edition: Edition) -> QuerySet[Section]:
    rows = edition.sections.filter(removed_at__isnull=False).select_related("removed_by")
    return rows.defer("text").order_by("-removed_at", "-pk")


def list_revisions(*, section: Section) -> QuerySet[SectionRevision]:
    """Newest first, without their texts. Queries: 1."""
    rows = section.revisions.select_related("author").defer("text")
    return rows.order_by("-version", "-pk")


def get_revision(*, section: Section, version: int) -> SectionRevision | None:
    return section.revisions.select_related("author").filter(version=version).first()


def find_offer(section: Section, revisions: list[SectionRevision]) -> SectionRevision | None:
    """Of all revisions, newest first: the text that the compilation has for a section edited by hand, if newer."""
    if not section.is_edited:
        return None
    compiled = SectionRevision.Origin.COMPILED
    newer = (row for row in revisions if row.version > section.version and row.origin == compiled)
    return next(newer, None)


def list_sources(*, section: Section) -> QuerySet[Contribution]:
    """What the section's text was made of, with all that the thread names. Queries: up to 4."""
    rows = Contribution.objects.filter(sources__section=section)
    return (
        rows.prefetch_related(also_by("point"))
        .select_related(
            "administration",
            "edition__series",
            "edition__workshop",
            "point__group__round__session",
            "point__group__round__workshop",
            "topic",
        )
        .order_by("sources__pk", "pk")
    )
