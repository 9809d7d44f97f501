"""Every write about workshops, one module per aggregate. What each raises stands beside it."""
