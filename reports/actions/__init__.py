"""Every write of state in `reports`, one file per aggregate."""
