"""Group sheets: one page a group of the published plan, to print and to write on. On screen and as PDF the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breakouts.models import Group, GroupRole, Plan, Point, Round
from breakouts.queries.places import list_seats, roles_of_groups
from breakouts.queries.plans import get_current_plan
from breakouts.queries.rounds import list_groups
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.authorization import can
from workshop_portal.documents.exports import ExportFile, Params, Progress
from workshop_portal.documents.models import ExportJob
from workshop_portal.documents.tree import (
    Break,
    DefinitionList,
    Document,
    Matter,
    Paragraph,
    Section,
    Table,
    Text,
    runs,
    table,
)
from workshop_portal.documents.typst import pdf_report
from workshop_portal.templatetags.portal import when_words

EXPORT = "breakouts.group_sheets"
Role = GroupRole.Role
PAGE_POINTS = 700
"""What a page holds between its margins by the measures below, which are rather high than low."""
LINE_POINTS = 11
PADDING_POINTS = 10
MOST_LINES = 12
LEAST_LINES = 2


@dataclass(frozen=True, kw_only=True)
class Member:
    name: str
    role: str = ""


@dataclass(kw_only=True)
class Sheet:
    """What a group's page says. `facts`: what, and who or where."""

    group: Group
    facts: list[tuple[str, str]]
    members: dict[str, list[Member]] = field(default_factory=dict)
    """By administration, in the order of names."""

    @property
    def heading(self) -> str:
        number = _("Group %d") % self.group.ordinal
        return f"{number}: {self.group.topic.title}"

    @property
    def labelled(self) -> list[dict[str, str]]:
        """The facts as the component `facts` takes them."""
        return [{"label": name, "value": said} for name, said in self.facts]

    @property
    def kinds(self) -> list[str]:
        """What is noted: the kinds of points."""
        return [str(kind.label) for kind in Point.Kind]


def get_sheets(*, round: Round, plan: Plan | None) -> list[Sheet]:
    """One a group, by number; none before the groups are published. Queries: 3, none without a plan."""
    if plan is None:
        return []
    groups = list_groups(round=round)
    roles = roles_of_groups(groups)
    hour = say_hour(round)
    sheets = {group.pk: Sheet(group=group, facts=_facts(group, hour)) for group in groups}
    people = [(seat.group_id, seat.registration) for seat in list_seats(plan=plan)]
    for group_id, person in sorted(people, key=lambda each: _by_administration(each[1])):
        role = roles.get((group_id, person.user_id))
        member = Member(name=str(person.user), role=str(role.label) if role else "")
        members = sheets[group_id].members
        members.setdefault(person.delegation.administration.name, []).append(member)
    return list(sheets.values())


def say_hour(round: Round) -> str:
    """When it takes place, in the workshop's zone: the sheet hangs there. Reads the session."""
    begins, ends = round.started_at, round.ends_at
    if begins is None and round.session is not None:
        begins, ends = round.session.starts_at, round.session.ends_at
    with timezone.override(round.workshop.zone):
        return str(when_words(begins, None, ends))


def write_sheets(job: ExportJob, progress: Progress) -> ExportFile:
    """The PDF. Raises: Round.DoesNotExist; Plan.DoesNotExist where none is published."""
    rounds = Round.objects.select_related("workshop", "session")
    round = rounds.get(pk=job.params["round"])
    progress(_("Reading who sits where"), 0, 2)
    plan = get_current_plan(round=round)
    if plan is None:
        raise Plan.DoesNotExist
    sheets = get_sheets(round=round, plan=plan)
    progress(_("Setting the pages"), 1, 2)
    return ExportFile(
        name=f"group-sheets-{round.workshop.slug}-round-{round.ordinal}.pdf",
        content_type="application/pdf",
        content=pdf_report(build_document(round, plan, sheets)),
    )


def may_export_sheets(user: User, params: Params) -> bool:
    """Who runs the workshop."""
    round = Round.objects.filter(pk=int(params.get("round", 0))).order_by("pk").first()
    return round is not None and can("breakouts.view_round", user, round)


