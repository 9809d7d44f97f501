"""Series, workshops, mandates, sessions, speakers, materials and instruments.

People of the organising side are `accounts.User`; bodies are `administrations.Administration`.
Who takes part lies above, in `participants`.
"""

from events.models.materials import Instrument, Material, MaterialVersion, SessionInstrument
from events.models.organisers import Mandate, Organiser, TeamMember
from events.models.sessions import Session, SessionSpeaker, Speaker
from events.models.workshops import Format, Workshop, WorkshopQuerySet, WorkshopSeries

__all__ = [
    "Format",
    "Instrument",
    "Mandate",
    "Material",
    "MaterialVersion",
    "Organiser",
    "Session",
    "SessionInstrument",
    "SessionSpeaker",
    "Speaker",
    "TeamMember",
    "Workshop",
    "WorkshopQuerySet",
    "WorkshopSeries",
]
