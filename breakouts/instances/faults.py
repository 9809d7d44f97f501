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
    """Rules that do not hold, then groups without a facilitator, a rapporteur, or a link and a room. No queries."""
    broken = say_rules(material, measure(material, material.places).broken)
    return [
        *broken,
        *_alone(material, Role.FACILITATOR),
        *_alone(material, Role.RAPPORTEUR),
        *_nowhere(material),
    ]


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
    return [_say(material, alone, words, "breakouts:group-roles")]


def _nowhere(material: Material) -> list[Said]:
    lost = [group.ordinal for group in material.groups if not group.has_meeting_place]
    if not lost:
        return []
    words = ngettext(
        "Group %(numbers)s has neither a link nor a room.",
        "Groups %(numbers)s have neither a link nor a room.",
        len(lost),
    )
    return [_say(material, lost, words, "breakouts:group-edit")]


def _say(material: Material, numbers: list[int], words: str, page: str) -> Said:
    """`page` is where one group is put right; several are found on the round's page."""
    args = [material.round.workshop.slug, material.round.ordinal]
    url = reverse(page, args=[*args, numbers[0]])
    if len(numbers) > 1:
        url = reverse("breakouts:round-detail", args=args)
    said = get_text_list([str(each) for each in numbers], _("and"))
    return Said(text=words % {"numbers": said}, url=url)
