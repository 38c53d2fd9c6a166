import ast
import pickle
import socket
import subprocess
import sys

import pytest

from testing.audit import nothing_happens


class Hostile:
    def __reduce__(self):
        return (print, ("a pickle was read",))


HARM = {
    "exec": lambda: eval("1 + 1"),
    "compile": lambda: compile("1 + 1", "<string>", "eval"),
    "pickle.find_class": lambda: pickle.loads(pickle.dumps(Hostile())),
    "open": lambda: open(__file__).close(),
    "subprocess.Popen": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    "socket": lambda: socket.socket().close(),
}


@pytest.mark.parametrize("name", HARM)
def test_what_must_not_happen_is_heard(name):
    with pytest.raises(AssertionError, match=name), nothing_happens():
        HARM[name]()


def test_a_literal_that_is_only_parsed_is_none_of_it():
    with nothing_happens():
        assert ast.literal_eval("{'shape': (1, 2)}") == {"shape": (1, 2)}
