// A theme that is chosen shows at once; the server remembers it.

import { onClick, root } from "./page.js";

onClick("[name=theme]", (chosen) => {
  root.dataset.theme = chosen.value;
  for (const each of chosen.form.elements.theme) {
    each.setAttribute("aria-pressed", each === chosen);
  }
});
