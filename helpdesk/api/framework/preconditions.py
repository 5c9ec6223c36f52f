"""`If-Match`: the versions that a client knows. Source: RFC 9110, 8.8.3 and 13.1.1."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from helpdesk.api.framework.problems import Problem

TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
LIST = re.compile(rf"[ \t,]*{TAG}(?:[ \t]*,[ \t,]*{TAG})*[ \t,]*")
VERSION = re.compile(r'"(0|[1-9]\d{0,8})"')  # also in weak tags, because proxies that compress make tags weak


def read_if_match(text: str | None) -> set[int] | None:
    """The versions listed, without tags that are not ours; None if any version will do.

    Raises Problem if the text is not a list of tags.
    """
    if text is None or text.strip() == "*":
        return None
    if not LIST.fullmatch(text):
        raise Problem(400, _('If-Match must be * or a list of quoted ETags, such as "4" or "3", "4".'))
    return {int(version) for version in VERSION.findall(text)}
