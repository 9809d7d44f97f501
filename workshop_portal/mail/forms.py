"""The outbox's filter and the correction of an address."""

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import TEMPLATES

WORKSHOP = "events.workshop"


class OutboxFilterForm(forms.Form):
    """Kind, recipient and workshop: what the address of the page holds beside the group of states."""

    q = forms.CharField(
        label=_("Recipient"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    workshop = forms.IntegerField(required=False, widget=forms.HiddenInput)
    status = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        kinds = sorted((str(template.title), name) for name, template in TEMPLATES.items())
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        field.choices = [("", _("Any")), *((name, title) for title, name in kinds)]

    def narrow(self, mails: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        """Filter by what is valid; a wrong value is as none."""
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("kind"):
            mails = mails.filter(template=chosen["kind"])
        if chosen.get("workshop"):
            mails = mails.filter(context_type=WORKSHOP, context_id=str(chosen["workshop"]))
        for word in (chosen.get("q") or "").split()[:5]:
            mails = mails.filter(
                Q(to__icontains=word)
                | Q(recipient__email__icontains=word)
                | Q(recipient__given_name__icontains=word)
                | Q(recipient__family_name__icontains=word)
            )
        return mails

    @property
    def group(self) -> str:
        return str(self.cleaned_data.get("status") or "")


class AddressForm(forms.Form):
    """Where a failed mail should go instead."""

    address = forms.EmailField(label=_("Send to"), max_length=254)