def place_of_sheets(params: Params) -> tuple[str, str]:
    """The page of the sheets. Raises: Round.DoesNotExist."""
    round = Round.objects.select_related("workshop").get(pk=int(params["round"]))
    url = reverse("breakouts:sheet-list", args=[round.workshop.slug, round.ordinal])
    return _("Group sheets"), url


def build_document(round: Round, plan: Plan, sheets: Iterable[Sheet]) -> Document:
    """What the PDF says, before it is laid out: which groups there are, then a page a group."""
    listed = list(sheets)
    return Document(
        title=_("Group sheets: %(round)s") % {"round": round.title},
        subtitle=_("Version %d, published") % plan.version,
        series=str(round.workshop.title),
        date=timezone.now().astimezone(round.workshop.zone).date(),
        language=get_language() or "en",
        sections=(_overview(listed), *(_section(sheet) for sheet in listed)),
        layout="compact",
    )


def _facts(group: Group, hour: str) -> list[tuple[str, str]]:
    """Only what is known; and who leads and reports, even where nobody does yet."""
    holders: dict[str, User] = getattr(group, "people", {})
    facts = [
        (str(_("When")), hour),
        (_("Where"), group.venue),
        (_("Link"), group.join_url),
        (_("Back-up link"), group.backup_url),
        *(
            (str(role.label), str(holders.get(role) or _("Nobody named yet")))
            for role in (Role.FACILITATOR, Role.RAPPORTEUR)
        ),
        (str(Role.DEPUTY.label), str(holders.get(Role.DEPUTY, ""))),
    ]
    return [(name, said) for name, said in facts if said]


def _by_administration(person: Registration) -> tuple[str, str, int]:
    return person.delegation.administration.name, str(person.user), person.pk


def _overview(sheets: Iterable[Sheet]) -> Section:
    """Beside the door: which group works on what, and where."""
    rows = [
        (
            str(sheet.group.ordinal),
            str(sheet.group.topic.title),
            sheet.group.venue or (_("Online") if sheet.group.join_url else ""),
            str(sum(map(len, sheet.members.values()))),
        )
        for sheet in sheets
    ]
    return Section(
        title=_("Groups"),
        numbering="none",
        matter=(table([_("Group"), _("Topic"), _("Where"), _("People")], rows),),
    )


def _section(sheet: Sheet) -> Section:
    matter: list[Matter] = []
    if question := str(sheet.group.topic.question):
        matter.append(Paragraph(runs=(Text(question, strong=True),)))
    matter.append(DefinitionList(items=tuple((name, runs(said)) for name, said in sheet.facts)))
    matter.append(
        Table(
            header=(runs(_("Administration")), runs(_("Members"))),
            rows=tuple(
                (runs(name), runs("\n".join(_said(member) for member in members)))
                for name, members in sheet.members.items()
            ),
            row_headers=True,
            widths=(1, 1),
        )
    )
    matter.append(_notes(sheet))
    return Section(title=sheet.heading, matter=tuple(matter), numbering="none", starts_page=True)


def _notes(sheet: Sheet) -> Table:
    """A table to write in, as high as the page has room for."""
    kinds = sheet.kinds
    room = (PAGE_POINTS - _taken(sheet)) / len(kinds) - PADDING_POINTS
    lines = max(LEAST_LINES, min(MOST_LINES, int(room / LINE_POINTS)))
    return Table(
        header=(runs(_("Kind")), runs(_("Notes")), runs(_("Said by"))),
        rows=tuple((runs(kind), (Break(),) * lines, ()) for kind in kinds),
        row_headers=True,
        widths=(1, 3, 1),
    )


def _taken(sheet: Sheet) -> int:
    """How many points stand above the notes."""
    question, facts = str(sheet.group.topic.question), [said for _name, said in sheet.facts]
    heads = 45 + 24 * (len(sheet.heading) // 42) + 21 + 51
    text = 16 * sum(1 + len(said) // 75 for said in [question, *facts])
    rows = [
        max(1 + len(name) // 42, len(members)) * LINE_POINTS + PADDING_POINTS
        for name, members in sheet.members.items()
    ]
    return heads + text + sum(rows)


def _said(member: Member) -> str:
    return f"{member.name}, {member.role}" if member.role else member.name
