"""What stands between a valid form and a post: pauses, listed words, links of new members, robots, the guidelines.

Whatever is refused is said in a sentence on the form, which keeps the text.
"""

from urllib.parse import urlsplit

from django import forms as django_forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from forums import holding, limits
from forums.forms import PostForm
from forums.models import BoardPage, Post
from portal.accounts.models import User
from portal.accounts.signing_in import member_of
from portal.core.viewer import viewer_of
from portal.moderation import guidelines, screening, trap


def objection(request: HttpRequest, form: PostForm) -> str:
    """Why the member may not post this now; "" for most. Moderators are trusted."""
    if viewer_of(request).is_moderator:
        return ""
    author = member_of(request)
    return (
        limits.too_fast(author)
        or _too_quick(author, form)
        or limits.too_many_links(author, _foreign(form.preview))
        or verdict(form).refused
    )


def edit_objection(request: HttpRequest, form: PostForm) -> str:
    """The same for an edit, which may come as fast as anybody likes."""
    if viewer_of(request).is_moderator:
        return ""
    return limits.too_many_links(member_of(request), _foreign(form.preview)) or verdict(form).refused


def verdict(form: PostForm) -> screening.Verdict:
    """What the lists say of a valid form, which they are asked once."""
    if form.verdict is None:
        typed = form.cleaned_data
        form.verdict = screening.check(typed.get("title", ""), typed["body"], form.preview)
    return form.verdict


def why_held(request: HttpRequest, board: BoardPage, form: PostForm) -> str:
    """Why the post has to wait for a moderator; "" for one that has not."""
    if viewer_of(request).is_moderator:
        return ""
    if holding.holds_first(board, member_of(request)):
        return _("A first post on this board.")
    return verdict(form).held


def why_edit_held(request: HttpRequest, form: PostForm, post: Post) -> str:
    """The same for an edit of `post`, which waits for a listed word that it puts in: those that stood there stood."""
    if viewer_of(request).is_moderator:
        return ""
    stood = screening.check(post.topic.title if post.is_question else "", post.body, post.html).listed
    return screening.Verdict(listed=tuple(word for word in verdict(form).listed if word not in stood)).held


def asks_guidelines(request: HttpRequest, form: PostForm) -> bool:
    """Whether the member has to accept the guidelines first: the form then asks, and keeps what was typed."""
    author = member_of(request)
    version = guidelines.owed(author.pk)
    if version is None:
        return False
    name = guidelines.field_name(version)
    if request.POST.get(name):
        guidelines.accept(author, version)
        return False
    form.fields[name] = django_forms.BooleanField(label=guidelines.label(), help_text=version.news)
    form.add_error(name, _("Please accept the community's guidelines first: your text is still below."))
    return True


def _too_quick(author: User, form: PostForm) -> str:
    """For new members, whom robots pretend to be: a form that came back before a person could have written."""
    age = form.cleaned_data.get("stamp")
    if not limits.is_new(author) or (age is None and not settings.POSTING_STAMP_REQUIRED):
        return ""
    if age is not None and age >= trap.QUICKEST:
        return ""
    return _("That was quicker than people write. Please press the button once more: your text is still below.")


def _foreign(html: str) -> int:
    """How many links in the text lead away from the portal."""
    own = urlsplit(settings.BASE_URL).hostname
    return len(screening.hosts(html) - {own})
