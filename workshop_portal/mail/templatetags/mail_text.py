"""Filters of mail templates: `{{ family_name|own_words }}`, `{{ starts_at|moment:workshop_zone }}`."""

from django import template

from workshop_portal.mail import wording

register = template.Library()
register.filter("own_words", wording.own_words)
register.filter("moment", wording.moment)
register.filter("day", wording.day)
