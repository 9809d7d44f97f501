"""People's text (a CommonMark subset with tables) to blocks. HTML is off: tags stay visible as text."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from workshop_portal.documents.tree import (
    Align,
    Block,
    Blocks,
    Break,
    BulletList,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    Text,
    runs,
    without_headings,
)

ALLOWED_SCHEMES = ("http://", "https://", "mailto:")


def parse(text: str) -> Blocks:
    """Blocks of `text`. Never fails: what is not Markdown is a paragraph.

    Callers cap the length (20,000 characters): the time for hostile text grows faster than its length.
    """
    tree = SyntaxTreeNode(_parser().parse(text.replace("\x00", "")))
    return _blocks(tree.children)


def safe_href(address: str) -> str:
    """`address` where it may be a link, else an empty string: no script, no file, nothing relative."""
    return address if address.lower().startswith(ALLOWED_SCHEMES) else ""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable(["html_block", "html_inline"])
    )


def _blocks(nodes: list[SyntaxTreeNode]) -> Blocks:
    return tuple(block for node in nodes if (block := _block(node)) is not None)


def _nested(node: SyntaxTreeNode) -> Blocks:
    return without_headings(_blocks(node.children))


def _block(node: SyntaxTreeNode) -> Block | None:
    block: Block | None = None
    match node.type:
        case "heading":
            block = Heading(int(node.tag[1:]), _inline(node))
        case "paragraph":
            content = _inline(node)
            block = Paragraph(content) if content else None
        case "bullet_list":
            block = BulletList(tuple(_nested(item) for item in node.children))
        case "ordered_list":
            start = int(node.attrs.get("start", 1))
            block = NumberedList(tuple(_nested(item) for item in node.children), start)
        case "blockquote":
            block = Quote(_nested(node))
        case "hr":
            block = Rule()
        case "fence" | "code_block":
            block = Paragraph(_verbatim(node.content))
        case "table":
            block = _table(node)
    return block


def _verbatim(content: str) -> Runs:
    lines = runs(content.rstrip("\n"))
    return tuple(Text(run.text, code=True) if isinstance(run, Text) else run for run in lines)


def _table(node: SyntaxTreeNode) -> Table:
    found: list[tuple[Runs, ...]] = []
    align: tuple[Align, ...] = ()
    for part in node.children:
        for row in part.children:
            found.append(tuple(_inline(cell) for cell in row.children))
            align = align or tuple(_align(cell) for cell in row.children)
    return Table(header=found[0], rows=tuple(found[1:]), align=align)


def _align(cell: SyntaxTreeNode) -> Align:
    style = str(cell.attrs.get("style", ""))
    if style.endswith("right"):
        return "end"
    return "center" if style.endswith("center") else "start"


def _inline(node: SyntaxTreeNode) -> Runs:
    found: list[Run] = []
    for child in node.children:
        _collect(child, Text(""), found)
    return tuple(found)


def _collect(node: SyntaxTreeNode, style: Text, found: list[Run]) -> None:
    match node.type:
        case "text":
            _append(node.content, style, found)
        case "code_inline":
            found.append(
                Text(node.content, style.strong, style.emphasis, code=True, href=style.href)
            )
        case "softbreak":
            _append(" ", style, found)
        case "hardbreak":
            found.append(Break())
        case "image":  # no pictures in people's text: its words stay
            _append(node.content, style, found)
        case "strong":
            style = Text("", True, style.emphasis, href=style.href)
            _collect_all(node, style, found)
        case "em":
            style = Text("", style.strong, True, href=style.href)
            _collect_all(node, style, found)
        case "link":
            style = Text(
                "", style.strong, style.emphasis, href=safe_href(str(node.attrs.get("href", "")))
            )
            _collect_all(node, style, found)
        case _:
            _collect_all(node, style, found)


def _collect_all(node: SyntaxTreeNode, style: Text, found: list[Run]) -> None:
    for child in node.children:
        _collect(child, style, found)


def _append(text: str, style: Text, found: list[Run]) -> None:
    """Add text, joined to the last run where both look the same."""
    if not text:
        return
    last = found[-1] if found else None
    if (
        isinstance(last, Text)
        and not last.code
        and (last.strong, last.emphasis, last.href) == (style.strong, style.emphasis, style.href)
    ):
        found[-1] = Text(last.text + text, style.strong, style.emphasis, href=style.href)
    else:
        found.append(Text(text, style.strong, style.emphasis, href=style.href))
