"""The starter kit: five stages to walk through, and tools to take."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model

from tests.factories.pages import stage, tool
from toolkit.models import ToolFile
from toolkit.views import effort

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def document(name: str = "register.xlsx") -> Any:
    made = get_document_model()(title="Stakeholder register")
    made.file.save(name, ContentFile(b"content"), save=False)
    made.file_size = 7
    made.save()
    return made


def test_the_index_lists_stages_in_order_with_their_tools(visitor_client: Client) -> None:
    second = stage(number=2, short_title="Authorisation")
    first = stage(number=1, short_title="Business case")
    tool(first, title="Cost baseline workbook")
    html = text_of(visitor_client, "/toolkit/")
    assert html.index("Business case") < html.index("Authorisation")
    assert "Cost baseline workbook" in html
    assert second.url in html


def test_a_stage_leads_to_the_one_before_and_after(visitor_client: Client) -> None:
    stages = [stage(number=number, short_title=f"Stage no {number}") for number in (1, 2, 3)]
    html = text_of(visitor_client, stages[1].url)
    assert f'rel="prev" href="{stages[0].url}"' in html
    assert f'rel="next" href="{stages[2].url}"' in html


def test_a_tool_offers_its_files_as_attachments(visitor_client: Client) -> None:
    page = tool()
    ToolFile.objects.create(tool=page, document=document())
    html = text_of(visitor_client, page.url)
    assert "Stakeholder register" in html
    response = visitor_client.get(page.files.get().document.url)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_tool_without_files_says_so(visitor_client: Client) -> None:
    assert "This tool has no file" in text_of(visitor_client, tool().url)


def test_an_unpublished_tool_leaves_its_stage_and_the_index(visitor_client: Client) -> None:
    page = tool(title="Withdrawn")
    assert "Withdrawn" in text_of(visitor_client, "/toolkit/")
    page.unpublish()
    assert "Withdrawn" not in text_of(visitor_client, "/toolkit/")
    assert visitor_client.get(page.url).status_code == 404


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(None, ""), (0, ""), (1, "1 minute"), (45, "45 minutes"), (90, "90 minutes"), (120, "2 hours"), (240, "4 hours"),
     (100, "1.5 hours"), (2400, "40 hours")],
)  # fmt: skip
def test_how_long_a_tool_takes_is_said_in_the_unit_that_people_use(minutes: int | None, says: str) -> None:
    assert effort(minutes) == (f"about {says} for a first version" if says else "")


def test_a_tool_says_how_long_it_takes(visitor_client: Client) -> None:
    assert "about 4 hours for a first version" in text_of(visitor_client, tool(minutes=240).url)
