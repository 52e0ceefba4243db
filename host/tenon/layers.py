# SPDX-License-Identifier: MIT
"""Places boxes in columns, so that arrows lead from left to right and cross seldom.

The steps: an arrow that closes a cycle is turned round for the time being; a box stands one column left of the rightmost
that it could; an arrow over several columns gets a point in each; columns are sorted by the mean of their neighbours while
that crosses less; heights are those nearest to the neighbours' that keep the order. Nothing depends on anything but the
order of what is given, so equal systems give equal pictures.

Coordinates are pixels, from the upper left corner of all boxes; a path is a list of (x, y)."""

import bisect

GAP = 18  # between two boxes of a column
POINT = 12  # height that an arrow takes where it passes a column
PITCH = 16  # between two arrows at one side of a box
SWEEPS = 16
LEFT, RIGHT = "left", "right"


class Layout:
    """`items` to be placed and `arrows`, {key: (source, target)}. `pinned` has {item: LEFT or RIGHT} for those that stand at
    the border. Sizes are needed only from `place` on; `backward` is known before."""

    def __init__(self, items, arrows, pinned):
        self.items, self.arrows, self.pinned = list(items), dict(arrows), pinned
        self.backward = self._cycles()
        self.column = self._columns()
        self.chain = {}
        self.rows = self._rows()
        self._sort()
        self.height, self.middle = {}, {}

    def ends(self, key):
        """(left, right) end of an arrow as it is placed."""
        source, target = self.arrows[key]
        return (target, source) if key in self.backward else (source, target)

    # ---- columns, counted from the right until _rows ----

    def _cycles(self):
        """Keys of the arrows that lead back to where a walk along the arrows came from."""
        outgoing = {item: [] for item in self.items}
        backward, state = set(), {}
        for key, (source, target) in self.arrows.items():
            if self.pinned.get(source) == RIGHT or self.pinned.get(target) == LEFT:
                backward.add(key)
            else:
                outgoing[source].append((key, target))
        for first in self.items:
            stack = [] if first in state else [(first, iter(outgoing[first]))]
            state.setdefault(first, "open")
            while stack:
                item, rest = stack[-1]
                for key, target in rest:
                    if state.get(target) == "open":
                        backward.add(key)
                    elif target not in state:
                        state[target] = "open"
                        stack.append((target, iter(outgoing[target])))
                        break
                else:
                    state[item] = "done"
                    stack.pop()
        return backward

    def _columns(self):
        rightward = {item: [] for item in self.items}
        entering = {item: 0 for item in self.items}
        for key in self.arrows:
            left, right = self.ends(key)
            rightward[left].append(right)
            entering[right] += 1
        ready, order = [item for item in self.items if not entering[item]], []
        while ready:
            item = ready.pop()
            order.append(item)
            for right in rightward[item]:
                entering[right] -= 1
                if not entering[right]:
                    ready.append(right)
        column = {}
        for item in reversed(order):
            column[item] = 1 + max((column[right] for right in rightward[item]), default=0)
        last = max(column.values(), default=0) + 1
        for item, side in self.pinned.items():
            column[item] = last if side == LEFT else 0
        return column

    def _rows(self):
        """Lists of items, and of points (key, column), from left to right."""
        used = sorted(set(self.column.values()), reverse=True)
        place = {number: i for i, number in enumerate(used)}
        rows = [[] for _ in used]
        for item in self.items:
            self.column[item] = place[self.column[item]]
            rows[self.column[item]].append(item)
        for key in self.arrows:
            left, right = self.ends(key)
            points = [(key, i) for i in range(self.column[left] + 1, self.column[right])]
            for point in points:
                rows[point[1]].append(point)
            self.chain[key] = [left, *points, right]
        return rows

    # ---- the order in a column ----

    def _neighbours(self):
        before, after = {}, {}
        for chain in self.chain.values():
            for left, right in zip(chain, chain[1:]):
                after.setdefault(left, []).append(right)
                before.setdefault(right, []).append(left)
        return before, after

    def _crossings(self, after):
        crossed = 0
        for row, following in zip(self.rows, self.rows[1:]):
            place = {item: i for i, item in enumerate(following)}
            ends = [place[right] for left in row for right in sorted(after.get(left, []), key=place.get)]
            seen = []
            for end in ends:
                crossed += len(seen) - bisect.bisect_right(seen, end)
                bisect.insort(seen, end)
        return crossed

    def _sort(self):
        before, after = self._neighbours()
        best, least = [list(row) for row in self.rows], self._crossings(after)
        for sweep in range(SWEEPS):
            if least == 0:
                break
            forward = sweep % 2 == 0
            pairs = list(zip(self.rows, self.rows[1:]))
            for fixed, moved in pairs if forward else [(right, left) for left, right in reversed(pairs)]:
                place = {item: i for i, item in enumerate(fixed)}
                beside = before if forward else after
                own = {item: i for i, item in enumerate(moved)}

                def mean(item):
                    near = [place[other] for other in beside.get(item, [])]
                    return sum(near) / len(near) if near else own[item]

                moved.sort(key=mean)
            crossed = self._crossings(after)
            if crossed < least:
                best, least = [list(row) for row in self.rows], crossed
        self.rows = best

    # ---- coordinates ----

    def place(self, size, port, label_width):
        """Sets `corner` of each item, `path` of each arrow from its source to its target, `width` and `height_in_all`.

        size(item) is (width, height); port(item, key) is how far below its upper edge an arrow meets it, or None for
        anywhere; label_width(key) is the room that an arrow's text wants."""
        for row in self.rows:
            for item in row:
                self.height[item] = POINT if item not in self.column else size(item)[1]
        self._heights()
        left_edges = self._across(size, label_width)
        self.corner = {}
        for item, column in self.column.items():
            width, height = size(item)
            self.corner[item] = (left_edges[column] + (self.wide[column] - width) / 2, self.middle[item] - height / 2)
        self.path = self._paths(size, port, left_edges, label_width)

    def _heights(self):
        before, after = self._neighbours()
        for row in self.rows:
            top = 0
            for item in row:
                self.middle[item] = top + self.height[item] / 2
                top += self.height[item] + GAP
        for sweep in range(SWEEPS):
            for row in self.rows if sweep % 2 == 0 else reversed(self.rows):
                self._settle(row, before, after)
        top = min((self.middle[item] - self.height[item] / 2 for item in self.middle), default=0)
        for item in self.middle:
            self.middle[item] -= top
        self.height_in_all = max((self.middle[item] + self.height[item] / 2 for item in self.middle), default=0)

    def _settle(self, row, before, after):
        """The middles nearest to the neighbours' that keep order and gaps: blocks that would overlap move as one."""
        offset, blocks, above = 0, [], None
        for item in row:
            if above is not None:
                offset += (self.height[above] + self.height[item]) / 2 + GAP
            near = [self.middle[other] for other in before.get(item, []) + after.get(item, [])]
            wish = sum(near) / len(near) if near else self.middle[item]
            weight = len(near) * (4 if item not in self.column else 1) or 0.1
            blocks.append([wish - offset, weight, [(item, offset)]])
            while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
                at, heavy, members = blocks.pop()
                into = blocks[-1]
                into[0] = (into[0] * into[1] + at * heavy) / (into[1] + heavy)
                into[1] += heavy
                into[2] += members
            above = item
        for at, _, members in blocks:
            for item, below in members:
                self.middle[item] = at + below

    def _across(self, size, label_width):
        """The left edge of each column, with room for the texts of the arrows that leave a box to the right."""
        self.wide = [max((size(item)[0] for item in row if item in self.column), default=0) for row in self.rows]
        room = [60 if 0 < i else 0 for i in range(len(self.rows))]
        for key in self.arrows:
            left, _ = self.ends(key)
            gap = self.column[left] + 1
            if gap < len(room):
                room[gap] = max(room[gap], label_width(key) + 64)
        for i, row in enumerate(self.rows):  # to the border of a composite it is not far
            if i and (all(item in self.pinned for item in row) or all(item in self.pinned for item in self.rows[i - 1])):
                room[i] = min(room[i], 24 + room[i] // 2)
        edges, x = [], 0
        for gap, wide in zip(room, self.wide):
            x += gap
            edges.append(x)
            x += wide
        self.width = x
        return edges

    def _ports(self, size, port):
        """{(key, item): height} at which each arrow meets its boxes, in the order of where they lead."""
        found = {}
        sides = {}
        for key, chain in self.chain.items():
            sides.setdefault((chain[0], RIGHT), []).append((self.middle[chain[1]], key))
            sides.setdefault((chain[-1], LEFT), []).append((self.middle[chain[-2]], key))
        for (item, _), meeting in sides.items():
            meeting.sort(key=lambda pair: pair[0])
            top = self.middle[item] - (len(meeting) - 1) * PITCH / 2
            for i, (_, key) in enumerate(meeting):
                fixed = port(item, key)
                found[key, item] = top + i * PITCH if fixed is None else self.corner[item][1] + fixed
        return found

    def _paths(self, size, port, left_edges, label_width):
        meets, paths, lead = self._ports(size, port), {}, {}
        for key, chain in self.chain.items():
            lead[chain[0]] = max(lead.get(chain[0], 0), label_width(key) + 12)
        for key, chain in self.chain.items():
            left, right = chain[0], chain[-1]
            x = self.corner[left][0] + size(left)[0]
            points = [(x, meets[key, left])]
            if key not in self.backward and left not in self.pinned:  # straight as long as the longest text here
                points.append((x + lead[left], meets[key, left]))
            for point in chain[1:-1]:
                x, y = left_edges[point[1]], self.middle[point]
                points += [(x, y), (x + self.wide[point[1]], y)]
            points.append((self.corner[right][0], meets[key, right]))
            paths[key] = points[::-1] if key in self.backward else points
        return paths
