"""From Assign to the published plan. What is done by hand on the board is in `moves`."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breakouts import mails
from breakouts.actions.locks import RoundClosedError, RoundStateError, guard_transition, lock_round
from breakouts.actions.moves import lock_plan
from breakouts.instances.building import Material, build_instance, from_answer, gather
from breakouts.instances.figures import figures_of
from breakouts.instances.wording import say_rules
from breakouts.models import Assignment, AssignmentRun, Plan, Round
from breakouts.queries.plans import get_current_plan, get_places
from breakouts.solver.conflicts import InfeasibleError
from breakouts.solver.explain import Reasons, explain
from breakouts.solver.parse import parse_instance
from breakouts.solver.solve import Solution, solve
from events.actions.writing import WorkshopFrozenError
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.leases import (
    ENDS,
    PermanentError,
    SupersededError,
    claim,
    fail,
    finish,
    report_progress,
    supersede,
    wake,
)
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

TASK = "breakouts.assign_due"
Status = Round.Status


class RankingOpenError(Refusal):
    """Delegates are still ranking."""

    message = gettext_lazy(
        "The ranking is still open. Close it first, so that nobody's answer is lost."
    )


class NobodyToSeatError(Refusal):
    """No group, or nobody who takes part."""

    message = gettext_lazy("Add a group first; and somebody must take part in the workshop.")


class NothingToPublishError(Refusal):
    """The plan is published already."""

    message = gettext_lazy("This plan is published already.")


@transaction.atomic
def request_assignment(*, round: Round, seed: int = 1, by: User) -> AssignmentRun:
    """Ask for a plan; a second click joins the run that is under way. Wakes: breakouts.assign_due.

    A ranking whose deadline has passed is closed. Raises: RankingOpenError, NobodyToSeatError.
    """
    locked = lock_round(round)
    under_way: AssignmentRun | None = locked.runs.exclude(status__in=ENDS).order_by("pk").first()
    if under_way is not None:
        return under_way
    if not locked.groups.exists():
        raise NobodyToSeatError
    until = locked.ranking_closes_at
    if locked.status == Status.RANKING and (until is None or until > timezone.now()):
        raise RankingOpenError
    changes = {}
    if locked.status in (Status.DRAFT, Status.RANKING):
        guard_transition(locked, Status.ASSIGNING)
        changes = changed(locked, status=Status.ASSIGNING)
        locked.save(update_fields=["status"])
    run = AssignmentRun.objects.create(
        key=f"assign:{locked.pk}:{locked.runs.count() + 1}",
        round=locked,
        seed=seed,
        requested_by=by,
    )
    record(
        "breakouts.assignment_requested",
        by=by,
        target=locked,
        context=locked.workshop,
        changes={**changes, "seed": (None, seed)},
    )
    wake(TASK)
    return run


def run_assignment(run: AssignmentRun) -> AssignmentRun:
    """Do it now, in this process; the row says how it ended. Where a worker has it, it is left alone."""
    held = claim(AssignmentRun, run.pk)
    if held is not None:
        try:
            finish(held, **do_assignment(held))
        except PermanentError as error:
            fail(held, str(error), permanent=True)
        except SupersededError as error:
            supersede(held, str(error))
    run.refresh_from_db()
    return run


def do_assignment(run: AssignmentRun) -> dict[str, object]:
    """The work of a claimed run: read, solve, write plan and places in one transaction.

    Raises: PermanentError where the rules cannot hold together; `run.conflict` says which.
    """
    if run.plan_id is not None:  # it died between the plan and its end
        return {"percent": 100}
    material = gather(Round.objects.select_related("workshop").get(pk=run.round_id))
    if not material.people or not material.groups:
        raise PermanentError(str(NobodyToSeatError()))
    report_progress(run, people=len(material.people))
    instance = parse_instance(build_instance(material))

    def tell(done: int, total: int) -> None:
        percent = 100 * done // max(1, total)
        if percent >= run.percent + 10:
            report_progress(run, percent=percent)

    try:
        solution = solve(instance, seed=run.seed, progress=tell)
    except InfeasibleError as error:
        said = [
            {"text": each.text, "url": each.url} for each in say_rules(material, error.conflict)
        ]
        report_progress(run, conflict=said)
        raise PermanentError(_("These rules cannot all hold.")) from error
    figures = figures_of(material, solution, instance)
    told = explain(instance, solution.assignment)
    reasons = {row.delegate: row for row in told.placements if row.round == material.round_id}
    _write_plan(run, material, solution, figures, reasons)
    return {"percent": 100}


@transaction.atomic
def _write_plan(
    run: AssignmentRun,
    material: Material,
    solution: Solution,
    figures: dict[str, object],
    reasons: dict[str, Reasons],
) -> None:
    try:
        locked = lock_round(material.round)
    except (RoundClosedError, WorkshopFrozenError) as error:
        raise SupersededError(str(error)) from error
    places = _still_there(material, solution)
    plan = Plan.objects.create(
        round=locked,
        version=next_version(locked),
        created_by=run.requested_by,
        seed=solution.seed,
        moves=solution.moves,
        input_digest=solution.input_digest,
        figures=figures,
    )
    Assignment.objects.bulk_create(
        [
            Assignment(
                plan=plan,
                group_id=group,
                registration_id=person,
                is_locked=material.locked.get(person) == group,
                reasons=_reasons(reasons.get(str(person))),
            )
            for person, group in sorted(places.items())
        ],
        batch_size=500,
    )
    record(
        "breakouts.plan_made",
        by=run.requested_by,
        target=locked,
        context=locked.workshop,
        changes={"plan": (None, plan.version)},
    )
    report_progress(run, plan=plan)  # undoes all of this where the claim was lost


def _still_there(material: Material, solution: Solution) -> dict[int, int]:
    """The answer without those who withdrew while it was found. Raises: SupersededError for lost groups."""
    places = from_answer(material, solution.assignment)
    if set(places.values()) - set(material.round.groups.values_list("pk", flat=True)):
        raise SupersededError(_("A group was removed meanwhile. Assign again."))
    people = Registration.objects.taking_part().filter(pk__in=places)
    present = set(people.values_list("pk", flat=True))
    return {person: group for person, group in places.items() if person in present}


def _reasons(found: Reasons | None) -> dict[str, object]:
    if found is None:
        return {}
    return {
        "rank": found.rank,
        "best_rank": found.best_rank,
        "blocked": [[each.rank, each.reason] for each in found.blocked],
        "colleagues": len(found.colleagues),
        "met_before": len(found.met_before),
    }


def next_version(locked: Round) -> int:
    last: int = locked.plans.aggregate(last=Max("version"))["last"] or 0
    return last + 1


@transaction.atomic
def publish_plan(*, plan: Plan, revision: int | None = None, by: User) -> Plan:
    """Make the plan the one that holds, as a version that is kept, and tell those whose group is new.

    Who no longer takes part gets no place. Locks: the round. Sends: "your group" to each person whose group differs from the plan before.
    Raises: NothingToPublishError, StalePlanError where it changed or a newer one is there, RoundStateError.
    """
    locked = lock_round(plan.round)
    row = lock_plan(plan, revision)
    if not row.is_draft:
        raise NothingToPublishError
    if locked.status not in (Status.ASSIGNING, Status.PUBLISHED):
        raise RoundStateError
    row.assignments.exclude(registration__status__in=Registration.TAKING_PART).delete()
    before = get_current_plan(round=locked)
    was = get_places(plan=before)
    now = timezone.now()
    if before is not None:
        Plan.objects.filter(pk=before.pk).update(is_current=False)
    changed(row, published_at=now, published_by=by, is_current=True)
    row.save(update_fields=["published_at", "published_by", "is_current"])
    changes: dict[str, tuple[object, object]] = {
        "plan": (before.version if before else None, row.version)
    }
    if locked.status != Status.PUBLISHED:
        guard_transition(locked, Status.PUBLISHED)
        changes |= changed(locked, status=Status.PUBLISHED)
        locked.save(update_fields=["status"])
    record(
        "breakouts.plan_published", by=by, target=locked, context=locked.workshop, changes=changes
    )
    seats = Assignment.objects.filter(plan=row).select_related("registration__user")
    told = [seat for seat in seats.order_by("pk") if was.get(seat.registration_id) != seat.group_id]
    queue_mails([mails.group_published(seat, row, locked.workshop) for seat in told], by=by)
    return row
