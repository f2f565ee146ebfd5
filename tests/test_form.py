"""The forms: their facts are the contract's, their labels lead to one row each, their rules to real cells."""

import re
from itertools import product

import pytest
from samples import facts_of

from generator.form import Form, Item, Leaf, Section, Table, load_form, load_forms
from generator.form_file import form_ids
from generator.normalize import skeleton

# The public contract's own notation: a promise, so it is written out here and not derived.
COLUMNS = "{person,org.business,org.research,org.nonprofit,org.legal,org.other,total}"
ROWS_2019 = """
new carried_in outcome.granted outcome.partial
outcome.denied.{state_secret,forbidden_by_law,safety,third_party,internal,process,case_file,query}
outcome.unavailable.{not_held,needs_making,unclear}
outcome.rejected.{petition,repeat,publication,excessive,reissue}
outcome.other outcome.total carried_out
"""
ROWS_2021 = ROWS_2019.replace("outcome.other ", "outcome.other.{not_corrected,fee_unpaid,rest} ")
DISPUTES = "disputes/cases/{review,litigation.direct,litigation.after_review}.{upheld,corrected,other,pending,total}"
CONTRACT = {
    "2021": f"""
        documents/{{regulation,normative}}/{{issued,repealed,in_force}}
        licensing/licence/decisions enforcement/{{penalty,coercion}}/decisions fees/fee/amount {DISPUTES}
        {" ".join(f"requests/{row}/{COLUMNS}" for row in ROWS_2021.split())}
    """,
    "2019": f"""
        documents/{{regulation,normative}}/{{made,disclosed,public_total}}
        licensing/{{licence,other_service}}/{{previous_items,change,decisions}}
        enforcement/{{penalty,coercion}}/{{previous_items,change,decisions}}
        fees/fee/{{previous_items,change}} procurement/procurement/{{items,amount}} {DISPUTES}
        {" ".join(f"requests/{row}/{COLUMNS}" for row in ROWS_2019.split())}
    """,
}


def expand(notation: str) -> set[str]:
    """All paths that a word such as a/{b,c}/d stands for."""
    parts = [part[1:-1].split(",") if part.startswith("{") else [part] for part in re.split(r"(\{[^}]*\})", notation)]
    return {"".join(choice) for choice in product(*parts)}


def contract(form_id: str) -> set[str]:
    return set().union(*(expand(word) for word in CONTRACT[form_id].split()))


FORMS = pytest.mark.parametrize("form", load_forms(), ids=lambda form: form.id)
TABLES = pytest.mark.parametrize(
    "table", [pytest.param(t, id=f"{form.id}-{t.key}") for form in load_forms() for t in form.tables]
)


def test_the_forms_are_those_of_the_contract() -> None:
    """There is a form 2019 and a form 2021, and asking for another is an error."""
    assert form_ids() == ("2019", "2021")
    with pytest.raises(KeyError):
        load_form("2008")


@pytest.mark.parametrize(("form_id", "count"), [("2021", 200), ("2019", 198)])
def test_facts_are_exactly_those_of_the_contract(form_id: str, count: int) -> None:
    """Every promised fact path is there, and no other."""
    assert set(load_form(form_id).facts) == contract(form_id)
    assert len(load_form(form_id).facts) == count


def test_a_group_printed_as_one_row_has_paths_of_its_own() -> None:
    """（六）其他处理 as one row is requests/outcome.other/COLUMN; the 2019 form knows only that."""
    assert set(load_form("2021").optional_facts) == expand(f"requests/outcome.other/{COLUMNS}")
    assert set(load_form("2021").optional_facts) <= set(load_form("2019").facts)
    assert not load_form("2019").optional_facts


@FORMS
def test_keys_are_unique_among_siblings(form: Form) -> None:
    """No table, section, row or column shares its key with another beside it."""
    siblings: list[tuple[Item | Table | Section, ...]] = [form.tables, form.sections]
    waiting = [items for table in form.tables for items in (table.rows, table.columns)]
    while waiting:
        items = waiting.pop()
        siblings.append(items)
        waiting.extend(item.items for item in items if item.items)
    for items in siblings:
        keys = [item.key for item in items]
        assert len(set(keys)) == len(keys)
        assert all(re.fullmatch(r"[a-z_]+", key) for key in keys)


