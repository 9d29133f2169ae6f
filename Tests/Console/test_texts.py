"""Every text that the console uses is in both catalogues, and no catalogue has one that nobody uses."""

import pathlib
import re

FILES = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CConsole" / "files"


def catalogue(language):
    """{"models.add": "New model"}: sections are flattened as the console does it."""
    found, section = {}, None
    for line in (FILES / "texts" / f"{language}.js").read_text().split("\n"):
        if text := re.fullmatch(r"  '?([\w.-]+)'?: '((?:[^'\\]|\\.)*)',", line):
            name = text[1] if section == "words" else section if text[1] == "_" else f"{section}.{text[1]}"
            assert name not in found, f"{name} stands twice in {language}.js"
            found[name] = text[2]
        elif opening := re.fullmatch(r"export const (\w+) = \{", line):
            section = opening[1]
        else:
            assert line in ("}", "") or line.startswith("//"), line
    return found


def used():
    """Keys that the sources name, and families of which any member may be asked for."""
    keys, families = set(), set()
    for folder in ("app", "pages"):
        for file in (FILES / folder).glob("*.js"):
            source = file.read_text()
            keys.update(re.findall(r"\bt\('([\w.-]+)'", source))
            # Both arms of a choice between two keys.
            for arms in re.findall(r"\bt\([\w.!]+ \? '([\w.-]+)' : '([\w.-]+)'", source):
                keys.update(arms)
            families.update(re.findall(r"\b(?:tOf|hasText)\('(\w+)'", source))
    return keys, families


def test_both_catalogues_have_the_same_keys():
    assert catalogue("en").keys() == catalogue("zh").keys()


def test_every_text_that_is_used_is_there():
    keys, families = used()
    texts = catalogue("en")
    assert not sorted(keys - texts.keys())
    assert not [family for family in sorted(families) if not any(key.startswith(family + ".") for key in texts)]


def test_no_text_is_unused():
    keys, families = used()
    assert not sorted(key for key in catalogue("en") if key not in keys and key.split(".")[0] not in families)


def test_both_languages_name_the_same_values():
    english, chinese = catalogue("en"), catalogue("zh")
    names = lambda text: set(re.findall(r"\{(\w+)", text))
    assert not [key for key in english if names(chinese[key]) - names(english[key])]


def test_all_pages_together_are_small():
    # A browser loads one catalogue.
    size = sum(file.stat().st_size for file in FILES.rglob("*") if file.is_file() and file.name != "en.js")
    assert size < 300 * 1024, f"{size} bytes"


def test_there_is_no_markup_from_data_and_no_style_attribute():
    for file in FILES.rglob("*.js"):
        source = file.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source), file.name
        assert not re.search(r"https?://(?!www\.w3\.org/)(?!\w*[:'\"`])[a-z]+\.[a-z]", source) or file.parent.name == "texts", file.name
