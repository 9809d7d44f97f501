"""The request of a person who is signed in."""

from workshop_portal.accounts.models import User
from workshop_portal.http import HtmxHttpRequest


class PersonRequest(HtmxHttpRequest):
    """A request whose sender is signed in: every view that is not public gets one."""

    user: User
