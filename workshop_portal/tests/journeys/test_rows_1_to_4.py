"""Rows 1 to 4: a workshop is planned and published, administrations are invited and nominate, delegates confirm.

How these tests hang together: `conftest.py`.
"""

import re

import pytest

pytest.importorskip("playwright")
pytest.importorskip("axe_playwright_python")
pytest.importorskip("aiosmtpd")

from playwright.sync_api import Page, expect

from workshop_portal.tests.journeys.cast import (
    FIRST_DAY,
    FOCAL_POINTS,
    KIM,
    REGISTRY,
    SECOND_DAY,
    SESSIONS,
    TITLE,
    address,
    pasted,
)
from workshop_portal.tests.journeys.people import (
    DESK,
    PHONE,
    arrive,
    fill,
    follow,
    open_tab,
    press,
    row,
)
from workshop_portal.tests.journeys.world import World, open_workshop

pytestmark = pytest.mark.browser

MOVE = "section[aria-labelledby=move]"


def test_1_the_secretariat_signs_in_by_a_mailed_code(world: World) -> None:
    kim = world.sign_in(KIM)
    expect(kim.get_by_role("heading", level=1)).to_contain_text("Good day")
    follow(kim, KIM)
    fill(kim, {"Given name": "Kim", "Family name": "Soo", "Time zone": "Bangkok, UTC+7"})
    world.look(kim, "1-profile")
    press(kim, "Save")
    follow(kim, "Workshop Portal")
    world.look(kim, "1-start-empty")


def test_1_adds_the_regional_office(world: World) -> None:
    kim = world.kim
    follow(kim, "Administrations")
    follow(kim, "Add one by hand")
    fill(kim, {"Code": "ROCB", "Kind": "Regional office", "Name": "ROCB A/P"})
    fill(
        kim,
        {"Official name": "Regional Office for Capacity Building", "Time zone": "Bangkok, UTC+7"},
    )
    press(kim, "Save")
    follow(kim, "Workshops")


def test_1_plans_a_workshop_in_a_new_series(world: World) -> None:
    kim = world.kim
    follow(kim, "New series")
    fill(kim, {"Title": "Training Management, Asia/Pacific"})
    press(kim, "Save")
    follow(kim, "New workshop")
    fill(kim, {"Series": "Training Management, Asia/Pacific", "Short title": "Online"})
    fill(kim, {"Title of the workshop": TITLE, "Format": "Online"})
    fill(kim, {"First day": FIRST_DAY, "Last day": SECOND_DAY})
    fill(kim, {"Time zone of the workshop": "Bangkok, UTC+7"})
    world.look(kim, "1-workshop-new")
    press(kim, "Make the draft")
    world.look(kim, "1-overview-draft")


def test_1_says_why_by_whom_and_whom_to_ask(world: World) -> None:
    kim = world.kim
    follow(kim, "Settings")
    follow(kim, "Write the mandate")
    fill(kim, {"Meeting": "19th A/P RTC Heads Meeting", "Date in words": "October 2021"})
    fill(kim, {"Text of the decision": "Hold a regional workshop on training management."})
    press(kim, "Save")
    follow(kim, "Settings")
    follow(kim, "Edit the details")
    fill(kim, {"Contact": "Kim Soo", "Contact address": KIM})
    fill(kim, {"Join link": "https://call.example/training"})
    fill(kim, {"What it is about": "Challenges and possible solutions of training."})
    press(kim, "Save")
    follow(kim, "Edit the organising bodies")
    fill(kim, {"Body": "ROCB A/P", "Role": "Organiser"})
    press(kim, "Add")
    open_tab(kim, "Settings")
    expect(kim.locator("main")).to_contain_text("19th A/P RTC Heads Meeting, October 2021")
    expect(kim.locator("main")).to_contain_text("Organised by ROCB A/P")


def test_1_writes_an_agenda_with_all_kinds_and_sees_clashes(world: World) -> None:
    kim = world.kim
    open_tab(kim, "Agenda")
    for kind, title, starts, ends in SESSIONS:
        follow(kim, "Add a session")
        fill(kim, {"Kind": kind, "Title": title, "Day": FIRST_DAY, "Starts": starts, "Ends": ends})
        press(kim, "Save")
        open_tab(kim, "Agenda")
    expect(kim.get_by_text("Overlap", exact=True)).to_have_count(1)
    world.look(kim, "1-agenda-clash")
    follow(kim, "The two proposals", within="#main")
    fill(kim, {"Starts": "12:45", "Move all that follow on its day as well": True}, within=MOVE)
    press(kim, "Move")
    open_tab(kim, "Agenda")
    expect(kim.get_by_text("Overlap", exact=True)).to_have_count(0)


