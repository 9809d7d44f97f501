"""What an action says when it does nothing: one base for the refusals of all apps."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Refusal(Exception):  # noqa: N818  the word that the subclasses explain; each of them ends with Error
    """Why an action did nothing. `message` is said to the person who acts, in their language.

    One class a reason, beside its action: `message` is a lazy translation, or set by `__init__` where it
    names something.
    """

    message: "StrOrPromise" = ""

    def __str__(self) -> str:
        return str(self.message)
