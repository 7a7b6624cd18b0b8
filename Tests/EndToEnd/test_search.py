"""Search by the beginnings of words, in the names of projects."""

from urllib.parse import quote

import pytest

from support.client import at_once, expect, faults
from support.projects import PATH

NAMES = [
    "Alpha beta gamma",
    "alphabet soup",
    "Beta alpha",
    "Straße nach Köln",
    "ÉCOLE d'été",
    "snake_case names",
    "100% wool",
    "O'Brien & sons",
    "foo.bar-baz/qux",
    "日本語 案内",
    "Ελλάδα",
    "Ångström, naïve",
    "aardvark aardwolf",
    "中",
    "한 마리",
    "𠮷野",
]


@pytest.fixture(scope="module")
def person(people, projects):
    """Someone with a project of each of these names."""
    person = people.signed_in()
    for name in NAMES:
        projects.new(person.access, name=name, description="undescribed")
    return person


@pytest.fixture
def fresh(people):
    return people.signed_in()


@pytest.fixture
def found(projects, person):
    """Searches, and returns the names in the order of the answer."""

    def search(text: str, token: str = person.access, more: str = "") -> list[str]:
        return [project["name"] for project in projects.listed(token, f"q={quote(text)}{more}")]

    return search


@pytest.mark.parametrize(
    "text, names",
    [
        ("alpha", {"Alpha beta gamma", "alphabet soup", "Beta alpha"}),
        ("al", {"Alpha beta gamma", "alphabet soup", "Beta alpha"}),
        ("ALPHA", {"Alpha beta gamma", "alphabet soup", "Beta alpha"}),
        ("alphabet", {"alphabet soup"}),
        ("gam", {"Alpha beta gamma"}),
        ("lpha", set()),
        ("alphax", set()),
        ("strasse", {"Straße nach Köln"}),
        ("STRASSE", {"Straße nach Köln"}),
        ("straß", {"Straße nach Köln"}),
        ("koln", {"Straße nach Köln"}),
        ("köln", {"Straße nach Köln"}),
        ("ko\u0308ln", {"Straße nach Köln"}),
        ("ecole", {"ÉCOLE d'été"}),
        ("Éco", {"ÉCOLE d'été"}),
        ("ete", {"ÉCOLE d'été"}),
        ("angstrom", {"Ångström, naïve"}),
        ("NAÏVE", {"Ångström, naïve"}),
        ("ｎａｉｖｅ", {"Ångström, naïve"}),
        ("ελλαδα", {"Ελλάδα"}),
        ("日本", {"日本語 案内"}),
        ("本語", set()),
        ("bar", {"foo.bar-baz/qux"}),
        ("qux", {"foo.bar-baz/qux"}),
        ("foo.bar", {"foo.bar-baz/qux"}),
        ("o'brien", {"O'Brien & sons"}),
        ("case", {"snake_case names"}),
        ("100", {"100% wool"}),
        ("aard", {"aardvark aardwolf"}),
        ("日", {"日本語 案内"}),
        ("案", {"日本語 案内"}),
        ("中", {"中"}),
        ("한", {"한 마리"}),
        ("\u1112\u1161\u11ab", {"한 마리"}),
        ("𠮷", {"𠮷野"}),
        ("か", set()),
        ("undescribed", set()),
        ("draft", set()),
        ("nowhere to be found", set()),
    ],
)
def test_a_word_matches_by_its_beginning_ignoring_case_and_accents(found, text, names):
    assert sorted(found(text)) == sorted(names)


@pytest.mark.parametrize(
    "text, names",
    [
        ("alpha beta", {"Alpha beta gamma", "Beta alpha"}),
        ("beta alpha", {"Alpha beta gamma", "Beta alpha"}),
        ("be al", {"Alpha beta gamma", "Beta alpha"}),
        ("  be   al  ", {"Alpha beta gamma", "Beta alpha"}),
        ("be,al", {"Alpha beta gamma", "Beta alpha"}),
        ("gamma alpha beta", {"Alpha beta gamma"}),
        ("alpha alpha", {"Alpha beta gamma", "alphabet soup", "Beta alpha"}),
        ("alpha soup", {"alphabet soup"}),
        ("alpha wool", set()),
        ("wool soup", set()),
        ("alpha nowhere", set()),
    ],
)
def test_every_word_must_match_in_any_order(found, text, names):
    assert sorted(found(text)) == sorted(names)


