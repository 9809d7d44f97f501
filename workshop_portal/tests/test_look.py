"""The frame, the forms, the error pages and the style guide, as they leave the server."""

import re
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse
from django.utils.html import escape

from workshop_portal import errors
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.authorization import access
from workshop_portal.urls import urlpatterns as real_urls

LONG = "Trainers had seldom taught to a screen. <b>"


@access("accounts.view_styleguide")
def closed_form(request: HttpRequest) -> HttpResponse:
    raise AssertionError("reached without a session")


@access(public=True)
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [path("closed/", closed_form), path("breaks/", breaks), *real_urls]
handler400, handler403 = errors.bad_request, errors.permission_denied
handler404, handler500 = errors.page_not_found, errors.server_error

with_test_urls = override_settings(ROOT_URLCONF="workshop_portal.tests.test_look")


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mali@rocb.example", given_name="Mali")


@pytest.fixture
def staff_client(client: Client, person: User) -> Client:
    StaffRole.objects.create(user=person, role=StaffRole.Role.SECRETARIAT)
    client.force_login(person)
    return client


class PersonForm(forms.Form):
    name = forms.CharField(help_text="As in the passport.")
    role = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    is_listed = forms.BooleanField()
    note = forms.CharField(required=False)


def draw(source: str, **context: Any) -> str:
    return Template("{% load crispy_forms_tags %}" + source).render(Context(context))


# Frame ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("theme", "said"), [("system", False), ("light", True), ("dark", True)])
def test_the_theme_of_the_person_is_on_the_page(
    staff_client: Client, person: User, theme: str, said: bool
) -> None:
    person.theme = theme
    person.save()
    page = staff_client.get("/styleguide/").content.decode()
    assert (f'data-bs-theme="{theme}"' in page) is said


@pytest.mark.django_db
def test_tabs_stand_on_the_page_and_fold_into_more(staff_client: Client) -> None:
    page = staff_client.get("/styleguide/").content.decode()
    more = page[page.index('<details class="bar-more"') : page.index("</details>")]
    assert more.count('href="#c-chart">Report</a>') == 1
    assert page.count('href="#c-chart">Report</a>') == 2
    assert page.count("<h1") == 1


@pytest.mark.django_db
def test_the_policy_forbids_all_but_own_files(staff_client: Client) -> None:
    response = staff_client.get("/styleguide/")
    assert "script-src 'self';" in response["Content-Security-Policy"] + ";"
    for source in re.findall(r"<script[^>]*>", response.content.decode()):
        assert 'src="/static/' in source


@pytest.mark.django_db
def test_the_style_guide_is_for_staff(client: Client, person: User) -> None:
    assert client.get("/styleguide/").status_code == 302
    client.force_login(person)
    assert client.get("/styleguide/").status_code == 403


@pytest.mark.django_db
def test_a_person_without_a_role_sees_no_places_of_the_secretariat(
    client: Client, person: User
) -> None:
    request = RequestFactory().get("/")
    request.user = person
    bar = render_to_string("components/bar_nav.html", {"user": person, "request": request})
    assert re.findall(r">([^<]+)</a>", bar) == ["My workshops", "Reports"]


# Forms ------------------------------------------------------------------------------------------


def test_a_wrong_field_has_label_help_error_control_in_this_order() -> None:
    page = draw("{{ form|crispy }}", form=PersonForm({}))
    field = page[page.index('id="div_id_name"') : page.index('id="div_id_role"')]
    places = [
        field.index(part)
        for part in ('for="id_name"', 'id="id_name_helptext"', 'id="id_name_error"', "<input")
    ]
    assert places == sorted(places)
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'aria-invalid="true"' in field


def test_every_link_of_the_error_summary_leads_to_something() -> None:
    page = draw("{{ form|crispy }}", form=PersonForm({}))
    summary = page[: page.index("</ul>")]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["id_name", "id_role", "id_is_listed"]
    assert [target for target in targets if f'id="{target}"' not in page] == []
    assert "3 things need another look" in summary


