"""Between the database and the solver: what it is told, what its answer is worth, and its conflicts in words."""
