"""Reads of break-outs, each in an explicit order that ends with the key."""
