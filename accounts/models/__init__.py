"""Users of the portal, and the mail that waits to go out."""

from accounts.models.mail import Mail
from accounts.models.user import User, UserManager, UserQuerySet, display_name

__all__ = ["Mail", "User", "UserManager", "UserQuerySet", "display_name"]
