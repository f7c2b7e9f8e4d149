"""What differs from request to request in a template; see `surveys/blueprint.py`.

Without a blueprint in the context these tags render at once, like any other.
"""

from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context, NodeList
from django.template.base import FilterExpression, Node, Parser, Token
from django.utils.html import conditional_escape

from surveys.blueprint import each_time

register = template.Library()


@register.tag
def later(parser: Parser, token: Token) -> Node:
    """{% later field ... %}...{% endlater %}: for each request; named variables are as they are here."""
    return Later(body(parser, "endlater"), tuple(token.split_contents()[1:]))


@register.tag
def wrong(parser: Parser, token: Token) -> Node:
    """{% wrong field %}...{% endwrong %}: only if the answer in this field needs a look."""
    (field,) = token.split_contents()[1:]
    return Wrong(body(parser, "endwrong"), field)


@register.tag
def checked(parser: Parser, token: Token) -> Node:
    """{% checked field code %}: the attribute of an option that was chosen."""
    field, code = token.split_contents()[1:]
    return Checked(field, parser.compile_filter(code))


@register.tag
def given(parser: Parser, token: Token) -> Node:
    """{% given field %}: the answer as it would be typed."""
    (field,) = token.split_contents()[1:]
    return Given(field)


def body(parser: Parser, end: str) -> NodeList:
    nodes = parser.parse((end,))
    parser.delete_first_token()
    return nodes


class Later(Node):
    """A part of a template that is rendered for each request."""

    def __init__(self, nodes: NodeList, names: tuple[str, ...]) -> None:
        self.nodes, self.names = nodes, names

    def render(self, context: Context) -> str:
        if not self.names:
            return each_time(context, self.nodes.render)
        kept = {name: context[name] for name in self.names}

        def show(context: Context) -> str:
            with context.push(**{name: renewed(value, context) for name, value in kept.items()}):
                return self.nodes.render(context)

        return each_time(context, show)


def renewed(value: Any, context: Context) -> Any:
    """A field of the blueprint's form becomes the same field of this request's form."""
    return context["form"][value.name] if isinstance(value, BoundField) else value


class Wrong(Node):
    """What stands only beside an answer that needs a look."""

    def __init__(self, nodes: NodeList, field: str) -> None:
        self.nodes, self.field = nodes, field

    def render(self, context: Context) -> str:
        variable = context[self.field].name

        def show(context: Context) -> str:
            form = context["form"]
            if variable not in form.errors:
                return ""
            with context.push(**{self.field: form[variable]}):
                return self.nodes.render(context)

        return each_time(context, show)


class Checked(Node):
    """Whether an option was chosen."""

    def __init__(self, field: str, code: FilterExpression) -> None:
        self.field, self.code = field, code

    def render(self, context: Context) -> str:
        variable, code = context[self.field].name, str(self.code.resolve(context))
        return each_time(
            context, lambda context: " checked" if code in typed(context["form"][variable]) else ""
        )


class Given(Node):
    """The answer in a field of text."""

    def __init__(self, field: str) -> None:
        self.field = field

    def render(self, context: Context) -> str:
        variable = context[self.field].name
        return each_time(context, lambda context: conditional_escape(typed(context["form"][variable]) or ""))


def typed(field: BoundField) -> Any:
    """The answer as the field's control takes it: text, or the chosen codes as a list of texts."""
    return field.field.widget.format_value(field.value())