def test_a_form_at_rest_shows_no_summary_and_says_what_is_optional() -> None:
    page = draw("{{ form|crispy }}", form=PersonForm())
    assert "error" not in page
    assert page.count(">optional<") == 1


def test_what_was_typed_is_kept_and_escaped() -> None:
    page = draw("{{ form|crispy }}", form=PersonForm({"name": '"><script>'}))
    assert 'value="&quot;&gt;&lt;script&gt;"' in page


def test_a_hostile_error_text_is_escaped() -> None:
    form = PersonForm({})
    form.full_clean()
    form.add_error(None, "<script>")
    assert "<script>" not in draw("{{ form|crispy }}", form=form)


def test_components_escape_their_words() -> None:
    for name, context in {
        "note": {"text": "<b>x"},
        "waits": {"items": [{"count": 1, "title": "<b>x", "url": "/", "action": "<b>x"}]},
        "line": {"steps": [{"text": "<b>x", "state": "now"}]},
        "empty": {"title": "<b>x", "what": "<b>x"},
        "danger": {"name": "<b>x", "title": "<b>x", "text": "<b>x", "label": "<b>x", "url": "/"},
        "conflict": {"who": "<b>x", "yours": "<b>x", "theirs": "<b>x"},
    }.items():
        drawn = render_to_string(f"components/{name}.html", context)
        assert "<b>x" not in drawn, name
        assert "&lt;b&gt;x" in drawn, name


def test_a_running_job_asks_again_and_a_done_one_does_not() -> None:
    steps = [{"text": "Writing", "state": "now"}]
    running = render_to_string(
        "components/progress.html", {"steps": steps, "running": True, "url": "/x"}
    )
    done = render_to_string(
        "components/progress.html", {"steps": steps, "running": False, "url": "/x"}
    )
    assert "every 3s" in running
    assert "Look again" in running
    assert "hx-" not in done


# What goes wrong ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_page_that_is_not_there_has_a_number_that_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/nope/")
    number = re.findall(r">([0-9a-f]{4}-[0-9a-f]{4})<", response.content.decode())
    assert response.status_code == 404
    assert len(number) == 1
    assert f"refused {number[0]} with 404 on /nope/" in caplog.text


@pytest.mark.django_db
def test_the_address_of_a_step_says_that_it_is_none_of_a_page(staff_client: Client) -> None:
    person = StaffRole.objects.get().pk
    response = staff_client.get(reverse("accounts:staff-end", args=[person]))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This is a step, not a page" in response.content.decode()


@with_test_urls
def test_the_page_of_a_break_needs_no_database(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    request = RequestFactory().get("/breaks/")
    response = errors.server_error(request)
    number = re.findall(r">([0-9a-f]{4}-[0-9a-f]{4})<", response.content.decode())
    assert response.status_code == 500
    assert f"error {number[0]} on /breaks/" in caplog.text


@with_test_urls
@pytest.mark.django_db
def test_a_break_is_answered_by_that_page(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/breaks/")
    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


@with_test_urls
@pytest.mark.django_db
def test_a_form_sent_after_the_session_ended_comes_back_whole(client: Client) -> None:
    data = {"text": LONG, "tags": ["FJ", "TO"], "version": "4"}
    response = client.post("/closed/?part=2", data)
    page = response.content.decode()
    assert response.status_code == 403
    assert escape(LONG) in page
    assert 'action="/closed/?part=2"' in page
    kept = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    assert [pair for pair in kept if pair[0] != "csrfmiddlewaretoken"] == [
        ("text", escape(LONG)),
        ("tags", "FJ"),
        ("tags", "TO"),
        ("version", "4"),
    ]


@with_test_urls
@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    ["培训师很少在屏幕前授课。", "画面", "การฝึกอบรม", "ການຝຶກອົບຮົມ", "ការបណ្តុះបណ្តាល", "Fidji", "-x"],
)
def test_words_of_every_script_are_kept(client: Client, words: str) -> None:
    """Chinese, Japanese, Thai, Lao and Khmer put no space between words; a field may hold one word."""
    response = client.post("/closed/", {"text": words})
    assert response.status_code == 403
    assert f'name="text" value="{words}"' in response.content.decode()


@with_test_urls
@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    ["", "on", "true", "False", "17", "2026-11-30 09:30", "7a1f6a3e-0b1c-4d2e-8f3a-1b2c3d4e5f60"],
)
def test_a_post_without_text_goes_to_the_sign_in(client: Client, value: str) -> None:
    response = client.post("/closed/", {"confirmed": value, "next": "/people/", "save": "Save"})
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def key_of(page: HttpResponse) -> str:
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[0]


