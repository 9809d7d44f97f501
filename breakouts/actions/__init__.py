"""Every write of break-outs. One lock a round (its row), one a group for its points."""
