"""Materials of sessions: upload, new version, remove and put back."""

import uuid
from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.actions.writing import lock_workshop, show_change
from events.models import Material, MaterialVersion, Session
from events.uploads import Identified, identify
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal


class MaterialExistsError(Refusal):
    """The session has a material of that title in that language."""

    message = _(
        "This session already has a material with this title in this language. "
        "Upload a new version of it instead."
    )


class SameFileError(Refusal):
    """The new version has the same bytes as the one before."""

    message = _("This is the same file as the version that is there.")


class MaterialRemovedError(Refusal):
    """It has been removed."""

    message = _("This material has been removed.")


class CannotBePutBackError(Refusal):
    """It was not removed, or too long ago."""

    message = _("This material was removed more than ten minutes ago. Upload it again.")


@transaction.atomic
def upload_material(
    *,
    session: Session,
    file: "File[Any]",
    name: str,
    title: str,
    language: str,
    audience: str,
    by: User,
) -> Material:
    """A document with its first version.

    Raises: WorkshopFrozenError, FileRefusedError, MaterialExistsError.
    """
    workshop = lock_workshop(session.workshop)
    identified = identify(file, name)
    there = session.materials.filter(title__iexact=title, language=language, removed_at=None)
    if there.exists():
        raise MaterialExistsError
    material = Material.objects.create(
        session=session, title=title, language=language, audience=audience, created_by=by
    )
    _keep(material, file, identified, number=1, by=by)
    show_change(workshop)
    changes = {"title": ("", title), "audience": ("", audience)}
    record("events.material_uploaded", by=by, target=material, context=workshop, changes=changes)
    return material


@transaction.atomic
def upload_version(
    *, material: Material, file: "File[Any]", name: str, by: User
) -> MaterialVersion:
    """A newer file; the older ones stay.

    Raises: WorkshopFrozenError, FileRefusedError, MaterialRemovedError, SameFileError.
    """
    workshop = lock_workshop(material.session.workshop)
    material = _locked(material)
    if material.removed_at is not None:
        raise MaterialRemovedError
    identified = identify(file, name)
    last = material.versions.order_by("-number", "-pk")[0]
    if last.sha256 == identified.sha256:
        raise SameFileError
    version = _keep(material, file, identified, number=last.number + 1, by=by)
    show_change(workshop)
    changes = {"version": (last.number, version.number)}
    record(
        "events.material_version_added", by=by, target=material, context=workshop, changes=changes
    )
    return version


@transaction.atomic
def edit_material(
    *, material: Material, title: str, language: str, audience: str, by: User
) -> Material:
    """Raises: WorkshopFrozenError, MaterialRemovedError, MaterialExistsError."""
    workshop = lock_workshop(material.session.workshop)
    material = _locked(material)
    if material.removed_at is not None:
        raise MaterialRemovedError
    changes = changed(material, title=title, language=language, audience=audience)
    if not changes:
        return material
    there = material.session.materials.filter(
        title__iexact=title, language=language, removed_at=None
    ).exclude(pk=material.pk)
    if there.exists():
        raise MaterialExistsError
    material.save(update_fields=list(changes))
    show_change(workshop)
    record("events.material_edited", by=by, target=material, context=workshop, changes=changes)
    return material


@transaction.atomic
def remove_material(*, material: Material, by: User, now: datetime | None = None) -> Material:
    """Hide a material; for ten minutes it can be put back. Raises: WorkshopFrozenError, MaterialRemovedError."""
    workshop = lock_workshop(material.session.workshop)
    material = _locked(material)
    if material.removed_at is not None:
        raise MaterialRemovedError
    material.removed_at, material.removed_by = now or timezone.now(), by
    material.save(update_fields=["removed_at", "removed_by"])
    show_change(workshop)
    changes = {"removed_at": (None, material.removed_at)}
    record("events.material_removed", by=by, target=material, context=workshop, changes=changes)
    return material


@transaction.atomic
def put_back_material(*, material: Material, by: User, now: datetime | None = None) -> Material:
    """Undo a removal. Raises: WorkshopFrozenError, CannotBePutBackError, MaterialExistsError."""
    workshop = lock_workshop(material.session.workshop)
    material = _locked(material)
    if not material.can_be_put_back(now or timezone.now()):
        raise CannotBePutBackError
    there = material.session.materials.filter(
        title__iexact=material.title, language=material.language, removed_at=None
    )
    if there.exists():
        raise MaterialExistsError
    changes = {"removed_at": (material.removed_at, None)}
    material.removed_at = material.removed_by = None
    material.save(update_fields=["removed_at", "removed_by"])
    show_change(workshop)
    record("events.material_put_back", by=by, target=material, context=workshop, changes=changes)
    return material


def _locked(material: Material) -> Material:
    return (
        Material.objects.select_for_update(of=("self",))
        .select_related("session")
        .get(pk=material.pk)
    )


def _keep(
    material: Material, file: "File[Any]", identified: Identified, *, number: int, by: User
) -> MaterialVersion:
    """Store a file under a name that says nothing, so that no name can choose a place or a type."""
    version = MaterialVersion(
        material=material,
        number=number,
        name=identified.name,
        content_type=identified.content_type,
        size=identified.size,
        sha256=identified.sha256,
        uploaded_by=by,
    )
    version.file.save(f"{uuid.uuid4().hex}.bin", file, save=False)
    version.save(force_insert=True)
    return version
