// A row of tabs [data-tabs] scrolls sideways where it has no room: the tab of the page is in its middle then, unless it is in sight.
for (const row of document.querySelectorAll("[data-tabs]")) {
  const tab = row.querySelector("[aria-current]")?.getBoundingClientRect();
  const room = row.getBoundingClientRect();
  const end = parseFloat(getComputedStyle(row).paddingInlineEnd); // where the row fades
  if (tab && (tab.left < room.left || tab.right > room.right - end)) {
    row.scrollLeft += (tab.left + tab.right - room.left - room.right) / 2;
  }
}
