#!/usr/bin/env python3
"""Picks from protocol.json the cases that a server is far enough for; the list grows with the server.

    known_cases.py PORT < protocol.json > known.json

A case is for later if it sends a command or subcommand that the server does not have, unless it expects just that
answer (unknown command 'NOPE') or none at all.
"""
import json
import re
import socket
import sys

# A request's first argument, and the second if there is one.
REQUEST = re.compile(rb"\*\d+\r\n\$\d+\r\n(\w+)\r\n(?:\$\d+\r\n([^\r\n]*)\r\n)?")
SUBCOMMANDS = 9  # where COMMAND INFO lists them


class Server:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.replies = self.socket.makefile("rb")

    def command_info(self, name):
        self.socket.sendall(b"*3\r\n$7\r\nCOMMAND\r\n$4\r\nINFO\r\n$%d\r\n%s\r\n" % (len(name), name))
        return self.read()[0]

    def read(self):
        line = self.replies.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        if kind == b"$":
            return None if rest == b"-1" else self.replies.read(int(rest) + 2)[:-2]
        return rest

    def missing(self, command, argument):
        """The word of a request that this server does not know, or None."""
        info = self.command_info(command)
        if info is None:
            return command
        if info[SUBCOMMANDS] and argument and self.command_info(command + b"|" + argument) is None:
            return argument
        return None


def unescape(text):
    """The bytes that protocol.json writes with backslashes."""
    return text.encode("latin1").decode("unicode_escape").encode("latin1")


def playable(case, server):
    reply = unescape(case["reply"])
    words = (server.missing(*request) for request in REQUEST.findall(unescape("".join(case["send"]))))
    return not reply or all(word is None or b"'" + word + b"'" in reply for word in words)


def main():
    server = Server(int(sys.argv[1]))
    cases = [case for case in json.load(sys.stdin)["cases"] if playable(case, server)]
    json.dump({"cases": cases}, sys.stdout)


main()
