// Text as it is compared: small letters without accents, with typed apostrophes and hyphens, as helpdesk/ui/unaccent.py has it. The
// scripts of a page are joined to one, in blocks, so what they share is global.
const others = {
  "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
};
globalThis.unaccent = (text) => text.toLowerCase().normalize("NFKD").replaceAll(/\p{M}/gu, "")
  .replaceAll(/[ßæœøłđðþħı]/g, (letter) => others[letter])
  .replaceAll(/[‘’‛ʹʻʼʽˈ′´`]/g, "'").replaceAll(/[‐‑‒–—―−˗]/g, "-");
