"""Break-outs as documents to print."""
