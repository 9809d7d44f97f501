"""How the record calls people, and the words of fields that many types share."""

from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.models import StaffRole
from workshop_portal.audit.presenters import Field, Kind

KINDS = {"accounts.user": Kind(label=_("People"))}

FIELDS = {
    "accounts.user.role": Field(label=_("role"), choices=dict(StaffRole.Role.choices)),
    "ordinal": Field(label=_("number in the list")),
    "is_active": Field(label=_("active")),
    "starts_at": Field(label=_("begins")),
    "ends_at": Field(label=_("ends")),
    "removed_at": Field(label=_("removed on")),
    "version": Field(label=_("version")),
}
