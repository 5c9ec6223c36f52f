"""Hours as “2:05 PM”, without dots, so that a sentence can end with one; `ui/hours.py` makes a full hour “2 PM”."""

TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "N j, Y, g:i A"
SHORT_DATETIME_FORMAT = "m/d/Y g:i A"
