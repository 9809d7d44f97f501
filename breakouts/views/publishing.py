"""Publication of a plan: what is not right about it, who is mailed, and then the act."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from breakouts.access import get_plan_for, get_round_for
from breakouts.actions.moves import StalePlanError
from breakouts.actions.plans import publish_plan
from breakouts.instances.building import Material, gather, holders
from breakouts.instances.comparing import Mover, list_movers
from breakouts.instances.faults import list_faults
from breakouts.mails import say_group_subject, say_role_subject
from breakouts.models import Plan, Round
from breakouts.views.board import refuse
from breakouts.views.mass import Addressed, mass_mail
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import done
from workshop_portal.refusals import Refusal

PUBLISH = "breakouts.publish_plan"
FAULTS_SHOWN = 12


@access(PUBLISH)
@require_POST
def round_publish(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Publish what was seen; where somebody is mailed, something is not right, or groups are at work, ask first."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=PUBLISH)
    url = reverse("breakouts:round-board", args=[slug, ordinal])
    key, seen = request.POST.get("plan", ""), request.POST.get("revision", "")
    if not (key.isdecimal() and seen.isdecimal() and len(key) < 18 and len(seen) < 10):
        messages.error(request, str(StalePlanError()))
        return redirect(url)
    plan = get_plan_for(request.user, slug=slug, ordinal=ordinal, plan=int(key))
    if question := _question(request, row, plan, int(seen)):
        return question
    moves_running = "moves" in request.POST
    try:
        publish_plan(plan=plan, revision=int(seen), moves_running=moves_running, by=request.user)
    except Refusal as error:
        return refuse(request, error, url, plan, int(seen))
    return done(request, _("Published. Everybody whose group is new is told by mail."), url)


def _question(request: PersonRequest, row: Round, plan: Plan, seen: int) -> HttpResponse | None:
    """What is to be confirmed before the plan is published, where it was not yet."""
    is_confirmed, moves = "confirmed" in request.POST, "moves" in request.POST
    is_open = row.status in (Round.Status.ASSIGNING, Round.Status.PUBLISHED)
    if (is_confirmed and moves) or not is_open:
        return None
    material = gather(row)
    if material.latest != plan or not plan.is_draft or plan.revision != seen:
        return None  # the action says so
    pulled = _pulled(material)
    told = _told(material)
    faults = list_faults(material)
    is_asked = pulled and not moves if is_confirmed else faults or pulled or told
    if not is_asked:
        return None
    mass = mass_mail(told)
    context = {
        "workshop": row.workshop,
        "round": row,
        "plan": plan,
        "faults": faults[:FAULTS_SHOWN],
        "more": max(0, len(faults) - FAULTS_SHOWN),
        "pulled": pulled,
        "is_newer": material.current is not None,
        "mass": mass,
        "act": _act(mass["count"], len(pulled)),
        "hidden": [
            ("plan", plan.pk),
            ("revision", plan.revision),
            *([("moves", 1)] if pulled else []),
        ],
        "tab": "breakouts",
    }
    return page(request, "breakouts/plan_publish.html", context)


def _told(material: Material) -> list[Addressed]:
    """Who is told by mail, as `publish_plan` tells them: a new group, and the first time a role in another one."""
    groups = {group.pk: group for group in material.groups}
    places, published = material.places, material.published
    told = [
        Addressed(
            user=person.user,
            registration=person,
            subject=partial(
                say_group_subject,
                person.user,
                groups[places[person.pk]],
                groups.get(published.get(person.pk, 0)),
            ),
        )
        for person in material.people
        if person.pk in places and places[person.pk] != published.get(person.pk)
    ]
    if material.round.status == Round.Status.PUBLISHED:
        return told
    known = {(places[each.registration.pk], each.user.pk) for each in told if each.registration}
    people = {person.user_id: person for person in material.people}
    return told + [
        Addressed(
            user=user,
            registration=people.get(user.pk),
            subject=partial(say_role_subject, user, group, role),
        )
        for group in material.groups
        for role, user in holders(group).items()
        if (group.pk, user.pk) not in known
    ]


def _act(told: int, pulled: int) -> str:
    """The words of the button."""
    if pulled:
        words = ngettext("Publish and move %d person now", "Publish and move %d people now", pulled)
        return words % pulled
    if not told:
        return _("Publish all the same")
    return ngettext("Publish and mail %d person", "Publish and mail %d people", told) % told


def _pulled(material: Material) -> list[Mover]:
    """Who sits in a group at work and would have to leave it."""
    if not material.round.is_running(timezone.now()):
        return []
    movers = list_movers(material.groups, material.people, material.published, material.places)
    return [mover for mover in movers if mover.was and mover.now]
