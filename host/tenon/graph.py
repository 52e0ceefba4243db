# SPDX-License-Identifier: MIT
"""./tenon graph: a picture of a built system, as SVG or as one HTML page in which a click on an instance says what it has.

Both are drawn from report.json. A composite is placed first by itself, with its arrows to the outside ending at its border,
and then as one box of what is around it."""

import json
import pathlib
from xml.sax.saxutils import escape, quoteattr

from build import Build
from layers import LEFT, RIGHT, Layout
from tree import Failure, say, shown

PAGE = pathlib.Path(__file__).with_name("graph.html")
MARGIN = 16
TITLE = 22  # height of a composite's title
LINE = 16
LETTER, SMALL = 7.6, 5.9  # widths that are enough for most letters
STYLE = """
text { font-family: sans-serif; font-size: 13px; fill: #1b1f24; }
.instance rect { fill: #eaf2fb; stroke: #3f6ea5; }
.driver rect { fill: #fbf1dc; stroke: #a5783f; }
.supervisor rect { fill: #e9f5e6; stroke: #4f8a45; }
.composite rect { fill: #f6f7f9; stroke: #8b949e; stroke-dasharray: 5 3; }
.name { font-weight: bold; }
.small { font-size: 11px; fill: #57606a; }
.connection path { fill: none; stroke: #57606a; }
.connection .head { fill: #57606a; stroke: none; }
.connection text { font-size: 11px; fill: #57606a; stroke: #ffffff; stroke-width: 3px; paint-order: stroke; }
"""


def title(connection):
    return f"{connection['client']}.{connection['uses']} -> {connection['server']}.{connection['provides']}"


def ways(connection):
    """By what the two ends reach each other."""
    return ", ".join(f"{name}: {connection[name]}"
                     for name in ("operations", "events", "channels", "pools", "shared") if connection.get(name))


class Box:
    """An instance, or a composite with the boxes inside; `x` and `y` are from the corner of what is around it."""

    def __init__(self, kind, about):
        self.kind, self.about, self.name = kind, about, about["name"]
        self.boxes, self.child = [], {}  # the boxes directly inside, and by name of an instance the one that it is in
        self.inner, self.ports = {}, {}  # by number of an arrow: its points in here, how far down it meets the left or right
        self.x = self.y = 0
        self.short = self.name[len(about["within"]) + 1:] if about.get("within") else self.name
        if kind == "instance":
            self.lines = [about["component"]] + ([about["device"]] if "device" in about else [])
            self.width = max([len(self.short) * LETTER, *(len(line) * SMALL for line in self.lines)]) + 20

    def arrange(self, arrows, sides):
        """Places all that is inside. `arrows` are {number: connection} with an end in here; `sides` has for one whose other
        end is outside the side at which it leaves. Sets width, height, and where arrows meet the border."""
        pairs, pinned = {}, {}
        for number, one in arrows.items():
            ends = []
            for name in (one["client"], one["server"]):
                end = self.child.get(name, ("border", number))
                if not isinstance(end, Box):
                    pinned[end] = sides[number]
                ends.append(end)
            pairs[number] = tuple(ends)
        own = {number: ends for number, ends in pairs.items() if ends[0] is not ends[1]}
        layout = Layout([*self.boxes, *pinned], own, pinned)
        for box in self.boxes:
            box.prepare({number: arrows[number] for number, ends in pairs.items() if box in ends},
                        {number: RIGHT if layout.ends(number)[0] is box else LEFT for number in own if box in own[number]})
        layout.place(lambda item: (item.width, item.height) if isinstance(item, Box) else (0, 2),
                     lambda item, number: item.ports.get(number) if isinstance(item, Box) else 1,
                     lambda number: len(arrows[number]["interface"]) * SMALL)
        self._take(layout, own, pinned)

    def prepare(self, arrows, sides):
        """Gives the box its size, and where its arrows meet it if it cannot be chosen."""
        if self.kind == "instance":
            busy = max(sum(side == which for side in sides.values()) for which in (LEFT, RIGHT)) if sides else 0
            self.height = max(12 + LINE * (1 + len(self.lines)), 12 + LINE * busy)
        else:
            self.arrange(arrows, sides)

    def _take(self, layout, own, pinned):
        left, top = (MARGIN, TITLE + 4) if self.kind == "composite" else (MARGIN, MARGIN)
        self.width = max(layout.width + 2 * left, len(self.short) * LETTER + 24) if self.kind == "composite" \
            else layout.width + 2 * left
        self.height = layout.height_in_all + top + MARGIN
        for box in self.boxes:
            box.x, box.y = layout.corner[box][0] + left, layout.corner[box][1] + top
        for number, (source, target) in own.items():
            path = [(x + left, y + top) for x, y in layout.path[number]]
            for end, at in ((source, 0), (target, -1)):
                if ("border", number) == end:
                    self.ports[number] = path[at][1]
                    path[at] = (self.width if pinned[end] == RIGHT else 0, path[at][1])
            self.inner[number] = path

    def path(self, number, connection, corner=(0, 0)):
        """The points of an arrow from its client to its server as far as it is in here."""
        here = [(x + corner[0], y + corner[1]) for x, y in self.inner.get(number, [])]
        first, last = self.child.get(connection["client"]), self.child.get(connection["server"])

        def part(box):
            return box.path(number, connection, (corner[0] + box.x, corner[1] + box.y)) if box else []

        return part(first) if first is last else part(first)[:-1] + here + part(last)[1:]


# ---- SVG -------------------------------------------------------------------------------------------------------------


def number(value):
    return f"{value:.1f}".removesuffix(".0")


def element(name, text=None, **attributes):
    words = "".join(f" {key.rstrip('_').replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
                    for key, value in attributes.items())
    return f"<{name}{words}/>" if text is None else f"<{name}{words}>{escape(text)}</{name}>"


