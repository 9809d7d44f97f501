"""The page after sign-in: composes the queries of the four apps."""

from django.http import HttpResponse

from workshop_portal.authorization import access
from workshop_portal.http import HtmxHttpRequest


@access(public=True)
def dashboard(request: HtmxHttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("Workshop Portal")
