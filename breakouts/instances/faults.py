"""What is not right about the plan on the board, for whoever is about to publish it."""

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import Material, holders
from breakouts.instances.figures import measure
from breakouts.instances.wording import Said, say_rules
from breakouts.models import GroupRole

Role = GroupRole.Role


def list_faults(material: Material) -> list[Said]:
    """Rules that do not hold, then groups without a facilitator or a rapporteur. No queries."""
    broken = say_rules(material, measure(material, material.places).broken)
    return [*broken, *_alone(material, Role.FACILITATOR), *_alone(material, Role.RAPPORTEUR)]


def count_new_places(material: Material) -> int:
    """How many are told by mail when the plan is published: whose group is another one than by the published plan."""
    published = material.published
    return sum(published.get(person) != group for person, group in material.places.items())


def _alone(material: Material, role: Role) -> list[Said]:
    alone = [group.ordinal for group in material.groups if role not in holders(group)]
    if not alone:
        return []
    if role == Role.FACILITATOR:
        words = ngettext(
            "Group %(numbers)s has no facilitator.",
            "Groups %(numbers)s have no facilitator.",
            len(alone),
        )
    else:
        words = ngettext(
            "Group %(numbers)s has no rapporteur.",
            "Groups %(numbers)s have no rapporteur.",
            len(alone),
        )
    args = [material.round.workshop.slug, material.round.ordinal]
    url = reverse("breakouts:group-roles", args=[*args, alone[0]])
    if len(alone) > 1:
        url = reverse("breakouts:round-detail", args=args)
    return [
        Said(
            text=words % {"numbers": get_text_list([str(each) for each in alone], _("and"))},
            url=url,
        )
    ]
