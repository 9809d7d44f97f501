"""What `room.py` runs beside the server, by `./run manage shell -c`: a workshop in groups, and what was stored.

The people come from `./run demo --delegates`. All is written through the product's actions, nothing beside them.
"""

import json
from collections import defaultdict

from django.urls import reverse

from breakouts.actions.groups import add_group
from breakouts.actions.plans import publish_plan, request_assignment, run_assignment
from breakouts.actions.rounds import add_topic, close_ranking, open_ranking, plan_round
from breakouts.models import Assignment, Group
from events.models import Workshop
from workshop_portal.accounts.models import StaffRole
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.management.personas import sign_in_link


def build(groups: int) -> None:
    """Seat everybody, publish, and print a line for each person: the sign-in link and the group's page."""
    workshop = Workshop.objects.get()
    role = StaffRole.objects.filter(role=StaffRole.Role.SECRETARIAT).order_by("pk")
    by = role.select_related("user")[0].user
    topics = [
        add_topic(workshop=workshop, title=f"Topic {number}", question=f"What of {number}?", by=by)
        for number in range(1, 6)
    ]
    round = plan_round(workshop=workshop, title="Round 1", by=by)
    for number in range(groups):
        link = f"https://meet.example.org/{number}"
        add_group(round=round, topic=topics[number % len(topics)], join_url=link, by=by)
    open_ranking(round=round, by=by)
    close_ranking(round=round, by=by)
    run = run_assignment(request_assignment(round=round, by=by))
    if run.plan is None:
        raise SystemExit(f"nobody could be seated: {run.status} {run.last_error}")
    plan = publish_plan(plan=run.plan, by=by)
    seats = Assignment.objects.filter(plan=plan).select_related("group", "registration__user")
    for seat in seats.order_by("pk"):
        page = reverse("breakouts:group-detail", args=[workshop.slug, 1, seat.group.ordinal])
        link = sign_in_link(seat.registration.user, page)
        print(json.dumps({"link": link, "page": page, "group": seat.group.ordinal}))


def count_mails() -> None:
    """Print how many mails still wait for the worker."""
    print(OutgoingMail.objects.unfinished().count())


def stored() -> None:
    """Print for each group its own count of changes, and its points in their order."""
    found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    groups = Group.objects.order_by("ordinal")
    for group in groups:
        for point in group.points.order_by("ordinal", "pk"):
            found[group.ordinal].append((str(point.public_id), point.text, point.sequence))
    rows = {group.ordinal: (group.point_sequence, found[group.ordinal]) for group in groups}
    print(json.dumps(rows))
