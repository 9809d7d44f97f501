"""What no source may hold: unescaped HTML, inline script and style, places of one machine."""

import ast
import io
import re
import tokenize
from pathlib import Path

from django.utils.functional import Promise

from workshop_portal.audit.presenters import KINDS, PRESENTERS, field_of
from workshop_portal.celery import SWEEPS
from workshop_portal.tests.architecture.sources import (
    ROOT,
    files,
    is_vendored,
    name_of,
    our_models,
    parse,
    product_files,
    python_files,
)

RAW_HTML = (
    "workshop_portal/documents/",
    "templates/bootstrap5/",
    "workshop_portal/templatetags/portal.py",  # the empty text, and paragraphs that Django escaped
)
"""Where Markdown becomes HTML, through nh3; where crispy puts fields that Django has rendered."""
OWN_FILES = {"email", "documents"}
"""Templates of mails and of exported files: read outside the site, where none of its styles reach."""
UNESCAPED = re.compile(r"\bmark_safe\b|\bSafeString\(|\|\s*safe\b|{%-?\s*autoescape\s+off")
INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
BLOCK = re.compile(
    r"{%-?\s*(?:blocktranslate|blocktrans)\b(?![^%]*\btrimmed\b)[^%]*%}((?:(?!{%-?\s*endblock).)*)",
    re.DOTALL,
)
MACHINE = re.compile(
    r"(?:^|[\s\"'=(:])/(?:root|home/\w+|Users/\w+|work|opt/\w*pypi)(?:/|\b)"
    r"|--(?:extra-)?index-url|--find-links|\b(?:10\.\d{1,3}|192\.168|172\.16)(?:\.\d{1,3}){2}\b"
)
SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover)\b(.*)")
REASON = {
    "noqa": re.compile(r":\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*[\s#]+\w.*"),
    "type": re.compile(r"\[[a-z-]+(?:,\s*[a-z-]+)*\]\s+#\s*\w.*"),
    "prag": re.compile(r"\s+\w.*"),
}
"""A check is silenced by its code, and with why: `# noqa: S311 spreads load`, `# type: ignore[misc]  # why`."""
THIS_FILE = Path(__file__)


def inline_code(text: str) -> list[str]:
    return INLINE.findall(text)


def recorded_actions(tree: ast.Module) -> list[str | None]:
    """First arguments of `record(...)` and `entry(...)`; None where it is no plain string."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    named = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in {"record", "entry"}]
    dotted = [
        c
        for c in calls
        if isinstance(c.func, ast.Attribute)
        and c.func.attr in {"record", "entry"}
        and isinstance(c.func.value, ast.Name)
        and c.func.value.id == "audit"
    ]
    return [
        argument.value
        if isinstance(argument := call.args[0], ast.Constant) and isinstance(argument.value, str)
        else None
        for call in [*named, *dotted]
    ]


def _audited_files() -> list[Path]:
    """Files that write the record, without the record itself."""
    imports = "workshop_portal.audit"
    own = ROOT / "workshop_portal" / "audit"
    return [p for p in product_files() if imports in p.read_text() and not p.is_relative_to(own)]


ACTION_NAME = re.compile(r"(?:events|participants|breakouts|reports|accounts)\.[a-z]+(?:_[a-z]+)+")


def named_actions(tree: ast.Module) -> list[str]:
    """What `record(...)` and `entry(...)` are given; where that is a name, all that it could stand for."""
    recorded = recorded_actions(tree)
    found = [action for action in recorded if action is not None]
    if None in recorded:
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        found += [t for t in texts if isinstance(t, str) and ACTION_NAME.fullmatch(t)]
    return sorted(set(found) - set(SWEEPS))  # names of tasks look alike


def test_every_recorded_action_has_its_sentence() -> None:
    found = [
        (name_of(path), action)
        for path in _audited_files()
        for action in named_actions(parse(path))
        if action not in PRESENTERS
    ]
    assert found == []


def test_an_action_without_a_sentence_is_seen() -> None:
    source = "record('events.made_up', by=x)\naudit.record(name, by=x)\nrecord()\nother('a')"
    assert recorded_actions(ast.parse(source)) == ["events.made_up", None]
    assert "events.made_up" not in PRESENTERS


def test_html_is_escaped_everywhere_but_where_markdown_becomes_html() -> None:
    sources = [*product_files(), *files(".html")]
    found = [name_of(p) for p in sources if UNESCAPED.search(p.read_text())]
    assert [name for name in found if not name.startswith(RAW_HTML)] == []


def test_unescaped_html_is_seen() -> None:
    bad = ["{{ text|safe }}", "{{ text | safe }}", "mark_safe(text)", "{% autoescape off %}"]
    assert [text for text in bad if not UNESCAPED.search(text)] == []
    assert not UNESCAPED.search("{{ text|safe_name }} is_safe")


def test_templates_hold_no_inline_script_or_style() -> None:
    templates = [path for path in files(".html") if not OWN_FILES & set(path.parts)]
    found = {name_of(p): code for p in templates if (code := inline_code(p.read_text()))}
    assert found == {}


def test_inline_code_is_seen() -> None:
    bad = [
        "<style>a{}</style>",
        "<script>run()</script>",
        '<p style="color:red">',
        '<a onclick="run()">',
        '<a href="javascript:run()">',
    ]
    assert [text for text in bad if not inline_code(text)] == []
    assert inline_code('<script type="module" src="a.js"></script><p class="on style">') == []


def untrimmed_blocks(text: str) -> list[str]:
    """Blocks over several lines whose line breaks would go into the catalogue."""
    return [body for body in BLOCK.findall(text) if "\n" in body]


def test_blocks_of_text_are_trimmed() -> None:
    found = [name_of(p) for p in files(".html", ".txt") if untrimmed_blocks(p.read_text())]
    assert found == []


def test_an_untrimmed_block_is_seen() -> None:
    assert untrimmed_blocks("{% blocktranslate with a=b %}\n{{ a }}{% endblocktranslate %}") == [
        "\n{{ a }}"
    ]
    assert untrimmed_blocks("{% blocktranslate trimmed %}\na\n{% endblocktranslate %}") == []
    assert untrimmed_blocks("{% blocktrans %}a{% endblocktrans %}\n") == []


def test_nothing_names_a_place_of_one_machine() -> None:
    kinds = (".py", ".html", ".txt", ".md", ".toml", ".ini", ".in", ".js", ".css", "run")
    texts = [path for path in files(*kinds) if not is_vendored(path) and path != THIS_FILE]
    found = [
        f"{name_of(path)}: {match.group().strip()}"
        for path in texts
        for match in MACHINE.finditer(path.read_text())
    ]
    assert found == []


def test_a_place_of_one_machine_is_seen() -> None:
    bad = [
        "'/root/x'",
        "path=/home/ann/x",
        "--index-url https://a",
        "http://192.168.0.7:80",
        '"/work/main"',
    ]
    assert [text for text in bad if not MACHINE.search(text)] == []
    good = ["/workshops/<slug>/", "templates/home/", "10.5 minutes", "see /rooted/ness"]
    assert [text for text in good if MACHINE.search(text)] == []


def unexplained(source: str) -> list[str]:
    """Comments that silence a check without its code or without a reason."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = [m for t in tokens if t.type == tokenize.COMMENT and (m := SILENCED.match(t.string))]
    return [m.group() for m in found if not REASON[m.group(1)[:4]].fullmatch(m.group(2))]


