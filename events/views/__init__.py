"""Views of workshops, one module per aggregate."""
