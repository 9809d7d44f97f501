"""A delegate's own ranking."""

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from breakouts.access import get_round_for
from breakouts.actions.rankings import save_ranking
from breakouts.forms.rankings import RankingForm
from breakouts.queries.rounds import (
    get_own_registration,
    get_ranking,
    list_ranked_topics,
    list_topics_had,
)
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import accept, done, posted


@access("breakouts.save_ranking")
@require_http_methods(["GET", "POST"])
def ranking_edit(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Rank the topics; may be changed until the deadline."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to="breakouts.save_ranking")
    registration = get_own_registration(request.user, workshop=row.workshop)
    if registration is None:
        raise Http404
    offered = list(list_ranked_topics(round=row))
    had = list_topics_had(round=row, registration=registration)
    topics = [topic for topic in offered if topic.pk not in had] or offered
    saved = get_ranking(round=row, registration=registration)
    form = RankingForm(posted(request), topics=topics, initial=RankingForm.values_of(saved, topics))
    kept = accept(
        form,
        lambda: save_ranking(
            round=row, registration=registration, topics=form.ranked(), by=request.user
        ),
    )
    if kept is not None:
        words = _("Saved. You may change your choices until the ranking closes.")
        return done(request, words, reverse("breakouts:ranking-edit", args=[slug, ordinal]))
    is_open = row.is_ranking_open(timezone.now())
    by_pk = {topic.pk: topic for topic in offered}
    context = {
        "workshop": row.workshop,
        "round": row,
        "form": form,
        "topics": topics,
        "had": [topic for topic in offered if topic not in topics],
        "is_open": is_open,
        "ranked": [by_pk[key] for key in saved if key in by_pk],
    }
    return page(request, "breakouts/ranking_edit.html", context, status=422 if form.errors else 200)
