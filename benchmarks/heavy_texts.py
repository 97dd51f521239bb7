"""Texts as long as a post may be, most of them made to keep a Markdown parser busy. Tests lay them out too."""

LENGTH = 65_536

# What a person might write, with as many signs as a dense report has.
HONEST = """## What we did

We asked **three** customers and _one_ supplier what they pay, see [the case](/cases/a/) and `rate card`.

- first, count the cases of each month
- then ask what a case costs
- last, publish the price

| Service | Price | Note |
|---|---|---|
| Payroll | 12.50 | per payslip |
| Invoices | 3.20 | per invoice |

> They said that it was too much, and that a price which nobody can check against last year's is no price at all.

In the second year we published what a case costs, service by service, with the number of cases beside it. Two of them
left and came back within six months; the third pays by the case and sends fewer. What we would do again: publish
early, explain every change of more than a tenth, and let a customer see the other customers' figures as well.

"""


def filled(part: str, length: int = LENGTH) -> str:
    """`part` again and again, `length` characters in all."""
    return (part * (length // len(part) + 1))[:length]


def stairs(step: str, end: str) -> str:
    """Lines that each begin with one more `step`."""
    lines: list[str] = []
    room = LENGTH
    while room > 0:
        lines.append(step * len(lines) + end)
        room -= len(lines[-1]) + 1
    return "\n".join(lines[:-1])


REPEATED = (
    "> ", ">- a\n", "> a\n\n", "> - ", "- ", "* ", "1. ", "- a\n", "- a\n\n", "-\n\n",
    "*a ", "**a ", "***a ", "a* ", "a***b ", "*a_ ", "*a **b _c __d ", "*_", "_a ", "~~a ",
    "[", "![", "[]()", "[a](", "[a][", "[a](b) ", "![a](b) ", "[a](é) ", "[a](<b", '[a](b "c ', "[a](http://é.é) ",
    "`a` ", "`a``b```c", "```\n", "\\", "\\*", "\\[a\\](b) ", "&", "&amp;", "&#1234567;", '&<>"', "a & b ",
    "<", "<a ", "<b>", "<!--", "<![CDATA[", "<http://a", "<http://a.b>", "<a@b.c>", "<http://é.é>",
    "# a\n", "---\n", "a\n=\n", "a\n", "a\n\n", "a  \n", "a\\\n", "    a\n", "\n", " ", "\t", "a ", "a", "é", "😀",
    "|", "[a]: b\n", "[a]: <b\n", '[a]: b "c\n', "::: no-terms\n", ":", "https://a.b/c_d_e ",
)  # fmt: skip
CHINESE = "".join(chr(0x4E00 + at) for at in range(20_000))
HEAVY = {
    **{f"repeated {part!r}": filled(part) for part in REPEATED},
    "10,000 nested quotes": ">" * 10_000 + "a",
    "a stair of quotes": stairs(">", "a"),
    "a stair of lists": stairs("  ", "- a"),
    "a stair of spaces": stairs(" ", "a"),
    "a stair of backticks": stairs("`", "a"),
    "a quote that goes on": ">" * 5_000 + "a\n" + filled("a\n", 60_000),
    "a list that goes on": "- " * 5_000 + "a\n" + filled("a\n", 50_000),
    "one run of stars": "a" + "*" * 65_534 + "a",
    "one run of tildes": "a" + "~" * 65_534 + "a",
    "one run of backticks": "a" + "`" * 65_535,
    "nested emphasis": "*a " * 10_900 + " b*" * 10_900,
    "mixed nested emphasis": "*a **b " * 1_400 + " b** a*" * 1_400,
    "nested strike-through": "~~a " * 3_000 + " b~~" * 3_000,
    "10,000 brackets": "[" * 10_000 + "a" + "]" * 10_000,
    "nested links": filled("[a", 32_000) + filled("](b)", 33_000),
    "nested images": "![" * 16_000 + "](b)" * 8_000,
    "long nested labels": "[a]: b\n\n" + "[ " * 4_000 + "a" * 40_000 + " ]" * 4_000,
    "a label without an end": "[a]: b\n\n" + "[x " * 3_000 + "a" * 50_000 + "]",
    "an address with brackets": "[a](" + "(" * 65_000,
    "a reference often used": "[a]: /b\n\n" + filled("[a] ", 65_000),
    "a long reference often used": "[a]: " + "b" * 30_000 + "\n\n" + filled("[a]", 35_000),
    "a long title": '[a]: b "' + filled("c\n", 65_000),
    "many references": "\n".join(f"[a{at}]: b" for at in range(6_000)),
    "a table of many columns": "a|" * 16_000 + "\n" + "-|" * 16_000,
    "a table without its cells": "a|" * 99 + "\n" + "-|" * 99 + "\n" + filled("|\n", 65_000),
    "a table of many rows": "|a|b|\n|-|-|\n" + filled("|a|b|\n", 65_000),
    "an address in Chinese": "<http://" + CHINESE * 3 + ">",
    "an address of percent signs": "<http://a/" + "%" * 60_000 + ">",
    "an address of many names": "<http://" + "é." * 30_000 + ">",
    "no-break spaces": "a" + "\u00a0" * 65_534 + "a",
}