@pytest.mark.parametrize(
    "text",
    [
        "%%",
        "__",
        "%alpha%soup%x",
        "%lpha",
        "_lpha",
        "al%t",
        "al_habet",
        "sn_ke",
        "s%e_c",
        "\\%",
        "**",
        "alp*t",
    ],
)
def test_there_are_no_wildcards(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["%alpha", "alpha%", "_alpha", "alpha_", "\\alpha", '"alpha"', "+alpha", "alpha*"]
)
def test_other_characters_only_separate_words(found, text):
    assert sorted(found(text)) == ["Alpha beta gamma", "Beta alpha", "alphabet soup"]


@pytest.mark.parametrize("text", ["' OR 1=1 -- ", '") OR ("" = "', "alpha' AND '1'='1", "alpha\\' OR 1=1"])
def test_the_search_is_never_sql(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "too_short"),
        ("a", "too_short"),
        ("á", "too_short"),
        ("a\u0301", "too_short"),
        ("7", "too_short"),
        ("x" * 101, "too_long"),
        ("a\u0301" * 101, "too_long"),
    ],
    ids=ascii,
)
def test_a_search_has_2_to_100_characters(client, person, text, code):
    assert faults(client.get(f"{PATH}?q={quote(text)}", token=person.access)) == {("q", code)}


def test_100_characters_are_accepted(found):
    assert found("a\u0301" * 100) == []
    assert found("x" * 100) == found("alpha " * 16 + "nope") == []


def test_a_search_without_matches_gives_an_empty_list(client, person):
    response = client.get(f"{PATH}?q=nothing", token=person.access)
    assert expect(response, 200) == [] and response.json()["meta"]["total"] == 0
    response = client.get(f"{PATH}?q=nothing&cursor=", token=person.access)
    assert expect(response, 200) == [] and response.json()["meta"]["nextCursor"] is None


def test_the_order_is_that_of_the_matching_words(found, projects, fresh):
    for name in ("delta quux", "alpha quuz", "omega qua", "qub", "Zeta Quá qub"):
        projects.new(fresh.access, name=name)
    assert found("qu", fresh.access) == ["omega qua", "Zeta Quá qub", "qub", "delta quux", "alpha quuz"]


def test_a_project_appears_once_however_many_of_its_words_match(found, projects, fresh):
    projects.new(fresh.access, name="same same samurai sample")
    assert found("sam", fresh.access) == ["same same samurai sample"]


def test_long_and_many_words_are_found(found, projects, fresh):
    projects.new(fresh.access, name="a" * 99)
    many = " ".join(f"word{number}" for number in range(15))
    projects.new(fresh.access, name=many)
    assert found("a" * 50, fresh.access) == found("a" * 99, fresh.access) == ["a" * 99]
    assert found(many, fresh.access) == [many]


def test_new_and_renamed_projects_are_found_at_once(found, projects, fresh):
    project = projects.new(fresh.access, name="Larva hatching")
    assert found("larva", fresh.access) == ["Larva hatching"]
    expect(projects.change(fresh.access, project, name="Butterfly hatching"), 200)
    assert found("larva", fresh.access) == []
    assert found("butter", fresh.access) == found("hatching", fresh.access) == ["Butterfly hatching"]
    expect(projects.change(fresh.access, project, status="archived", description="larva"), 200)
    assert found("butter", fresh.access) == ["Butterfly hatching"] and found("larva", fresh.access) == []
    expect(projects.delete(fresh.access, project), 204)
    assert found("butter", fresh.access) == []
    expect(projects.restore(fresh.access, project), 200)
    assert found("butter", fresh.access) == ["Butterfly hatching"]


def test_after_concurrent_renamings_only_the_present_name_is_found(found, projects, fresh):
    project = projects.new(fresh.access, name="Zero")
    names = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    responses = at_once(8, lambda number: projects.change(fresh.access, project, name=names[number]))
    assert {response.status_code for response in responses} == {200}
    name = expect(projects.read(fresh.access, project), 200)["name"]
    assert [text for text in [*names, "zero"] if found(text, fresh.access)] == [name]


def test_others_projects_are_never_found(found, projects, organizations, fresh, person):
    organization, foreign = organizations.new("viewer"), organizations.new()
    projects.new(person.access, name="Treasure of another")
    projects.new(foreign.owner.access, name="Treasure abroad", organizationId=foreign.id)
    projects.new(organization.owner.access, name="Treasure of the owner")
    projects.new(organization.owner.access, name="Treasure in common", organizationId=organization.id)
    viewer = organization.people["viewer"].access
    projects.new(viewer, name="Treasure of mine")
    assert found("treasure", fresh.access) == []
    assert sorted(found("treasure", viewer)) == ["Treasure in common", "Treasure of mine"]
    assert found("treasure", viewer, f"&organizationId={organization.id}") == ["Treasure in common"]
    assert found("treasure", viewer, f"&organizationId={foreign.id}") == []
