"""Every write to the registry: administrations, focal points, imports."""