def test_a_silenced_check_has_its_code_and_a_reason() -> None:
    found = {
        name_of(path): bad for path in python_files() if (bad := unexplained(path.read_text()))
    }
    assert found == {}


def test_a_check_silenced_without_a_reason_is_seen() -> None:
    bad = [
        "# noqa",
        "# noqa: S311",
        "# noqa: F403, TID251",
        "# type: ignore",
        "# type: ignore[misc]",
        "# type: ignore  # why",
        "# pragma: no cover",
    ]
    assert unexplained("\n".join(bad)) == bad
    good = [
        "# noqa: S311 spreads load",
        "# noqa: F403, TID251 made here",
        "# type: ignore[attr-defined, misc]  # why",
        "text = '# noqa'",
    ]
    assert unexplained("\n".join(good)) == []


NEVER_ALONE = {
    "accounts.signinlink",
    "accounts.staffrole",
    "audit.entry",
    "breakouts.absence",
    "breakouts.assignment",
    "breakouts.assignmentrun",
    "breakouts.grouprole",
    "breakouts.move",
    "breakouts.plan",
    "breakouts.preference",
    "breakouts.presence",
    "documents.exportjob",
    "events.materialversion",
    "events.sessioninstrument",
    "events.sessionspeaker",
    "participants.consent",
    "reports.sectionrevision",
    "reports.sectionsource",
}
"""What the record tells of at the person, round, session or edition that it belongs to."""


def test_the_record_can_name_each_type_of_object() -> None:
    types = {model._meta.label_lower for model in our_models()}
    assert sorted(types - set(KINDS)) == sorted(NEVER_ALONE)
    assert sorted(set(KINDS) - types) == []


def recorded_fields(tree: ast.Module) -> set[str]:
    """Names of fields in `changes={...}` and in `changed(row, name=...)`, as far as they are written out."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names: set[str] = set()
    for call in calls:
        keywords = {each.arg: each.value for each in call.keywords}
        if isinstance(call.func, ast.Name) and call.func.id == "changed":
            names |= {name for name in keywords if name}
        written = keywords.get("changes")
        if isinstance(written, ast.Dict):
            names |= {str(k.value) for k in written.keys if isinstance(k, ast.Constant)}
    return names


def has_words(name: str) -> bool:
    """Whether each type calls it by a translatable word: everywhere, or by its own field."""
    labels = [field_of(each, name).label for each in KINDS]
    return any(isinstance(label, Promise) for label in labels)


def test_each_field_of_the_record_has_its_word() -> None:
    sources = {name_of(p): recorded_fields(parse(p)) for p in _audited_files()}
    found = [(path, name) for path, names in sources.items() for name in names]
    assert [(path, name) for path, name in found if not has_words(name)] == []


def test_a_field_without_a_word_is_seen() -> None:
    tree = ast.parse("record('x', changes={'made_up': (1, 2)})\nchanged(row, other_thing=3)")
    assert recorded_fields(tree) == {"made_up", "other_thing"}
    assert not has_words("made_up")
