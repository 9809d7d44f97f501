"""From Assign to the published plan. What is done by hand on the board is in `moves`."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breakouts import mails
from breakouts.actions.locks import (
    RoundClosedError,
    RoundGoneError,
    RoundStateError,
    guard_transition,
    lock_round,
    save_as_news,
)
from breakouts.actions.moves import StalePlanError, lock_plan
from breakouts.actions.seats import free_lost_seats
from breakouts.instances.building import Material, build_instance, digest_of, from_answer, gather
from breakouts.instances.figures import figures_of
from breakouts.instances.reasons import Kept, kept_reasons
from breakouts.instances.repairing import build_repair, placed_by_hand
from breakouts.instances.weighing import weights_of
from breakouts.instances.wording import say_rules
from breakouts.models import Assignment, AssignmentRun, Plan, Round
from breakouts.queries.plans import get_current_plan, get_latest_plan, get_places, next_version
from breakouts.queries.rounds import list_roles
from breakouts.solver.conflicts import InfeasibleError
from breakouts.solver.explain import explain
from breakouts.solver.model import Instance
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
from workshop_portal.mail.actions import Mail, queue_mails
from workshop_portal.refusals import Refusal

TASK = "breakouts.assign_due"
Status = Round.Status


class RankingOpenError(Refusal):
    """Delegates are still ranking."""

    message = gettext_lazy(
        "The ranking is still open. Close it first, so that nobody’s answer is lost."
    )


class NobodyToSeatError(Refusal):
    """No group, or nobody who takes part."""

    message = gettext_lazy("Add a group first; and somebody must take part in the workshop.")


class NothingToPublishError(Refusal):
    """The plan is published already."""

    message = gettext_lazy("This plan is published already.")


class NothingToRepairError(Refusal):
    """No plan of the round is published."""

    message = gettext_lazy("No groups are published yet. Assign makes them.")


class RunUnderWayError(Refusal):
    """The solver is at work on a new plan of the round."""

    message = gettext_lazy("The groups are being made already. Wait until they are there.")


class RunningGroupError(Refusal):
    """The groups are at work, and people who sit in one would have to go to another."""

    def __init__(self, people: Sequence[Registration]) -> None:
        super().__init__([person.pk for person in people])
        self.people = people
        names = get_text_list([str(person.user) for person in people], _("and"))
        self.message = _("The groups are at work. Confirm who has to move now: %(names)s.") % {
            "names": names
        }


@transaction.atomic
def request_assignment(*, round: Round, seed: int | None = None, by: User) -> AssignmentRun:
    """Ask for a plan; a second click joins the run that is under way. Wakes: breakouts.assign_due.

    `seed`: the number of the draw; without one that of the plan on the board, so that locks alone change it.
    A ranking whose deadline has passed is closed. Raises: RankingOpenError, NobodyToSeatError, RunUnderWayError.
    """
    locked = lock_round(round)
    under_way: AssignmentRun | None = locked.runs.exclude(status__in=ENDS).order_by("pk").first()
    if under_way is not None:
        if under_way.kind != AssignmentRun.Kind.ASSIGN:
            raise RunUnderWayError
        return under_way
    if not locked.groups.exists():
        raise NobodyToSeatError
    if locked.is_ranking_open(timezone.now()):
        raise RankingOpenError
    if seed is None:
        latest = get_latest_plan(round=locked)
        seed = latest.seed if latest else 1
    changes = {}
    if locked.status in (Status.DRAFT, Status.RANKING):
        guard_transition(locked, Status.ASSIGNING)
        changes = changed(locked, status=Status.ASSIGNING)
        locked.save(update_fields=["status"])
    run = _plan_run(locked, AssignmentRun.Kind.ASSIGN, seed, by)
    record(
        "breakouts.assignment_requested",
        by=by,
        target=locked,
        context=locked.workshop,
        changes={**changes, "seed": (None, seed)},
    )
    return run


@transaction.atomic
def request_repair(*, round: Round, by: User) -> AssignmentRun:
    """Ask for the published plan, mended: newcomers get a place, what no longer holds is put right, all others stay.

    A second click joins the repair that is under way. Wakes: breakouts.assign_due.
    Raises: NothingToRepairError, RunUnderWayError.
    """
    locked = lock_round(round)
    under_way: AssignmentRun | None = locked.runs.exclude(status__in=ENDS).order_by("pk").first()
    if under_way is not None:
        if under_way.kind != AssignmentRun.Kind.REPAIR:
            raise RunUnderWayError
        return under_way
    current = get_current_plan(round=locked)
    if current is None:
        raise NothingToRepairError
    run = _plan_run(locked, AssignmentRun.Kind.REPAIR, current.seed, by)
    record(
        "breakouts.repair_requested",
        by=by,
        target=locked,
        context=locked.workshop,
        changes={"plan": (None, current.version)},  # which one; it stays as it is
    )
    return run


def _plan_run(locked: Round, kind: AssignmentRun.Kind, seed: int, by: User) -> AssignmentRun:
    run = AssignmentRun.objects.create(
        key=f"assign:{locked.pk}:{locked.runs.count() + 1}",
        round=locked,
        kind=kind,
        seed=seed,
        requested_by=by,
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

    A repair that would move nobody leaves no plan behind. What the row says is in the language of who asked.
    Raises: PermanentError where the rules cannot hold together; `run.conflict` says which.
    """
    with translation.override(run.requested_by.language):
        return _assign(run)


