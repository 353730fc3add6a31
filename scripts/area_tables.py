"""What build_areas.py cannot derive: subdivision codes, plans laid out by hand, and corrections."""

from __future__ import annotations

from collections.abc import Mapping


def spread(table: Mapping[str, str]) -> dict[str, str]:
    """`{"ACT": "261 262"}` by area: `{"261": "ACT", "262": "ACT"}`."""
    return {area: region for region, areas in table.items() for area in areas.split()}


# GeoNames' first administrative level in the words of the holidays library.
ADMIN = {
    "DE": {
        "01": "BW", "02": "BY", "03": "HB", "04": "HH", "05": "HE", "06": "NI", "07": "NW", "08": "RP",
        "09": "SL", "10": "SH", "11": "BB", "12": "MV", "13": "SN", "14": "ST", "15": "TH", "16": "BE",
    },
}

# Plans so simple that a table says it. Areas split between regions of like size are left out: there only the
# country's own holidays count. Of Italy's provinces only South Tyrol has a holiday of its own beside patron saints.
FIXED = {
    "IT": spread({"BZ": "0471 0472 0473 0474"}),
    "CH": spread({
        "BE": "31 33 34", "BS": "61", "FR": "26", "GE": "22", "GR": "81", "LU": "41", "TI": "91", "VD": "21",
        "VS": "27", "ZH": "43 44",
    }),
    "AU": spread({"NSW": "2 880", "NT": "879 889", "QLD": "7", "SA": "87 88", "TAS": "36", "VIC": "3",
                  "WA": "85 86 89"}),
    "GB": spread({"NIR": "28"}),
}

# Names of areas in the geocoder, where they are names of a region.
NAMED = {
    "AU": {"Canberra": "ACT"},
    "ES": {
        "A Coruña": "GA", "Albacete": "CM", "Alicante": "VC", "Almería": "AN", "Araba": "PV", "Asturias": "AS",
        "Badajoz": "EX", "Balearic Islands": "IB", "Barcelona": "CT", "Bizkaia": "PV", "Burgos": "CL",
        "Cantabria": "CB", "Castellón": "VC", "Ciudad Real": "CM", "Cordova": "AN", "Cuenca": "CM", "Cáceres": "EX",
        "Cádiz": "AN", "Girona": "CT", "Granada": "AN", "Guadalajara": "CM", "Guipúzcoa": "PV", "Huelva": "AN",
        "Huesca": "AR", "Jaén": "AN", "La Rioja": "RI", "Las Palmas": "CN", "León": "CL", "Lleida": "CT",
        "Lugo": "GA", "Madrid": "MD", "Murcia": "MC", "Málaga": "AN", "Navarre": "NC", "Ourense": "GA",
        "Palencia": "CL", "Pontevedra": "GA", "Salamanca": "CL", "Segovia": "CL", "Seville": "AN", "Soria": "CL",
        "Tarragona": "CT", "Tenerife": "CN", "Teruel": "AR", "Toledo": "CM", "Valencia": "VC", "Valladolid": "CL",
        "Zamora": "CL", "Zaragoza": "AR", "Ávila": "CL",
    },
    "US": {
        "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
        "Connecticut": "CT", "Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
        "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA",
        "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
        "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV",
        "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC",
        "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA",
        "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX",
        "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington D.C.": "DC", "Washington State": "WA",
        "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
    },
    "CA": {
        "Alberta": "AB", "British Columbia": "BC", "British Colombia": "BC", "Manitoba": "MB", "New Brunswick": "NB",
        "Newfoundland and Labrador": "NL", "Nova Scotia": "NS", "Northwest Territories": "NT", "Nunavut": "NU",
        "Ontario": "ON", "Prince Edward Island": "PE", "Quebec": "QC", "Saskatchewan": "SK", "Yukon": "YT",
    },
}

# Towns that the gazetteer does not know by that name, or knows a namesake of.
OVERRIDES = {
    "DE": spread({
        "BB": "33051 33053 33056 33080 33082 33083 33084 33085 33086 33087 33088 33089 33093 33094 39740 39861 39862 "
              "39863",
        "BW": "6274 7202 7203 7204 7346 7957 7959",
        "BY": "9373 9376 9395 9560 9564 961 9749",
        "HE": "5544 6187 6436 6438 6484 6670 6672 6673 6674 6675 6676 6677 6678 6723 6726 9742",
        "MV": "385 39744 39747",
        "NI": "4108 4187 4203 441 5543 5545 5774 5775 5777",
        "NW": "201 208 251 5284 571 5773 5776",
        "SH": "4104 431 465",
        "SL": "6851 6856",
        "TH": "36643",
    }),
    "GB": spread({
        "ENG": "1400 1469 15242 15394 1564 1634 1675 1697 1725 1761 1768 1830 1832 1885 191 1944 1948 1949 1954 1981 "
               "1983 1987",
        "NIR": "2843",
        "SCT": "1250 1301 1445 1456 1470 1520 1528 1560 1571 1581 1583 1593 1599 1641 1644 1806 1807 1808 1809 1821 "
               "1835 1838 1847 1848 1851 1852 1856 1857 1859 1863 1864 1866 1871 1876 1878 1879 1882 1951 1957 1967 "
               "1971 1972 1975 19750 19751 19752 19754 19755 19759",
        "WLS": "1248 1490 1994",
    }),
}
