"""The door of the desk."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.utils.translation import gettext_lazy as _

WRONG = _("Benutzername oder Passwort stimmt nicht. Bitte prüfen Sie beides, auch Groß- und Kleinschreibung.")


class Credentials(AuthenticationForm):
    """Name and password; a refusal does not say which of the two is wrong."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": WRONG,
    }


login = LoginView.as_view(
    authentication_form=Credentials, template_name="desk/login.html", redirect_authenticated_user=True
)