def _assign(run: AssignmentRun) -> dict[str, object]:
    if run.plan_id is not None:  # it died between the plan and its end
        return {"percent": 100}
    material = gather(Round.objects.select_related("workshop").get(pk=run.round_id))
    if not material.people or not material.groups:
        raise PermanentError(str(NobodyToSeatError()))
    report_progress(run, people=len(material.people))
    try:
        instance, solution = _solve(run, material)
    except InfeasibleError as error:
        seen = {"digest": digest_of(material), "is_proven": error.proven}
        said = [
            {"text": each.text, "url": each.url, **seen}
            for each in say_rules(material, error.conflict)
        ]
        report_progress(run, conflict=said)
        words = (
            _("These rules cannot all hold.")
            if error.proven
            else _("No seating was found that keeps all rules.")
        )
        raise PermanentError(words) from error
    if run.kind == AssignmentRun.Kind.REPAIR and not _moves_anybody(material, solution):
        return {"percent": 100}
    figures = figures_of(material, solution, instance)
    told = explain(instance, solution.assignment, weights=solution.weights)
    _write_plan(run, material, solution, figures, kept_reasons(instance, told))
    return {"percent": 100}


def _solve(run: AssignmentRun, material: Material) -> tuple[Instance, Solution]:
    """Raises: InfeasibleError. A repair leaves who was placed by hand, as long as the rules allow it."""

    def tell(done: int, total: int) -> None:
        percent = 100 * done // max(1, total)
        if percent >= run.percent + 10:
            report_progress(run, percent=percent)

    weights = weights_of(material.round)
    if run.kind == AssignmentRun.Kind.REPAIR:
        instance = parse_instance(build_repair(material))
        try:
            return instance, solve(instance, seed=run.seed, progress=tell, weights=weights)
        except InfeasibleError:
            report_progress(run, percent=0)
    instance = parse_instance(build_instance(material))
    return instance, solve(instance, seed=run.seed, progress=tell, weights=weights)


def _moves_anybody(material: Material, solution: Solution) -> bool:
    places = from_answer(material, solution.assignment)
    return any(material.published.get(person) != group for person, group in places.items())


