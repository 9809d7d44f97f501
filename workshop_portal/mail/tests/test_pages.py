"""The outbox's pages, as the secretariat and as everybody else; the embedded mode's mailbox."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.env import local_hosts
from workshop_portal.mail import delivery
from workshop_portal.mail.actions import Attachment
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import CONTEXTS
from workshop_portal.mail.tests.test_queue import end, queue
from workshop_portal.templatetags.portal import FORMATS

pytestmark = pytest.mark.django_db

OUTBOX = "/mail/"


@pytest.fixture
def staff(secretary: User) -> Client:
    return client_of(secretary)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, mail: OutgoingMail) -> str:
    return reverse(f"mail:{name}", args=[mail.public_id])


def shown(page: Any) -> list[str]:
    return [mail.key for mail, _title, _name in page.context["rows"]]


class TestAccess:
    def test_everybody_else_finds_nothing(self, delegate: User) -> None:
        mail = queue(delegate, held=True, batch="b")
        client = client_of(delegate)
        assert client.get(OUTBOX).status_code == 403
        assert client.get("/mail.csv").status_code == 403
        assert client.get(url("mail-detail", mail)).status_code == 404
        assert (
            client.get(f"{reverse('mail:held-detail')}?batch=b&template=tests/note").status_code
            == 403
        )
        for name in ("mail-drop", "mail-resend", "mail-retry", "mail-test"):
            assert client.post(url(name, mail)).status_code == 404
        query = "?batch=b&template=tests/note&expected=1"
        assert client.post(reverse("mail:mail-release") + query).status_code == 403
        assert client.post(reverse("mail:held-drop") + query).status_code == 403
        mail.refresh_from_db()
        assert mail.status == "held"

    def test_verbs_are_post_only(self, staff: Client) -> None:
        mail = queue()
        for name in ("mail-drop", "mail-resend", "mail-retry", "mail-test"):
            assert staff.get(url(name, mail)).status_code == 405
        assert staff.get(reverse("mail:mail-release")).status_code == 405
        assert staff.get(reverse("mail:held-drop")).status_code == 405

    def test_people_not_signed_in_are_sent_to_the_sign_in(self) -> None:
        assert Client().get(OUTBOX).status_code == 302


class TestOutbox:
    def test_filters(self, staff: Client, secretary: User, delegate: User) -> None:
        now = timezone.now()
        queue("a@example.org", key="note:1", due_at=now)
        queue(delegate, key="note:2", context=secretary, due_at=now - timedelta(minutes=1))
        end(queue("b@example.org", key="note:3", due_at=now - timedelta(minutes=2)), "failed")
        queue(delegate, key="invitation:1", template="tests/invitation", held=True, due_at=now)
        OutgoingMail.objects.filter(key="note:2").update(
            context_type="events.workshop", context_id="7"
        )
        expected = {
            "": ["invitation:1", "note:1", "note:2", "note:3"],
            "status=held": ["invitation:1"],
            "status=planned": ["note:1", "note:2"],
            "status=failed": ["note:3"],
            "status=sent": [],
            "status=nonsense": ["invitation:1", "note:1", "note:2", "note:3"],
            "kind=tests/invitation": ["invitation:1"],
            "workshop=7": ["note:2"],
            "q=tuilagi ana": ["invitation:1", "note:2"],
            "q=b@example": ["note:3"],
            "q=%00": ["invitation:1", "note:1", "note:2", "note:3"],
        }
        assert {query: shown(staff.get(f"{OUTBOX}?{query}")) for query in expected} == expected

    def test_its_files_are_the_filtered_list(self, staff: Client, delegate: User) -> None:
        queue(delegate, key="note:1", due_at=datetime(2022, 5, 24, 12, tzinfo=UTC))
        queue("b@example.org", key="note:2")
        end(queue("=1+1@example.org", key="note:3"), "done")
        OutgoingMail.objects.filter(key="note:3").update(
            subject='=HYPERLINK("x")', body="The text of it", last_error=""
        )
        assert staff.get("/mail.json?q=tuilagi").json() == [
            {
                "Mail": "Note",
                "Test": "",
                "Subject": "",
                "Belongs to": "",
                "Recipient": "Ana Tuilagi",
                "Address": "ana@example.org",
                "State": "Will be sent",
                "Reason": "",
                "When, UTC": "2022-05-24 12:00",
            }
        ]
        everything = staff.get("/mail.csv")
        assert isinstance(everything, StreamingHttpResponse)
        text = everything.getvalue().decode()
        assert (text.count("\n"), "The text of it" in text) == (4, False)
        assert ""","'=HYPERLINK(""x"")",""" in text
        assert '"\'=1+1@example.org"' in text
        assert staff.get("/mail.xlsx?status=sent").content.startswith(b"PK")
        assert staff.get("/mail.pdf").status_code == 404

    def test_its_page_links_its_files_with_the_filter(self, staff: Client) -> None:
        assert "/mail.csv" not in staff.get(OUTBOX).text
        queue("b@example.org")
        page = staff.get(f"{OUTBOX}?q=b%40example&page=1").text
        assert [f'href="/mail.{each}?q=b%40example"' in page for each in FORMATS] == [True] * 3

    def test_counts_states_within_the_filter(self, staff: Client) -> None:
        queue("a@example.org", key="note:1")
        queue("b@example.org", key="note:2", held=True)
        tabs = staff.get(f"{OUTBOX}?q=example&status=held").context["tabs"]
        assert [tab["count"] for tab in tabs] == [2, 1, 1, 0, 0, 0]
        assert [tab["current"] for tab in tabs] == [False, True, False, False, False, False]
        assert "q=example" in tabs[3]["url"]

    def test_names_what_the_mails_belong_to(
        self, staff: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def names(keys: list[str]) -> Mapping[str, str]:
            return {key: f"Workshop {key}" for key in keys}

        monkeypatch.setitem(CONTEXTS, "events.workshop", names)
        queue()
        OutgoingMail.objects.update(context_type="events.workshop", context_id="7")
        page = staff.get(f"{OUTBOX}?workshop=7")
        assert "Mails of Workshop 7" in page.text

    def test_says_why(self, staff: Client) -> None:
        end(queue(), "failed")
        OutgoingMail.objects.update(last_error="No such box <b>")
        page = staff.get(OUTBOX).text
        assert "No such box &lt;b&gt;" in page
        assert "Failed" in page

    def test_when_empty(self, staff: Client) -> None:
        assert "No mail yet" in staff.get(OUTBOX).text
        assert "No mail fits this filter." in staff.get(f"{OUTBOX}?q=x").text

    @pytest.mark.parametrize("number", [1, 3])
    def test_queries(
        self, staff: Client, delegate: User, number: int, django_assert_num_queries: Any
    ) -> None:
        for n in range(number):
            queue(delegate, key=f"note:{n}", held=True)
        with django_assert_num_queries(6):  # session, person, states, batches, count, rows
            page = staff.get(OUTBOX)
        assert len(shown(page)) == number


class TestDetail:
    def test_shows_what_would_be_sent(self, staff: Client, delegate: User) -> None:
        page = staff.get(url("mail-detail", queue(delegate))).text
        assert "About Workshop" in page
        assert "mardi 24 mai 2022, 09:00 Suva (UTC+12)" in page
        assert 'lang="fr"' in page

    def test_shows_what_was_sent(self, staff: Client, delegate: User) -> None:
        mail = queue(delegate)
        delivery.send_due()
        User.objects.filter(pk=delegate.pk).update(given_name="Later")
        assert "Dear Ana Tuilagi" in staff.get(url("mail-detail", mail)).text

    def test_a_secret_mail_shows_no_link_and_makes_none(
        self, staff: Client, delegate: User
    ) -> None:
        mail = queue(delegate, template="tests/invitation")
        page = staff.get(url("mail-detail", mail)).text
        assert "http://testserver/nominate/" in page
        assert not SignInLink.objects.exists()
        delivery.send_due()
        page = staff.get(url("mail-detail", mail)).text
        assert "[link for one use, not kept]" in page
        assert "/sign-in/" not in page

    def test_of_a_mail_whose_object_is_gone(self, staff: Client) -> None:
        page = staff.get(url("mail-detail", queue(params={"gone": 1})))
        assert "What it was about has changed, so it would not be sent." in page.text

    def test_of_a_template_that_is_no_more(self, staff: Client) -> None:
        mail = queue()
        OutgoingMail.objects.update(template="tests/old")
        assert "This kind of mail no longer exists." in staff.get(url("mail-detail", mail)).text
        assert "A mail of an earlier version" in staff.get(OUTBOX).text

    def test_queries(self, staff: Client, delegate: User, django_assert_num_queries: Any) -> None:
        mail = queue(delegate)
        with django_assert_num_queries(3):  # session, person, mail
            staff.get(url("mail-detail", mail))


class TestRelease:
    def held(self, number: int) -> str:
        for n in range(number):
            queue(f"person{n}@example.org", key=f"note:{n}", held=True, params={"name": f"W{n}"})
        return "?batch=note&template=tests/note&context_type=&context_id="

    def test_outbox_leads_to_it(self, staff: Client) -> None:
        self.held(2)
        [(batch, _name, link)] = staff.get(OUTBOX).context["batches"]
        assert batch.count == 2
        assert staff.get(link).status_code == 200

    def test_repeats_the_number_and_shows_three(self, staff: Client) -> None:
        page = staff.get(reverse("mail:held-detail") + self.held(5))
        assert "You are about to mail 5 people" in page.text
        assert [sample["to"] for sample in page.context["samples"]] == [
            "person0@example.org",
            "person1@example.org",
            "person2@example.org",
        ]
        assert "About W0" in page.text

    def test_lets_them_go(self, staff: Client, secretary: User) -> None:
        page = staff.get(reverse("mail:held-detail") + self.held(2))
        answer = staff.post(page.context["release_url"], follow=True)
        assert "2 mails are released." in answer.text
        assert set(OutgoingMail.objects.values_list("status", "released_by")) == {
            ("planned", secretary.pk)
        }

    @pytest.mark.parametrize("expected", ["1", "", "x", "²", "-1", "9" * 30])
    def test_sends_nothing_where_the_number_is_another(self, staff: Client, expected: str) -> None:
        query = self.held(2)
        answer = staff.post(
            f"{reverse('mail:mail-release')}{query}&expected={expected}", follow=True
        )
        assert "have changed in the meantime" in answer.text
        assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"held"}

    def test_drops_the_batch(self, staff: Client) -> None:
        page = staff.get(reverse("mail:held-detail") + self.held(2))
        staff.post(page.context["drop_url"])
        assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"dropped"}
        assert staff.get(page.request["PATH_INFO"]).status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_queries(self, staff: Client, number: int, django_assert_num_queries: Any) -> None:
        query = self.held(number)
        with django_assert_num_queries(5):  # session, person, count, samples, batch
            staff.get(reverse("mail:held-detail") + query)


class TestVerbs:
    def test_drop(self, staff: Client) -> None:
        mail = queue()
        assert "will not be sent" in staff.post(url("mail-drop", mail), follow=True).text
        assert "has changed in the meantime" in staff.post(url("mail-drop", mail), follow=True).text

    def test_resend(self, staff: Client, delegate: User) -> None:
        mail = queue(delegate)
        assert (
            "has changed in the meantime" in staff.post(url("mail-resend", mail), follow=True).text
        )
        delivery.send_due()
        staff.post(url("mail-resend", mail))
        delivery.send_due()
        assert [sent.to for sent in django_mail.outbox] == [["ana@example.org"]] * 2

    def test_correct_and_send_again(self, staff: Client, delegate: User) -> None:
        mail = queue(delegate)
        end(mail, "failed")
        OutgoingMail.objects.update(last_error="No such box")
        page = staff.get(url("mail-detail", mail)).text
        assert 'value="ana@example.org"' in page
        wrong = staff.post(url("mail-retry", mail), {"address": "nobody"})
        assert "nobody" in wrong.text
        assert "error-text" in wrong.text
        staff.post(url("mail-retry", mail), {"address": "ana.t@example.org"})
        delivery.send_due()
        assert django_mail.outbox[0].to == ["ana.t@example.org"]

    def test_test_mail_to_oneself(self, staff: Client, delegate: User) -> None:
        staff.post(url("mail-test", queue(delegate, held=True)))
        delivery.send_due()
        [sent] = django_mail.outbox
        assert sent.to == ["staff@example.org"]
        assert "Dear Sia Staff," in sent.body
        assert "Monday 23 May 2022, 21:00 UTC" in sent.body
        tag = '<span class="tag">Test</span>'
        pages = [
            reverse("mail:outbox"),
            *(url("mail-detail", m) for m in OutgoingMail.objects.order_by("pk")),
        ]
        assert [staff.get(each).text.count(tag) for each in pages] == [1, 0, 1]


class TestFolder:
    @pytest.fixture(autouse=True)
    def folder(self, settings: Any, tmp_path: Path) -> None:
        settings.EMAIL_BACKEND = "workshop_portal.mail.backends.FolderBackend"
        settings.EMAIL_FILE_PATH = tmp_path
        settings.EMBEDDED = True

    def name(self) -> str:
        [file] = Path(settings.EMAIL_FILE_PATH).glob("*.eml")
        return file.stem

    def test_is_open_to_all_in_the_embedded_mode(self, delegate: User) -> None:
        queue(delegate, template="tests/invitation")
        delivery.send_due()
        client = Client()
        page = client.get(reverse("mail:folder-list"))
        assert "Nominate" in page.text
        assert "Nominate" in client.get(f"{reverse('mail:folder-list')}?to=ana").text
        assert "No mail went" in client.get(f"{reverse('mail:folder-list')}?to=b@").text
        detail = client.get(reverse("mail:folder-detail", args=[self.name()])).text
        assert '<a href="http://testserver/sign-in/' in detail
        html = client.get(reverse("mail:folder-html", args=[self.name()]))
        assert "http://testserver/sign-in/" in html.text
        policy = html.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'none'" in policy

    def test_files_are_kept_not_run(self, delegate: User) -> None:
        evil = Attachment(name='a"b.html', type="text/html", content=b"<script>1</script>")
        queue(
            delegate,
            attachments=[evil, Attachment(name="l.pdf", type="application/pdf", content=b"%PDF")],
        )
        delivery.send_due()
        client = Client()
        files = [reverse("mail:folder-file", args=[self.name(), number]) for number in range(4)]
        detail = client.get(reverse("mail:folder-detail", args=[self.name()])).text
        assert [file in detail for file in files] == [False, True, True, True]
        answers = [client.get(file) for file in files]
        assert [answer.status_code for answer in answers] == [404, 200, 200, 200]
        html, pdf = answers[1:3]
        assert (html.content, pdf.content) == (b"<script>1</script>", b"%PDF")
        assert html["Content-Disposition"].startswith("attachment; ")
        assert (html["Content-Security-Policy"], html["X-Content-Type-Options"]) == (
            "sandbox; default-src 'none'",
            "nosniff",
        )

    def test_does_not_exist_in_production(self, delegate: User, settings: Any) -> None:
        queue(delegate)
        delivery.send_due()
        settings.EMBEDDED = False
        client = Client()
        assert client.get(reverse("mail:folder-list")).status_code == 404
        for page in ("folder-detail", "folder-html"):
            assert client.get(reverse(f"mail:{page}", args=[self.name()])).status_code == 404
        file = reverse("mail:folder-file", args=[self.name(), 1])
        assert client.get(file).status_code == 404

    @pytest.mark.parametrize(
        "sent",
        [
            {"REMOTE_ADDR": "198.51.100.20"},
            {"REMOTE_ADDR": ""},
            {"HTTP_HOST": "evil.example"},
            {"HTTP_X_FORWARDED_FOR": "198.51.100.20"},
        ],
    )
    def test_answers_nobody_elsewhere(
        self, delegate: User, settings: Any, sent: dict[str, str]
    ) -> None:
        """Of another machine, of a page that led its own name here, behind a proxy of this machine."""
        settings.ALLOWED_HOSTS = ["*"]
        queue(delegate)
        delivery.send_due()
        client = Client(**sent)
        name = self.name()
        pages = [
            reverse("mail:folder-list"),
            reverse("mail:folder-detail", args=[name]),
            reverse("mail:folder-html", args=[name]),
            reverse("mail:folder-file", args=[name, 1]),
        ]
        assert [client.get(page).status_code for page in pages] == [404] * 4

    @pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
    def test_answers_this_machine_by_its_names(self, settings: Any, host: str) -> None:
        settings.ALLOWED_HOSTS = local_hosts()
        assert Client(HTTP_HOST=host).get(reverse("mail:folder-list")).status_code == 200

    def test_is_offered_only_where_it_answers(self, staff: Client) -> None:
        link = f'href="{reverse("mail:folder-list")}"'
        assert link in staff.get(OUTBOX).text
        assert link not in staff.get(OUTBOX, REMOTE_ADDR="198.51.100.20").text

    def test_other_names_are_not_found(self) -> None:
        for name in ("secret_key", "..", "20220101T000000000000-00000000"):
            for page in ("folder-detail", "folder-html"):
                assert Client().get(reverse(f"mail:{page}", args=[name])).status_code == 404

    def test_when_empty(self) -> None:
        assert "No mail yet" in Client().get(reverse("mail:folder-list")).text
