"""A template in two steps: what is the same for everybody is rendered once, the rest for each request.

The first step renders the template for nobody in particular. Where one of the tags of `templatetags/later.py`
stands it leaves a gap, which the second step fills. What was rendered is never read as a template again, so
that braces in the texts of a study stay what they are.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.template import Context, Engine, Template
from django.template.base import Node, NodeList, TextNode
from django.template.context import make_context

KEY = "blueprint"
Show = Callable[[Context], str]


class Gap(Node):
    """A place in a template that is filled in for each request."""

    def __init__(self, show: Show) -> None:
        self.show = show

    def render(self, context: Context) -> str:
        return self.show(context)


class Blueprint:
    """What is collected while a template is rendered for nobody in particular: its gaps."""

    def __init__(self) -> None:
        self.mark = f"\0{secrets.token_hex(8)}\0"
        self.gaps: list[Gap] = []

    def leave_open(self, show: Show) -> str:
        """What stands in the text until the gap is filled."""
        self.gaps.append(Gap(show))
        return f"{self.mark}{len(self.gaps) - 1}{self.mark}"

    def compiled(self, text: str) -> Template:
        """The text with its gaps, as a template; text and numbers of gaps take turns between the marks."""
        nodes = [
            self.gaps[int(part)] if place % 2 else TextNode(part)
            for place, part in enumerate(text.split(self.mark))
        ]
        template = Template("", engine=Engine.get_default())
        template.nodelist = NodeList(nodes)
        return template


def each_time(context: Context, show: Show) -> str:
    """What `show` says: in a blueprint for each request, else at once."""
    blueprint: Blueprint | None = context.get(KEY)
    return blueprint.leave_open(show) if blueprint else show(context)


def blueprint_of(
    template_name: str, content: Mapping[str, Any], address: HttpRequest | None = None
) -> Template:
    """The template with this content, the same for everybody; rendering it fills in the rest.

    `address` is a request of nobody, for tags that look at the page's address.
    """
    blueprint = Blueprint()
    source = Engine.get_default().get_template(template_name)
    return blueprint.compiled(source.render(make_context({**content, KEY: blueprint}, address)))
