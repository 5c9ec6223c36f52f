// Two texts that were made of one on two pages, as one that has the words of both, and each once. What both changed in the
// same place stands in paragraphs below each other. The scripts of a page are joined to one, in blocks, so this is global.
const changeOf = (from, to) => {
  const most = Math.min(from.length, to.length);
  let start = 0;
  while (start < most && from[start] === to[start]) start += 1;
  let rest = 0;
  while (rest < most - start && from.at(-1 - rest) === to.at(-1 - rest)) rest += 1;
  return { start, end: from.length - rest, text: to.slice(start, to.length - rest) };
};

// Where in `mine` their change belongs; null where mine is in its way.
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

// The text, and where in it the caret is that was at `caret` in `mine`; `base` is what both pages had once.
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
