"""Rules about exports. Whether the right to the content still holds is asked of the kind: `exports.may_have`."""

from django.db.models import Q

from workshop_portal.accounts.models import User
from workshop_portal.authorization import EVERYBODY, rule
from workshop_portal.documents.models import ExportJob


@rule("documents.view_export", ExportJob)
def view_export(user: User) -> Q:
    return EVERYBODY if user.is_secretariat else Q(requested_by=user)


@rule("documents.download_export", ExportJob)
def download_export(user: User) -> Q:
    return EVERYBODY if user.is_secretariat else Q(requested_by=user)


@rule("documents.repeat_export", ExportJob)
def repeat_export(user: User) -> Q:
    return Q(requested_by=user)


@rule("documents.list_exports")
def list_exports(user: User) -> bool:
    return user.is_active
