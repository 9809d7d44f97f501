"""The style guide for staff: every part of the look in every state, on invented data."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, require

BANGKOK = ZoneInfo("Asia/Bangkok")


class SampleForm(forms.Form):
    """One field of each kind."""

    family_name = forms.CharField(label="Family name", help_text="As in the passport.")
    email = forms.EmailField(
        label="Work e-mail", help_text="The personal link goes to this address."
    )
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    born_on = forms.DateField(
        label="Date", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    letter = forms.FileField(label="Letter", help_text="PDF, up to 10 MB.", required=False)
    administration = forms.ChoiceField(
        label="Administration", choices=[("", "Choose"), ("FJ", "Fiji"), ("TO", "Tonga")]
    )
    role = forms.ChoiceField(
        label="Takes part as",
        choices=[("delegate", "Delegate"), ("observer", "Observer")],
        widget=forms.RadioSelect,
    )
    languages = forms.MultipleChoiceField(
        label="Languages",
        choices=[("en", "English"), ("fr", "French")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_listed = forms.BooleanField(label="Show my name in the list")


class SampleFilters(forms.Form):
    """A bar of filters."""

    q = forms.CharField(label="Name or address", widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label="Status", choices=[("", "Any"), ("review", "To review")])


class SampleTable(tables.Table):
    """Rows that can be chosen; the person is the head of each."""

    person = tables.Column()
    state = tables.TemplateColumn("{% status record.word record.kind %}", verbose_name="Status")
    role = tables.Column(verbose_name="As", attrs={"td": {"class": "brief"}})
    sessions = tables.Column(attrs={"th": {"class": "end"}, "td": {"class": "brief end"}})

    class Meta:
        order_by = ("person",)

    head_name = "person"
    caption = "People, by name"


@access("accounts.view_styleguide")
def styleguide(request: PersonRequest) -> HttpResponse:
    """Show every part. Opening it with `?form=checked` shows the form with its errors."""
    require("accounts.view_styleguide", request.user)
    return render(request, "styleguide.html", _samples())


def _samples() -> dict[str, Any]:
    soon = timezone.now() + timedelta(days=4, minutes=10)
    return {
        "wide": False,
        "tabs": [
            {"url": "#c-thread", "label": "Overview", "current": True},
            {"url": "#c-form", "label": "Registrations", "count": 12},
            {"url": "#c-chart", "label": "Report"},
        ],
        "form": SampleForm(prefix="rest"),
        "wrong_form": SampleForm(data={"wrong-email": "training.customs"}, prefix="wrong"),
        "filter_form": SampleFilters(prefix="filter"),
        "table": _table(),
        "page": Paginator(range(78), 13).page(2),
        "soon": soon,
        "until": soon + timedelta(minutes=45),
        "far": datetime(2022, 5, 24, 20, 30, tzinfo=BANGKOK),
        "bangkok": BANGKOK,
        "first_day": date(2022, 5, 24),
        "last_day": date(2022, 5, 26),
        "text": LazyI18nString({"zh-hans": "建议在每次在线授课前一天安排半小时的试讲。"}),
        **_thread(),
        **LISTS,
    }


def _table() -> SampleTable:
    rows = [
        {
            "person": "HR officer",
            "word": "Approved",
            "kind": "done",
            "role": "Delegate",
            "sessions": 12,
        },
        {"person": "Trainer", "word": "To review", "kind": "half", "role": "Head", "sessions": 9},
    ]
    return SampleTable(rows, orderable=True)


def _thread() -> dict[str, Any]:
    return {
        "stages": [
            {"name": "Invite", "state": "done", "text": "Done, 20 of 20"},
            {
                "name": "Register",
                "state": "now",
                "text": "Started, 62 of 70",
                "url": "#c-form",
                "action": "Review 12",
            },
            {"name": "Assign", "state": "ahead", "text": "Not started"},
        ],
        "steps": [
            {"text": "Collected 42 contributions", "state": "done"},
            {"text": "Checked", "state": "done"},
            {"text": "Writing the PDF", "state": "now", "note": "You may leave this page"},
            {"text": "Verify", "state": "ahead"},
        ],
        "day": [
            {"text": "Briefing", "state": "done"},
            {"text": "Break", "state": "pause"},
            {"text": "Group 3", "state": "now"},
            {"text": "Report-back", "state": "ahead"},
        ],
        "links": [
            {"url": "#c-thread", "label": "Round 1"},
            {"url": "#c-form", "label": "Group 3"},
            {"label": "Fiji"},
        ],
        "seats": [
            {"title": "Training officer", "text": "Confirmed", "kind": "taken"},
            {"title": "Free", "kind": "free", "url": "#c-form", "action": "Nominate"},
            {"title": "Waiting list", "kind": "queue"},
        ],
    }


LISTS: dict[str, Any] = {
    "figures": [
        {"value": 62, "unit": "of 70", "label": "people approved"},
        {"value": 17, "unit": "of 20", "label": "administrations"},
        {"value": 54, "unit": "%", "label": "in their first choice"},
    ],
    "waits": [
        {
            "count": 12,
            "title": "registrations to review",
            "note": "Oldest 3 days",
            "url": "#c-form",
            "action": "Review",
        },
        {
            "count": 3,
            "title": "Presentations without slides",
            "url": "#c-table",
            "action": "Remind 3",
        },
    ],
    "facts": [
        {"label": "Dates", "value": "24 to 26 May 2022"},
        {"label": "Place", "value": "Online"},
        {"label": "Left out when empty", "value": ""},
    ],
    "bulk": [
        {"label": "Approve %s", "name": "act", "value": "approve"},
        {"label": "Decline %s", "name": "act", "value": "decline"},
    ],
    "menu_items": [
        {
            "value": 2,
            "label": "Group 2",
            "count": "9 of 10",
            "status": "No rule touched",
            "kind": "done",
        },
        {"value": 5, "label": "Group 5", "count": "10 of 10", "status": "Full", "kind": "late"},
        {
            "value": 6,
            "label": "Group 6",
            "count": "11 of 10",
            "status": "No place left",
            "kind": "off",
            "disabled": True,
        },
    ],
    "samples": [
        {"to": "Training officer, Fiji, in English", "subject": "Agenda of the workshop"},
        {"to": "Instructor, Viet Nam, in English", "subject": "Agenda of the workshop"},
        {"to": "Head of training, Vanuatu, in French", "subject": "Programme de l’atelier"},
    ],
    "rows": [("ASEAN", 7, 8), ("Far East", 5, 5), ("Australasia, Pacific", 3, 6)],
    "plain_rows": [("Delegates", 52), ("Observers", 6)],
    "colours": [
        ("paper", "the page"),
        ("sheet", "fields, menus"),
        ("wash", "chosen, hovered"),
        ("ink", "text, primary"),
        ("ink-2", "labels"),
        ("hair", "separates"),
        ("line", "edges of controls"),
        ("thread", "the record, now"),
        ("link", "links"),
        ("ok", "done"),
        ("warn", "needs someone"),
        ("bad", "wrong"),
        ("focus", "focus ring"),
    ],
    "button_kinds": [
        ("btn-primary", "Primary, one a page", "Approve"),
        ("", "Ordinary", "Decline"),
        ("btn-live", "Live, only for now", "Join"),
    ],
}
