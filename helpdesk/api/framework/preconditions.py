"""`If-Match`: the versions that a client knows. Source: RFC 9110, 8.8.3 and 13.1.1."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from helpdesk.api.framework.problems import Problem

TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
LIST = re.compile(rf"[ \t,]*{TAG}(?:[ \t]*,[ \t,]*{TAG})*[ \t,]*")
VERSION = re.compile(r'"(0|[1-9]\d{0,8})"')  # weak or not: a proxy that compresses makes a tag weak


def read_if_match(text: str | None) -> set[int] | None:
    """The versions that are listed; None where any will do. Tags that are none of ours are left out.

    Raises Problem for what is no list of tags.
    """
    if text is None or text.strip() == "*":
        return None
    if not LIST.fullmatch(text):
        raise Problem(400, _('If-Match lists ETags in their quotation marks, as in "4" or "3", "4"; or it is *.'))
    return {int(version) for version in VERSION.findall(text)}
