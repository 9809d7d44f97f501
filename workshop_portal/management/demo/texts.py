"""What the demo says. Facts come from the published news on the workshop of May 2022; the rest is invented.

Source: "Asia Pacific Members discussed the challenges and possible solutions of training management in the
new normal", 1 June 2022; the chain of earlier workshops from the region's own reports.
"""

from typing import NamedTuple

DEMO_NOTE = "Demo text, written for this demonstration and said by no administration."

SERIES_TITLE = "Training Management, Asia/Pacific"
SERIES_ABOUT = (
    "Members and Regional Training Centres of Asia/Pacific share experience in managing training, "
    "and keep the Regional Good Practice Report up to date."
)

TITLE = "Training Management in the new normal"
SUMMARY = (
    "Under the background of transition to virtual and hybrid training, Members discuss the "
    "challenges and possible solutions of training management: strategic principles of human "
    "resource training, the competency-based training framework, implementation of a "
    "competency-based training strategy, and the transition to virtual and hybrid training."
)
CONTACT_EMAIL = "capacity.building@wcoomd.org"

MEETING = "19th Asia Pacific Regional Training Center (RTC) Heads Meeting"
MEETING_MONTH = "October 2021"
DECISION = "To hold a regional workshop on training management."

KEY_MESSAGE_OPENING = (
    "New competencies and strategies are needed to provide effective training for Customs "
    "administrations, by sharing experiences from Members, so that the ever-growing training needs "
    "are met in the context of COVID-19 and beyond."
)

INSTRUMENTS = (
    "Guide to Implementing Competency-Based HRM in a Customs Environment",
    "WCO Guide to Managing Customs' Human Capital through Crises and Beyond",
    "WCO Guide for a successful transition to live virtual training",
)


class TopicText(NamedTuple):
    """A topic as the agenda, the groups and the report name it."""

    title: str
    question: str


TOPICS = (
    TopicText(
        "Strategic principles of HR training",
        "Which principles tie training to what the administration must achieve?",
    ),
    TopicText(
        "Competency-based training framework",
        "What must a framework hold so that training follows competencies?",
    ),
    TopicText(
        "Implementation of a competency-based training strategy",
        "What makes a strategy reach the officer at the border?",
    ),
    TopicText(
        "Transition to virtual and hybrid training",
        "What works better online, what does not, and what does it take?",
    ),
)


class SessionText(NamedTuple):
    """A session: day 1 to 3, start and minutes in the workshop's zone."""

    day: int
    start: str
    minutes: int
    kind: str
    title: str


AGENDA_2022 = (
    SessionText(1, "10:00", 30, "opening", "Opening"),
    SessionText(1, "10:30", 60, "instrument_briefing", "The latest instruments and tools on HRMD"),
    SessionText(1, "11:30", 15, "break", "Break"),
    SessionText(1, "11:45", 75, "member_presentation", "Members present: strategic principles"),
    SessionText(1, "13:00", 45, "discussion", "Discussion of day 1"),
    SessionText(2, "10:00", 60, "member_presentation", "Members present: framework and strategy"),
    SessionText(2, "11:00", 15, "break", "Break"),
    SessionText(2, "11:15", 45, "rtc_presentation", "Regional Training Centres present"),
    SessionText(2, "12:00", 60, "breakout", "Break-out round 1"),
    SessionText(2, "13:00", 45, "report_back", "Report-back of round 1"),
    SessionText(3, "10:00", 60, "breakout", "Break-out round 2"),
    SessionText(3, "11:00", 15, "break", "Break"),
    SessionText(3, "11:15", 60, "report_back", "Report-back of round 2"),
    SessionText(3, "12:15", 45, "discussion", "Proposals"),
    SessionText(3, "13:00", 30, "closing", "Closing"),
)

AGENDA_2019 = (
    SessionText(1, "09:00", 60, "opening", "Opening"),
    SessionText(1, "10:00", 120, "member_presentation", "Members present"),
    SessionText(2, "09:00", 180, "breakout", "Group work"),
    SessionText(5, "09:00", 120, "report_back", "Report-back and conclusions"),
)

PROPOSALS = (
    (
        "Update the Regional Good Practice Report on training management",
        "To update the Regional Good Practice Report on training management.",
    ),
    (
        "Hold the online workshop on Training Management periodically",
        (
            "To organize the online workshop on Training Management periodically, to form a "
            "sustainable dialogue mechanism to improve the competencies of A/P Members."
        ),
    ),
)

POINTS: dict[str, tuple[str, ...]] = {
    "challenge": (
        "Trainers who are good in a classroom need time and help to become good online.",
        "Connections of officers at remote posts carry no video for most of the day.",
        "Training plans follow the calendar, not the competencies that are missing.",
        "Officers are called away from online training by daily work.",
        "What was learnt is tested at once and never again.",
        "Material in one language reaches only a part of the officers.",
    ),
    "solution": (
        "Short units that work on a phone and can be downloaded.",
        "A list of competencies for each post, and training asked for against it.",
        "Protected hours for training, agreed with the heads of posts.",
        "Trainers work in pairs: one teaches, one looks after the chat and the technology.",
        "Regional Training Centres share their courses and their trainers.",
    ),
    "trend": (
        "Hybrid training stays, also where travel is possible again.",
        "Officers choose more of their training by themselves.",
        "Results are measured months after the course, at the work place.",
    ),
    "good_practice": (
        "A yearly needs survey of two pages that every head of post answers.",
        "A mentor for each new officer during the first six months.",
        "Recorded lessons with questions in between, reviewed once a year.",
    ),
}

ANNOUNCEMENT = "Please write down at least one good practice. (demo)"

THEMES = (
    ("Time and people to train", "trainers, time, daily work, mentor, pairs, hours"),
    ("Reach of online training", "connections, remote posts, video, phone, language, download"),
)

PRACTICES = (
    (
        "Training needs asked once a year",
        "Plans were made from last year's plan.",
        "A survey of two pages goes to every head of post; answers are read by competency.",
        "Courses that nobody asked for were dropped.",
        "Keep it to two pages, and say what was done with the answers.",
    ),
    (
        "Trainers in pairs for live virtual training",
        "One person could not teach and look after chat and technology at once.",
        "Two trainers share each session, with a script of who does what.",
        "Fewer interruptions, more questions answered.",
        "Rehearse once with the real connection.",
    ),
    (
        "Competency list for each post",
        "Training was the same for everybody of a rank.",
        "Each post has a list of eight to twelve competencies, and officers see their own gaps.",
        "Officers ask for the training that their post needs.",
        "Start with three kinds of posts, not with all.",
    ),
    (
        "Lessons that can be downloaded",
        "Remote posts could not follow live sessions.",
        "Each lesson is cut into units of ten minutes for a phone.",
        "Remote posts take part with a delay of a day.",
        "Sound matters more than pictures.",
    ),
)

RULE_APART = "Both speak for the same project; two groups should hear of it. (demo)"
RULE_TOGETHER = "They prepare one joint proposal. (demo)"
RULE_PIN = "Wrote the paper that this group reads. (demo)"
