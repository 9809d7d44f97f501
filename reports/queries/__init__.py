"""Reads of reports, each in an explicit order that ends with the key."""
