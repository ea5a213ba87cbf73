"""The visible text of pages: by hand, and against the standard library's parser."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.texts import html_text
from framework.texts.html_text import visible_text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("<p>one <b>two</b>\n  three</p>", "one two three"),
        ("<h1>Hi</h1><p>a<br>b</p><div>c</div><div>d</div>", "Hi\n\na\nb\n\nc\nd"),
        ("<ul><li>one<li>two</ul>after", "one\ntwo\nafter"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1<td>2</table>", "a\tb\n1\t2"),
        ("<pre>\na  b\n\tc\n</pre>d  e", "a  b\n\tc\n\nd e"),
        ("&lt;b&gt; &amp; &auml; &#8364; &nbsp;x", "<b> & ä € \u00a0x"),
        ("<title>no</title><style>p > a {}</style>a<script>if (a < b) alert('</p>')</script>b", "ab"),
        ("a<script src='x'></script ><STYLE>no</sTyLe\n>b", "ab"),
        ("a<!-- no > <p> -->b<!-->c<!---->d<![CDATA[no]]>e<?php no ?>f<!doctype html>g", "abcdefg"),
        ("<noscript>no</noscript><template><p>no<template>no</template>no</p></template>yes", "yes"),
        ("<div hidden>no<div>no</div>no</div>yes<p style='color: red; DISPLAY : none'>no</p>", "yes"),
        ("<p class='a hidden b' title='display:none'>yes<br hidden>too", "yes\ntoo"),
        ("<a title='a > b' href=\"x'>y\">link</a> <a href=it's>more</a>", "link more"),
        ("2 < 3 and 3 > 2, a<b", "2 < 3 and 3 > 2, a"),
        ("x<script>never closed <p>no", "x"),
        ("x<!-- never closed <p>no", "x"),
        ("x<p title='never closed <p>no", "x"),
        ("x<div hidden>never closed <p>no", "x"),
        ("a</b></p></nonsense>b", "a\n\nb"),
        ("a\x01\x02\x07b", "ab"),
        # What is hidden ends where a browser ends it, though its own end be left out.
        ("<p hidden>no<p>yes", "yes"),
        ("<div><p hidden>no <b>no</b></div>yes<p hidden>no</p>yes", "yesyes"),
        ("<ul><li hidden>no<ul><li>no<li>no</ul>no<li>yes</ul>too", "yes\ntoo"),
        ("<ul><li hidden>no</ul>yes<ol><li hidden>no</li><li>too</ol>", "yes\ntoo"),
        ("<dl><dt hidden>no<dd>yes<dd hidden>no<dl><dt>no</dl>no<dt>too</dl>", "yes\ntoo"),
        ("<select><option hidden>no<option>yes<option hidden>no</select>too", "yestoo"),
        ("<table><tr><td hidden>no<table><tr><td>no</table>no<td>yes<tr hidden><td>no<tr><td hidden>no</table>too", "yes\ntoo"),
        # Words in what is not read hide nothing: this is how a page looks for its own reader.
        ("<style>.menu { overflow: hidden }</style><p>one<p>two", "one\n\ntwo"),
        ('a<script>if (document.visibilityState === "hidden") x()</script>b', "ab"),
        ("a<script hidden>no</script>b<title>hidden</title>c<noscript style='display: none'>no</noscript>d", "abcd"),
        ("a<style> x style='display: none' </style>b<iframe hidden src=x></iframe>c", "abc"),
    ],
    ids=lambda value: value[:30] or "empty",
)
def test_a_page_reads_as_it_looks(page, text):
    assert visible_text(page) == text


class Standard(HTMLParser):
    """All text but that of scripts and the like."""

    UNREAD = ("script", "style", "title")

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.found = None, []

    def handle_starttag(self, tag, attrs):
        self.inside = tag if tag in self.UNREAD else self.inside

    def handle_endtag(self, tag):
        self.inside = None if tag == self.inside else self.inside

    def handle_data(self, data):
        if self.inside is None:
            self.found.append(data)


WORDS = st.text(st.sampled_from("ab äé中🦑\n\t,.&;"), max_size=8).map(lambda text: text.replace("&", "&amp;"))
NAMES = st.sampled_from(["p", "b", "div", "td", "pre", "h2", "script", "style", "title", "span"])
QUOTED = st.sampled_from(["", " id=x", ' a="<p>" b', " c='\"'", " d = e", "\n"])


@given(st.lists(st.one_of(WORDS, st.tuples(NAMES, QUOTED, WORDS), st.just("<!-- <p> -->"), st.just("<br/>")), max_size=12))
def test_any_well_formed_page_has_the_text_that_the_standard_library_finds(parts):
    page = "".join(part if isinstance(part, str) else f"<{part[0]}{part[1]}>{part[2]}</{part[0]}>" for part in parts)
    standard = Standard()
    standard.feed(page)
    standard.close()
    assert "".join(visible_text(page).split()) == "".join("".join(standard.found).split())


@given(st.text(st.sampled_from("<>/!-'\"= apscript&;#\n"), max_size=60))
def test_any_markup_ends_in_a_text(page):
    assert isinstance(visible_text(page), str)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_page_read_in_batches_is_the_same_page(batch, monkeypatch):
    page = "a <b> b </b> <p hidden> no <b>no</b></p> c<pre>\n d  <i> e</i>\n</pre> &am<b>p;</b> <script> no </script> <p> f </p> g " * 3
    whole = visible_text(page)
    monkeypatch.setattr(html_text, "_BATCH", batch)
    assert visible_text(page) == whole and "no" not in whole
