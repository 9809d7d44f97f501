"""Pasted rows of people: read, checked each at its row, and told what would happen to them."""

from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from participants.models import Delegation, Registration
from participants.queries.registrations import list_active_by_address
from workshop_portal.documents.uploads import Row, parse_pasted_rows

Role = Registration.Role
ROLES = (Role.DELEGATE, Role.PRESENTER, Role.OBSERVER, Role.HEAD)
"""What a focal point may choose; resource persons are named by the organisers."""

COLUMNS = ("given_name", "family_name", "email", "position", "role")
LONGEST = {"given_name": 80, "family_name": 80, "email": 254, "position": 120, "role": 40}


@dataclass(kw_only=True)
class PastedPerson:
    """One row: what was read, and what is wrong with it."""

    number: int
    given_name: str
    family_name: str
    email: str
    position: str
    role_words: str
    role: Role = Role.DELEGATE
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.given_name, self.family_name) if part)


def read_people(text: str, *, delegation: Delegation) -> list[PastedPerson]:
    """The rows with what is wrong at each. Queries: 2.

    A first row without an address is taken for a header. Raises: UnreadableTableError.
    """
    rows = [row for row in parse_pasted_rows(text) if any(row.cells)]
    if rows and not any("@" in cell for cell in rows[0].cells):
        rows = rows[1:]
    people = [_read(row) for row in rows]
    times = Counter(person.email for person in people)
    known = list_active_by_address(workshop=delegation.workshop, addresses=list(times))
    heads = [person for person in people if person.role == Role.HEAD]
    has_head = bool(heads) and delegation.registrations.active().filter(role=Role.HEAD).exists()
    for person in people:
        if person.email and times[person.email] > 1:
            person.problems.append(_("This address is there twice."))
        if person.email in known:
            person.problems.append(why_taken(known[person.email], delegation))
        if person.role == Role.HEAD and (has_head or person is not heads[0]):
            person.problems.append(_("The delegation has a head already."))
    return people


def why_taken(registration: Registration, delegation: Delegation) -> str:
    """Why an address cannot be nominated. Of another administration's people nothing is said."""
    if registration.delegation_id == delegation.pk:
        return _("%(person)s is nominated already.") % {"person": registration.user}
    return _("This person is registered for this workshop already. Ask the secretariat.")


def read_role(words: str) -> Role | None:
    """A role by its word in the reader's language or in English; nothing said means delegate."""
    wanted = words.strip().casefold()
    if not wanted:
        return Role.DELEGATE
    return next((role for role in ROLES if wanted in _words_of(role)), None)


def _read(row: Row) -> PastedPerson:
    cells = [" ".join(cell.split()) for cell in row.cells]
    values = dict(zip(COLUMNS, [*cells, "", "", "", "", ""], strict=False))
    role = read_role(values["role"])
    person = PastedPerson(
        number=row.number,
        given_name=values["given_name"],
        family_name=values["family_name"],
        email=values["email"].lower(),
        position=values["position"],
        role_words=values["role"],
        role=role or Role.DELEGATE,
        problems=list(row.problems),
    )
    if not person.given_name or not person.family_name:
        person.problems.append(_("Given name and family name are needed."))
    try:
        validate_email(person.email)
    except ValidationError:
        person.problems.append(_("The third column is not an e-mail address."))
    if role is None:
        words = ", ".join(str(each.label) for each in ROLES)
        person.problems.append(_("The fifth column is one of: %s.") % words)
    if any(len(values[name]) > most for name, most in LONGEST.items()):
        person.problems.append(_("One of the cells is too long."))
    if len([cell for cell in cells if cell]) > len(COLUMNS):
        person.problems.append(_("There are more than five columns."))
    return person


def _words_of(role: Role) -> set[str]:
    return {str(role.label).casefold(), role.value.replace("_", " ").casefold()}
