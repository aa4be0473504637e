"""What is shown of a name or an address under the pointer."""

from __future__ import annotations

from datetime import date

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation
from ...basics.problem import RulesetError
from ...basics.quantity import number_for
from ...engine.scales import brackets_text
from ...language.printing.expressions import clean
from ...rulebook.files.official import attached
from ...rulebook.model import DatedValue, Term
from ...rulebook.resolve.expressions import Resolver
from ...rulebook.resolve.glossary import Entry
from ...rulebook.wording import printer
from .occurrences import Target
from .project import Project, State
from .words import words


def hover(project: Project, target: Target, lang: str) -> str:
    """Markdown for a target, in the language of the file."""
    state = project.state()
    if isinstance(target, Citation):
        return provision(project, target, lang)
    w = words("hover", lang)
    glossary = state.glossary
    match target.kind:
        case "term" if target.key in glossary.terms:
            return "\n\n".join(_term(state, glossary.terms[target.key], lang))
        case "choice":
            vocabulary = glossary.vocabularies[target.vocabulary]
            others = ", ".join(c.names[lang] for c in vocabulary.choices.values())
            name = _both(vocabulary.choices[target.key].names, lang)
            return f"**{name}** – {w['choice']} `{target.vocabulary}`\n\n{w['choices']}: {others}"
        case "thing":
            thing = glossary.things[target.key]
            owners = ", ".join(glossary.things[k].names[lang] for k in thing.listed_in if k in glossary.things)
            return f"**{_both(thing.names, lang)}** – {w['thing']} `{target.key}`" + (
                f"\n\n{w['listed']}: {owners}" if owners else ""
            )
        case "unit":
            return f"**{_both(glossary.units[target.key][0], lang)}** – {w['unit']} `{target.key}`"
        case "group" if target.key in state.survey.collector.groups:
            declared = state.survey.collector.groups[target.key][0]
            written = declared.span.source.lang if declared.span is not None else lang
            whole = clean(printer(glossary, written, lang).group(declared.group))
            return f"**{_both(glossary.groups[target.key], lang)}** – {w['group']} `{target.key}`\n\n{whole}"
        case "table":
            return _table(state, target.key, lang)
        case "reading" if target.key in state.survey.collector.readings:
            found = state.survey.collector.readings[target.key]
            lines = [
                f"- `{c.key}`{' (' + w['default'] + ')' if c.key == found.default else ''}: {c.text[lang]}"
                for c in found.choices.values()
            ]
            return (
                f"**{w['reading']} `{found.id}`** – {found.citation.name(lang)}\n\n{found.question[lang]}\n\n"
                + "\n".join(lines)
            )
        case _:
            return f"{w.get('example' if target.kind == 'case' else target.kind, target.kind)} `{target.key}`"


def provision(project: Project, citation: Citation, lang: str) -> str:
    """The headnote of an address, and the official text where it is attached."""
    state, w = project.state(), words("hover", lang)
    found = state.survey.collector.provisions.get(citation)
    instrument = state.survey.collector.instruments.get(citation.instrument)
    parts = [
        f"**{citation.name(lang) or citation.instrument}**"
        + (f" – {instrument.number}" if instrument is not None else "")
    ]
    if found is None and citation.article:
        parts.append(f"*{w['missing']}*")
    if found is not None and found.headnote is not None:
        parts.append(found.headnote[lang])
    folder = next((f.path.parent for f in state.survey.files if f.instrument == citation.instrument), project.folder)
    try:
        text = attached(folder, lang).get(citation) or attached(folder, "vi" if lang == "en" else "en").get(citation)
    except RulesetError as error:
        return "\n\n".join([*parts, f"*{error.problems[0].message[lang]}*"])
    if text is not None:
        quoted = "\n>\n> ".join(text.words.split("\n"))
        parts.append(f"{w['text']}:\n\n> {quoted}")
    return "\n\n".join(parts)


def _both(names: Bilingual, lang: str) -> str:
    other = names["vi" if lang == "en" else "en"]
    return f"{names[lang]} · {other}" if other != names[lang] else names[lang]


def type_name(state: State, term: Term, lang: str) -> str:
    """A term's kind for a reader: its unit, or its choices."""
    resolver = Resolver(state.glossary, lang, term.thing, Citation(state.survey.key), [], lambda node, at: ())
    name: str = resolver.type_name(term.type)[lang]
    if term.type.kind in ("choice", "choices") and term.type.key in state.glossary.vocabularies:
        choices = state.glossary.vocabularies[term.type.key].choices.values()
        name += f" ({', '.join(c.names[lang] for c in choices)})"
    return name


def _term(state: State, term: Term, lang: str) -> list[str]:
    w, collector = words("hover", lang), state.survey.collector
    kind = w["fact"] if term.fact else w["term"] if term.thing else w["figure"]
    parts = [f"**{_both(term.names, lang)}** – {kind}, {type_name(state, term, lang)}", f"`{term.key}`"]
    if term.none_unless_stated or term.no_unless_stated:
        parts[1] += f" – {w['none' if term.none_unless_stated else 'no']}"
    if term.asked is not None:
        parts.append(f"{w['asked']}: {term.asked[lang]}")
    if term.key in collector.rules:
        places = dict.fromkeys(r.citation.name(lang) for r in collector.rules[term.key])
        parts.append(f"{w['decided']}: {'; '.join(places)}")
    if term.key in collector.figures:
        parts.append(
            f"{w['values']}:\n\n" + "\n".join(_figure(state, term, v, lang) for v in collector.figures[term.key])
        )
    return parts


def _figure(state: State, term: Term, value: DatedValue, lang: str) -> str:
    w = words("hover", lang)
    period = f"{w['from']} {value.from_date.isoformat()}" + (
        f" {w['to']} {value.to_date.isoformat()}" if value.to_date else ""
    )
    plain = value.value.isoformat() if isinstance(value.value, date) else f"{number_for(value.value, lang)} {type_name(state, term, lang)}"
    number = brackets_text(value.brackets) or plain
    return f"- {number}, {period} – {w[value.status]}: {value.source[lang]}"


def _table(state: State, key: str, lang: str) -> str:
    w, table = words("hover", lang), state.glossary.tables[key]
    lines = [f"**{_both(table.names, lang)}** – {w['table']} {', '.join(column for column, _ in table.by)}"]
    totals = [t for t in state.survey.collector.totals if t.table == key]
    if totals:
        lines.append(f"{w['known']}:")
        lines.append(
            "\n".join(
                f"- {_selection(state, key, t.selection, lang)}: {number_for(t.value, lang)}"
                f" – {w[t.status]}: {t.source[lang]}"
                for t in totals
            )
        )
    return "\n\n".join(lines)


def _selection(state: State, key: str, selection: tuple[tuple[str, ...] | None, ...], lang: str) -> str:
    shown = []
    for (_, vocabulary), keys in zip(state.glossary.tables[key].by, selection, strict=False):
        names = state.glossary.vocabularies[vocabulary].choices if vocabulary in state.glossary.vocabularies else {}
        shown += [" + ".join(names[k].names[lang] if k in names else k for k in keys)] if keys else []
    return ", ".join(shown)


def entry_detail(state: State, entry: Entry, lang: str) -> str:
    """One line about a name, for a list of completions."""
    w = words("hover", lang)
    if entry.kind == "term" and entry.key in state.glossary.terms:
        return type_name(state, state.glossary.terms[entry.key], lang)
    return (
        f"{w['choice']} {entry.vocabulary}"
        if entry.kind == "choice"
        else w.get(entry.kind, entry.kind).removesuffix(" by")
    )
