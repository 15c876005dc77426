"""On which side of a number its unit is written: 81.4 km, 95.2%, RM 81.4 billion, €3 m.

What people write into a unit is free text. One that begins with a currency, as a sign or as
a code, puts that before the number and the rest behind it.
"""

from __future__ import annotations

import re

SPACE = "\N{NO-BREAK SPACE}"
PER_CENT = {"%", "per cent", "percent", "percentage"}

# Codes of ISO 4217 in use, and what people write instead in some countries.
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR
MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG RM
Rp Rs
"""
CODES = frozenset(_CODES.split())

SIGN = re.compile(r"([A-Z]{0,3}[$£€¥₡₦₩₪₫₭₮₱₲₴₵₸₹₺₼₽₾₿])\s*(.*)", re.DOTALL)
WORD = re.compile(r"([A-Za-z]{2,3})(?:\s+(.+)|(/.+)|)", re.DOTALL)


def sides(unit: str | None) -> tuple[str, str]:
    """What stands before and what behind a number in this unit, with the spaces between.

    >>> sides("RM billion")
    ('RM\\xa0', '\\xa0billion')
    """
    said = (unit or "").strip()
    if not said:
        return "", ""
    if said in PER_CENT:
        return "", "%"
    if sign := SIGN.fullmatch(said):
        before, rest = sign.groups()
        return before, _behind(rest, said)
    if (word := WORD.fullmatch(said)) and word[1] in CODES:
        return word[1] + SPACE, word[3] or _behind(word[2] or "", said)
    return "", SPACE + said


def _behind(rest: str, unit: str) -> str:
    """What follows the number, apart from it unless it was written onto the sign (€m)."""
    if not rest:
        return ""
    joined = rest.startswith("/") or not unit.removesuffix(rest).endswith((" ", SPACE))
    return rest if joined else SPACE + rest
