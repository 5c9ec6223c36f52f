// Normalizes text for comparison: lower case, no accents, and plain apostrophes and hyphens, like
// helpdesk/ui/unaccent.py. Global, because the scripts of a page are bundled, each in its own block.
const others = {
  "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
};
globalThis.unaccent = (text) => text.toLowerCase().normalize("NFKD").replaceAll(/\p{M}/gu, "")
  .replaceAll(/[ßæœøłđðþħı]/g, (letter) => others[letter])
  .replaceAll(/[‘’‛ʹʻʼʽˈ′´`]/g, "'").replaceAll(/[‐‑‒–—―−˗]/g, "-");
