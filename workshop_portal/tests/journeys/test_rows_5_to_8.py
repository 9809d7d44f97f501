"""Rows 5 to 8: break-outs are planned and held, administrations contribute, the report is drafted and exported.

How these tests hang together: `conftest.py`. They go on where `test_rows_1_to_4.py` ended.
"""

import pytest

pytest.importorskip("playwright")
pytest.importorskip("axe_playwright_python")
pytest.importorskip("aiosmtpd")

from playwright.sync_api import expect

from workshop_portal.tests.journeys import keyboard
from workshop_portal.tests.journeys.cast import (
    NOA,
    NUMBER,
    TITLE,
    TOPICS,
    address,
)
from workshop_portal.tests.journeys.people import (
    PHONE,
    arrive,
    fill,
    follow,
    open_tab,
    press,
)
from workshop_portal.tests.journeys.world import World, open_workshop

pytestmark = pytest.mark.browser

EXPORTS = {"PDF": b"%PDF-", "Word document": b"PK", "Web page": b"<!doctype html>"}
"""Each format by the words of its button, and how its files begin."""


def test_5_plans_a_round_with_topics_and_groups(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Break-outs")
    world.look(kim, "5-breakouts-empty")
    for number, (title, question) in enumerate(TOPICS):
        follow(kim, "New topic" if number else "Add the first topic")
        fill(kim, {"Topic": title, "Question": question})
        press(kim, "Save")
    follow(kim, "Plan a round")
    fill(kim, {"Title": "Round 1"})
    items = kim.get_by_label("Item of the agenda")
    own = items.locator("option", has_text=", 11:30 Bangkok, Round 1")
    items.select_option(own.get_attribute("value"))
    press(kim, "Save")
    for title, _question in [*TOPICS, TOPICS[0]]:
        follow(kim, "Add groups")
        kim.get_by_label("Topic").select_option(label=f"{NUMBER[title]}. {title}")
        fill(kim, {"Link to the call": "https://call.example/group"})
        press(kim, "Save")
    expect(kim.locator("main")).to_contain_text("32 people are expected")
    world.look(kim, "5-round")
    press(kim, "Open the ranking")
    expect(kim.locator("main")).to_contain_text("You are about to mail 32 people")
    world.look(kim, "5-ranking-mass")
    press(kim, "Open the ranking and mail 32 people")


def test_5_delegates_rank_topics_on_a_phone(world: World) -> None:
    sione = world.open_mail(address("Sione", "Tuita"), "You take part", PHONE)
    press(sione, "Save and confirm")
    follow(sione, "Open My workshop")
    for page in (sione, world.pages[address("Litia", "Seru")]):
        page.reload()
        world.look(page, "5-my-workshop-ranking")
        follow(page, "Say what you would like to discuss in round 1")
        fill(page, {"First choice": "Trainers", "Second choice": "Blended learning"})
        press(page, "Save my ranking")
        expect(page.locator("main")).to_contain_text("Saved")
    world.look(page, "5-ranking")


def test_5_assigns_everybody_with_progress(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Break-outs")
    follow(kim, "Round 1")
    press(kim, "Close the ranking")
    press(kim, "Assign")
    expect(kim.get_by_role("link", name="Groups ready to look at")).to_be_visible(timeout=60_000)
    follow(kim, "Groups ready to look at")
    world.look(kim, "5-board")


def test_5_names_a_rapporteur_and_a_colleague(world: World) -> None:
    kim = world.kim
    follow(kim, "Name one 2")
    fill(kim, {"Rapporteur": "Litia Seru, Fiji"})
    press(kim, "Save facilitator and rapporteur")
    open_tab(kim, "Settings")
    follow(kim, "See the team")
    fill(
        kim, {"E-mail address": NOA, "Role": "Organiser", "Given name": "Noa", "Family name": "Ito"}
    )
    press(kim, "Appoint")
    sina = world.pages[address("Sina", "Leota")]
    fill(sina, {"Given name": "Tala", "Family name": "Afoa"})
    fill(sina, {"Work e-mail address": address("Tala", "Afoa")})
    press(sina, "Nominate")


def test_5_a_colleague_works_by_keyboard_alone(world: World) -> None:
    """Signs in, approves who came late, gives her a seat on the board, publishes the groups, notes a point."""
    noa = world.pages[NOA] = arrive(world.browser)
    noa.goto(world.server.url)
    keyboard.go(noa, "Sign in")
    keyboard.type_in(noa, "E-mail address", NOA)
    with noa.expect_navigation():
        noa.keyboard.press("Enter")
    keyboard.type_in(noa, "Code from the mail", world.sink.wait_for(NOA, "Your code").code)
    with noa.expect_navigation():
        noa.keyboard.press("Enter")
    keyboard.go(noa, "Review")
    keyboard.tick(noa, "Choose Tala Afoa, Samoa")
    keyboard.go(noa, "Approve 1")
    assert world.sink.wait_for(address("Tala", "Afoa"), "You take part")
    keyboard.go(noa, "Break-outs")
    keyboard.go(noa, "Round 1")
    keyboard.go(noa, "Open the board")
    expect(noa.get_by_role("heading", name="1 person without a group")).to_be_visible()
    keyboard.reach(noa, "Move Tala Afoa, Samoa")
    noa.keyboard.press("Enter")
    target = noa.get_by_role("button", name="Group 4 8 of 9")
    expect(target).to_be_visible()
    world.look(noa, "5-board-menu")
    keyboard.go(noa, " ".join(target.inner_text().split()))
    keyboard.go(noa, "Publish draft 1")
    world.look(noa, "5-publish-anyway")
    keyboard.go(noa, "Publish and mail 33 people")
    keyboard.go(noa, "Break-outs")
    keyboard.go(noa, "Round 1")
    keyboard.go(noa, "Group 2")
    keyboard.reach(noa, "Challenge")
    noa.keyboard.press("ArrowDown")
    keyboard.type_in(noa, "In one sentence", "A camera for each trainer.")
    keyboard.reach(noa, "Add the point")
    noa.keyboard.press("Enter")
    expect(noa.locator("#points-part")).to_contain_text("A camera for each trainer.")
    world.look(noa, "6-group")


def test_6_a_rapporteur_notes_points_and_a_member_sees_them(world: World) -> None:
    sione, litia = (world.pages[address(*name)] for name in (("Sione", "Tuita"), ("Litia", "Seru")))
    for page, who in ((litia, address("Litia", "Seru")), (sione, address("Sione", "Tuita"))):
        page.goto(world.sink.wait_for(who, "Your group: 2, Trainers").link)
    fill(litia, {"Good practice": True, "In one sentence": "Trainers film one lesson a month."})
    litia.locator("summary", has_text="Said by").click()
    fill(litia, {"Fiji": True, "Tonga": True})
    world.look(litia, "6-room")
    press(litia, "Add the point")
    told = sione.locator(".point", has_text="Trainers film one lesson a month.")
    expect(told).to_contain_text("Fiji, Tonga", timeout=10_000)
    fill(sione, {"Challenge": True, "In one sentence": "The line fails when it rains."})
    press(sione, "Add the point")
    expect(litia.locator("#points-part")).to_contain_text("when it rains", timeout=10_000)
    world.look(sione, "6-room-member")


def test_6_the_secretariat_holds_the_hour_from_one_page(world: World) -> None:
    kim = world.kim
    sione, litia = (world.pages[address(*name)] for name in (("Sione", "Tuita"), ("Litia", "Seru")))
    open_workshop(kim, "Break-outs")
    follow(kim, "Round 1")
    follow(kim, "All groups at once")
    press(kim, "Start the clock")
    for page in (sione, litia):
        expect(page.locator("#clock [role=timer]")).to_be_visible(timeout=10_000)
    press(kim, "Add 5 minutes")
    fill(kim, {"What all groups read": "Write down one good practice."})
    press(kim, "Send to all groups")
    expect(sione.locator("#banner")).to_contain_text("one good practice", timeout=10_000)
    press(litia, "Ask the secretariat for help")
    expect(kim.locator("#calls-part")).to_contain_text("1 group asks for help", timeout=10_000)
    world.look(kim, "6-overview")
    press(kim, "Answered: Group 2")
    expect(litia.locator("#people")).to_contain_text("was answered at", timeout=10_000)
    world.look(litia, "6-room-running")
    press(kim, "Stop the clock")
    expect(sione.locator("#clock")).to_contain_text("Time is up", timeout=10_000)


def test_6_the_plenary_marks_and_merges(world: World) -> None:
    """By keyboard from group to group; two that say the same are put side by side, and one text stands."""
    kim, noa = world.kim, world.pages[NOA]
    follow(noa, "All groups at once")
    follow(noa, "Group 4")
    fill(noa, {"Good practice": True, "In one sentence": "Trainers film one lesson each month."})
    press(noa, "Add the point")
    open_workshop(kim, "Break-outs")
    follow(kim, "Round 1")
    follow(kim, "Report-back")
    world.look(kim, "6-report-back")
    follow(kim, "Begin with group 1")
    kim.keyboard.press("ArrowRight")
    expect(kim.get_by_role("heading", name="Group 2")).to_be_visible()
    press(kim, "For the report: Trainers film one lesson a month.")
    expect(kim.locator("main")).to_contain_text("In the report")
    world.look(kim, "6-plenary")
    follow(kim, "Look and merge Trainers film one lesson a month.")
    world.look(kim, "6-merge")
    press(kim, "Let this text stand: Trainers film one lesson a month.")
    merged = kim.locator(".wall-point", has_text="Trainers film one lesson a month.")
    expect(merged).to_contain_text("Group 4 of round 1 says the same")
    world.look(kim, "6-plenary-merged")
    follow(kim, "Leave the screen")


def test_7_the_secretariat_starts_an_edition(world: World) -> None:
    kim = world.kim
    open_workshop(kim, "Findings")
    open_tab(kim, "Report")
    follow(kim, "New report")
    fill(kim, {"Title": "Good Practice Report"})
    fill(kim, {"Short name in addresses": "good-practice-report"})
    press(kim, "Create")
    fill(kim, {"Title of the edition": "Training after the pandemic"})
    fill(kim, {"Workshop that feeds it": TITLE})
    press(kim, "Start the edition")
    world.look(kim, "7-edition-empty")


def test_7_an_administration_writes_and_submits(world: World) -> None:
    ana = world.pages[address("Ana", "Vula")]
    ana.goto(world.server.url)
    world.look(ana, "7-start")
    follow(ana, "Write and submit contributions to the report")
    follow(ana, "Write a contribution")
    fill(
        ana, {"Good practice": True, "Topic": "Blended learning", "Title": "Radio for the islands"}
    )
    fill(
        ana, {"Background": "Boats come once a month.", "Results": "All officers took the course."}
    )
    world.look(ana, "7-contribution")
    press(ana, "Save the draft")
    press(ana, "Submit")
    world.look(ana, "7-submitted")


def test_7_points_become_contributions(world: World) -> None:
    kim = world.kim
    kim.reload()
    follow(kim, "3 points not used")
    world.look(kim, "7-points-for-the-report")
    follow(kim, "All")
    fill(kim, {"Choose all on this page": True})
    world.look(kim, "7-points")
    press(kim, "Take 3 into the report")
    open_tab(kim, "Report")
    follow(kim, "5 contributions")
    fill(kim, {"Choose all on this page": True})
    world.look(kim, "7-contributions")
    press(kim, "Accept 5")


def test_7_compiles_the_draft(world: World) -> None:
    kim = world.kim
    open_tab(kim, "Report")
    follow(kim, "Compile the draft")
    press(kim, "Compile the draft")
    ready = kim.get_by_role("link", name="Read the draft")
    expect(ready).to_be_visible(timeout=60_000)
    world.look(kim, "7-compiled")
    ready.click()
    expect(kim.locator(".bench")).to_be_visible()
    world.look(kim, "7-workbench")


def test_7_two_edit_one_section_and_nothing_is_lost(world: World) -> None:
    kim, noa = world.kim, world.pages[NOA]
    noa.goto(kim.url)
    follow(kim, "Edit this section")
    follow(noa, "Edit this section")
    fill(noa, {"Text": "Written by Noa."})
    press(noa, "Save")
    fill(kim, {"Text": "Written by Kim."})
    press(kim, "Save")
    expect(kim.locator("main")).to_contain_text("Written by Noa.")
    world.look(kim, "7-conflict")
    press(kim, "Save")
    follow(kim, "History, 3 versions")
    world.look(kim, "7-history")
    follow(kim, "with the text now, version 2")
    expect(kim.locator("del", has_text="Noa")).to_have_count(1)
    expect(kim.locator("ins", has_text="Kim")).to_have_count(1)
    world.look(kim, "7-compare")


def test_8_exports_the_report(world: World) -> None:
    kim = world.kim
    open_tab(kim, "Report")
    follow(kim, "Export draft")
    for name, start in EXPORTS.items():
        press(kim, f"Make {name}")
        link = kim.get_by_role("link", name="Download", exact=True)
        expect(link).to_be_visible(timeout=60_000)
        with kim.expect_download() as download:
            link.click()
        content = download.value.path().read_bytes()
        assert content[: len(start)].lower() == start.lower()
        follow(kim, "All downloads of Training after the pandemic")
    world.look(kim, "8-exported")


def test_no_page_on_the_way_was_out_of_reach(world: World) -> None:
    """Each page that was looked at passed axe, light and dark, and fitted its screen."""
    assert world.wrong == []
