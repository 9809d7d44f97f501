"""Rules about the registry and focal points, and the loaders that views use."""

from django.db.models import Q
from django.utils import timezone

from workshop_portal.accounts.access import staff_only
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration, FocalPoint, RegistryImport
from workshop_portal.authorization import EVERYBODY, load, rule


def own_administrations(user: User) -> Q:
    """The administrations whose focal point or deputy the person is today."""
    return Q(
        pk__in=FocalPoint.objects.current(timezone.now()).filter(user=user).values("administration")
    )


@rule("administrations.list_administrations")
def list_administrations(user: User) -> bool:
    """The whole registry and its exports."""
    return user.is_secretariat


@rule("administrations.create_administration")
def create_administration(user: User) -> bool:
    return user.is_secretariat


@rule("administrations.import_registry")
def import_registry(user: User) -> bool:
    return user.is_secretariat


@rule("administrations.view_administration", Administration)
def view_administration(user: User) -> Q:
    return EVERYBODY if user.is_secretariat else own_administrations(user)


@rule("administrations.edit_administration", Administration)
def edit_administration(user: User) -> Q:
    return staff_only(user)


@rule("administrations.name_focal_point", Administration)
def name_focal_point(user: User) -> Q:
    return staff_only(user)


@rule("administrations.view_focal_point", FocalPoint)
def view_focal_point(user: User) -> Q:
    if user.is_secretariat:
        return EVERYBODY
    own = FocalPoint.objects.current(timezone.now()).filter(user=user)
    return Q(administration__in=own.values("administration"))


@rule("administrations.end_focal_point", FocalPoint)
def end_focal_point(user: User) -> Q:
    return staff_only(user)


@rule("administrations.view_import", RegistryImport)
def view_import(user: User) -> Q:
    return staff_only(user)


@rule("administrations.save_import", RegistryImport)
def save_import(user: User) -> Q:
    return staff_only(user)


def get_administration_for(
    user: User, *, code: str, to: str = "administrations.view_administration"
) -> Administration:
    """Raises: Http404 outside the own administration; PermissionDenied."""
    rows = Administration.objects.select_related("parent")
    return load(rows, to, user, view="administrations.view_administration", code=code)


def get_focal_point_for(user: User, *, code: str, public_id: object, to: str) -> FocalPoint:
    """Raises: Http404 outside the own administration; PermissionDenied."""
    rows = FocalPoint.objects.select_related("administration", "user")
    return load(
        rows,
        to,
        user,
        view="administrations.view_focal_point",
        administration__code=code,
        public_id=public_id,
    )


def get_import_for(user: User, *, public_id: object, to: str) -> RegistryImport:
    """Raises: Http404 to everybody but the secretariat."""
    rows = RegistryImport.objects.select_related("created_by")
    return load(rows, to, user, view="administrations.view_import", public_id=public_id)