def test_1_names_speakers_instruments_and_material(world: World) -> None:
    kim = world.kim
    follow(kim, "Speakers")
    follow(kim, "Add the first speaker")
    fill(kim, {"Title": "Dr.", "Given name": "Tong", "Family name": "Hua"})
    fill(kim, {"Resource person": True, "Accreditation": "ACE, HRMD"})
    press(kim, "Save")
    follow(kim, "Workshops")
    follow(kim, "Instruments")
    follow(kim, "Add the first instrument")
    fill(kim, {"Title": "Guide to Strategic HRM", "Year": 2022})
    press(kim, "Save")
    _open_session(kim, "The guides of the WCO")
    fill(kim, {"Speaker": "Dr. Tong Hua", "Role": "Presenter"})
    press(kim, "Give this part")
    fill(kim, {"Instrument": "Guide to Strategic HRM"})
    press(kim, "Introduce here")
    world.look(kim, "1-session")
    slides = world.folder / "slides.pdf"
    slides.write_bytes(b"%PDF-1.4\n%%EOF\n")
    follow(kim, "Upload and manage materials")
    fill(kim, {"Title": "Slides", "File": slides, "Who may read it": "Everybody"})
    press(kim, "Upload")
    expect(kim.get_by_role("link", name="Slides", exact=True)).to_be_visible()


def test_1_publishes_and_everybody_sees_it(world: World) -> None:
    kim = world.kim
    open_tab(kim, "Settings")
    press(kim, "Publish")
    visitor = arrive(world.browser, PHONE)
    visitor.goto(world.server.url)
    follow(visitor, TITLE)
    expect(visitor.locator("main")).to_contain_text("19th A/P RTC Heads Meeting, October 2021")
    expect(visitor.locator("main")).to_contain_text("The guides of the WCO")
    world.look(visitor, "1-public")
    visitor.set_viewport_size(DESK)
    world.look(visitor, "1-public")


def test_2_imports_the_administrations_after_a_look_at_their_errors(world: World) -> None:
    kim = world.kim
    follow(kim, "Administrations")
    follow(kim, "Import a list")
    rows = REGISTRY.read_text().splitlines()
    wrong = world.folder / "wrong.csv"
    wrong.write_text("\n".join([*rows[:8], "JP,Japan,Japan Customs,Far East,Asia/Edo,yes"]))
    fill(kim, {"List": wrong})
    press(kim, "Show what it would do")
    expect(kim.get_by_role("row", name=re.compile("Line 9"))).to_contain_text("Asia/Edo")
    world.look(kim, "2-import-errors")
    fill(kim, {"List": REGISTRY})
    press(kim, "Show what it would do")
    world.look(kim, "2-import-preview")
    press(kim, "Save the list")
    follow(kim, "To the registry")


def test_2_names_focal_points(world: World) -> None:
    kim = world.kim
    for number, (administration, given, family) in enumerate(FOCAL_POINTS):
        follow(kim, "Administrations")
        follow(kim, administration, within="#rows")
        follow(kim, "Name a focal point")
        fill(kim, {"E-mail address": address(given, family), "Send a sign-in link now": False})
        fill(kim, {"Given name": given, "Family name": family})
        if number == 0:
            world.look(kim, "2-focal-point")
        press(kim, "Name this person")


