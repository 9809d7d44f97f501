"""Every refusal of an action says something to the person, in the person's language."""

from collections.abc import Iterator

from django.urls import get_resolver
from django.utils.functional import Promise

from workshop_portal.refusals import Refusal

APPS = ("events.", "participants.", "breakouts.", "reports.", "workshop_portal.")


def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith(APPS):
            yield each
        yield from below(each)


def is_mute(kind: type[Refusal]) -> bool:
    """Whether it has no lazy translation, makes no message of its own, and no class below it does."""
    makes = any(
        "message" in each.__init__.__code__.co_names
        for each in kind.__mro__
        if "__init__" in vars(each) and issubclass(each, Refusal)
    )
    return not (isinstance(kind.message, Promise) or makes or kind.__subclasses__())


def test_no_refusal_is_mute() -> None:
    assert get_resolver().url_patterns  # loads the views, and so all actions
    kinds = list(below(Refusal))
    assert len(kinds) > 80
    assert [kind.__qualname__ for kind in kinds if is_mute(kind)] == []


def test_control_one_that_says_nothing_is_found() -> None:
    class SilentError(Refusal):
        pass

    class FixedError(Refusal):
        message = "in one language for ever"

    assert (is_mute(SilentError), is_mute(FixedError)) == (True, True)