def draw_box(box, corner, supervisor):
    x, y = corner[0] + box.x, corner[1] + box.y
    about = box.about
    if box.kind == "composite":
        yield f"<g class=\"composite\" data-name={quoteattr(box.name)}>"
        yield element("title", f"{box.name}: composite {about['composite']}, {about['place']}")
        yield element("rect", x=x, y=y, width=box.width, height=box.height, rx=6)
        yield element("text", f"{box.short}: {about['composite']}", x=x + 10, y=y + 16, class_="small")
        yield "</g>"
        for inner in box.boxes:
            yield from draw_box(inner, (x, y), supervisor)
        return
    kind = "instance" + (" driver" if "device" in about else " supervisor" if box.name == supervisor else "")
    yield f"<g class=\"{kind}\" data-name={quoteattr(box.name)}>"
    yield element("title", f"{box.name}: component {about['component']}, {about['place']}")
    yield element("rect", x=x, y=y, width=box.width, height=box.height, rx=4)
    base = y + (box.height - LINE * (1 + len(box.lines))) / 2 + 12
    middle = x + box.width / 2
    yield element("text", box.short, x=middle, y=base, text_anchor="middle", class_="name")
    for i, line in enumerate(box.lines):
        yield element("text", line, x=middle, y=base + LINE * (i + 1), text_anchor="middle", class_="small")
    yield "</g>"


def draw_arrow(connection, points):
    yield (f"<g class=\"connection\" data-name={quoteattr(title(connection))} data-client={quoteattr(connection['client'])} "
           f"data-server={quoteattr(connection['server'])}>")
    yield element("title", f"{title(connection)}, interface {connection['interface']} ({ways(connection)}), "
                           f"{connection['place']}")
    way = [f"M{number(points[0][0])},{number(points[0][1])}"]
    for (x, y), (to_x, to_y) in zip(points, points[1:]):
        if y == to_y:
            way.append(f"H{number(to_x)}")
        else:
            middle = (x + to_x) / 2
            way.append(f"C{number(middle)},{number(y)} {number(middle)},{number(to_y)} {number(to_x)},{number(to_y)}")
    calls = {} if connection["operations"] else {"stroke_dasharray": "5 3"}
    yield element("path", d=" ".join(way), **calls)
    (from_x, _), (x, y) = points[-2:]
    back = -8 if x > from_x else 8
    yield element("path", class_="head", d=f"M{number(x)},{number(y)} l{back},-4 v8 z")
    right = points[1][0] > points[0][0]
    yield element("text", connection["interface"], x=points[0][0] + (6 if right else -6), y=points[0][1] - 3,
                  text_anchor="start" if right else "end")
    yield "</g>"


def tree_of(report):
    """The whole system as a box."""
    whole = Box("system", {"name": report["system"]})
    composites = {one["name"]: Box("composite", one) for one in report["composites"]}
    for one in report["composites"]:
        composites.get(one.get("within"), whole).boxes.append(composites[one["name"]])
    for one in report["instances"]:
        inner, around = Box("instance", one), composites.get(one.get("within"), whole)
        around.boxes.append(inner)
        around.child[one["name"]] = inner
        while around is not whole:
            inner, around = around, composites.get(around.about.get("within"), whole)
            around.child[one["name"]] = inner
    return whole


def loop(whole, connection):
    """The way of an arrow from a box to itself: over its upper right corner."""
    x, y, box = 0, 0, whole
    while (box := box.child.get(connection["client"])) is not None:
        x, y, width = x + box.x, y + box.y, box.width
    return [(x + width, y + 10), (x + width + 14, y + 10), (x + width + 14, y - 6), (x + width - 20, y - 6), (x + width, y + 20)]


def svg(report):
    whole = tree_of(report)
    connections = dict(enumerate(report["connections"]))
    whole.arrange(connections, {})
    size = f"width=\"{number(whole.width)}\" height=\"{number(whole.height)}\""
    lines = [f"<svg xmlns=\"http://www.w3.org/2000/svg\" {size} viewBox=\"0 0 {number(whole.width)} {number(whole.height)}\">",
             element("title", f"system {report['system']}"), element("style", STYLE),
             element("rect", width="100%", height="100%", fill="#ffffff")]
    for box in whole.boxes:
        lines += draw_box(box, (0, 0), report.get("supervisor"))
    for i, connection in connections.items():
        lines += draw_arrow(connection, whole.path(i, connection) or loop(whole, connection))
    return "\n".join([*lines, "</svg>", ""])


# ---- HTML ------------------------------------------------------------------------------------------------------------


def html(report):
    """The picture, the numbers and a script in one file, which asks for nothing else."""
    data = json.dumps(report, separators=(",", ":")).replace("<", "\\u003c")
    page = PAGE.read_text(encoding="utf-8")
    for mark, text in (("@TITLE@", escape(f"{report['system']} on {report['board']}")), ("@SVG@", svg(report)),
                       ("@REPORT@", data)):
        page = page.replace(mark, text, 1)
    return page


def command(options):
    kinds = {".svg": svg, ".html": html}
    out = pathlib.Path(options.out) if options.out else None
    if out and out.suffix not in kinds:
        raise Failure(f"{options.out}: the name of a picture ends in .svg or .html", 2)
    build = Build(options.system, options.board, options.variant)
    build.make(quiet=True)
    report = json.loads(build.report.read_text())
    for path in [out] if out else [build.folder / f"graph{suffix}" for suffix in kinds]:
        try:
            path.write_text(kinds[path.suffix](report), encoding="utf-8")
        except OSError as error:
            raise Failure(f"{path}: {error.strerror}") from error
        say(f"wrote {shown(path)}")
    return 0
