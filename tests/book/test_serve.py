"""Serving a book says in a sentence why it cannot."""

import http.server

import pytest

from book.make import serve


def test_without_a_book_it_says_what_to_make(monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "build_folder", lambda _: tmp_path)
    with pytest.raises(SystemExit, match="expected a built book, found none; run make book PROFILE=smoke"):
        serve.main("smoke", 0)


def test_a_port_that_is_taken_is_named(monkeypatch, tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html/index.html").touch()
    monkeypatch.setattr(serve, "build_folder", lambda _: tmp_path)
    other = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    with other, pytest.raises(SystemExit, match=f"^PORT={other.server_port}: .*; name another"):
        serve.main("smoke", other.server_port)
