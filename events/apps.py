"""Registers `events`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events.tabs import Tab, add_tab

        for name, label, url_name, order in (
            ("overview", _("Overview"), "events:workshop-overview", 0),
        ):
            add_tab(Tab(name=name, label=label, url_name=url_name, order=order))
