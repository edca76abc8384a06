"""Log-log plots as SVG, with nothing but Python's own library."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 30, 42
# Told apart in grey and by the colour-blind (Okabe and Ito), and by their marks.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
MARKS = ('<circle cx="{x}" cy="{y}" r="3.5"/>', '<rect x="{x3}" y="{y3}" width="6.5" height="6.5"/>',
         '<path d="M{x} {y4}l4.5 8h-9z"/>', '<path d="M{x} {y4}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>')


def number(value):
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


def decades(low, high):
    return [10.0 ** e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


class Axes:
    def __init__(self, at, title, lines, y_name):
        """`lines`: (label, [(x, y), ...])"""
        self.at, self.title, self.lines, self.y_name = at, title, lines, y_name
        xs = [x for _, points in lines for x, _ in points]
        ys = [y for _, points in lines for _, y in points]
        self.x_range = math.log10(min(xs)), math.log10(max(xs))
        ticks = decades(min(ys), max(ys))
        self.y_range = math.log10(ticks[0]), math.log10(max(ticks[-1], ticks[0] * 10))
        self.x_ticks = sorted(set(xs))
        self.y_ticks = ticks

    def x(self, value):
        low, high = self.x_range
        return round(self.at + LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - low) / ((high - low) or 1), 1)

    def y(self, value):
        low, high = self.y_range
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(value) - low) / ((high - low) or 1), 1)

    def draw(self, x_name):
        out = [f'<text x="{self.at + LEFT}" y="18" font-weight="bold">{escape(self.title)}</text>']
        left, right = self.at + LEFT, self.at + WIDTH - RIGHT
        for tick in self.y_ticks:
            out.append(f'<path d="M{left} {self.y(tick)}H{right}" stroke="#ddd"/>')
            out.append(f'<text x="{left - 6}" y="{self.y(tick) + 4}" text-anchor="end">{number(tick)}</text>')
        for tick in self.x_ticks:
            out.append(f'<path d="M{self.x(tick)} {TOP}V{HEIGHT - BOTTOM}" stroke="#eee"/>')
            out.append(f'<text x="{self.x(tick)}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number(tick)}</text>')
        out.append(f'<text x="{(left + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_name)}</text>')
        out.append(f'<text transform="translate({self.at + 14} {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" '
                   f'text-anchor="middle">{escape(self.y_name)}</text>')
        for i, (_, points) in enumerate(self.lines):
            colour = COLOURS[i % len(COLOURS)]
            path = "L".join(f"{self.x(x)} {self.y(y)}" for x, y in points)
            out.append(f'<g fill="{colour}"><path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
            for x, y in points:
                x, y = self.x(x), self.y(y)
                out.append(MARKS[i % len(MARKS)].format(x=x, y=y, x3=x - 3.25, y3=y - 3.25, y4=y - 4.5))
            out.append("</g>")
        return out


def figure(x_name, panels):
    """Panels side by side: (title, name of y, [(label, [(x, y), ...]), ...]); one legend below."""
    labels = [label for label, _ in panels[0][2]]
    width, height = WIDTH * len(panels), HEIGHT + 18 * len(labels) + 8
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
           'font-family="sans-serif" font-size="12">', f'<rect width="{width}" height="{height}" fill="white"/>']
    for i, (title, y_name, lines) in enumerate(panels):
        out += Axes(i * WIDTH, title, lines, y_name).draw(x_name)
    for i, label in enumerate(labels):
        y = HEIGHT + 14 + 18 * i
        colour = COLOURS[i % len(COLOURS)]
        mark = MARKS[i % len(MARKS)].format(x=LEFT + 14, y=y - 4, x3=LEFT + 10.75, y3=y - 7.25, y4=y - 8.5)
        out.append(f'<g fill="{colour}"><path d="M{LEFT} {y - 4}h28" stroke="{colour}" stroke-width="1.8"/>{mark}</g>'
                   f'<text x="{LEFT + 36}" y="{y}">{escape(label)}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"
