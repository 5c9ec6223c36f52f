"""Invisible characters, some of which matter: within an emoji, and between letters of scripts that join them."""

from __future__ import annotations

import re

# Blanks as wide as a space or a letter.
BLANK = re.compile("[\x01-\x1f\x7f-\x9f\u115f\u2800\u3164\uffa0\U0001d159\U00013441\U00013442]")

# Format characters (Cf) and Default_Ignorable_Code_Point, other than IN_PLACE; fillers; non-characters.
NOTHING = re.compile(
    "[\0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufe00-\ufe0e\ufeff\ufff0-\uffff\U000110bd\U000110cd\U00013430-\U00013440"
    "\U00016fe4\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
IN_PLACE = re.compile("[\u200c\u200d\ufe0f\U000e0020-\U000e007f]")

# Characters that are an emoji only with U+FE0F (Emoji without Emoji_Presentation), except digits, # and *.
TEXT_SIGNS = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2\u23f8-\u23fa\u24c2"
    "\u25aa\u25ab\u25b6\u25c0\u25fb\u25fc\u2600-\u2604\u260e\u2611\u2618\u261d\u2620\u2622\u2623\u2626\u262a\u262e\u262f"
    "\u2638-\u263a\u2640\u2642\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u2692\u2694-\u2697\u2699\u269b\u269c\u26a0"
    "\u26a7\u26b0\u26b1\u26c8\u26cf\u26d1\u26d3\u26e9\u26f0\u26f1\u26f4\u26f7-\u26f9\u2702\u2708\u2709\u270c\u270d\u270f"
    "\u2712\u2714\u2716\u271d\u2721\u2733\u2734\u2744\u2747\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07\u3030\u303d\u3297\u3299"
    "\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237\U0001f321\U0001f324-\U0001f32c\U0001f336\U0001f37d"
    "\U0001f396\U0001f397\U0001f399-\U0001f39b\U0001f39e\U0001f39f\U0001f3cb-\U0001f3ce\U0001f3d4-\U0001f3df\U0001f3f3"
    "\U0001f3f5\U0001f3f7\U0001f43f\U0001f441\U0001f4fd\U0001f549\U0001f54a\U0001f56f\U0001f570\U0001f573-\U0001f579"
    "\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f5a5\U0001f5a8\U0001f5b1\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4"
    "\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa\U0001f6cb"
    "\U0001f6cd-\U0001f6cf\U0001f6e0-\U0001f6e5\U0001f6e9\U0001f6f0\U0001f6f3"
)
SKIN_TONES = "\U0001f3fb-\U0001f3ff"
EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
# Tags that turn a black flag into that of England, Scotland or Wales.
FLAG = "\U0001f3f4\U000e0067\U000e0062(?:{}{}{}|{}{}{}|{}{}{})\U000e007f".format(
    *(chr(0xE0000 + ord(letter)) for letter in "engsctwls")
)
KEPT_SIGN = re.compile(
    f"({FLAG}|(?:(?<=[{TEXT_SIGNS}])|(?<=[0-9#*])(?=\ufe0f\u20e3))\ufe0f)|[\ufe0f\U000e0020-\U000e007f]"
)

VIRAMAS = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca"
# Arabic letters that join the next one, and those that can be joined.
JOINING = (
    "\u0620\u0626\u0628\u062a-\u062e\u0633-\u063f\u0641-\u0647\u0649\u064a\u066e\u066f\u0678-\u0687\u069a-\u06bf\u06c1"
    "\u06c2\u06cc\u06ce\u06d0\u06d1\u06fa-\u06fc\u06ff\u0750-\u0758\u075c-\u076a\u076d-\u0770\u0772\u0775-\u0777\u077a-\u077f"
)
JOINED = "\u0620\u0622-\u063f\u0641-\u064a\u066e-\u0673\u0675-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f"
KEPT_JOINER = re.compile(
    f"((?<=[{EMOJI}\ufe0f])\u200d(?=[{EMOJI}])"
    f"|(?<=[{VIRAMAS}])[\u200c\u200d](?=[\u0900-\u0dff])|(?<=\u09b0)\u200d(?=\u09cd)"
    f"|(?:(?<=[{JOINING}])|(?<=[{JOINING}][\u064b-\u0652]))\u200c(?=[{JOINED}]))|[\u200c\u200d]"
)
# Emoji sequences look the same without U+FE0F, which some keyboards omit.
UNMARKED = re.compile(f"[{TEXT_SIGNS}](?=\u200d)|(?<=\u200d)[{TEXT_SIGNS}](?![\ufe0f{SKIN_TONES}])|[0-9#*](?=\u20e3)")


def without_invisible(text: str) -> str:
    """The text without meaningless invisible characters; blank ones become a space."""
    return without_nothing(BLANK.sub(" ", text))


def without_nothing(text: str) -> str:
    """The text without meaningless invisible characters; blank ones, such as line breaks and tabs, stay."""
    text = NOTHING.sub("", text)
    if IN_PLACE.search(text):
        text = KEPT_JOINER.sub(_kept, KEPT_SIGN.sub(_kept, text))
    return UNMARKED.sub("\\g<0>\ufe0f", text)


def _kept(match: re.Match[str]) -> str:
    return match[1] or ""