@transaction.atomic
def _write_plan(
    run: AssignmentRun,
    material: Material,
    solution: Solution,
    figures: dict[str, object],
    reasons: dict[int, Kept],
) -> None:
    try:
        locked = lock_round(material.round)
    except (RoundGoneError, RoundClosedError, WorkshopFrozenError) as error:
        raise SupersededError(str(error)) from error
    if run.kind == AssignmentRun.Kind.REPAIR:
        _guard_still_published(locked, material)
    held = _locks_held(locked, material)
    places = _still_there(material, solution)
    by_hand = placed_by_hand(material) if run.kind == AssignmentRun.Kind.REPAIR else {}
    plan = Plan.objects.create(
        round=locked,
        version=next_version(round=locked),
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
                is_locked=held.get(person) == group,
                # who was placed by hand was nobody's choice but the organiser's, and stays so
                reasons={"by_hand": True}
                if by_hand.get(person) == group
                else reasons.get(person, {}),
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


def _guard_still_published(locked: Round, material: Material) -> None:
    """Raises: SupersededError where other groups were published while these were mended."""
    current = get_current_plan(round=locked)
    if material.current is None or current != material.current:
        raise SupersededError(_("Other groups were published meanwhile. Repair again."))


def _locks_held(locked: Round, material: Material) -> dict[int, int]:
    """Who is locked by now: registration id to group id. Who was let go while the answer was found stays so.

    Raises: SupersededError where somebody was locked meanwhile: the answer does not keep that.
    """
    seats = Assignment.objects.filter(plan=get_latest_plan(round=locked), is_locked=True)
    held = dict(seats.order_by("pk").values_list("registration", "group"))
    if held.items() - material.locked.items():
        raise SupersededError(str(StalePlanError()))
    return held


def _still_there(material: Material, solution: Solution) -> dict[int, int]:
    """The answer without those who left the workshop or the round while it was found.

    Raises: SupersededError for lost groups.
    """
    places = from_answer(material, solution.assignment)
    if set(places.values()) - set(material.round.groups.values_list("pk", flat=True)):
        raise SupersededError(_("A group was removed meanwhile. Assign again."))
    people = Registration.objects.taking_part().filter(pk__in=places)
    people = people.exclude(absences__round=material.round)
    present = set(people.values_list("pk", flat=True))
    return {person: group for person, group in places.items() if person in present}


@transaction.atomic
def publish_plan(
    *, plan: Plan, revision: int | None = None, moves_running: bool = False, by: User
) -> Plan:
    """Make the plan the one that holds, as a version that is kept, and tell those whose group is new.

    Who no longer takes part gets no place, nor a resource person whose role ended. `moves_running`: somebody
    confirmed that people leave groups at work.
    Locks: the round. Sends: "your group" to each person whose group differs from the plan before; the first time
    "you facilitate" or "you report" to who has a role in a group and is not told of that group.
    Raises: NothingToPublishError, StalePlanError where it changed or a newer one is there, RankingOpenError,
    RoundStateError, RunningGroupError.
    """
    locked = lock_round(plan.round)
    row = lock_plan(plan, revision)
    if not row.is_draft:
        raise NothingToPublishError
    if locked.status == Status.RANKING:
        raise RankingOpenError
    if locked.status not in (Status.ASSIGNING, Status.PUBLISHED):
        raise RoundStateError
    free_lost_seats(row)
    before = get_current_plan(round=locked)
    was = get_places(plan=before)
    now = timezone.now()
    seats = Assignment.objects.filter(plan=row).select_related("registration__user")
    told = [seat for seat in seats.order_by("pk") if was.get(seat.registration_id) != seat.group_id]
    pulled = [seat.registration for seat in told if seat.registration_id in was]
    if pulled and locked.is_running(now) and not moves_running:
        raise RunningGroupError(pulled)
    if before is not None:
        Plan.objects.filter(pk=before.pk).update(is_current=False)
    changed(row, published_at=now, published_by=by, is_current=True)
    row.save(update_fields=["published_at", "published_by", "is_current"])
    changes: dict[str, tuple[object, object]] = {
        "plan": (before.version if before else None, row.version)
    }
    mailed = [
        mails.group_published(seat, row, locked.workshop, was=was.get(seat.registration_id))
        for seat in told
    ]
    if locked.status != Status.PUBLISHED:
        guard_transition(locked, Status.PUBLISHED)
        changes |= changed(locked, status=Status.PUBLISHED)
        mailed += _tell_roles(locked, told)
    save_as_news(locked, "status")
    record(
        "breakouts.plan_published", by=by, target=locked, context=locked.workshop, changes=changes
    )
    queue_mails(mailed, by=by)
    return row


def _tell_roles(locked: Round, told: Iterable[Assignment]) -> list[Mail]:
    """To who has a role; the mail of a place in the same group names it already. Queries: 1."""
    known = {(seat.group_id, seat.registration.user_id) for seat in told}
    roles = list_roles(group__round=locked)
    return [
        mails.role_named(role, locked.workshop)
        for role in roles
        if (role.group_id, role.user_id) not in known
    ]
