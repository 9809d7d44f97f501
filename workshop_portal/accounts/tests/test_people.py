"""Own data, addresses, staff roles, finding people."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from workshop_portal.accounts import actions, queries
from workshop_portal.accounts.backends import PersonBackend
from workshop_portal.accounts.forms import NameField
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.audit.models import Entry

SECRETARIAT = StaffRole.Role.SECRETARIAT
DAY = timedelta(days=1)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ana@customs.example", given_name="Ana", family_name="Lee")


@pytest.fixture
def secretariat(db: None) -> User:
    user = User.objects.create_user("office@rocb.example", given_name="Bea", family_name="Desk")
    StaffRole.objects.create(user=user, role=SECRETARIAT)
    return user


def audited() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


class TestRules:
    def test_addresses_are_lower_case(self, person: User) -> None:
        with pytest.raises(IntegrityError, match="accounts_user_email_lower_case"):
            User.objects.filter(pk=person.pk).update(email="Ana@customs.example")

    def test_theme_is_one_of_three(self, person: User) -> None:
        with pytest.raises(IntegrityError, match="accounts_user_theme_valid"):
            User.objects.filter(pk=person.pk).update(theme="pink")

    def test_role_is_known(self, person: User) -> None:
        with pytest.raises(IntegrityError, match="accounts_staffrole_role_valid"):
            StaffRole.objects.create(user=person, role="king")

    def test_a_role_is_open_once(self, secretariat: User) -> None:
        with pytest.raises(IntegrityError) as refused:
            StaffRole.objects.create(user=secretariat, role=SECRETARIAT)
        assert "accounts_staffrole" in str(refused.value)  # accounts_staffrole_one_open_per_person

    def test_a_role_ends_after_it_starts(self, person: User) -> None:
        now = timezone.now()
        with pytest.raises(IntegrityError, match="accounts_staffrole_ends_after_start"):
            StaffRole.objects.create(
                user=person, role=SECRETARIAT, starts_at=now, ends_at=now - timedelta(days=1)
            )


class TestProfile:
    def data(self, **changes: str) -> dict[str, str]:
        own = {
            "given_name": "Ana",
            "family_name": "Lee",
            "language": "fr",
            "time_zone": "Pacific/Fiji",
            "theme": "dark",
        }
        return own | changes

    def test_saves_and_records(self, client: Client, person: User) -> None:
        client.force_login(person)
        response = client.post("/profile/", self.data(position="Trainer"))
        assert (response.status_code, response["Location"]) == (302, "/profile/")
        person.refresh_from_db()
        assert (person.language, str(person.time_zone), person.position) == (
            "fr",
            "Pacific/Fiji",
            "Trainer",
        )
        assert audited() == ["accounts.profile_edited"]
        entry = Entry.objects.get()
        assert entry.personal == {"position": ["", "Trainer"]}
        assert entry.changes["language"] == ["en", "fr"]

    def test_says_it_in_the_language_just_chosen(self, client: Client, person: User) -> None:
        client.force_login(person)
        shown = client.post("/profile/", self.data(), follow=True)
        with translation.override("fr"):
            said = gettext("Your data are saved.")
        assert [str(each) for each in shown.context["messages"]] == [said]
        assert said != "Your data are saved."

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("given_name", ""),
            ("family_name", "x" * 81),
            ("language", "xx"),
            ("time_zone", "Mars/Olympus"),
            ("theme", "pink"),
            ("position", "nul\x00"),
        ],
    )
    def test_bad_input_changes_nothing(
        self, client: Client, person: User, field: str, value: str
    ) -> None:
        client.force_login(person)
        response = client.post("/profile/", self.data(**{field: value}))
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        person.refresh_from_db()
        assert (person.language, audited()) == ("en", [])

    @pytest.mark.parametrize("hostile", ["<b>x</b>", "=1+1", "a\r\nBcc: x@y.example", "\u202eabc"])
    def test_hostile_text_is_text(self, client: Client, person: User, hostile: str) -> None:
        client.force_login(person)
        client.post("/profile/", self.data(position=hostile))
        assert "<b>x</b>" not in client.get("/profile/").content.decode()

    def test_it_says_who_corrects_the_address(
        self, client: Client, person: User, secretariat: User
    ) -> None:
        said = []
        for user in (person, secretariat):
            client.force_login(user)
            text = client.get("/profile/").text
            said.append(("secretariat corrects the address" in text, 'href="/staff/"' in text))
        assert said == [(True, False), (False, True)]

    def test_only_own_fields_change(self, person: User) -> None:
        with pytest.raises(KeyError, match="is_staff"):
            actions.edit_profile(user=person, values={"is_staff": True}, by=person)

    def test_nothing_is_kept_when_the_record_fails(self, person: User) -> None:
        with (
            mock.patch.object(actions, "record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            actions.edit_profile(user=person, values={"language": "fr"}, by=person)
        person.refresh_from_db()
        assert person.language == "en"


class TestFaster:
    """What another request wrote between the look and the write."""

    def test_a_person_made_meanwhile_is_found(self, person: User) -> None:
        with mock.patch.object(QuerySet, "first", return_value=None):
            found, made = actions.get_or_create_person(email=person.email, by=None)
        assert (found, made, audited()) == (person, False, [])

    def test_a_role_ended_meanwhile_stays_ended(self, secretariat: User) -> None:
        role = secretariat.staff_roles.get()
        earlier = timezone.now() - timedelta(hours=1)
        StaffRole.objects.update(starts_at=earlier, ends_at=earlier)
        actions.end_staff_role(staff_role=role, by=secretariat)
        assert (secretariat.staff_roles.get().ends_at, audited()) == (earlier, [])

    def test_two_cannot_end_each_other(self, person: User, secretariat: User) -> None:
        """The role of the one ends while the other waits for the lock."""
        began = timezone.now()
        earlier = began - timedelta(hours=1)
        secretariat.staff_roles.update(starts_at=earlier)
        StaffRole.objects.create(user=person, role=SECRETARIAT, starts_at=earlier)
        secretariat.staff_roles.update(ends_at=began + timedelta(seconds=1))
        after = began + timedelta(seconds=2)
        with (
            mock.patch.object(actions.timezone, "now", side_effect=[began, after]),
            pytest.raises(actions.LastSecretariatError),
        ):
            actions.end_staff_role(staff_role=person.staff_roles.get(), by=secretariat)


class TestStaff:
    def test_current_roles_come_first(self, person: User, secretariat: User) -> None:
        now = timezone.now()
        for days in (3, 1, 2):
            StaffRole.objects.create(
                user=person, role=SECRETARIAT, starts_at=now - DAY * 9, ends_at=now - DAY * days
            )
        ends = [role.ends_at for role in queries.list_staff()]
        assert ends == [None, *(now - DAY * days for days in (1, 2, 3))]

    def test_gives_and_ends(self, client: Client, secretariat: User) -> None:
        client.force_login(secretariat)
        client.post("/staff/", {"email": "new@rocb.example", "role": "secretariat"})
        new = User.objects.get(email="new@rocb.example")
        assert new.is_secretariat
        assert not new.has_usable_password()

        role = new.staff_roles.get()
        client.post(f"/staff/{role.pk}/end/")
        assert not User.objects.get(pk=new.pk).is_secretariat
        assert audited() == [
            "accounts.person_created",
            "accounts.staff_role_granted",
            "accounts.staff_role_ended",
        ]

    def test_the_last_one_stays(self, client: Client, secretariat: User) -> None:
        client.force_login(secretariat)
        role = secretariat.staff_roles.get()
        client.post(f"/staff/{role.pk}/end/")
        assert User.objects.get(pk=secretariat.pk).is_secretariat
        assert audited() == []

    def test_superuser_is_no_secretariat(self, client: Client, db: None) -> None:
        root = User.objects.create_superuser("root@site.example")
        client.force_login(root)
        assert client.get("/staff/").status_code == 403


class TestRolesOfARequest:
    def test_they_come_with_the_person(
        self, person: User, secretariat: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        StaffRole.objects.create(user=person, role=StaffRole.Role.TECHNICAL_ADMIN)
        with django_assert_num_queries(2):
            people = [PersonBackend().get_user(each.pk) for each in (person, secretariat)]
            roles = [(each.is_secretariat, each.is_technical_admin) for each in people if each]
        assert roles == [(False, True), (True, False)]

    def test_a_role_counts_from_its_beginning_to_its_end(
        self, client: Client, secretariat: User
    ) -> None:
        client.force_login(secretariat)
        assert client.get("/staff/").status_code == 200
        secretariat.staff_roles.update(ends_at=timezone.now())
        assert client.get("/staff/").status_code == 403
        later = timezone.now() + timedelta(hours=1)
        StaffRole.objects.create(user=secretariat, role=SECRETARIAT, starts_at=later)
        assert client.get("/staff/").status_code == 403

    def test_who_is_not_active_or_unknown_is_nobody(self, secretariat: User) -> None:
        secretariat.is_active = False
        secretariat.save()
        assert PersonBackend().get_user(secretariat.pk) is None
        assert PersonBackend().get_user(0) is None


class TestSearch:
    def test_finds_by_every_word(self, person: User, secretariat: User) -> None:
        assert list(queries.search_people("an lee")) == [person]
        assert list(queries.search_people("OFFICE@")) == [secretariat]
        assert list(queries.search_people("nobody")) == []
        assert list(queries.search_people("  ")) == []

    def test_page(
        self,
        client: Client,
        secretariat: User,
        person: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client.force_login(secretariat)
        with django_assert_num_queries(
            7
        ):  # session, person, people, offices, registrations, team, speakers
            body = client.get("/people/", {"q": "ana"}).content.decode()
        assert "Ana Lee" in body
        assert "Nobody is known" in client.get("/people/", {"q": "zz\x00z"}).content.decode()

    def test_is_for_the_secretariat(self, client: Client, person: User) -> None:
        client.force_login(person)
        assert client.get("/people/", {"q": "ana"}).status_code == 403


def test_open_role_constraint_holds_apart_from_ended_ones(secretariat: User) -> None:
    role = secretariat.staff_roles.get()
    with transaction.atomic():
        role.ends_at = timezone.now()
        role.save()
        StaffRole.objects.create(user=secretariat, role=SECRETARIAT)
    assert secretariat.staff_roles.count() == 2


def test_the_page_of_staff_lists_roles(client: Client, secretariat: User) -> None:
    client.force_login(secretariat)
    response = client.get("/staff/")
    assert response.status_code == 200
    assert "Bea Desk" in response.content.decode()


def test_the_page_of_staff_tells_what_changed_in_accounts_and_roles(
    client: Client, person: User, secretariat: User
) -> None:
    actions.edit_profile(user=person, values={"position": "Trainer"}, by=person)
    role = actions.grant_staff_role(user=person, role=SECRETARIAT, by=secretariat)
    actions.end_staff_role(staff_role=role, by=secretariat)
    client.force_login(secretariat)
    lines = client.get("/staff/").context["lines"]
    told = [(line.sentence, line.thing.name, line.actor, *map(str, line.changes)) for line in lines]
    assert told == [
        ("Role ended", "Ana Lee", "Bea Desk", "Role: Secretariat → nothing"),
        ("Role given", "Ana Lee", "Bea Desk", "Role: Secretariat"),
        ("Personal data changed", "Ana Lee", "Ana Lee", "Position: Trainer"),
    ]


def test_a_wrong_form_of_staff_gives_nothing(client: Client, secretariat: User) -> None:
    client.force_login(secretariat)
    response = client.post("/staff/", {"email": "no address", "role": "king"})
    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["email", "role"]
    assert StaffRole.objects.count() == 1


@pytest.mark.parametrize("sign", [0x00AD, 0x061C, 0x200B, 0x200F, 0x2028, 0x2066, 0x2067, 0xFEFF])
def test_no_sign_without_a_shape_stands_in_a_name(sign: int) -> None:
    with pytest.raises(ValidationError):
        NameField().clean(f"An{chr(sign)}a")


def test_joiners_stay_in_names_of_scripts_that_need_them() -> None:
    assert NameField().clean("\u0915\u094d\u200d\u0937") == "\u0915\u094d\u200d\u0937"
