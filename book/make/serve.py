"""Serve a built book at this machine's address: ``python -m book.make serve PROFILE PORT``."""

import functools
import http.server
import sys

from book.make.paths import build_folder, has_pages, pages_folder


def main(profile, port):
    folder = pages_folder(build_folder(profile))
    if not has_pages(build_folder(profile)):
        sys.exit(f"{folder}: expected a built book, found none; run make book PROFILE={profile}")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        sys.exit(f"PORT={port}: {error.strerror}; name another, make serve PORT={port + 1}")
    with server:
        print(f"The book is at http://localhost:{port}/ until you press Ctrl-C.", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except KeyboardInterrupt:
        print()
