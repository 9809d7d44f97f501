"""The demo goes in one act, whole and alone; where the user's own data hang on it, nothing goes."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.mail import send_mail
from django.core.management import CommandError, call_command

from events.models import Instrument, TeamMember, Workshop, WorkshopSeries
from events.tests.worlds import make_material
from participants.models import Registration
from participants.tests.worlds import (
    make_administration,
    make_delegation,
    make_person,
    make_registration,
)
from reports.models import Edition, ReportSeries
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.audit.models import Entry
from workshop_portal.mail.folder import list_folder
from workshop_portal.management.demo.removal import RealDataError, find_demo
from workshop_portal.management.first_start import appoint_first_secretariat, is_unused
from workshop_portal.tests.access_world import AccessWorld

pytestmark = pytest.mark.django_db
KEPT = ("audit.Entry", "administrations.Administration", "events.Instrument")


def remove(**options: Any) -> str:
    said = StringIO()
    call_command("demo", remove=True, yes=True, stdout=said, **options)
    return said.getvalue()


def tables() -> dict[str, list[Any]]:
    """Every row of every app's tables, but the record's."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "audit.Entry"
    }


def counts() -> dict[str, int]:
    return {label: len(rows) for label, rows in tables().items() if rows}


@pytest.fixture
def world() -> AccessWorld:
    """A workshop `here` that is the demo's, with all that can hang on one; `elsewhere` is the user's own."""
    made = AccessWorld()
    Workshop.objects.filter(pk=made.here.pk).update(
        series=WorkshopSeries.objects.create(slug="demo", title="Demo"), is_demo=True
    )
    own = {made.user("eve").pk, made.secretariat.pk, made.other.by.pk, made.other.member.user_id}
    User.objects.exclude(pk__in=own).update(is_demo=True)
    return made


@pytest.mark.slow
def test_the_played_demo_leaves_what_is_real_and_the_record() -> None:
    call_command("demo", stdout=StringIO())
    before, entries = counts(), Entry.objects.count()

    said = remove(secretariat="me@office.example")

    after = counts()
    assert {label: after.pop(label) for label in KEPT[1:]} == {
        label: before[label] for label in KEPT[1:]
    }
    after.pop("contenttypes.ContentType"), after.pop("auth.Permission")
    assert after == {"accounts.User": 1, "accounts.StaffRole": 1}
    assert "Online" not in said
    assert "training-management-2022" in said
    removed = Entry.objects.filter(action="events.workshop_removed_with_demo")
    assert (removed.count(), Entry.objects.count()) == (2, entries + 2 + 2)
    assert not is_unused(), "the next start would play it again"


def untangle(world: AccessWorld) -> None:
    """Let what belongs to `elsewhere` hang on nobody of the demo."""
    me = world.secretariat
    eve = Registration.objects.filter(workshop=world.elsewhere)
    eve.update(nominated_by=me, approved_by=me)
    Workshop.objects.filter(pk=world.elsewhere.pk).update(published_by=me)
    world.elsewhere.delegations.update(invited_by=me)


def test_what_is_real_stays_to_the_last_row(world: AccessWorld) -> None:
    untangle(world)
    before = tables()

    removal = find_demo()
    gone = {model._meta.label: keys for model, keys in removal.keys.items()}
    remove()

    left = {
        label: [row for row in rows if next(iter(row.values())) not in gone.get(label, ())]
        for label, rows in before.items()
    }
    assert left == tables()
    assert list(Workshop.objects.all()) == [world.elsewhere]
    assert list(Edition.objects.all()) == [world.other.edition]
    assert (ReportSeries.objects.count(), WorkshopSeries.objects.count()) == (1, 1)
    assert not User.objects.filter(is_demo=True).exists()