@pytest.mark.django_db
def test_what_was_written_survives_the_end_of_the_session_and_the_sign_in(
    person: User, mailoutbox: list[Any]
) -> None:
    """In one browser: a form, the end of its session, a sign-in in a second tab, sent from the first."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    opened = browser.get("/profile/")
    browser.session.flush()
    written = {
        "given_name": "Mali",
        "family_name": "黃",
        "position": "培训师",
        "language": "en",
        "time_zone": "Asia/Bangkok",
        "theme": "system",
    }
    origin = {"origin": "http://testserver"}

    def send(page: HttpResponse) -> Any:
        data = {**written, "csrfmiddlewaretoken": key_of(page)}
        return browser.post("/profile/", data, headers=origin)

    ended = send(opened)
    assert b"You were signed out meanwhile" in ended.content
    second = browser.get("/accounts/login/")
    data = {"login": person.email, "csrfmiddlewaretoken": key_of(second)}
    second = browser.post("/accounts/login/", data, headers=origin, follow=True)
    code = re.findall(r"^([A-Z0-9-]{6,})$", mailoutbox[0].body, flags=re.MULTILINE)[0]
    data = {"code": code, "csrfmiddlewaretoken": key_of(second)}
    browser.post("/accounts/login/code/confirm/", data, headers=origin)
    once_more = send(ended)
    assert once_more.status_code == 403
    assert "Send it once more" in once_more.content.decode()
    assert 'name="position" value="培训师"' in once_more.content.decode()
    assert send(once_more).status_code == 302
    person.refresh_from_db()
    assert (person.family_name, person.position) == ("黃", "培训师")


@with_test_urls
@pytest.mark.django_db
def test_a_form_with_an_old_key_can_be_sent_again() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/closed/", {"text": LONG}, headers={"origin": "http://testserver"})
    page = response.content.decode()
    assert response.status_code == 403
    assert escape(LONG) in page
    assert "Send it again" in page
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    again = strict.post(
        "/closed/",
        {"text": LONG, "csrfmiddlewaretoken": token},
        headers={"origin": "http://testserver"},
    )
    assert b"You were signed out meanwhile" in again.content


@with_test_urls
@pytest.mark.django_db
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_what_came_from_elsewhere_is_not_offered_again(origin: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/closed/", {"text": LONG}, headers={"origin": origin})
    page = response.content.decode()
    assert response.status_code == 403
    assert "seldom taught" not in page
    assert "<form" not in page


@with_test_urls
@pytest.mark.django_db
def test_secrets_are_not_given_back(client: Client) -> None:
    response = client.post("/closed/", {"text": LONG, "password": "correct horse"})
    assert b"correct horse" not in response.content


# Sign-in ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["mali@rocb.example", "nobody@rocb.example"])
def test_known_and_unknown_addresses_see_the_same_page(
    client: Client, person: User, email: str
) -> None:
    response = client.post("/accounts/login/", {"login": email}, follow=True)
    page = response.content.decode()
    assert "Enter the code" in page
    assert page.count(email) == 1
    assert "Send a new code" in page


@pytest.mark.django_db
def test_the_code_signs_in(client: Client, person: User, mailoutbox: list[Any]) -> None:
    client.post("/accounts/login/", {"login": person.email})
    code = re.findall(r"^([A-Z0-9-]{6,})$", mailoutbox[0].body, flags=re.M)[0]
    wrong = client.post("/accounts/login/code/confirm/", {"code": "WRNG-CODE"})
    assert b'id="id_code_error"' in wrong.content
    response = client.post("/accounts/login/code/confirm/", {"code": code})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    assert mailoutbox[0].subject == "Your code for Workshop Portal"
