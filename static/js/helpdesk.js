// All scripts of the product; collectstatic puts them into this file. Each listens for the elements that ask for it by a
// data attribute, on the document, since htmx replaces parts of the page.
import "./copy-button.js";
import "./submit-on-change.js";
import "./submit-once.js";
import "./submit-shortcut.js";
import "./omit-empty.js";
import "./suggestions.js";
import "./drafts.js";
import "./request-failures.js";
import "./menus.js";
import "./dialogs.js";
import "./addresses.js";
import "./row-selection.js";
import "./ask-many.js";
import "./list-changes.js";
import "./list-focus.js";
import "./list-length.js";
import "./list-news.js";
import "./ticket-focus.js";
import "./split-view.js";
import "./tab-title.js";
import "./palette.js";
import "./go-keys.js";
import "./keyboard.js";
