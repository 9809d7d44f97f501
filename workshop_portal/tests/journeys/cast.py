"""Who takes part in the thread, and what the workshop is about."""

from datetime import UTC, datetime, timedelta

from workshop_portal.tests.server import ROOT

KIM = "kim@rocb.example"
"""The secretariat, on the empty database the only person."""
NOA = "noa@rocb.example"
"""A colleague of hers, who works by keyboard alone."""
TITLE = "Training in the new normal"
FIRST_DAY = datetime.now(tz=UTC).date() + timedelta(days=30)
SECOND_DAY = FIRST_DAY + timedelta(days=1)
SESSIONS = [
    ("Opening", "Opening remarks", "09:00", "09:20"),
    ("Instrument briefing", "The guides of the WCO", "09:20", "10:00"),
    ("Member presentation", "Training at home and in the hall", "10:00", "10:40"),
    ("Break", "Tea", "10:40", "11:00"),
    ("Training centre presentation", "A centre goes online", "11:00", "11:30"),
    ("Break-out", "Round 1", "11:30", "12:15"),
    ("Report-back", "What the groups found", "12:15", "12:45"),
    ("Discussion", "The two proposals", "12:30", "13:00"),
    ("Closing", "Closing remarks", "13:00", "13:15"),
]
"""Kind, title, beginning and end; two overlap until one is moved."""
TOPICS = [
    ("Blended learning", "What keeps learners at work when the classroom is at home?"),
    ("Trainers", "How do trainers learn to teach on a screen?"),
    ("Measuring results", "How do we know that training changed the work?"),
]
NUMBER = {title: number for number, (title, _question) in enumerate(TOPICS, 1)}
REGISTRY = ROOT / "workshop_portal" / "administrations" / "data" / "administrations_ap.csv"
FOCAL_POINTS = [
    ("Fiji", "Ana", "Vula"), ("Japan", "Haruto", "Sato"), ("Malaysia", "Aisyah", "Rahman"),
    ("Nepal", "Sita", "Gurung"), ("Mongolia", "Bat", "Erdene"), ("Samoa", "Sina", "Leota"),
    ("Tonga", "Mele", "Fonua"), ("Australia", "Zoe", "Hill"), ("Bangladesh", "Nadia", "Khan"),
    ("Bhutan", "Pema", "Dorji"), ("China", "Wei", "Zhang"), ("India", "Asha", "Nair"),
    ("Indonesia", "Dewi", "Putri"), ("Cambodia", "Sok", "Chea"), ("Maldives", "Aminath", "Ali"),
    ("New Zealand", "Moana", "Reid"), ("Philippines", "Luz", "Cruz"), ("Thailand", "Anong", "Chai"),
    ("Vanuatu", "Lino", "Tari"), ("Viet Nam", "Lan", "Tran"),
]  # fmt: skip
"""Twenty administrations and who nominates for each."""


def address(given: str, family: str) -> str:
    """Of everybody but the secretariat."""
    return f"{given}.{family}@customs.example".lower()


def pasted(administration: str) -> list[str]:
    """Eight people of an administration, as rows of a sheet."""
    letters = ["Adi", "Bale", "Cama", "Dimi", "Eta", "Fane", "Gade", "Hina"]
    return [f"{given}, {administration}, {address(given, administration)}" for given in letters]
