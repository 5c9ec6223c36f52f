"""What a browser would submit for a page's forms."""

from html.parser import HTMLParser


class FormFields(HTMLParser):
    """The fields that a browser would submit, unchanged, for all forms or those that post to `action`: lists of values.

    A form without an action posts to `here`.
    """

    def __init__(self, text, action="", here=""):
        super().__init__()
        self.action, self.here, self.is_inside = action, here, not action
        self.fields, self.select, self.textarea = {}, "", ""
        self.feed(text)

    def _add(self, name, value):
        self.fields.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form" and self.action:
            self.is_inside = given.get("action", self.here) == self.action
        if not self.is_inside:
            return
        if tag == "select":
            self.select = given["name"]
        elif tag == "textarea":
            self.textarea = given["name"]
            self._add(self.textarea, "")
        elif tag == "option" and "selected" in given:
            self._add(self.select, given["value"])
        elif tag == "input" and "name" in given:
            is_box = given.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in given:
                self._add(given["name"], given.get("value", "on" if is_box else "") or "")

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea][-1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = not self.action
        if tag == "textarea" and self.textarea:
            (text,) = self.fields[self.textarea]
            self.fields[self.textarea] = [text.removeprefix("\n").replace("\n", "\r\n")]
            self.textarea = ""


def fields_of(client, address, action=""):
    """The fields that would be submitted for a page as it is."""
    return FormFields(client.get(address).text, action, address).fields
