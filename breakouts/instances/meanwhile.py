"""What a colleague changed on the board since a person saw it, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from breakouts.instances.building import Material
from breakouts.instances.comparing import Mover, list_movers
from breakouts.queries.meanwhile import Since
from participants.models import Registration

SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One person who sits elsewhere than was seen, and who moved them."""

    mover: Mover
    by: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """`news`: what else was done, one line each."""

    changed: list[Changed] = field(default_factory=list)
    more: int = 0
    news: list[str] = field(default_factory=list)


def say_meanwhile(
    material: Material, since: Since, others: Iterable[Registration], names: Mapping[int, str]
) -> Meanwhile:
    """No queries. `others`: who has a place and takes no part any more; `names`: accounts by id."""
    people = [*material.people, *others]
    movers = list_movers(material.groups, people, since.seen, material.places)
    changed = []
    for mover in movers[:SHOWN]:
        actor, at = since.author_of(mover.person.pk)
        changed.append(Changed(mover=mover, by=names.get(actor or 0, ""), at=at))
    return Meanwhile(
        changed=changed,
        more=max(0, len(movers) - SHOWN),
        news=_news(since, {person.pk: person for person in people}, names),
    )


def _news(since: Since, people: Mapping[int, Registration], names: Mapping[int, str]) -> list[str]:
    said = []
    for entry in since.entries:
        who = names.get(entry.actor_id or 0, _("The system"))
        if entry.action in ("breakouts.person_locked", "breakouts.person_unlocked"):
            person = people.get(entry.changes["registration"][1])
            words = (
                _("%(who)s locked %(person)s.")
                if entry.action == "breakouts.person_locked"
                else _("%(who)s unlocked %(person)s.")
            )
            said.append(words % {"who": who, "person": person.user if person else _("somebody")})
        elif entry.action == "breakouts.plan_made":
            number = entry.changes["plan"][1]
            said.append(_("%(who)s had draft %(number)d made.") % {"who": who, "number": number})
        elif entry.action == "breakouts.plan_published":
            number = entry.changes["plan"][1]
            said.append(_("%(who)s published plan %(number)d.") % {"who": who, "number": number})
    return said
