"""Topics and rounds as their organisers plan them."""

from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from breakouts.access import get_round_for, get_topic_for, get_workshop_for_rounds
from breakouts.actions.rounds import (
    RankingAfterStartError,
    SessionGoneError,
    TopicTakenError,
    add_topic,
    close_ranking,
    close_round,
    edit_round,
    edit_topic,
    guard_ranking,
    open_ranking,
    plan_round,
    remove_round,
    remove_topic,
)
from breakouts.forms.rounds import RoundForm, TopicForm
from breakouts.instances.building import Material, gather, holders
from breakouts.instances.capacity import check_capacity
from breakouts.instances.crowding import explain_crowds, say_least
from breakouts.instances.figures import count_unheard, figures_now, worst_off
from breakouts.instances.ruling import has_effect, say_seating_rule
from breakouts.instances.weighing import say_weighting
from breakouts.instances.wording import say_outcome
from breakouts.mails import say_ranking_subject
from breakouts.models import Group, GroupRole, Round
from breakouts.queries.plans import get_last_run
from breakouts.queries.rounds import (
    count_expected,
    list_rounds,
    list_to_ask,
    list_topics,
    was_ranking_opened,
)
from breakouts.views.exports import exports_of
from breakouts.views.mass import Addressed, mass_mail
from breakouts.views.progress import is_news, run_steps
from breakouts.views.repair import damage_of
from breakouts.views.seating_rules import removed_rule
from breakouts.views.trail import round_url, steps_to
from events.models import Workshop
from events.views.pages import form_page
from participants.models import Registration
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import (
    NOT_THE_NAME,
    Places,
    accept,
    carry_out,
    done,
    has_typed,
    posted,
    refused,
)
from workshop_portal.refusals import Refusal

EDIT = "breakouts.edit_round"
TAB = "breakouts"
REFUSALS: Places = {
    SessionGoneError: "session",
    RankingAfterStartError: "closes_on",
    TopicTakenError: "title",
}


@access("breakouts.view_rounds")
@require_safe
def round_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Topics and rounds of a workshop."""
    workshop = get_workshop_for_rounds(request.user, slug=slug)
    context = {
        "workshop": workshop,
        "topics": list(list_topics(workshop=workshop)),
        "rounds": list(list_rounds(request.user, workshop=workshop)),
        "expected": count_expected(workshop=workshop),
        "tab": TAB,
    }
    return page(request, "breakouts/round_list.html", context)


@access("breakouts.plan_round")
@require_http_methods(["GET", "POST"])
def topic_add(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_rounds(request.user, slug=slug, to="breakouts.plan_round")
    form = TopicForm(posted(request), watch=False)
    topic = accept(
        form,
        lambda: add_topic(workshop=workshop, by=request.user, **form.cleaned_data),
        REFUSALS,
    )
    if topic is not None:
        return done(request, _("Topic added: %s.") % topic.title, _list_url(slug))
    return _form(request, form, _("New topic"), workshop)


@access("breakouts.edit_topic")
@require_http_methods(["GET", "POST"])
def topic_edit(request: PersonRequest, slug: str, topic: int) -> HttpResponseBase:
    row = get_topic_for(request.user, slug=slug, ordinal=topic)
    form = TopicForm(posted(request), initial=TopicForm.values_of(row))
    saved = accept(
        form,
        lambda: edit_topic(topic=row, by=request.user, **form.cleaned_data),
        REFUSALS,
    )
    if saved is not None:
        return done(request, _("Topic saved."), _list_url(slug))
    return _form(request, form, _("Change the topic"), row.workshop)


@access("breakouts.edit_topic")
@require_POST
def topic_remove(request: PersonRequest, slug: str, topic: int) -> HttpResponseBase:
    row = get_topic_for(request.user, slug=slug, ordinal=topic)
    return carry_out(
        request,
        lambda: remove_topic(topic=row, by=request.user),
        to=_list_url(slug),
        done=_("Topic removed."),
    )


@access("breakouts.plan_round")
@require_http_methods(["GET", "POST"])
def round_add(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for_rounds(request.user, slug=slug, to="breakouts.plan_round")
    form = RoundForm(posted(request), workshop=workshop, watch=False)
    row = accept(
        form,
        lambda: plan_round(workshop=workshop, by=request.user, **form.cleaned_data),
        REFUSALS,
    )
    if row is not None:
        return done(request, _("Round planned. Now add its groups."), round_url(row))
    return _form(request, form, _("New round"), workshop)


@access("breakouts.view_round")
@require_safe
def round_detail(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Capacity, groups, ranking, the last run: what is to be done before people meet."""
    return _round_page(request, get_round_for(request.user, slug=slug, ordinal=ordinal))


