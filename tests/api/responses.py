"""Reads the API's responses."""


def problem(response, status):
    """The problem document of a response, whose status is checked."""
    assert response.status_code == status, response.text
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == status
    assert said["type"].startswith("/api/v1/docs#")
    assert said["title"]
    assert said["detail"]
    return said


def errors_of(response):
    """Field and code of each error in a 400 response."""
    assert response.status_code == 400, response.text
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


def results(response):
    """The results on a page."""
    assert response.status_code == 200, response.json()
    return response.json()["results"]


def numbers(response):
    """The ticket numbers on a page."""
    assert response.status_code == 200, response.json()
    return [ticket["number"] for ticket in response.json()["results"]]
