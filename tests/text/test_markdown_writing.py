"""White space, writing, URLs and tidying: MARKDOWN.md, sections 3, 4 and 6."""

from __future__ import annotations

import pytest

from beehive_archive.text.markdown import from_html
from beehive_archive.text.markdown.urls import write_url

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (" \n a \t\r\n b ", "a b"),
        ("a <b> b</b>", "a **b**"),
        ("a<b> b</b>", "a **b**"),
        ("a <span> </span> b", "a b"),
        ("a <br> b", "a  \nb"),
        ("<p> a </p> b", "a\n\nb"),
        ("a&nbsp; b", f"a{NBSP} b"),
        ("a\u200b\u2003b\ufeff", "a\u200b\u2003b\ufeff"),
        ('<img src="/i"> a', "![](/i) a"),
        ("<wbr> <b> a</b>", "**a**"),
        ("<code>x</code> <b> a</b>", "`x` **a**"),
        ("a <code> x  y </code> b", "a `x y` b"),
        ("<pre> a  b\n\n\n c </pre>", "```\n a  b\n\n\n c \n```"),
        ("<td>a</td><td>b</td> <center>c</center>d", "ab cd"),
    ],
)
def test_white_space(html, markdown):
    assert from_html(html) == markdown


END = "\n\n<!--THE END-->\n\n"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ul><li>a</ul><ol><li>b</ol>", f"- a{END}1. b"),
        ("<ul><li>a</ul> <p> </p><ul><li>b</ul>", f"- a{END}- b"),
        ("<div><ul><li>a</ul></div><ul><li>b</ul>", f"- a{END}- b"),
        ("<ul><li>a<ul><li>b</ul></ul><ul><li>c</ul>", f"- a\n  \n  - b{END}- c"),
        ("<ul><li>a</ul>x<ul><li>b</ul>", "- a\n\nx\n\n- b"),
        ("<ul><li>a</ul><hr><ul><li>b</ul>", "- a\n\n* * *\n\n- b"),
        ("<ul><li>a</ul><a href=/x></a><ul><li>b</ul>", f"- a{END}[](/x)\n\n- b"),
        (
            "<ul><li>a<ul><li>b</ul><ul><li>c</ul></ul>",
            "- a\n  \n  - b\n  \n  <!--THE END-->\n  \n  - c",
        ),
    ],
)
def test_a_mark_parts_neighbouring_lists(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b> a </b>b", "**a** b"),
        ("<b>a<br>b</b>", "**a**  \n**b**"),
        (f"x<b>{NBSP}</b>y", f"x{NBSP}y"),
        (f"x<i>{NBSP}a{NBSP}</i>y", f"x{NBSP}*a*{NBSP}y"),
        ("<b><p>a</p><p>b</p></b>", "**a**\n\n**b**"),
        ("<h1>a<br>b</h1>", "# a b"),
        ("<h3> </h3>a", "a"),
        ("<h2>C#</h2>", "## C\\#"),
        ("<h2>#</h2>", "## \\#"),
        ("<blockquote>a<p>b</p></blockquote>", "> a\n> \n> b"),
        ("a<blockquote> <p></p></blockquote>b", "ab"),
        ("a<hr>b", "a\n\n* * *\n\nb"),
        ("a<u>b</u>", "ab"),
    ],
)
def test_emphasis_and_blocks(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<pre>a\n</pre>", "```\na\n```"),
        ("<pre>a\n\n</pre>", "```\na\n\n```"),
        ("<pre>``` *a* ````</pre>", "`````\n``` *a* ````\n`````"),
        ('<pre><code class="x language-python">a</code></pre>', "```python\na\n```"),
        ('<pre class="lang-go"><b>a</b><br>b</pre>', "```go\na\nb\n```"),
        ("<ul><li><pre>a\n\n\n\nb  \n\n</pre></ul>", "- ```\n  a\n  \n  \n  \n  b  \n  \n  ```"),
        ("<blockquote><pre>a\n\n\nb</pre></blockquote>", "> ```\n> a\n> \n> \n> b\n> ```"),
        ("<pre>a<p>b</p>c</pre>", "```\na\nb\nc\n```"),
        ("<code>a\n\tb   c</code>", "`a b c`"),
        ("<code>a`b``c</code>", "```a`b``c```"),
        ("<code>`a</code>", "`` `a``"),
        ("<code>a`</code>", "``a` ``"),
        ("x<code><span></span></code>y", "xy"),
        ("x<code>   </code>y", "x`   `y"),
        ("<code>*a_[b]&lt;</code>", "`*a_[b]<`"),
    ],
)
def test_code(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<img>", ""),
        ('<img src="">', ""),
        ('<img src="/a b.jpg" alt="x [y]\nz">', "![x \\[y\\] z](/a%20b.jpg)"),
        ('<img src="/i" title="a\nb">', '![](/i "a b")'),
        ("<a>x</a>", "[x]()"),
        ("<a href></a>", "[]()"),
        ('<a href=" /x "> a </a>b', "[a](/x) b"),
        ('<a href="/x" title="t">a</a>', '[a](/x "t")'),
        ("<a href=/x title='\"t\"'>a</a>", "[a](/x '\"t\"')"),
        ('<a href=/x title="a\'&quot;">a</a>', '[a](/x "a\'\\"")'),
        ('<a title="t">a</a>', "[a]()"),
        ("<a href=/x>a]b</a>", "[a\\]b](/x)"),
        ("<a href=/x>a<br>b</a>", "[a  \nb](/x)"),
        ("<a href=/x><p>a</p><p>b</p></a>", "[a  \n\\  \nb](/x)"),
        ("<a href=/x><img src=/i alt=z></a>", "[![z](/i)](/x)"),
    ],
)
def test_images_and_links(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ul><li>a<li> <li>b</ul>", "- a\n- b"),
        ("<ul><li></ul>", ""),
        ("<ul><li>a<br>b</ul>", "- a  \n  b"),
        ("<ul><li><p>a</p><p>b</p></ul>", "- a\n  \n  b"),
        ("<ol start=9><li>a<li>b</ol>", "09. a\n10. b"),
        ("<ol start=9><li>a<li><li></ol>", "9. a"),
        ("<ol start=x><li>a</ol>", "1. a"),
        ("<ol start=99999999999999999999999><li>a</ol>", "1. a"),
        ("<ol start=0><li>a</ol>", "0. a"),
        ("<ol>" + "<li>a<p>b</p>" * 10 + "</ol>", None),
    ],
)
def test_lists(html, markdown):
    if markdown is None:
        markdown = "\n".join([f"{n:02}. a\n    \n    b" for n in range(1, 11)])
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a<br><br><br>b", "a\n\nb"),
        ("a<br><p>b</p>", "a\n\nb"),
        ("<p>a<br></p><p>b</p>", "a\n\nb"),
        ("<div><p></p><p>a</p></div><p><br></p><p></p>b", "a\n\nb"),
        (f"<p>{NBSP}</p><p>a{NBSP}</p><p>{NBSP}</p><p>b</p>{NBSP}", f"a{NBSP}\n\n{NBSP}\n\nb"),
        ("\u2003a\u2003", "a"),
        ("\x1ca\x1f", "\x1ca\x1f"),  # no white space to Unicode, though Python thinks so
    ],
)
def test_tidying(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("#", "#"),
        ("#top", "#top"),
        ("http://x.nz/#", "http://x.nz/"),
        (" /x\n", "/x"),
        ("/a\nb\tc", "/a%0Ab%09c"),
        ("/a b(c)[d]<e>", "/a%20b%28c%29%5Bd%5D%3Ce%3E"),
        ("/caf\N{LATIN SMALL LETTER E WITH ACUTE}%20%2f'!", "/caf%C3%A9%20%2f'!"),
        ("HTTP://WWW.X.nz/A", "HTTP://WWW.X.nz/A"),
        ("http://m\N{LATIN SMALL LETTER A WITH MACRON}ori.nz", "http://m%C4%81ori.nz"),
        ("?b=2&a=1", "?b=2&a=1"),
        ("?q=a+b%20c&d&e=", "?q=a%20b%20c&d&e="),
        ("?q=a/b:c=d,%7e", "?q=a%2Fb%3Ac%3Dd%2C~"),
        ("?q=%E9", "?q=%E9"),
        ("/x?", "/x?"),
        ("mailto:a_b@c.nz?subject=a b", "mailto:a_b@c.nz?subject=a%20b"),
        ("data:image/png;base64,iVBOR/+=", "data:image/png;base64,iVBOR/+="),
        ("///C:/Documents%20and/", "///C:/Documents%20and/"),
        ("/x#:~:text=a%20b,c", "/x#:~:text=a%20b,c"),
        # these don't parse, so only the last step is taken
        ("http://x.nz%20/a?b=c/d e", "http://x.nz%20/a?b=c/d%20e"),
        ("/100%?a=b/c", "/100%?a=b/c"),
        ("a b:c?d=e/f", "a%20b:c?d=e/f"),
        ("http://x.nz:port/?a=b/c", "http://x.nz:port/?a=b/c"),
        ("/a\rb?c=d/e", "/a\rb?c=d/e"),
        (":", ":"),
        ("http://[::1]:80/", "http://%5B::1%5D:80/"),
    ],
)
def test_urls(url, written):
    assert write_url(url) == written
