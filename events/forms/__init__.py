"""Forms of workshops, one module per aggregate. They check shape; what is allowed is decided by actions."""
