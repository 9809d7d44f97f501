"""Pages of break-outs: rounds and groups, the board, the ranking, the group's own room, the findings."""
