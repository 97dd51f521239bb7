"""What hostile text achieves on a page, and how it is typed there."""

from playwright.sync_api import Page

from tests.browser.visiting import press

FOUND_IN_PAGE = """() => {
  const bad = [];
  if (window.__pwned !== undefined) bad.push("a script ran");
  const away = (value) => {
    try { return new URL(value, location.href).host === "evil.example"; } catch { return false; }
  };
  const risky = /^[\\u0000-\\u0020]*(javascript|vbscript|data|file):/i;
  for (const part of document.querySelectorAll("*")) {
    for (const {name, value} of part.attributes) {
      if (/^on/i.test(name)) bad.push(`${part.tagName} has ${name}`);
      const leads = /^(href|src|srcset|action|formaction|data|xlink:href|srcdoc|background|poster|ping)$/i.test(name);
      if (leads && part.tagName !== "A" && away(value)) bad.push(`${part.tagName} ${name}=${value}`);
      if (leads && risky.test(value)) bad.push(`${part.tagName} ${name}=${value}`);
      if (name === "style") bad.push(`${part.tagName} has a style`);
    }
  }
  // The sign-in page's block of data for passkeys is no script: browsers do not run JSON.
  const data = "script[type='application/json'][data-allauth-onload='allauth.webauthn.forms.loginForm']";
  const ours = `script[src^='/static/'], ${data}, svg[aria-hidden], svg.dial, svg[role=img]`;
  for (const part of document.querySelectorAll(
    "script, style, iframe, object, embed, base, meta[http-equiv], main math, main svg"))
    if (!part.matches(ours)) bad.push(part.outerHTML.slice(0, 160));
  return bad;
}"""


def harm(page: Page) -> list[str]:
    """What hostile text achieved on `page`: nothing, one hopes. Every link in what members wrote is pressed as well."""
    found: list[str] = page.evaluate(FOUND_IN_PAGE)
    page.evaluate(
        """() => { for (const link of document.querySelectorAll(".prose a, .prose button")) {
             link.dispatchEvent(new MouseEvent("mouseover", {bubbles: true}));
             link.dispatchEvent(new FocusEvent("focus"));
             if (!/^https?:/.test(link.href ?? "")) link.click();
        } }"""
    )
    page.wait_for_timeout(50)
    return [
        *found,
        *(["a script ran when a link was pressed"] if page.evaluate("window.__pwned !== undefined") else []),
    ]


def fill_in(page: Page, button: str, fields: dict[str, str]) -> Page:
    """Fill in the form that is open with `fields` by name, without the browser's own help, and press `button`."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]").evaluate("(field, value) => { field.value = value; }", value)
    press(page.locator("main").get_by_role("button", name=button, exact=True))
    return page


def post(page: Page, path: str, button: str, fields: dict[str, str]) -> Page:
    """Fill in the form at `path`."""
    page.goto(path)
    return fill_in(page, button, fields)
