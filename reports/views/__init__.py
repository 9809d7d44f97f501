"""Pages of reports, one file per aggregate."""
