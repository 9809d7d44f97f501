"""The list of participants (P14), and how far registering is: the stage of the rail and what waits.

Source: who agreed to be listed is named with position; who did not is only counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.facts import dates_sentence
from events.models import Workshop
from events.tabs import Stage, Waiting
from participants.facts import get_participation
from participants.models import Consent, Registration
from participants.queries.registrations import count_to_review, summarise
from workshop_portal.accounts.models import User
from workshop_portal.authorization import can
from workshop_portal.documents.exports import ExportFile, Params, Progress
from workshop_portal.documents.models import ExportJob
from workshop_portal.documents.spreadsheets import XLSX_TYPE, xlsx_bytes
from workshop_portal.documents.tree import Document, Paragraph, Section, Table, Text, runs
from workshop_portal.documents.typst import pdf_report

EXPORT = "participants.roster"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who agreed to be listed."""

    name: str
    own_script: str
    position: str
    role: str


@dataclass(kw_only=True)
class Group:
    """One administration: its people, the head first, and how many are not named."""

    official_name: str
    name: str
    people: list[Person] = field(default_factory=list)
    unnamed: int = 0


def get_roster(workshop: Workshop) -> list[Group]:
    """Who takes part, by administration in the order of official names. Queries: 2."""
    consents = Consent.objects.filter(
        registration__workshop=workshop,
        purpose=Consent.Purpose.PARTICIPANT_LIST,
        withdrawn_at__isnull=True,
    )
    listed = set(consents.order_by("pk").values_list("registration", flat=True))
    rows = (
        Registration.objects.taking_part()
        .filter(workshop=workshop)
        .select_related("user", "delegation__administration")
        .order_by("user__family_name", "user__given_name", "pk")
    )
    groups: dict[int, Group] = {}
    head = Registration.Role.HEAD
    for row in sorted(rows, key=lambda row: row.role != head):
        administration = row.delegation.administration
        official = administration.official_name or administration.name
        group = groups.setdefault(
            administration.pk, Group(official_name=official, name=administration.name)
        )
        if row.pk in listed:
            group.people.append(_person(row))
        else:
            group.unnamed += 1
    return sorted(groups.values(), key=lambda group: (group.official_name.casefold(), group.name))


def write_roster(job: ExportJob, progress: Progress) -> ExportFile:
    """The list as PDF or XLSX, by the format of the job."""
    workshop = Workshop.objects.get(pk=job.params["workshop"])
    progress(_("Reading who takes part"), 0, 2)
    groups = get_roster(workshop)
    progress(_("Writing the list"), 1, 2)
    name = f"participants-{workshop.slug}.{job.format}"
    if job.format == "xlsx":
        content = xlsx_bytes(roster_header(), roster_rows(groups), title=_title(workshop))
        return ExportFile(name=name, content_type=XLSX_TYPE, content=content)
    content = pdf_report(build_document(workshop, groups))
    return ExportFile(name=name, content_type="application/pdf", content=content)


def may_export_roster(user: User, params: Params) -> bool:
    """Who runs the workshop."""
    workshop = Workshop.objects.filter(pk=int(params.get("workshop", 0))).first()
    return workshop is not None and can("participants.view_registrations", user, workshop)


def roster_header() -> list[str]:
    return [
        _("Official name"),
        _("Administration"),
        _("Name"),
        _("Name in own script"),
        _("Position"),
        _("Takes part as"),
    ]


def roster_rows(groups: Iterable[Group]) -> list[list[str]]:
    rows = []
    for group in groups:
        rows += [
            [group.official_name, group.name, each.name, each.own_script, each.position, each.role]
            for each in group.people
        ]
        if group.unnamed:
            rows.append([group.official_name, group.name, _unnamed(group.unnamed), "", "", ""])
    return rows


