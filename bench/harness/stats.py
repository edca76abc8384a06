"""Medians, quartiles, means of ratios."""

import math
import statistics


def quartiles(values):
    """(lower quartile, median, upper quartile)"""
    values = sorted(values)
    if len(values) == 1:
        return (values[0],) * 3
    return tuple(statistics.quantiles(values, n=4, method="inclusive"))


def summary(values):
    low, middle, high = quartiles(values)
    return {"median": middle, "quartiles": [low, high], "n": len(values), "all": list(values)}


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(v) for v in values))


def slope(xs, ys):
    """Of the straight line through the logarithms: y grows as x to this power."""
    return statistics.linear_regression([math.log(x) for x in xs], [math.log(y) for y in ys]).slope
