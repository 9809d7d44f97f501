"""Compiling a draft: what is stored, what is kept, and that nothing is half done. Its page: `test_compilation_pages`."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from participants.facts import get_participation
from participants.models import Registration
from participants.tests.worlds import make_registration
from reports.actions import compilation
from reports.actions.compilation import (
    EditionAdoptedError,
    compile_edition,
    compile_now,
    request_compilation,
)
from reports.actions.sections import add_section, remove_section, write_section
from reports.models import CompilationRun, Edition, Section, SectionRevision, SectionSource
from reports.tests.editions import EditionWorld
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.models import Entry
from workshop_portal.leases import ClaimLostError, WorkStatus, claim

pytestmark = pytest.mark.django_db

KINDS = [
    "foreword",
    "summary",
    "mandate",
    "participation",
    "instruments",
    "topic",
    "practices",
    "proposals",
    "agenda",
    "participants",
    "abbreviations",
]


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


def section(world: EditionWorld, kind: str) -> Section:
    return world.edition.sections.get(kind=kind)


def texts(world: EditionWorld) -> str:
    return "\n".join(world.edition.sections.order_by("ordinal").values_list("text", flat=True))


def test_the_draft_has_its_sections_in_order(world: EditionWorld) -> None:
    run = compile_now(edition=world.edition, by=world.by)

    sections = list(world.edition.sections.order_by("ordinal"))
    assert (run.status, run.written, run.kept) == (WorkStatus.DONE, 11, 0)
    assert [each.kind for each in sections] == KINDS
    assert [each.ordinal for each in sections] == list(range(1, 12))
    world.edition.refresh_from_db()
    assert world.edition.status == Edition.Status.DRAFT
    assert world.edition.compiled_at is not None
    assert (
        list(SectionRevision.objects.order_by("section__ordinal").values_list("version", "origin"))
        == [(1, "compiled")] * 11
    )
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        "reports.compilation_requested",
        "reports.edition_compiled",
    ]


def test_the_mandate_says_in_response_to_what(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)

    assert section(world, "mandate").text == (
        "In response to the decision of the 19th A/P RTC Heads Meeting, October 2021, the online "
        "workshop “Regional Workshop on Training Management” of 24 to 26 May 2022 was organised by "
        "ROCB A/P.\n\nThe decision reads:\n\n"
        "> To hold a regional workshop on training management."
    )


def test_participation_says_the_numbers_of_the_screen(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)

    now, before = get_participation(world.workshop), get_participation(world.before)
    assert (now.delegates, now.administrations, now.first_time, now.returning) == (3, 2, 2, 1)
    text = section(world, "participation").text
    for label, name in (
        ("Delegates", "delegates"),
        ("Administrations", "administrations"),
        ("Online", "online"),
        ("On-site", "on_site"),
        ("For the first time", "first_time"),
        ("Returning", "returning"),
    ):
        assert f"| {label} | {getattr(now, name)} | {getattr(before, name)} |" in text
    assert "| Asia | 1 | 2 |\n| Pacific | 1 | 0 |" in text


def test_sub_regions_are_left_out_where_there_are_none(world: EditionWorld, client: Client) -> None:
    numbers = f"/workshops/{world.workshop.slug}/registrations/"
    client.force_login(world.by)

    def shown() -> list[bool]:
        compile_now(edition=world.edition, by=world.by)
        said = section(world, "participation").text, client.get(numbers).content.decode()
        return ["by sub-region" in words.lower() for words in said]

    assert shown() == [True, True]
    Administration.objects.filter(pk=world.japan.pk).update(sub_region="")
    assert shown() == [True, True]
    assert "| No sub-region | 1 | 1 |" in section(world, "participation").text

    Administration.objects.update(sub_region="")
    assert shown() == [False, False]


def test_the_report_counts_genders_as_the_screen_does(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)
    assert "gender" not in section(world, "participation").text, "nobody gave one"
    rows = Registration.objects.taking_part().filter(workshop=world.workshop)

    rows.filter(role="head").update(gender="man")
    compile_now(edition=world.edition, by=world.by)
    note = get_participation(world.workshop).genders_note
    assert note.startswith("Delegates by gender are left out")
    assert section(world, "participation").text.endswith(note)

    rows.update(gender="woman")
    make_registration(world.people.japan, status="approved")
    compile_now(edition=world.edition, by=world.by)
    lines = get_participation(world.workshop).genders
    assert [(each.name, each.delegates) for each in lines] == [("Woman", 3), ("Not given", 1)]
    text = section(world, "participation").text
    assert "Delegates by gender" in text
    assert "\n".join(f"| {each.name} | {each.delegates} |" for each in lines) in text
    assert "left out" not in text


@pytest.mark.parametrize(
    ("zone", "starts", "words"),
    [
        ("Pacific/Fiji", date(2022, 5, 24), "Suva, UTC+12"),
        ("Australia/Sydney", date(2022, 10, 2), "Sydney, UTC+11"),  # the clocks went on that night
        ("UTC", date(2022, 5, 24), "UTC"),
    ],
)
def test_the_agenda_names_its_zone_as_the_screen_does(
    world: EditionWorld, zone: str, starts: date, words: str
) -> None:
    world.workshop.time_zone, world.workshop.starts_on = zone, starts
    world.workshop.ends_on = starts
    world.workshop.save(update_fields=["time_zone", "starts_on", "ends_on"])

    compile_now(edition=world.edition, by=world.by)

    assert section(world, "agenda").text.startswith(f"All times are those of {words}.\n\n")


def test_sections_are_linked_to_their_contributions(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)

    assert list(
        SectionSource.objects.order_by("section__ordinal").values_list(
            "section__kind", "contribution"
        )
    ) == [("topic", world.from_point.pk), ("practices", world.practice.pk)]
    assert "*Source: round 1, group 3; Japan*" in section(world, "topic").text


def test_attribution_is_obeyed(world: EditionWorld) -> None:
    world.add(kind="trend", title="Regional words", attribution="region", contact="x@japan.example")
    secret = world.add(kind="trend", title="Secret words", attribution="secretariat")
    world.add(kind="good_practice", title="Quiet practice", attribution="region", practice="Done")

    compile_now(edition=world.edition, by=world.by)

    topic, practices = section(world, "topic").text, section(world, "practices").text
    assert "## Regional words\n\n*Source: an administration of the region*" in topic
    assert "# From the region\n\n## Quiet practice" in practices
    assert "Quiet practice – an administration of the region" in topic
    assert "x@japan.example" not in texts(world)
    assert "Secret words" not in texts(world)
    assert not SectionSource.objects.filter(contribution=secret).exists()


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_is_not_submitted_is_left_out(world: EditionWorld, status: str) -> None:
    world.add(kind="trend", title="Unfinished", status=status)

    run = compile_now(edition=world.edition, by=world.by)

    assert "Unfinished" not in texts(world)
    summary = section(world, "summary").pk
    waits = {"section": summary, "code": "draft", "names": {"name": "Japan"}}
    assert (waits in run.problems) == (status == "draft")


def test_only_who_agreed_is_named(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)

    text = section(world, "participants").text
    assert "| Ana Vula | Trainer | Fiji |" in text
    assert "2 more delegates took part and are not named here." in text
    assert all(name not in texts(world) for name in ("Hidden", "Tanaka", "Stillnominated"))


def test_compiling_again_without_news_writes_nothing(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)

    again = compile_now(edition=world.edition, by=world.by)

    assert (again.status, again.written, again.kept) == (WorkStatus.DONE, 0, 0)
    assert SectionRevision.objects.count() == 11


def test_an_edited_section_is_kept_and_the_new_text_offered(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)
    edited = section(world, "topic")
    Section.objects.filter(pk=edited.pk).update(text="By hand", is_edited=True, version=2)
    SectionRevision.objects.create(
        section=edited, version=2, heading="H", text="By hand", sha256="0", origin="edited"
    )
    world.add(kind="trend", title="News")

    run = compile_now(edition=world.edition, by=world.by)
    compile_now(edition=world.edition, by=world.by)

    edited.refresh_from_db()
    assert (run.kept, edited.text, edited.version) == (1, "By hand", 2)
    offered = edited.revisions.order_by("-version").first()
    assert offered is not None
    assert (offered.version, offered.origin, offered.based_on) == (3, "compiled", 2)
    assert "News" in offered.text
    assert edited.revisions.count() == 3


def test_abbreviations_are_those_that_are_printed(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)
    assert "| PICARD |" not in section(world, "abbreviations").text
    assert "| A/P | Asia/Pacific" in section(world, "abbreviations").text, "in the mandate"

    mandate = section(world, "mandate")
    write_section(section=mandate, heading="Mandate", text="PICARD.", version=1, by=world.by)
    own = add_section(edition=world.edition, heading="Own", by=world.by)
    write_section(section=own, heading="Own", text="The OCO.", version=own.version, by=world.by)
    compile_now(edition=world.edition, by=world.by)

    text = section(world, "abbreviations").text
    assert [f"| {term} |" in text for term in ("PICARD", "OCO", "A/P")] == [True, True, False]

    for row in (section(world, "mandate"), own):
        remove_section(section=row, by=world.by)
    compile_now(edition=world.edition, by=world.by)

    text = section(world, "abbreviations").text
    assert [f"| {term} |" in text for term in ("PICARD", "OCO")] == [False, False]


def test_sections_of_ones_own_keep_their_place(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)
    Section.objects.filter(edition=world.edition, ordinal=11).update(ordinal=12)
    Section.objects.filter(edition=world.edition, ordinal=10).update(ordinal=11)
    Section.objects.create(
        edition=world.edition, ordinal=10, kind="free", heading="Own", text="Own", is_edited=True
    )
    world.add(kind="trend", title="Elsewhere", topic=None)

    compile_now(edition=world.edition, by=world.by)

    order = list(world.edition.sections.order_by("ordinal").values_list("ordinal", "heading"))
    assert [ordinal for ordinal, _heading in order] == list(range(1, 14))
    headings = [heading for _ordinal, heading in order]
    assert headings[headings.index("Agenda") + 1] == "Own"
    assert "Further findings" in headings


def test_a_second_click_joins_the_run_under_way(world: EditionWorld, settings: Any) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    first = request_compilation(edition=world.edition, by=world.by)
    second = request_compilation(edition=world.edition, by=world.people.organiser)

    assert first == second
    assert CompilationRun.objects.count() == 1
    assert Entry.objects.filter(action="reports.compilation_requested").count() == 1


def test_an_adopted_edition_is_not_compiled(world: EditionWorld) -> None:
    Edition.objects.filter(pk=world.edition.pk).update(status="adopted")

    with pytest.raises(EditionAdoptedError):
        request_compilation(edition=world.edition, by=world.by)

    assert (CompilationRun.objects.count(), Entry.objects.count()) == (0, 0)


def test_an_edition_adopted_meanwhile_is_left_alone(world: EditionWorld) -> None:
    request_compilation(edition=world.edition, by=world.by)
    Edition.objects.filter(pk=world.edition.pk).update(status="adopted")

    compilation.run_due(CompilationRun, compile_edition)

    assert CompilationRun.objects.get().status == WorkStatus.SUPERSEDED
    assert not world.edition.sections.exists()


@pytest.mark.parametrize("last", ["_write", "_write_sources", "_note_on_edition"])
def test_a_death_in_the_middle_leaves_the_old_draft_whole(
    world: EditionWorld, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    compile_now(edition=world.edition, by=world.by)
    before = list(Section.objects.order_by("pk").values())
    entries = Entry.objects.count()
    world.add(kind="trend", title="News", topic=None)

    def die(*_args: Any, **_fields: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(compilation, last, die)
    run = request_compilation(edition=world.edition, by=world.by)
    claimed = claim(CompilationRun, run.pk)
    assert claimed is not None
    with pytest.raises(SystemExit):
        compile_edition(claimed)

    assert list(Section.objects.order_by("pk").values()) == before
    assert SectionRevision.objects.count() == 11
    assert Entry.objects.count() == entries + 1


def test_who_lost_the_claim_writes_nothing(
    world: EditionWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = request_compilation(edition=world.edition, by=world.by)
    claimed = claim(CompilationRun, run.pk)
    assert claimed is not None
    gather = compilation.gather_facts

    def stolen(edition: Edition) -> Any:
        CompilationRun.objects.filter(pk=run.pk).update(claim="somebody else")
        return gather(edition)

    monkeypatch.setattr(compilation, "gather_facts", stolen)
    with pytest.raises(ClaimLostError):
        compile_edition(claimed)

    assert not world.edition.sections.exists()


@pytest.mark.parametrize("more", [0, 30])
def test_queries_do_not_grow(
    world: EditionWorld, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        world.add(kind="trend", title=f"Trend {number}")

    with django_assert_num_queries(21):
        compilation.gather_facts(Edition.objects.select_related("series", "workshop").get())


def test_progress_stays_within_its_total(world: EditionWorld) -> None:
    """Constraint: reports_compilationrun_progress_within_total."""
    with (
        pytest.raises(IntegrityError, match="reports_compilationrun_progress_within_total"),
        transaction.atomic(),
    ):
        CompilationRun.objects.create(
            key="k", edition=world.edition, requested_by=world.by, progress_done=2, progress_total=1
        )


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("reports_compilationrun_status_valid", {"status": "other"}),
        ("reports_compilationrun_claimed_while_running", {"status": "running"}),
        ("reports_compilationrun_ended_at_a_time", {"status": "done"}),
    ],
)
def test_leases_hold_for_runs(world: EditionWorld, name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CompilationRun.objects.create(
            key="k", edition=world.edition, requested_by=world.by, **fields
        )
