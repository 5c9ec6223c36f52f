// Merges two texts that were edited on two pages from the same base: the result has everything from both, without
// duplicates. Where both changed the same place, the two versions become separate paragraphs. Global, because the
// scripts of a page are bundled, each in its own block.
const changeOf = (from, to) => {
  const most = Math.min(from.length, to.length);
  let start = 0;
  while (start < most && from[start] === to[start]) start += 1;
  let rest = 0;
  while (rest < most - start && from.at(-1 - rest) === to.at(-1 - rest)) rest += 1;
  return { start, end: from.length - rest, text: to.slice(start, to.length - rest) };
};

// Where in `mine` their change belongs, or null if it conflicts with my change.
const placeOf = (mine, theirs) => {
  if (theirs.end <= mine.start && theirs.start < mine.start) return theirs.start;
  const isApart = theirs.start > mine.end || (theirs.start === mine.end && /^\s|^$/.test(theirs.text));
  return isApart ? theirs.start + mine.text.length - (mine.end - mine.start) : null;
};

const below = (mine, theirs, caret) => {
  const known = new Set(theirs.split(/\n{2,}/).map((each) => each.trim()));
  const rest = mine.split(/\n{2,}/).filter((each) => !known.has(each.trim()));
  const text = [theirs.trimEnd(), ...rest].join("\n\n");
  return [text, Math.max(0, text.length - (mine.length - caret))];
};

// Returns the merged text and the new position of the caret, which was at `caret` in `mine`; `base` is the common base.
globalThis.mergeTexts = (base, mine, theirs, caret) => {
  const words = mine.trim();
  if (theirs.includes(words)) return [theirs, Math.max(0, caret + theirs.indexOf(words) - mine.indexOf(words))];
  const change = changeOf(base, theirs);
  const at = base.trim() ? placeOf(changeOf(base, mine), change) : null;
  if (at === null) return below(mine, theirs, caret);
  const end = at + change.end - change.start;
  const moved = Math.max(at, caret - end + at) + change.text.length;
  return [mine.slice(0, at) + change.text + mine.slice(end), caret <= at ? caret : moved];
};