def _round_page(request: PersonRequest, row: Round, *, remove_error: Any = "") -> HttpResponse:
    material = gather(row)
    run = get_last_run(round=row)
    if run is not None and not is_news(run, material):
        run = None
    figures = figures_now(material)
    is_closed = row.status == Round.Status.CLOSED
    context = {
        "workshop": row.workshop,
        "round": row,
        "capacity": check_capacity(material) if material.groups and not is_closed else None,
        "groups": [_line(material, group) for group in material.groups],
        "absences": material.absences,
        "rules": _rules(material),
        "removed": "removed" in request.GET and removed_rule(request, row) is not None,
        "can_change": not is_closed and row.started_at is None,
        "weighting": say_weighting(row.weighting),
        "ranking": _ranking(material),
        "is_ranking_over": _is_over(row),
        "plan": material.latest,
        "current": material.current,
        "next_draw": material.latest.seed + 1 if material.latest and not material.current else None,
        "damage": damage_of(material),
        "exports": exports_of(material),
        "outcome": say_outcome(figures),
        "crowds": explain_crowds(material),
        "least": say_least(figures),
        "worst_off": worst_off(material) if material.latest else [],
        "unheard": count_unheard(material),
        "run": run,
        "steps": run_steps(run) if run else [],
        "may_remove": not row.is_held and not material.rankings,
        "remove_error": remove_error,
        "tab": TAB,
    }
    status = 422 if remove_error else 200
    return page(request, "breakouts/round_detail.html", context, status=status)


