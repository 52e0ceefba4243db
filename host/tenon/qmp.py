# SPDX-License-Identifier: MIT
"""Orders to a running QEMU (its QMP, docs/interop/qmp-spec.rst), given when its console printed something."""

import json
import pathlib
import re
import socket

ANSWER_SECONDS = 60 # of a machine that is loaded


class Machine:
    """`orders`: tables of `when`, `execute`, `arguments`, `error`, as test.py describes them. The socket is in `folder`, of whose name it
    may have 60 bytes at most."""

    def __init__(self, folder, orders):
        self.path = pathlib.Path(folder) / "qmp"
        self.arguments = ["-qmp", f"unix:{self.path},server=on,wait=off"]
        self.orders = list(orders)
        self.results = []
        self.stream = None

    def look(self, text):
        """Gives those orders whose time has come; `text`: all whole lines of the console so far."""
        while self.orders and re.search(self.orders[0]["when"], text, re.MULTILINE):
            order = self.orders.pop(0)
            try:
                self.results.append((order, self._judge(order, self._ask(order["execute"], order.get("arguments", {})))))
            except (OSError, ValueError) as failure: # it has ended, or says what is no JSON
                self.results.append((order, f"it could not be asked: {failure}"))

    def verdicts(self):
        """(what, cause or None) of each order."""
        for order, cause in self.results:
            yield f"order {order['execute']} at {order['when']}", cause
        for order in self.orders:
            yield f"order {order['execute']} at {order['when']}", "its time did not come"

    def _judge(self, order, answer):
        said = answer.get("error", {}).get("desc")
        if "error" not in order:
            return None if said is None else f"it answers: {said}"
        if said is not None and re.search(order["error"], said):
            return None
        return f"it answers: {said or 'no error'}; expected: {order['error']}"

    def _ask(self, execute, arguments):
        if self.stream is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(self.path))
            self.stream = connection.makefile("rw", encoding="utf-8")
            connection.close() # the stream keeps it open
            self._receive("QMP")
            self._ask("qmp_capabilities", {})
        self.stream.write(json.dumps({"execute": execute, "arguments": arguments}) + "\n")
        self.stream.flush()
        return self._receive("return", "error")

    def _receive(self, *kinds):
        """The next answer; events in between are nobody's."""
        for line in self.stream:
            answer = json.loads(line)
            if any(kind in answer for kind in kinds):
                return answer
        raise OSError("its socket was closed")
