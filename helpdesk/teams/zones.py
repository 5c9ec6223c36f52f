"""Choices of time zones: those of Brazil, then others in the Americas, then the rest."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BRAZIL = {
    "America/Sao_Paulo": "São Paulo / Brasília",
    "America/Bahia": "Salvador",
    "America/Fortaleza": "Fortaleza",
    "America/Recife": "Recife",
    "America/Maceio": "Maceió",
    "America/Belem": "Belém",
    "America/Manaus": "Manaus",
    "America/Cuiaba": "Cuiabá",
    "America/Campo_Grande": "Campo Grande",
    "America/Porto_Velho": "Porto Velho",
    "America/Boa_Vista": "Boa Vista",
    "America/Rio_Branco": "Rio Branco",
    "America/Noronha": "Fernando de Noronha",
}
AMERICAS = {
    "America/Argentina/Buenos_Aires": "Buenos Aires",
    "America/Montevideo": gettext_lazy("Montevideo"),
    "America/Asuncion": gettext_lazy("Asunción"),
    "America/Santiago": "Santiago",
    "America/La_Paz": "La Paz",
    "America/Lima": "Lima",
    "America/Bogota": "Bogotá",
    "America/Mexico_City": gettext_lazy("Mexico City"),
    "America/New_York": gettext_lazy("New York"),
    "America/Los_Angeles": "Los Angeles",
}

Choice = tuple[str, str]


def validate_time_zone(value: str) -> None:
    """Raises ValidationError for a name that is not in the time zone database."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(gettext_lazy("“%(name)s” is not a known time zone."), params={"name": value})


def zone_choices() -> list[tuple[str, list[Choice]]]:
    """Every time zone once, in groups, with its current offset from UTC."""
    now = datetime.now(tz=zoneinfo.ZoneInfo("UTC"))
    known = zoneinfo.available_timezones()
    rest = sorted(known - set(BRAZIL) - set(AMERICAS))
    return [
        (_("Brazil"), [(zone, f"{city} ({_offset(zone, now)})") for zone, city in BRAZIL.items() if zone in known]),
        (_("Americas"), [(zone, f"{city} ({_offset(zone, now)})") for zone, city in AMERICAS.items() if zone in known]),
        (_("All others"), [(zone, f"{zone.replace('_', ' ')} ({_offset(zone, now)})") for zone in rest]),
    ]


def _offset(zone: str, now: datetime) -> str:
    """The zone's current offset: “UTC−3”, “UTC+5:30”."""
    offset = now.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = round(abs(offset).total_seconds() / 60)
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