@access(EDIT)
@require_POST
def round_remove(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """With the title typed."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    if not has_typed(request, str(row.title)):
        return _round_page(request, row, remove_error=NOT_THE_NAME)
    try:
        remove_round(round=row, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, round_url(row))
    return done(request, _("%s is removed.") % row.title, _list_url(slug))


@access(EDIT)
@require_http_methods(["GET", "POST"])
def round_edit(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    workshop = row.workshop
    form = RoundForm(posted(request), workshop=workshop, initial=RoundForm.values_of(row, workshop))
    saved = accept(
        form,
        lambda: edit_round(round=row, by=request.user, **form.cleaned_data),
        REFUSALS,
    )
    if saved is not None:
        return done(request, _("Round saved."), round_url(row))
    return _form(request, form, _("Change the round"), workshop, row)


@access(EDIT)
@require_POST
def ranking_open(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """First shows whom it would mail; with `confirmed` it opens. Where nobody is mailed, at once."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    if "confirmed" not in request.POST and (question := _mass_question(request, row)):
        return question
    return carry_out(
        request,
        lambda: open_ranking(round=row, by=request.user),
        to=round_url(row),
        done=_("Delegates can rank the topics now. Who has not ranked yet is told by mail."),
    )


def _mass_question(request: PersonRequest, row: Round) -> HttpResponse | None:
    """Who is about to be mailed; None where nobody is, or where the action refuses."""
    try:
        guard_ranking(row, row.ranking_closes_at)
    except Refusal:
        return None
    people = list(list_to_ask(round=row))
    if not people:
        return None
    context = {
        "workshop": row.workshop,
        "round": row,
        "mass": mass_mail(
            [
                Addressed(
                    user=person.user,
                    registration=person,
                    subject=partial(say_ranking_subject, person.user, row),
                )
                for person in people
            ]
        ),
        "act": ngettext(
            "Open the ranking and mail %d person",
            "Open the ranking and mail %d people",
            len(people),
        )
        % len(people),
        "tab": TAB,
    }
    return page(request, "breakouts/ranking_open.html", context)


@access(EDIT)
@require_POST
def ranking_close(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    return carry_out(
        request,
        lambda: close_ranking(round=row, by=request.user),
        to=round_url(row),
        done=_("The ranking is closed."),
    )


@access(EDIT)
@require_POST
def round_close(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=EDIT)
    return carry_out(
        request,
        lambda: close_round(round=row, by=request.user),
        to=round_url(row),
        done=_("The round is closed. Its points are the record."),
    )


@access("breakouts.view_round")
@require_safe
def round_progress(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """The last run of the round: the part that asks for itself while it is under way.

    At its end the whole page is loaded again: what it offers and says depends on the plan.
    """
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    run = get_last_run(round=row)
    if not request.htmx or run is None:
        return redirect(round_url(row))
    if run.is_ended:
        return HttpResponseClientRefresh()
    context = {"workshop": row.workshop, "round": row, "run": run, "steps": run_steps(run)}
    return page(request, "breakouts/run.html", context)


def _line(material: Material, group: Any) -> dict[str, Any]:
    """A group as the round's page lists it, with what it still needs."""
    people = holders(group)
    places = material.published or material.places
    return {
        "group": group,
        "people": [
            (label, people.get(role)) for role, label in GroupRole.Role.choices if role in people
        ],
        "has_facilitator": GroupRole.Role.FACILITATOR in people,
        "has_rapporteur": GroupRole.Role.RAPPORTEUR in people,
        "seated": sum(place == group.pk for place in places.values()),
        "may_remove": not _is_used(material, group),
        "in_draft": sum(place == group.pk for place in material.places.values()),
    }


def _is_used(material: Material, group: Group) -> bool:
    """What of `remove_group` the material tells; of points and the like the act itself says it."""
    named = holders(group) or any(group.pk in each.groups_left for each in material.absences)
    return group.pk in material.published.values() or (material.round.is_held and bool(named))


def _rules(material: Material) -> list[dict[str, Any]]:
    """The rules for seating as the round's page lists them. No queries."""
    people = {person.pk for person in material.people}
    absent = {absence.registration_id for absence in material.absences}
    return [
        {
            "rule": rule,
            "text": say_seating_rule(rule),
            "has_effect": has_effect(rule, people),
            "is_absent": bool(absent & {rule.first_id, rule.second_id}),
        }
        for rule in material.rules
    ]


def _ranking(material: Material) -> dict[str, Any]:
    """How many answered, who has not, and which topics are first choices. Queries: 1 where nobody ever did, else 0.

    Resource persons have a group by their role: nobody asks them.
    """
    expert = Registration.Role.RESOURCE_PERSON
    asked = [person for person in material.people if person.role != expert]
    silent = [person for person in asked if person.pk not in material.rankings]
    silent.sort(key=lambda person: (person.delegation.administration.name, str(person.user)))
    known = {person.pk for person in asked}
    topics = {group.topic_id: group.topic for group in material.groups}
    firsts = dict.fromkeys(topics, 0)
    for person, ranked in material.rankings.items():
        if person in known:
            firsts[ranked[0]] += 1
    total = len(asked)
    words = ngettext(
        "%(answered)d of %(total)d person answered",
        "%(answered)d of %(total)d people answered",
        total,
    )
    return {
        "was_held": _was_ranking_held(material),
        "told": len(silent),
        "silent": silent,
        "answered": total - len(silent),
        "words": words % {"answered": total - len(silent), "total": total},
        "bars": [
            (str(topics[key].title), number)
            for key, number in sorted(firsts.items(), key=lambda item: topics[item[0]].ordinal)
        ],
    }


def _was_ranking_held(material: Material) -> bool:
    """A round is assigned without a ranking, too. Queries: 0 or 1."""
    row = material.round
    if row.status in (Round.Status.DRAFT, Round.Status.RANKING):
        return row.status == Round.Status.RANKING
    return bool(material.rankings) or was_ranking_opened(round=row)


def _is_over(row: Round) -> bool:
    until = row.ranking_closes_at
    return until is not None and until <= timezone.now()


def _list_url(slug: str) -> str:
    return reverse("breakouts:round-list", args=[slug])


def _form(
    request: PersonRequest, form: Any, title: str, workshop: Workshop, row: Round | None = None
) -> HttpResponse:
    trail = steps_to(workshop, row)
    return form_page(request, form=form, title=title, workshop=workshop, trail=trail, tab=TAB)
