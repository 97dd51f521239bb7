"""The tags and partials of which every page is made."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.paginator import Paginator
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import Page

from portal.accounts.models import User
from portal.core import markup, views_errors
from portal.core.models import Audience, PageGate
from portal.core.typed import TypedField
from portal.core.viewer import VISITOR, Viewer
from portal.core.views_styleguide import FACETS
from portal.home.models import HomePage, StandardPage
from portal.search.contract import HitPart


def render(source: str, path: str = "/", viewer: Viewer = VISITOR, **context: Any) -> str:
    request = RequestFactory().get(path)
    request._viewer = viewer  # type: ignore[attr-defined]
    return str(engines["django"].from_string(source).render(context, request))


class Question(forms.Form):
    title = forms.CharField(label="Your <question>", help_text="One sentence.")
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="One of them.")
    agree = forms.BooleanField(label="I agree")
    trap = forms.CharField(widget=forms.HiddenInput, required=False)


# --- evidence, bars, chips, moments ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["forecast", "reported", "evaluated", "audited"])
def test_dial_never_stands_without_its_word(value: str) -> None:
    html = render("{% evidence value %}", value=value)
    assert html.endswith(f"</svg>{value.title()}</span>")
    assert 'aria-hidden="true"' in html
    assert "style=" not in html


def test_dial_fills_as_the_evidence_grows() -> None:
    assert 'class="ring none"' in markup.evidence("forecast")
    assert "A6.6 6.6 0 0 1" in markup.evidence("reported")
    assert "A6.6 6.6 0 1 1" in markup.evidence("evaluated")
    assert '<circle class="slice"' in markup.evidence("audited")


@pytest.mark.parametrize("value", ["", None, "certain", "<b>"])
def test_unknown_evidence_shows_nothing(value: str | None) -> None:
    assert markup.evidence(value) == ""


def test_bars_share_one_scale() -> None:
    html = markup.change_bars(200, 50, "75 % less")
    assert 'class="before" x="1" y="1.5" width="98.0"' in html
    assert 'class="after" x="1" y="12.5" width="24.5"' in html
    assert "75 % less" in html


@pytest.mark.parametrize(
    ("before", "after"), [(None, 3), ("", 3), ("many", 3), (-1, 3), (0, 0), ("NaN", 1), ("1e999", 1)]
)
def test_bars_that_cannot_be_drawn_leave_the_words(before: object, after: object) -> None:
    assert markup.change_bars(before, after, "a <word>") == '<span class="meta">a &lt;word&gt;</span>'


def test_chips_escape_and_lead_somewhere() -> None:
    html = markup.chips([("A & B", '/a/?x="'), ("Plain", "")], "Concepts")
    assert 'aria-label="Concepts"' in html
    assert '<a class="chip" href="/a/?x=&quot;">A &amp; B</a>' in html
    assert '<span class="chip">Plain</span>' in html
    assert markup.chips([]) == markup.chips(None) == ""


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(hours=3), "3\xa0hours ago"),
        (timedelta(days=1, hours=2), "1 day ago"),
        (timedelta(days=12), "12 days ago"),
        (timedelta(days=-3, minutes=-1), "in 3 days"),
    ],
)
def test_distances_are_said_in_the_largest_unit(distance: timedelta, words: str) -> None:
    assert f">{words}</time>" in markup.ago(timezone.now() - distance)


def test_a_distant_moment_is_a_date_and_nothing_is_nothing() -> None:
    assert ">5 March 2020</time>" in markup.ago(datetime(2020, 3, 5, 12, tzinfo=UTC))
    assert ">5 March 2020</time>" in markup.ago(date(2020, 3, 5))
    assert markup.ago(None) == markup.when(None) == ""


def test_moments_wait_for_the_readers_own_zone() -> None:
    assert (
        markup.when(datetime(2026, 3, 5, 12, 30, tzinfo=UTC))
        == '<time datetime="2026-03-05T12:30+00:00" data-local>5 March 2026, 12:30 UTC</time>'
    )
    assert markup.when(date(2026, 3, 5)) == '<time datetime="2026-03-05">5 March 2026</time>'


def test_an_icon_is_silent_and_an_unknown_one_is_a_mistake() -> None:
    assert 'aria-hidden="true"' in markup.icon("search")
    with pytest.raises(KeyError):
        markup.icon("unicorn")


def test_snippets_keep_their_marks_and_nothing_else() -> None:
    html = render("{{ text|safe_marks }}", text="a <mark>b</mark> <script>c</script>&amp;")
    assert html == "a <mark>b</mark> &lt;script>c&lt;/script>&amp;"


def test_a_hit_escapes_all_but_the_marks_of_its_snippet() -> None:
    html = render(
        "{% hit title url hit_kind=title label=title meta=title lang=url snippet=snippet chips=chips %}",
        title="A <b>",
        url='/"x',
        snippet="a <mark>b</mark> <script>",
        chips=[("A <i>", "/i/")],
    )
    assert html.count("A &lt;b&gt;") == 4
    assert all(unsafe not in html for unsafe in ("<b>", "<i>", "<script>", '/"x'))
    assert "a <mark>b</mark> &lt;script>" in html
    assert (
        render('{% hit "T" "/" %}') == '<article class="hit"><p class="meta"></p><h2><a href="/">T</a></h2></article>'
    )


# --- forms ----------------------------------------------------------------------------------------------------------


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    html = render("{% field form.title %}", form=Question({}))
    assert '<label for="id_title">Your &lt;question&gt;</label>' in html
    assert '<div class="hint" id="id_title_helptext">One sentence.</div>' in html
    assert '<div class="error" id="id_title_error"><p>This field is required.</p></div>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_optional_is_marked_and_required_is_not() -> None:
    html = render("{% form_fields form %}", form=Question())
    assert html.count("(optional)") == 1
    assert '<input type="hidden" name="trap"' in html


def test_a_group_of_choices_is_a_fieldset_with_its_hint() -> None:
    html = render("{% field form.kind %}", form=Question())
    assert (
        '<fieldset class="field" id="id_kind_group" aria-describedby="id_kind_helptext"><legend>Kind</legend>' in html
    )
    assert '<label for="id_kind_0">A</label>' in html


def test_the_error_summary_leads_to_every_field() -> None:
    form = Question({"title": "x", "kind": "z"})
    form.add_error(None, "Asked already.")
    html = render("{% form_errors form %}", form=form)
    assert "<li>Asked already.</li>" in html
    assert 'href="#id_kind_0"' in html
    assert 'href="#id_agree"' in html
    assert "id_title" not in html
    assert 'role="alert"' in html


def test_no_errors_no_summary() -> None:
    assert render("{% form_errors form %}", form=Question()) == ""


# --- ways through a site ----------------------------------------------------------------------------------------------


def test_pages_keep_the_rest_of_the_query() -> None:
    html = render("{% pagination page %}", "/?q=a%26b&level=x&level=y&page=2", page=Paginator(range(90), 20).page(2))
    assert 'href="?q=a%26b&amp;level=x&amp;level=y&amp;page=3"' in html
    assert 'aria-current="page">2</a>' in html
    assert 'rel="prev"' in html
    assert 'rel="next"' in html


def test_a_single_page_needs_no_links() -> None:
    assert render("{% pagination page %}", page=Paginator(range(3), 20).page(1)) == ""


def test_query_with_changes_one_thing_and_begins_at_page_one() -> None:
    assert render('{% query_with sort="new" q=None %}', "/?q=a&page=4&kind=b") == "?kind=b&amp;sort=new"
    assert render("{% query_with q=None %}", "/?q=a") == "?"


def test_crumbs_end_where_the_reader_stands() -> None:
    html = render("{% crumbs items %}", items=[("Home", "/"), ("<Here>", "")])
    assert '<li><a href="/">Home</a></li><li aria-current="page">&lt;Here&gt;</li>' in html
    assert render("{% crumbs items %}", items=[]) == ""


@pytest.fixture
def deep(home: HomePage) -> list[Page]:
    pages: list[Page] = [home]
    for name in ("One", "Two", "Three", "Four"):
        pages.append(pages[-1].add_child(instance=StandardPage(title=name, slug=name.lower())))
    return pages


def test_breadcrumbs_cost_one_query_at_any_depth(
    deep: list[Page], django_assert_num_queries: Callable[[int], Any]
) -> None:
    for page, queries in ((deep[1], 0), (deep[2], 1), (deep[4], 1)):
        with django_assert_num_queries(queries):
            render("{% breadcrumbs page %}", page=page)
    html = render("{% breadcrumbs page %}", page=deep[4])
    assert '<a href="/one/two/three/">Three</a></li><li aria-current="page">Four</li>' in html


def test_breadcrumbs_leave_out_what_the_viewer_may_not_see(deep: list[Page]) -> None:
    secret = Audience.objects.create(key="999")
    PageGate.objects.filter(page_id=deep[2].pk).update(audience=secret)
    assert "Two" not in render("{% breadcrumbs page %}", page=deep[3])
    admitted = Viewer(user_id=1, audiences=frozenset({1, secret.pk}))
    assert "Two" in render("{% breadcrumbs page %}", page=deep[3], viewer=admitted)


def test_breadcrumbs_name_a_step_below_the_page(deep: list[Page]) -> None:
    html = render('{% breadcrumbs page "Ask" %}', page=deep[1])
    assert '<a href="/one/">One</a></li><li aria-current="page">Ask</li>' in html
    assert render("{% breadcrumbs page %}", page=deep[0]) == ""


def test_facets_keep_what_else_was_asked_and_say_how_many_are_chosen() -> None:
    html = render(
        '{% include "core/partials/facets.html" with facets=facets action="/cases/" fields=fields dates=dates %}',
        facets=FACETS,
        fields=[("q", "p&y")],
        dates=("2026-01-01", ""),
    )
    assert '<input type="hidden" name="q" value="p&amp;y">' in html
    assert "Filters (3 chosen)" in html
    assert html.count(" checked>") == 2
    assert "1,231" in html
    assert '<input type="date" name="since" value="2026-01-01">' in html


def test_what_is_below_a_choice_is_a_list_inside_its_item() -> None:
    html = render("{% facet_list facets %}", facets=FACETS)
    start = html.index("County or regional")
    assert html.index("<ul>", start) < html.index("Special district") < html.index("</ul></details></li>", start)
    assert "1 within" in html


def test_a_facet_that_is_cut_leads_to_the_rest() -> None:
    html = render("{% facet_list facets %}", facets=FACETS)
    assert html.count('class="facet-more"') == 1
    assert 'More<span class="visually-hidden">: Service line</span>' in html


def test_a_whole_facet_that_is_cut_all_the_same_says_so() -> None:
    def shown(**options: Any) -> str:
        return render("{% facet_list facets %}", facets=[replace(FACETS[0], fewer_url="/", **options)])

    sentence = "These are the 3 with most results. Words or other filters bring out the rest. <a"
    assert sentence in shown(truncated=True)
    assert "with most results" not in shown(truncated=False)


def test_chosen_filters_take_themselves_away() -> None:
    html = render('{% chosen_filters chips "/cases/" %}', chips=[("A <b>", "/cases/?level=x"), ("B", "/cases/?q=b")])
    assert html.count("Remove filter:") == 2
    assert "A &lt;b&gt;" in html
    assert 'href="/cases/">Clear all</a>' in html
    assert render("{% chosen_filters chips %}", chips=[]) == ""


def test_a_hit_says_in_one_line_where_and_why() -> None:
    part = HitPart("Accepted <answer>", "/topic/#post-2")
    html = render("{% hit 'T' '/' part=part reasons=reasons stale=True %}", part=part, reasons=["in its text", "“x”"])
    assert (
        '<p class="meta why"><a href="/topic/#post-2">Accepted &lt;answer&gt;</a> · Matches in its text, “x”</p>'
    ) in html
    assert "Past its review date" in html


# --- the page around everything ---------------------------------------------------------------------------------------

PAGE = """{% extends "core/base.html" %}
{% block title %}Say "when" & how{% endblock %}
{% block description %}D{% endblock %}"""


def test_title_and_description_stand_in_head_and_social_tags() -> None:
    html = render(PAGE, "/cases/one/")
    assert "<title>Say &quot;when&quot; & how · Common Ground</title>" in html
    assert '<meta property="og:title" content="Say &quot;when&quot; & how">' in html
    assert '<meta name="description" content="D">' in html
    assert html.count('aria-current="true">Cases</a>') == 1


def test_visitor_may_sign_in_and_come_back_here() -> None:
    html = render(PAGE, "/cases/one/")
    assert 'href="/accounts/login/?next=/cases/one/"' in html
    assert "/accounts/logout/" not in html
    assert 'href="/report/?page=/cases/one/"' in html


@pytest.mark.parametrize(("roles", "sees_admin"), [(frozenset(), False), (frozenset({"Editors"}), True)])
def test_member_finds_account_and_way_out(roles: frozenset[Any], sees_admin: bool) -> None:
    viewer = Viewer(user_id=1, name="A <b> clerk", roles=roles, enters_admin=sees_admin)
    html = render(PAGE, viewer=viewer)
    assert "A &lt;b&gt; clerk" in html
    assert 'href="/accounts/logout/"' in html
    assert ('href="/admin/"' in html) is sees_admin
    assert "Sign in" not in html


# --- errors -----------------------------------------------------------------------------------------------------------


def test_missing_page_offers_a_visitor_to_sign_in_and_a_member_not(
    home: HomePage, visitor_client: Client, client_of: Callable[[User | None], Client], member: User
) -> None:
    answer = visitor_client.get("/cases/no such <thing>/")
    assert answer.status_code == 404
    assert 'href="/accounts/login/?next=/cases/no%20such%20%3Cthing%3E/"' in answer.content.decode()
    assert "/accounts/login/" not in client_of(member).get("/nowhere/").content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views_errors.bad_request, 400),
        (lambda request: views_errors.bad_request(request, RequestDataTooBig()), 413),
        (views_errors.permission_denied, 403),
        (views_errors.page_not_found, 404),
        (views_errors.server_error, 500),
        (views_errors.unavailable, 503),
    ],
)
def test_error_pages_need_neither_user_nor_database(view: Callable[[HttpRequest], HttpResponse], status: int) -> None:
    answer = view(RequestFactory().get("/x/"))
    assert answer.status_code == status
    assert b"error-code" in answer.content
    assert "no-store" in answer["Cache-Control"]


def test_a_database_that_is_away_is_no_fault_of_the_page(home: HomePage, visitor_client: Client) -> None:
    def away(*arguments: Any) -> None:
        raise OperationalError("the database system is in recovery mode")

    visitor_client.raise_request_exception = False
    with connection.execute_wrapper(away):
        answer = visitor_client.get("/search/?q=fees&x=1")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "What is in it is safe" in answer.content.decode()


@pytest.mark.parametrize("checked", [True, False])
def test_a_form_that_holds_more_than_it_may_gets_a_page_with_a_sentence(
    checked: bool, home: HomePage, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = Client(enforce_csrf_checks=checked)
    client.get("/accounts/login/")
    answer = client.post("/accounts/login/", {"username": "x" * 2000})
    assert answer.status_code == 413
    assert "That is more text than a form takes" in answer.content.decode()
    assert '<header class="masthead' in answer.content.decode()


def test_a_text_of_several_lines_is_not_cut_by_the_browser_and_a_line_is() -> None:
    line, text = TypedField(max_length=9), TypedField(max_length=9, widget=forms.Textarea)
    assert line.widget.attrs["maxlength"] == "9"
    assert "maxlength" not in text.widget.attrs


def test_an_error_page_that_fails_still_says_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> str:
        raise ValueError("no manifest")

    monkeypatch.setattr(views_errors, "render_to_string", broken)
    answer = views_errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"Please try again" in answer.content


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_a_table_block_has_caption_scopes_and_a_focusable_region() -> None:
    from portal.core.blocks import TableBlock

    block = TableBlock()
    value = block.to_python(
        {
            "caption": "Costs <now>",
            "table": {
                "columns": [{"type": "text", "heading": "Item"}, {"type": "number", "heading": "Cost"}],
                "rows": [{"values": ["Payroll", "12.5"]}, {"values": ["", None]}],
                "caption": "",
            },
        }
    )
    html = block.render(value)
    assert 'role="region" tabindex="0" aria-label="Costs &lt;now&gt;"' in html
    assert '<th scope="col" class="number">Cost</th>' in html
    assert '<th scope="row">Payroll</th><td class="number">12.5</td>' in html
    assert "None" not in html


def test_callout_and_quote_blocks_carry_their_words() -> None:
    from portal.core.blocks import CalloutBlock, QuoteBlock

    callout = CalloutBlock()
    assert '<p class="notice-title">Mind &amp; see</p>' in callout.render(
        callout.to_python({"title": "Mind & see", "text": "<p>x</p>"})
    )
    quote = QuoteBlock()
    assert "<figcaption>A clerk</figcaption>" in quote.render(quote.to_python({"text": "Yes.", "source": "A clerk"}))
