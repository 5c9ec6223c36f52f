"""Writing on the learner's page."""


def send(learner, page, **data):
    return learner.post(page, {"do": "write"} | data)