def test_files_go_with_their_rows(
    world: AccessWorld, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    untangle(world)
    mine = make_material(world.other.session, world.secretariat)
    material = make_material(world.own.session, world.organiser)
    kept, *gone = [str(each.versions.get().file) for each in (mine, material, world.own.material)]
    gone.append(str(world.own.export.file))
    media = Path(str(settings.MEDIA_ROOT))
    assert all((media / name).exists() for name in (kept, *gone))
    with django_capture_on_commit_callbacks(execute=True):
        remove()
    assert [(media / name).exists() for name in (kept, *gone)] == [True, False, False, False]


def test_mails_go_from_the_mailbox_of_this_machine(
    world: AccessWorld,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.EMAIL_BACKEND = "workshop_portal.mail.backends.FolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    untangle(world)
    for person in (world.organiser, world.secretariat):
        send_mail("Code", "AB-CD", None, [person.email])
    assert len(list_folder()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        remove()
    assert [mail.to for mail in list_folder()] == [world.secretariat.email]


def hang_a_person(world: AccessWorld) -> None:
    make_registration(world.fiji, user=world.secretariat, nominated_by=world.organiser)


def hang_a_workshop(world: AccessWorld) -> None:
    Workshop.objects.filter(pk=world.elsewhere.pk).update(published_by=world.organiser)


def hang_a_delegation(world: AccessWorld) -> None:
    make_delegation(world.elsewhere, make_administration("KR"), by=world.organiser)


def hang_an_edition(world: AccessWorld) -> None:
    Edition.objects.filter(pk=world.other.edition.pk).update(based_on=world.own.edition)


def hang_an_administration(world: AccessWorld) -> None:
    parent = make_administration("XX", is_demo=True)
    make_administration("XX-RTC", parent=parent)


def hang_a_team(world: AccessWorld) -> None:
    TeamMember.objects.create(
        workshop=world.elsewhere, user=world.organiser, role=TeamMember.Role.ORGANISER
    )


@pytest.mark.parametrize(
    ("hang", "words"),
    [
        (hang_a_person, "1 registration"),
        (hang_a_workshop, "1 workshop"),
        (hang_a_delegation, "1 delegation"),
        (hang_an_edition, "1 edition"),
        (hang_an_administration, "1 administration"),
        (hang_a_team, "1 team member"),
    ],
)
def test_own_data_on_it_keep_all_of_it(
    world: AccessWorld, hang: Callable[[AccessWorld], None], words: str
) -> None:
    untangle(world)
    hang(world)
    before, entries = tables(), Entry.objects.count()
    with pytest.raises(RealDataError) as found:
        find_demo()
    assert words in found.value.found
    with pytest.raises(
        CommandError, match="Nothing was removed: data of your own hang on the demo"
    ):
        remove()
    assert (tables(), Entry.objects.count()) == (before, entries)


def test_somebody_must_go_on(world: AccessWorld) -> None:
    untangle(world)
    StaffRole.objects.all().delete()
    before = tables()
    with pytest.raises(CommandError, match=r"\./run demo --remove --secretariat EMAIL"):
        remove()
    with pytest.raises(CommandError, match="is not an e-mail address"):
        remove(secretariat="me")
    assert tables() == before


def test_it_asks_first(world: AccessWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    untangle(world)
    before = tables()
    for answer, is_terminal in (("no\n", True), ("", True), ("yes\n", False)):
        keyboard = StringIO(answer)
        monkeypatch.setattr(
            keyboard, "isatty", lambda is_terminal=is_terminal: is_terminal, raising=False
        )
        monkeypatch.setattr("sys.stdin", keyboard)
        with pytest.raises(CommandError, match="Nothing was removed"):
            call_command("demo", remove=True, stdout=StringIO())
    assert tables() == before


def test_without_a_demo_it_says_so() -> None:
    appoint_first_secretariat("me@office.example")
    FocalPoint.objects.create(administration=make_administration(), user=make_person())
    before = tables()
    assert remove() == "There is no demo here.\n"
    assert tables() == before


def test_invented_administrations_go_too() -> None:
    call_command("demo", delegates=4, administrations=2, stdout=StringIO())
    remove(secretariat="me@office.example")
    assert set(Administration.objects.values_list("code", flat=True)) == {"ROCB-AP", "WCO"}
    assert Instrument.objects.count() == 3
