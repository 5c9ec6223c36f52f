"""The geometry of charts."""

from helpdesk.ui.charts import Chart


def test_a_value_by_itself_is_seen():
    def path(*values):
        return next(Chart("", ["x"] * len(values), [("", values)]).lines)

    assert path(1, 2).count("a3 3") == 0
    assert path(1).count("a3 3") == 2
    assert path(1, None, 2, 3, None, 4).count("a3 3") == 4
    assert path(None) == ""
