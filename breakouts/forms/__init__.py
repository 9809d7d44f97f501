"""Forms of break-outs. They check shape; what is allowed is decided by actions."""