def test_2_invites_twenty(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Settings")
    follow(kim, "Open nominations")
    press(kim, "Open nominations")
    open_tab(kim, "Delegations")
    world.look(kim, "2-delegations-empty")
    follow(kim, "Set the usual seats")
    fill(kim, {"Seats per administration": 8})
    press(kim, "Save")
    follow(kim, "Add administrations")
    for administration, _given, _family in FOCAL_POINTS:
        fill(kim, {administration: True})
    press(kim, "Put 20 on the list")
    fill(kim, {"Choose all on this page": True})
    press(kim, "Invite 20")
    expect(kim.locator("main")).to_contain_text("You are about to mail 20 people of 20 administ")
    world.look(kim, "2-invite")
    press(kim, "Send 20 mails")
    letters = world.sink.wait_for_number(20, f"Invitation: {TITLE}")
    assert {letter.to for letter in letters} == {address(*names) for _, *names in FOCAL_POINTS}


def test_2_records_what_came_by_letter(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Delegations")
    follow(kim, "Tonga", within="#results")
    follow(kim, "Record a nomination by letter")
    scan = world.folder / "letter.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    fill(kim, {"Given name": "Sione", "Family name": "Tuita", "Letter": scan})
    fill(kim, {"Work e-mail address": address("Sione", "Tuita")})
    press(kim, "Record")
    world.look(kim, "2-recorded")


def test_3_a_focal_point_nominates_on_a_phone(world: World) -> None:
    ana = world.open_mail(address("Ana", "Vula"), "Invitation", PHONE)
    expect(ana.get_by_role("heading", level=1)).to_have_text("Nominate for Fiji")
    world.look(ana, "3-nominate")
    fill(ana, {"Given name": "Tevita", "Family name": "Naqa", "Head of delegation": True})
    fill(ana, {"Work e-mail address": address("Tevita", "Naqa")})
    press(ana, "Nominate")
    world.look(ana, "3-receipt")
    follow(ana, "Back to the delegation")
    assert ana.goto(ana.url.replace("/FJ/", "/JP/")).status == 404
    world.look(ana, "3-not-found")
    ana.go_back()


def test_3_pastes_rows_and_the_surplus_waits(world: World) -> None:
    ana = world.pages[address("Ana", "Vula")]
    follow(ana, "Paste several rows")
    rows = pasted("Fiji")
    fill(ana, {"Rows": "\n".join([*rows, "Jone, Kuila, not an address"])})
    press(ana, "Check the rows")
    expect(ana.locator("main")).to_contain_text("1 row needs another look.")
    world.look(ana, "3-paste-error")
    fill(ana, {"Rows": "\n".join(rows)})
    press(ana, "Check the rows")
    expect(ana.locator("main")).to_contain_text("7 get seats. 1 goes to the waiting list")
    world.look(ana, "3-paste")
    press(ana, "Nominate 8 people")
    follow(ana, "Back to the delegation")
    world.look(ana, "3-full")


def test_3_replaces_one_and_withdraws_another(world: World) -> None:
    ana = world.pages[address("Ana", "Vula")]
    follow(ana, "Replace or withdraw", within=row("Adi Fiji"))
    world.look(ana, "3-change")
    fill(ana, {"Given name": "Litia", "Family name": "Seru"})
    fill(ana, {"Work e-mail address": address("Litia", "Seru")})
    press(ana, "Replace")
    press(ana, "Yes, replace")
    follow(ana, "Replace or withdraw", within=row("Bale Fiji"))
    fill(ana, {"Reason": "Posted abroad."})
    press(ana, "Withdraw")
    expect(ana.locator("main")).to_contain_text("Hina Fiji moves up from the waiting list.")
    press(ana, "Yes, withdraw")
    expect(ana.locator(row("Hina Fiji"))).to_contain_text("With the secretariat")
    expect(ana.locator(row("Litia Seru"))).to_contain_text("With the secretariat")
    expect(ana.locator(row("Bale Fiji"))).to_have_count(0)


def test_3_others_nominate_decline_or_only_look(world: World) -> None:
    for administration, given, family in FOCAL_POINTS[1:4]:
        page = world.open_mail(address(given, family), "Invitation", PHONE)
        follow(page, "Paste several rows")
        fill(page, {"Rows": "\n".join(pasted(administration))})
        press(page, "Check the rows")
        press(page, "Nominate 8 people")
        page.context.close()
    bat = world.open_mail(address("Bat", "Erdene"), "Invitation", PHONE)
    follow(bat, "Nobody this time")
    fill(bat, {"Reason": "The same week as our own meeting."})
    press(bat, "Say that nobody comes")
    world.look(bat, "3-declined")
    world.open_mail(address("Sina", "Leota"), "Invitation", PHONE)


def test_2_sees_who_answered_and_finds_a_person(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Delegations")
    assert kim.locator(".figures").inner_text().split() == [
        *("Not", "invited", "0", "Invited", "13", "Opened", "1"),
        *("Nominated", "5", "Declined", "1", "Silent", "0"),
    ]
    world.look(kim, "2-delegations")
    follow(kim, "Find")
    fill(kim, {"Name or address": "seru"})
    press(kim, "Find", within="main")
    expect(kim.get_by_role("row", name=re.compile("Litia Seru"))).to_have_count(1)
    world.look(kim, "2-find")


def test_4_declines_one_with_a_reason(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Registrations")
    fill(kim, {"Name or address": "hina.nepal"}, within=".filters")
    expect(kim.locator("tbody tr")).to_have_count(1)
    fill(kim, {"Choose Hina Nepal, Nepal": True})
    press(kim, "Decline 1…")
    fill(kim, {"Reason": "Only those who work in training."})
    world.look(kim, "4-decline")
    press(kim, "Decline 1 person")
    letter = world.sink.wait_for(address("Sita", "Gurung"), "Declined: Hina Nepal")
    assert "Only those who work in training." in letter.text


def test_4_approves_thirty_at_once(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Registrations")
    fill(kim, {"State": "To review"}, within=".filters")
    expect(kim.locator("tbody tr")).to_have_count(32)
    fill(kim, {"Choose all on this page": True})
    world.look(kim, "4-review")
    press(kim, "Approve 32")
    assert len(world.sink.wait_for_number(32, f"You take part: {TITLE}")) == 32


def test_4_a_delegate_confirms_and_has_the_agenda_in_the_own_zone(world: World) -> None:
    litia = world.open_mail(address("Litia", "Seru"), "You take part", PHONE)
    expect(litia.get_by_label("Time zone")).to_have_value("Pacific/Fiji")
    fill(litia, {"Position": "Head of the training centre"})
    litia.get_by_label("may stand in the published report").check()
    world.look(litia, "4-profile")
    press(litia, "Save and confirm")
    world.look(litia, "4-confirmed")
    follow(litia, "Open My workshop")
    expect(litia.locator("main")).to_contain_text("14:00 Suva")
    world.look(litia, "4-my-workshop")


def test_4_subscribes_to_a_calendar(world: World) -> None:
    litia = world.pages[address("Litia", "Seru")]
    with litia.expect_download() as download:
        litia.get_by_role("link", name="My calendar").click()
    calendar = download.value.path().read_text()
    assert calendar.count("BEGIN:VEVENT") == len(SESSIONS)


def _open_session(page: Page, title: str) -> None:
    open_workshop(page, "Agenda")
    follow(page, title, within="#main")
