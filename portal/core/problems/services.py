"""Writing down what a reader reports, and telling whoever looks after the portal."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django_tasks import task

from portal.core.models import ProblemReport
from portal.core.viewer import Viewer


@transaction.atomic
def report(*, page: str, message: str, email: str, viewer: Viewer) -> ProblemReport:
    """Store the report and enqueue the mail in the same transaction. A member's own address is not copied."""
    found = ProblemReport.objects.create(page=page, message=message, email=email, reporter_id=viewer.user_id)
    if settings.PORTAL_CONTACT:
        tell_contact.enqueue(found.pk)
    return found


@task()
def tell_contact(report_id: int) -> None:
    """Mail report `report_id` to PORTAL_CONTACT. Run twice it repeats the mail with the same Message-ID."""
    found = ProblemReport.objects.filter(pk=report_id).first()
    if found is None or not settings.PORTAL_CONTACT:
        return
    context = {"report": found, "portal_name": settings.PORTAL_NAME, "base_url": settings.BASE_URL.rstrip("/")}
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    message = EmailMultiAlternatives(
        subject=f"A problem with {found.page[:120]}",
        body=render_to_string("core/problems/email.txt", context),
        to=[settings.PORTAL_CONTACT],
        reply_to=[found.email] if found.email else None,
        headers={"Message-ID": f"<problem-report-{found.pk}@{domain}>"},
    )
    message.attach_alternative(render_to_string("core/problems/email.html", context), "text/html")
    message.send()
