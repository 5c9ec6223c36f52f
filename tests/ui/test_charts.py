"""The geometry of charts."""

from helpdesk.ui.charts import BarChart, Chart, whole_number


def drawn(*values):
    """How many lines lead on in the chart of these values, and how many rings there are."""
    chart = Chart("", ["x"] * len(values), [("", values)])
    return next(chart.lines).count("L"), next(chart.rings).count("M")


def test_isolated_values_are_drawn_as_dots():
    assert drawn(1, 2) == (1, 0)
    assert drawn(1) == (0, 1)
    assert drawn(1, None, 2, 3, None, 4) == (1, 2)
    assert drawn(None) == (0, 0)


def test_each_bar_shows_its_value_and_links_to_the_rows_it_counts():
    chart = BarChart("", ["1/3", "8/3"], [("", [1200, 0])], addresses=["/?a=1", "/?a=2"])
    assert [bar.address for bar in chart.bars] == ["/?a=1", ""]
    assert [bar.words for bar in chart.bars] == [f"1/3: {whole_number(1200)}", "8/3: 0"]
    assert [bar.address for bar in BarChart("", ["1/3", "8/3"], [("", [3, 4])]).bars] == ["", ""]
