"""The button that posts."""

from django.template import RequestContext, Template
from django.urls import reverse


def test_a_post_buttons_content_keeps_its_markup_and_is_escaped_once(rf):
    source = '{% load ui %}{% post_button "account_logout" css="btn-small" %} <b>{{ name }}</b> {% endpost_button %}'
    page = Template(source).render(RequestContext(rf.get("/"), {"name": "<i>"}))
    assert '<button class="btn btn-small"><b>&lt;i&gt;</b></button>' in page
    assert f'<form method="post" action="{reverse("account_logout")}">' in page
    assert 'name="csrfmiddlewaretoken"' in page
