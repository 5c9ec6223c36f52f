// If a row of tabs [data-tabs] has to scroll sideways, it is scrolled so that the current tab is visible, in the
// middle.
for (const row of document.querySelectorAll("[data-tabs]")) {
  const tab = row.querySelector("[aria-current]")?.getBoundingClientRect();
  const room = row.getBoundingClientRect();
  const end = parseFloat(getComputedStyle(row).paddingInlineEnd); // where the row fades out
  if (tab && (tab.left < room.left || tab.right > room.right - end)) {
    row.scrollLeft += (tab.left + tab.right - room.left - room.right) / 2;
  }
}
