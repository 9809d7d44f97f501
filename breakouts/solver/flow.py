"""Min-cost flow on some thousand nodes. The start that it gives is in `seating.py`.

The flow is the primal-dual method: Dijkstra with potentials, then a blocking flow through the arcs
of reduced cost zero. Costs here are small integers, so a handful of phases serves many units.
"""

from __future__ import annotations

from heapq import heappop, heappush

UNREACHED = 1 << 60
FILL = 1_000_000
"""Price of a unit above a minimum: minima are filled before anything else is weighed."""
BREACH = 1_000_000_000
"""Price of a unit that breaks a limit: paid only where the search must repair it."""


class FlowNetwork:
    """A directed network with integer capacities and costs that are not negative."""

    def __init__(self, nodes: int) -> None:
        self.outgoing: list[list[int]] = [[] for _ in range(nodes)]
        self.head: list[int] = []
        self.capacity: list[int] = []
        self.cost: list[int] = []

    def add_node(self) -> int:
        """Add a node; return its number."""
        self.outgoing.append([])
        return len(self.outgoing) - 1

    def add_arc(self, tail: int, head: int, capacity: int, cost: int = 0) -> int:
        """Add an arc and its reverse; return the arc's number (the reverse is number ^ 1)."""
        number = len(self.head)
        self.outgoing[tail].append(number)
        self.outgoing[head].append(number + 1)
        self.head += [head, tail]
        self.capacity += [capacity, 0]
        self.cost += [cost, -cost]
        return number

    def flow(self, arc: int) -> int:
        """Return what flows through an arc."""
        return self.capacity[arc ^ 1]

    def send(self, source: int, sink: int) -> tuple[int, int]:
        """Send as much as possible at least cost on top of what flows; return (units, cost)."""
        potential = [0] * len(self.outgoing)
        units = cost = 0
        while self._improve_potentials(potential, source, sink):
            while True:
                level = self._levels(potential, source, sink)
                if level[sink] < 0:
                    break
                pushed = self._blocking_flow(potential, level, source, sink)
                units += pushed
                cost += pushed * (potential[sink] - potential[source])
        return units, cost

    def _improve_potentials(self, potential: list[int], source: int, sink: int) -> bool:
        """Add the shortest reduced distances to the potentials; tell whether the sink is reached."""
        head, capacity, cost = self.head, self.capacity, self.cost
        distance = [UNREACHED] * len(self.outgoing)
        distance[source] = 0
        queue = [(0, source)]
        while queue:
            reached, node = heappop(queue)
            if reached > distance[node]:
                continue
            base = reached + potential[node]
            for arc in self.outgoing[node]:
                if capacity[arc]:
                    target = head[arc]
                    candidate = base + cost[arc] - potential[target]
                    if candidate < distance[target]:
                        distance[target] = candidate
                        heappush(queue, (candidate, target))
        if distance[sink] == UNREACHED:
            return False
        farthest = distance[sink]
        for node, reached in enumerate(distance):
            potential[node] += min(reached, farthest)
        return True

    def _levels(self, potential: list[int], source: int, sink: int) -> list[int]:
        """Return the number of arcs from the source through arcs of reduced cost zero, or -1."""
        head, capacity, cost = self.head, self.capacity, self.cost
        level = [-1] * len(self.outgoing)
        level[source] = 0
        front = [source]
        while front and level[sink] < 0:
            following: list[int] = []
            for node in front:
                for arc in self.outgoing[node]:
                    target = head[arc]
                    if (
                        capacity[arc]
                        and level[target] < 0
                        and potential[node] + cost[arc] == potential[target]
                    ):
                        level[target] = level[node] + 1
                        following.append(target)
            front = following
        return level

    def _blocking_flow(self, potential: list[int], level: list[int], source: int, sink: int) -> int:
        """Push along level arcs until no path is left; return the units pushed."""
        upcoming = [0] * len(self.outgoing)
        path: list[int] = []
        node = source
        total = 0
        while True:
            if node == sink:
                pushed = min(self.capacity[arc] for arc in path)
                total += pushed
                for arc in path:
                    self.capacity[arc] -= pushed
                    self.capacity[arc ^ 1] += pushed
                path.clear()
                node = source
                continue
            arc = self._next_arc(potential, level, upcoming, node)
            if arc >= 0:
                path.append(arc)
                node = self.head[arc]
            elif path:
                level[node] = -1
                node = self.head[path.pop() ^ 1]
            else:
                return total

    def _next_arc(
        self, potential: list[int], level: list[int], upcoming: list[int], node: int
    ) -> int:
        """Return the node's next usable arc of the level network, or -1."""
        arcs = self.outgoing[node]
        position = upcoming[node]
        while position < len(arcs):
            arc = arcs[position]
            target = self.head[arc]
            if (
                self.capacity[arc]
                and level[target] == level[node] + 1
                and potential[node] + self.cost[arc] == potential[target]
            ):
                upcoming[node] = position
                return arc
            position += 1
        upcoming[node] = position
        return -1


def seats_suffice(
    choices: list[tuple[int, tuple[int, ...]]], minimum: list[int], maximum: list[int]
) -> bool:
    """Tell whether people can be seated within all minima and maxima at once (exact).

    `choices` holds (people, rooms open to them). First the minima are filled, then the rest is
    seated: a path of the second step never empties a seat that the first step filled.
    """
    rooms = len(minimum)
    merged: dict[tuple[int, ...], int] = {}
    for people, open_rooms in choices:
        merged[open_rooms] = merged.get(open_rooms, 0) + people
    source, sink = rooms + len(merged), rooms + len(merged) + 1
    network = FlowNetwork(rooms + len(merged) + 2)
    seats = [network.add_arc(room, sink, minimum[room]) for room in range(rooms)]
    for number, (open_rooms, people) in enumerate(merged.items()):
        network.add_arc(source, rooms + number, people)
        for room in open_rooms:
            network.add_arc(rooms + number, room, people)
    filled = network.send(source, sink)[0]
    if filled < sum(minimum):
        return False
    for room, arc in enumerate(seats):
        if maximum[room] < minimum[room]:
            return False
        network.capacity[arc] += maximum[room] - minimum[room]
    return filled + network.send(source, sink)[0] == sum(merged.values())
