#!/usr/bin/python3
"""Drops files on a window as a file manager does (XDND, freedesktop.org), for tests.

usage: drop.py WINDOW FILE...            hangs over the window for HOVER seconds (default 0.5), then drops
       DROP=no drop.py WINDOW FILE...    hangs over it and leaves

WINDOW is the number of a top-level window, such as xdotool prints it. Needs python3-xlib.
"""
import os
import pathlib
import sys
import time

from Xlib import X, Xatom, display
from Xlib.protocol import event


def main():
    target_id, files = int(sys.argv[1], 0), sys.argv[2:]
    d = display.Display()
    root = d.screen().root
    target = d.create_resource_object("window", target_id)
    source = root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    atom = d.intern_atom
    uri_list, selection = atom("text/uri-list"), atom("XdndSelection")
    source.change_property(atom("XdndTypeList"), Xatom.ATOM, 32, [uri_list])
    source.set_selection_owner(selection, X.CurrentTime)
    uris = "".join(pathlib.Path(f).resolve().as_uri() + "\r\n" for f in files).encode()

    def say(name, data):
        message = event.ClientMessage(window=target, client_type=atom(name), data=(32, data))
        target.send_event(message, event_mask=X.NoEventMask)
        d.flush()

    def serve(seconds):
        until = time.time() + seconds
        while time.time() < until:
            while d.pending_events():
                got = d.next_event()
                if got.type == X.SelectionRequest:
                    got.requestor.change_property(got.property, got.target, 8, uris)
                    answer = event.SelectionNotify(
                        time=got.time, requestor=got.requestor, selection=got.selection,
                        target=got.target, property=got.property)
                    got.requestor.send_event(answer, event_mask=X.NoEventMask)
                    d.flush()
            time.sleep(0.02)

    where = target.translate_coords(root, 0, 0)
    x, y = abs(where.x) + 200, abs(where.y) + 200
    say("XdndEnter", [source.id, 5 << 24, uri_list, 0, 0])
    say("XdndPosition", [source.id, 0, (x << 16) | y, X.CurrentTime, atom("XdndActionCopy")])
    serve(float(os.environ.get("HOVER", "0.5")))
    if os.environ.get("DROP") == "no":
        say("XdndLeave", [source.id, 0, 0, 0, 0])
    else:
        say("XdndDrop", [source.id, 0, X.CurrentTime, 0, 0])
    serve(1.0)


main()
