"""The geometry of charts."""

from helpdesk.ui.charts import Chart


def test_a_value_by_itself_is_seen():
    def path(*values):
        return next(Chart("", ["x"] * len(values), [("", values)]).lines)

    assert path(1, 2).count("a5 5") == 0
    assert path(1).count("a5 5") == 2
    assert path(1, None, 2, 3, None, 4).count("a5 5") == 4
    assert path(None) == ""
