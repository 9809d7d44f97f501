"""What happened to a published plan since, and the instance that mends it."""

from dataclasses import dataclass, field

from breakouts.instances.building import Json, Material, build_instance, room_id
from breakouts.instances.figures import Worth, measure
from breakouts.instances.wording import Said, say_rules
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class Damage:
    """What happened since. Who left, is absent or was replaced is told, but where no rule is broken nothing is to mend."""

    came: list[Registration] = field(default_factory=list)
    left: int = 0
    absent: int = 0
    """How many had a place and are not in this round, by what was said since publication."""
    replaced: int = 0
    broken: list[Said] = field(default_factory=list)
    """Rules that the published plan no longer keeps, for those who take part now."""
    is_mended: bool = False
    """A draft is on the board in which everybody sits and every rule holds."""

    @property
    def needs_repair(self) -> bool:
        return bool(self.came or self.broken)

    def __bool__(self) -> bool:
        return bool(self.came or self.left or self.absent or self.replaced or self.broken)


def find_damage(material: Material, *, worth: Worth, left: int, replaced: int) -> Damage:
    """No queries. `worth`: of the plan on the board. `left`, `replaced`: since publication, by the record."""
    published = material.published
    if material.current is None or material.current.published_at is None:
        return Damage()
    since = material.current.published_at
    draft = material.latest != material.current
    held = measure(material, published) if draft else worth
    names = [name for name in held.broken if _is_rule(name)]
    return Damage(
        came=[person for person in material.people if person.pk not in published],
        left=left,
        absent=sum(each.had_place and each.noted_at > since for each in material.absences),
        replaced=replaced,
        broken=say_rules(material, names),
        is_mended=draft and not worth.broken,
    )


def build_repair(material: Material) -> Json:
    """The instance with the published plan as its baseline, and who was placed by hand pinned there."""
    instance = build_instance(material)
    return {**instance, "rules": [*instance["rules"], *_kept_by_hand(material)]}


def placed_by_hand(material: Material) -> dict[int, int]:
    """Registration id to group id, of those whom somebody moved there before the plan was published."""
    current = material.current.pk if material.current else None
    return {
        seat.registration_id: seat.group_id
        for seat in material.seats
        if seat.plan_id == current and seat.reasons.get("by_hand")
    }


def _kept_by_hand(material: Material) -> list[Json]:
    groups = {group.pk: group for group in material.groups}
    known = {person.pk for person in material.people} - set(material.locked)
    return [
        {
            "id": f"hand:{person}",
            "type": "pin",
            "round": material.round_id,
            "room": room_id(groups[group]),
            "delegates": [str(person)],
        }
        for person, group in placed_by_hand(material).items()
        if person in known and group in groups
    ]


def _is_rule(name: str) -> bool:
    """Newcomers are counted by themselves."""
    return not name.startswith("unplaced:")
