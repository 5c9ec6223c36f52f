// All scripts of the product; collectstatic puts them into this file. Each listens for the elements that ask for it by a
// data attribute, on the document, since htmx replaces parts of the page.
import "./key-repeat.js";
import "./copy-button.js";
import "./submit-on-change.js";
import "./submit-once.js";
import "./submit-shortcut.js";
import "./omit-empty.js";
import "./drafts.js";
import "./request-failures.js";
import "./menus.js";
import "./dialogs.js";
import "./row-selection.js";
import "./list-focus.js";
import "./list-length.js";
import "./ticket-focus.js";
import "./going-on.js";
import "./slim-head.js";
import "./pickers.js";
import "./toasts.js";
import "./keyboard.js";