def spellings(leaf: Leaf) -> list[str]:
    """The leaf's label alone, and behind the labels of its last one, two … groups, as merged cells leave it."""
    labels = [item.label for item in leaf.trail]
    return ["".join(labels[start:]) for start in range(len(labels))]


@TABLES
def test_every_row_label_leads_to_its_own_row(table: Table) -> None:
    """A row is found by its label alone and by every run of group labels before it."""
    for leaf in (*table.row_leaves, *table.collapsible_rows):
        for printed in spellings(leaf) if leaf.item.label else []:
            found = table.row(printed)
            assert found is not None, printed
            assert found.path == leaf.path, printed


@TABLES
def test_every_alias_leads_to_its_own_row(table: Table) -> None:
    """Variants seen in real reports name the row that they are listed under."""
    for leaf in (*table.row_leaves, *table.collapsible_rows):
        for alias in leaf.item.aliases:
            found = table.row(alias)
            assert found is not None, alias
            assert found.path == leaf.path, alias


@TABLES
def test_header_words_are_no_row_labels(table: Table) -> None:
    """What stands in the corner or above a table is never taken for a row of it."""
    assert not table.header_words & set(table.row_names)


@TABLES
def test_every_column_answers_to_its_label(table: Table) -> None:
    """A column's label leads to the columns that print it, in printed order."""
    for leaf in table.column_leaves:
        assert leaf.path in table.column_names[skeleton(leaf.item.label)]


@pytest.mark.parametrize("collapsed", [False, True])
@FORMS
def test_rules_speak_of_cells_that_exist(form: Form, collapsed: bool) -> None:
    """Each term of each sum is made of facts of the form, and no fact stands on both sides."""
    known = set(form.all_facts)
    for identity in form.identities:
        sides = [{path for term in side for path in term.parts} for side in (identity.left, identity.right)]
        assert sides[0]
        assert sides[1]
        assert not sides[0] & sides[1]
        assert sides[0] | sides[1] <= known
        assert {term.whole for side in (identity.left, identity.right) for term in side} - {None} <= known
    assert set(facts_of(form, collapsed)) <= known


@FORMS
def test_the_declared_sums_are_all_there(form: Form) -> None:
    """Balance and outcome total in each of 7 columns, the row total in each row, and 3 sums of disputes."""
    counts: dict[str, int] = {}
    for identity in form.identities:
        counts[identity.rule.id] = counts.get(identity.rule.id, 0) + 1
    rows = len(form.table("requests").row_leaves) + len(form.table("requests").collapsible_rows)
    assert counts == {
        "requests-balance": 7, "requests-outcome-total": 7, "requests-row-total": rows, "disputes-total": 3,
    }  # fmt: skip


@FORMS
def test_every_request_and_dispute_figure_is_checked(form: Form) -> None:
    """No cell of tables three and four stands outside all sums."""
    terms = [term for one in form.identities for term in (*one.left, *one.right)]
    covered = {path for term in terms for path in term.parts} | {term.whole for term in terms}
    assert {path for path in form.all_facts if path.startswith(("requests/", "disputes/"))} <= covered


@FORMS
def test_every_rule_says_its_basis_and_its_question(form: Form) -> None:
    """A finding can always cite a document, and a reader can always read what is asked."""
    assert all(rule.basis and rule.question.endswith("？") for _, rule in form.rules)


def test_markers_tell_the_forms_apart() -> None:
    """No marker of one form is a label of the other."""
    forms = load_forms()
    for form in forms:
        for other in forms:
            if other is not form:
                items = [item for table in other.tables for item in (*table.rows, *table.columns)]
                labels = {skeleton(label) for item in items for label in (item.label, *item.aliases)}
                assert not {skeleton(marker) for marker in form.markers} & labels