def build_document(workshop: Workshop, groups: list[Group]) -> Document:
    """What the PDF says, before it is laid out."""
    figures = get_participation(workshop)
    dates = dates_sentence(workshop.starts_on, workshop.ends_on)
    return Document(
        title=_("List of participants"),
        subtitle=f"{workshop.title}, {dates}",
        date=timezone.now().astimezone(workshop.zone).date(),
        facts=(
            (_("Delegates"), str(figures.delegates)),
            (_("Administrations"), str(figures.administrations)),
        ),
        sections=tuple(_section(group) for group in groups),
        layout="compact",
    )


def register_stage(workshop: Workshop) -> Stage:
    """How far registering is. Queries: 1."""
    summary = summarise(workshop=workshop)
    url = reverse("participants:registration-list", args=[workshop.slug])
    if not summary.people:
        return Stage(state="not started", summary=_("Nobody nominated"))
    said = {"taking_part": summary.taking_part, "to_review": summary.to_review}
    words = _("%(taking_part)d approved") % said
    if summary.taking_part and summary.confirmed == summary.taking_part:
        words = ngettext("%(n)d takes part", "%(n)d take part", summary.confirmed) % {
            "n": summary.confirmed
        }
    if summary.to_review:
        words = _("%(taking_part)d approved, %(to_review)d to review") % said
    is_open = workshop.takes_nominations(timezone.now())
    done = not summary.to_review and not is_open
    label = _("Review") if summary.to_review else _("Who comes")
    return Stage(
        state="done" if done else "started", summary=words, action_label=label, action_url=url
    )


def waiting_to_review(workshops: Sequence[Workshop], _user: User) -> dict[int, list[Waiting]]:
    """Registrations that the organisers have to decide on, until the end. Queries: 1."""
    held = [each for each in workshops if not each.is_ended]
    found = count_to_review(workshops=held)
    return {each.pk: [_to_review(each, *found[each.pk])] for each in held if each.pk in found}


def _to_review(workshop: Workshop, count: int, oldest: datetime) -> Waiting:
    days = (timezone.now() - oldest).days
    detail = (
        ngettext("The oldest for %d day", "The oldest for %d days", days) % days
        if days
        else _("Since today")
    )
    url = reverse("participants:registration-list", args=[workshop.slug])
    title = ngettext("registration to review", "registrations to review", count)
    return Waiting(
        count=count,
        title=title,
        detail=detail,
        action_label=_("Review"),
        action_url=f"{url}?status={Registration.Status.NOMINATED}",
    )


def participation_panel(workshop: Workshop, _user: User) -> dict[str, Any] | None:
    """The figures of the overview. Queries: 2."""
    figures = get_participation(workshop)
    return {"participation": figures} if figures.delegates else None


def _person(row: Registration) -> Person:
    user = row.user
    return Person(
        name=str(user.full_name or user.email.partition("@")[0]),
        own_script=user.name_in_own_script,
        position=user.position,
        role=row.get_role_display(),
    )


def _section(group: Group) -> Section:
    matter: list[Any] = []
    if group.people:
        table = Table(
            header=(runs(_("Name")), runs(_("Position")), runs(_("Takes part as"))),
            rows=tuple(
                (runs(_full(each)), runs(each.position), runs(each.role)) for each in group.people
            ),
            row_headers=True,
            widths=(2, 2, 1),
        )
        matter.append(table)
    if group.unnamed:
        matter.append(Paragraph(runs=(Text(_unnamed(group.unnamed)),)))
    title = group.official_name
    if group.name and group.name not in title:
        title = f"{title} ({group.name})"
    return Section(title=title, matter=tuple(matter), numbering="none")


def _full(person: Person) -> str:
    return f"{person.name}\n{person.own_script}" if person.own_script else person.name


def _unnamed(count: int) -> str:
    words = ngettext(
        "%d participant who did not agree to be named",
        "%d participants who did not agree to be named",
        count,
    )
    return words % count


def _title(workshop: Workshop) -> str:
    return f"{_('List of participants')}: {workshop.title}"
