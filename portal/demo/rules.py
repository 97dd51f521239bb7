"""The first version of the community guidelines, which whoever joins the demonstration accepts."""

from portal.accounts.models import User
from portal.demo.reading import CONTENT, read_entry
from portal.moderation import guidelines


def load_guidelines() -> int:
    """Publish it, unless the portal has guidelines already. Returns how many were missing."""
    if guidelines.present() is not None:
        return 0
    guidelines.publish(read_entry(CONTENT / "guidelines.md").body.strip())
    return 1


def accept_for(user: User) -> None:
    """Let an account of the demonstration have accepted them, as everybody has who joined."""
    version = guidelines.present()
    if version is not None:
        guidelines.accept(user, version)
