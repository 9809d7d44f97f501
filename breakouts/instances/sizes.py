"""How many people a group takes: its own limits, else a share of what the others leave."""

from collections.abc import Mapping, Sequence

from breakouts.models import Group

Limits = tuple[int, int]
"""The least and the greatest size."""


def is_limited(group: Group) -> bool:
    return group.minimum is not None or group.maximum is not None


def share_out(
    groups: Sequence[Group], people: int, held: Mapping[int, int] | None = None
) -> dict[int, Limits]:
    """Group id to its limits. A limit that a group lacks is the even share of all, or the nearest to it.

    Groups without any limit share evenly what the others leave them. `held`: how many stay in a group whatever
    its share, by group id: a limit that the group lacks lets them in, and asks for no more.
    """
    if not groups:
        return {}
    share, rounded_up = people // len(groups), -(-people // len(groups))
    limited = [group for group in groups if is_limited(group)]
    free = max(1, len(groups) - len(limited))
    left = max(0, people - sum(_within(group, rounded_up) for group in limited))
    most_left = max(0, people - sum(_within(group, share) for group in limited))
    rest = left // free, -(-most_left // free)
    found = {}
    for group in groups:
        least, most = rest
        if is_limited(group):
            least, most = _within(group, share), _within(group, rounded_up)
        if held is not None:
            least, most = min(least, held.get(group.pk, 0)), max(most, held.get(group.pk, 0))
        found[group.pk] = (
            least if group.minimum is None else group.minimum,
            most if group.maximum is None else group.maximum,
        )
    return found


def _within(group: Group, size: int) -> int:
    """The size that the group's limits allow, the nearest to this one."""
    if group.maximum is not None:
        size = min(size, group.maximum)
    return max(size, group.minimum or 0)
