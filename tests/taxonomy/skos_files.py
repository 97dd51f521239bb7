"""A thesaurus of any size as Turtle, with every oddity of careless files, and what an import must say of each."""

from collections.abc import Iterator
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "it", "nl")
HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix c: <http://example.org/c/> .
@prefix s: <http://example.org/scheme/> .
s:all a skos:ConceptScheme ; dct:title "All things"@en , "Alle Dinge"@de ; skos:hasTopConcept c:0 .
s:part a skos:ConceptScheme ; skos:prefLabel "A part"@en .
"""
# Each oddity stands beside the sentence of the report that it must lead to ("" for what must simply be taken in).
ODDITIES = {
    "c:circle-a a skos:Concept ; skos:prefLabel 'Circle A'@en ; skos:broader c:circle-b . "
    "c:circle-b a skos:Concept ; skos:prefLabel 'Circle B'@en ; skos:broader c:circle-c . "
    "c:circle-c a skos:Concept ; skos:prefLabel 'Circle C'@en ; skos:narrower c:circle-b ; skos:broader c:circle-a .": (
        "Broader links that close a circle are left out"
    ),
    "c:itself a skos:Concept ; skos:prefLabel 'Itself'@en ; skos:broader c:itself ; skos:related c:itself .": (
        "Links of a concept to itself are left out"
    ),
    "c:lost a skos:Concept ; skos:prefLabel 'Lost'@en ; skos:broader c:nowhere ; skos:related c:nobody .": (
        "Links to concepts that are not there, or in another scheme, are left out"
    ),
    "c:twice a skos:Concept ; skos:prefLabel 'Twice'@en , 'Two times'@en .": (
        "Second preferred labels in one language become alternative ones"
    ),
    "c:clash a skos:Concept ; skos:prefLabel 'Clash'@en ; skos:altLabel 'Clash'@en ; skos:hiddenLabel 'Clash'@en .": (
        "Texts that are two kinds of label of one concept stay the first"
    ),
    "c:same-1 a skos:Concept ; skos:prefLabel 'Same name'@en . "
    "c:same-2 a skos:Concept ; skos:prefLabel 'same-name'@en .": (
        "Preferred labels that another concept of the scheme has too are kept, and must be settled by hand"
    ),
    "c:empty a skos:Concept ; skos:prefLabel 'Empty'@en , ''@de , '  *'@fr ; skos:definition ' '@en .": (
        "Labels without a letter or digit are left out"
    ),
    "[] a skos:Concept ; skos:prefLabel 'Nameless'@en .": (
        "Concepts without an address that can be written are left out"
    ),
    "c:mapped a skos:Concept ; skos:prefLabel 'Mapped'@en ; skos:exactMatch <http://elsewhere.example/a> , 'text' , "
    "<http://bad address> ; skos:closeMatch c:0 .": "Mappings to what is no address are left out",
    "c:untyped skos:prefLabel 'Untyped'@en ; skos:inScheme s:all .": (
        "Not called concepts by the files, but described as such: taken for concepts"
    ),
    "s:list a skos:OrderedCollection ; skos:prefLabel 'A list'@en ; skos:member c:0 , c:1 .": (
        "Collections are left out"
    ),
    "c:one-way a skos:Concept ; skos:prefLabel 'One way'@en ; skos:related c:0 .": (
        "Relations named from one side only hold from both"
    ),
    "c:other a skos:Concept ; skos:prefLabel 'Other'@en ; <http://example.org/colour> 'red' .": (
        "Statements with http://example.org/colour are left out: there is no place for them here"
    ),
    "c:old a skos:Concept ; skos:prefLabel 'Old'@en ; owl:deprecated true ; dct:isReplacedBy c:0 .": "",
    "c:0 dct:isReplacedBy c:1 .": (
        "Replacements of what is not deprecated, or by what is deprecated too, are left out"
    ),
    "c:nested a skos:Concept ; xl:prefLabel [ xl:literalForm 'Nested'@en ] ; skos:definition "
    "[ rdf:value 'A definition inside.'@en ; dct:creator 'Somebody' ] ; skos:note c:nothing .": (
        "Notes that lead to something without a text are left out"
    ),
    "c:german a skos:Concept ; skos:prefLabel 'Nur deutsch'@de ; skos:definition 'Eine Erklärung.'@de .": "",
    "c:plain a skos:Concept ; skos:prefLabel 'No language' ; skos:notation '1.2' , "
    "'X'^^<http://example.org/code> .": "",
    "c:unlabelled a skos:Concept ; skos:altLabel 'Only alternative'@en .": "",
    "c:bare a skos:Concept ; skos:inScheme s:all .": "",
    "c:british a skos:Concept ; skos:prefLabel 'Colour'@en-GB ; skos:altLabel 'X'@qaa-x-made-up .": "",
    f"c:long a skos:Concept ; skos:prefLabel 'Long'@en ; skos:altLabel '{'long ' * 200}'@en .": (
        "Labels longer than 500 characters are left out"
    ),
    "<relative> a skos:Concept ; skos:prefLabel 'Relative'@en .": "",
    "c:two-schemes a skos:Concept ; skos:prefLabel 'In two'@en ; skos:inScheme s:all , s:part ; "
    "skos:topConceptOf s:part ; skos:broader c:0 , c:1 .": "",
}


def concepts(count: int, languages: tuple[str, ...] = LANGUAGES) -> Iterator[str]:
    """`count` plain concepts, each below one or two with a smaller number, labelled in `languages`."""
    for number in range(count):
        labels = " , ".join(f"'Thing {number} {tag}'@{tag}" for tag in languages)
        others = " , ".join(f"'Alias {number} {tag}'@{tag}" for tag in languages)
        above = {f"c:{number // 10}", f"c:{number // 7}"} - {f"c:{number}"}
        broader = f" ; skos:broader {' , '.join(sorted(above))}" if above else ""
        yield (
            f"c:{number} a skos:Concept ; skos:inScheme s:all ; skos:prefLabel {labels} ; skos:altLabel {others} ; "
            f"skos:definition 'What thing {number} is.'@en , 'Was Ding {number} ist.'@de ; "
            f"skos:notation '{number}'{broader} .\n"
        )


def write(path: Path, count: int, languages: tuple[str, ...] = LANGUAGES, *, odd: bool = True) -> Path:
    """Write a thesaurus of `count` plain concepts to `path`, with every oddity besides."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(concepts(count, languages))
        if odd:
            file.writelines(f"{oddity}\n" for oddity in ODDITIES)
    return path
