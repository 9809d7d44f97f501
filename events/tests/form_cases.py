"""Each form of this app with values that it takes, and its fields by kind."""

from typing import Any

from django.urls import reverse

from events.models import Instrument, Material
from events.tests.worlds import World
from workshop_portal.tests.hostile import NOT_ADDRESSES, NOT_DATES, NOT_LINKS, NOT_TIMES


class Case:
    """A form with values that it takes, and its fields by kind."""

    def __init__(self, name: str, **kinds: Any) -> None:
        self.name = name
        self.lines: dict[str, int] = kinds.get("lines", {})
        self.words: dict[str, int] = kinds.get("words", {})
        self.required: list[str] = kinds.get("required", [])
        self.choices: list[str] = kinds.get("choices", [])
        self.wrong: dict[str, list[str]] = kinds.get("wrong", {})
        self.good: dict[str, Any] = kinds["good"]

    def url(self, world: World) -> str:
        one = ["here", world.session.public_id]
        speaker = world.here.speakers.get()
        material = Material.objects.get(session=world.session)
        args: dict[str, list[Any]] = {
            "series-new": [],
            "series-edit": [world.here.series.slug],
            "workshop-new": [],
            "workshop-next": [world.here.series.slug],
            "instrument-new": [],
            "instrument-edit": [Instrument.objects.get().pk],
            "session-edit": one,
            "session-move": one,
            "part-add": one,
            "part-edit": [*one, speaker.public_id],
            "briefing-add": one,
            "material-list": one,
            "material-edit": ["here", material.public_id],
            "version-new": ["here", material.public_id],
            "speaker-edit": ["here", speaker.public_id],
        }
        return reverse(f"events:{self.name}", args=args.get(self.name, ["here"]))


DATES = ["", *NOT_DATES]
TIMES = ["", *NOT_TIMES]
SESSION = {
    "kind": "opening",
    "title": "Opening",
    "day": "2022-05-24",
    "starts": "09:00",
    "ends": "09:20",
}

CASES = [
    Case("series-new", lines={"title": 200}, words={"description": 5000}, required=["title"],
         good={"title": "Training"}),
    Case("series-edit", lines={"title": 200}, words={"description": 5000}, required=["title"],
         good={"title": "Training"}),
    Case("workshop-new", lines={"title": 200, "short_title": 60, "series_title": 200},
         required=["title", "series_title", "time_zone", "format"],
         choices=["format", "time_zone", "series"],
         wrong={"starts_on": DATES, "ends_on": [*DATES, "2022-05-23", "2023-05-24"]},
         good={"title": "Training", "series_title": "Series", "starts_on": "2022-05-24",
               "ends_on": "2022-05-26", "format": "online", "time_zone": "Asia/Bangkok"}),
    Case("workshop-next", lines={"title": 200, "short_title": 60}, required=["source"],
         choices=["source"], wrong={"starts_on": DATES},
         good={"source": "here", "starts_on": "2023-05-24", "title": "Next"}),
    Case("workshop-edit", lines={"title": 200, "short_title": 60, "venue": 200,
                                 "contact_name": 120},
         words={"summary": 5000, "travel_information": 5000},
         required=["title", "format", "time_zone"], choices=["format", "time_zone"],
         wrong={"starts_on": DATES, "ends_on": [*DATES, "2022-05-23"],
                "contact_email": NOT_ADDRESSES, "join_url": NOT_LINKS, "backup_url": NOT_LINKS},
         good={"title": "Training", "format": "hybrid", "time_zone": "Asia/Bangkok",
               "starts_on": "2022-05-24", "ends_on": "2022-05-26"}),
    Case("workshop-mandate", lines={"meeting": 200, "body": 200, "decided_in": 40},
         words={"decision": 5000}, required=["meeting"], wrong={"decided_on": [*NOT_DATES]},
         good={"meeting": "19th Meeting"}),
    Case("organiser-list", required=["administration", "role"],
         choices=["administration", "role"], good={"administration": "ROCB", "role": "host"}),
    Case("team-add", lines={"given_name": 80, "family_name": 80}, required=["email", "role"],
         choices=["role"], wrong={"email": NOT_ADDRESSES},
         good={"email": "new@x.example", "role": "organiser"}),
    Case("workshop-nominations", wrong={"closes_on": [*NOT_DATES], "closes_clock": TIMES[1:]},
         good={"closes_on": "", "closes_clock": ""}),
    Case("workshop-postpone", words={"reason": 2000}, required=["reason"],
         good={"reason": "A storm."}),
    Case("workshop-cancel", words={"reason": 2000}, required=["reason", "typed_name"],
         wrong={"typed_name": ["there", "HERE", "he\0re"]},
         good={"reason": "A storm.", "typed_name": "here"}),
    Case("session-new", lines={"title": 200, "venue": 120}, words={"description": 5000},
         required=["title", "kind"], choices=["kind", "format"],
         wrong={"day": DATES, "starts": TIMES, "ends": [*TIMES, "09:00", "08:00"],
                "join_url": NOT_LINKS},
         good=SESSION),
    Case("session-edit", lines={"title": 200, "venue": 120}, words={"description": 5000},
         required=["title", "kind"], choices=["kind", "format"],
         wrong={"day": DATES, "starts": TIMES, "ends": [*TIMES, "09:00"],
                "join_url": NOT_LINKS},
         good=SESSION),
    Case("session-move", wrong={"day": DATES, "starts": TIMES},
         good={"day": "2022-05-25", "starts": "10:00"}),
    Case("part-add", words={"key_message": 2000}, required=["speaker", "role"],
         choices=["speaker", "role"], good={"speaker": "FREE", "role": "chair"}),
    Case("part-edit", words={"key_message": 2000}, required=["role"], choices=["role"],
         good={"role": "chair"}),
    Case("speaker-new", lines={"title": 40, "given_name": 80, "family_name": 80, "position": 120,
                               "accreditation": 120},
         words={"biography": 5000}, required=["family_name"], choices=["administration"],
         wrong={"email": NOT_ADDRESSES}, good={"family_name": "Kuramoto"}),
    Case("speaker-edit", lines={"family_name": 80}, words={"biography": 5000},
         required=["family_name"], wrong={"email": NOT_ADDRESSES},
         good={"family_name": "Kuramoto"}),
    Case("instrument-new", lines={"title": 200, "edition": 40}, required=["title"],
         wrong={"year": ["x", "1066", "3000", "2022.5", "\0"], "url": NOT_LINKS},
         good={"title": "New guide"}),
    Case("instrument-edit", lines={"title": 200, "edition": 40}, required=["title"],
         wrong={"year": ["x"], "url": NOT_LINKS}, good={"title": "New guide"}),
    Case("briefing-add", required=["instrument"], choices=["instrument"],
         good={"instrument": "FREE"}),
    Case("material-list", lines={"title": 200}, required=["title", "language", "audience", "file"],
         choices=["language", "audience"],
         good={"title": "Slides", "language": "en", "audience": "public", "file": "FILE"}),
    Case("material-edit", lines={"title": 200}, required=["title", "language", "audience"],
         choices=["language", "audience"],
         good={"title": "Slides", "language": "fr", "audience": "public"}),
    Case("version-new", required=["file"], good={"file": "FILE"}),
]  # fmt: skip
