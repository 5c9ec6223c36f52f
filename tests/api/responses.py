"""What tests read from the API's responses."""


def problem(response, status):
    """The problem that the response is."""
    assert response.status_code == status, response.text
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == status
    assert said["type"].startswith("/api/v1/docs#")
    assert said["title"]
    assert said["detail"]
    return said


def errors_of(response):
    """Field and code of each error of a 400."""
    assert response.status_code == 400, response.text
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


def results(response):
    """The things of a page."""
    assert response.status_code == 200, response.json()
    return response.json()["results"]


def numbers(response):
    """The numbers of a page of tickets."""
    assert response.status_code == 200, response.json()
    return [ticket["number"] for ticket in response.json()["results"]]
