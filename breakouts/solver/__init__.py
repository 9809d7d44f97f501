"""The break-out solver: free of Django, so that the command, the task and the page share it.

`parse.parse_instance` reads, `solve.solve` answers, `explain.explain` gives the reasons. What is
minimised and why is in `docs/adr/0004-solver-without-ortools.md`.
"""
