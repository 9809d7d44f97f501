"""Rules about editions and what belongs to them, and the loaders that views use."""

from django.db.models import Q

from events.access import runs
from reports.models import CompilationRun, Edition
from workshop_portal.accounts.models import User
from workshop_portal.authorization import load, rule

# Compilation and exports --------------------------------------------------------------------------


@rule("reports.compile_edition", Edition)
def compile_edition(user: User) -> Q:
    """Who runs its workshop; the secretariat any."""
    return runs(user, "workshop")


@rule("reports.view_compilation", CompilationRun)
def view_compilation(user: User) -> Q:
    return runs(user, "edition__workshop")


@rule("reports.export_edition", Edition)
def export_edition(user: User) -> Q:
    """Drafts too, so only those who run its workshop."""
    return runs(user, "workshop")


def get_edition_to_make(user: User, *, slug: str, number: int, to: str) -> Edition:
    """The edition for who compiles and exports it. Raises: Http404 to everybody else; PermissionDenied."""
    editions = Edition.objects.select_related("series", "workshop__series")
    view = "reports.export_edition"
    return load(editions, to, user, view=view, series__slug=slug, number=number)
